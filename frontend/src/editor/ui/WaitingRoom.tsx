import { ActionIcon, Button, Center, Group, Loader, Text } from "@mantine/core";
import { IconArrowLeft, IconCoffee, IconHourglass } from "@tabler/icons-react";
import { type ReactNode, useEffect, useEffectEvent } from "react";
import { Link } from "react-router";
import { type EventKind, type ProjectEvent, useProjectEvents } from "../../api/events";
import { isProblem } from "../../api/problem";
import { useStrings } from "../../strings/useStrings";
import { EmptyState } from "../../ui/EmptyState";
import { Loading } from "../../ui/Loading";
import { ProblemAlert } from "../../ui/ProblemAlert";
import type { TaskFlow } from "../session/taskFlow";
import classes from "./WaitingRoom.module.css";

type Room = "annotate" | "review";

interface WaitingRoomProps {
  flow: Exclude<TaskFlow, { stage: "open" }>;
  projectId: number;
  room: Room;
  /** Null where the queue says which photo comes. */
  taskId?: number | null;
  onTry: () => void;
}

/**
 * What is there instead of a photo: it is loading, it failed, it is still being prepared, or there is none. In the last two
 * the photo opens by itself.
 */
export function WaitingRoom({ flow, projectId, room, taskId = null, onTry }: WaitingRoomProps) {
  const failed = flow.stage === "failed" ? flow.error : null;
  const pending = isProblem(failed, "task-pending");
  return (
    <EmptyRoom projectId={projectId} room={room}>
      {flow.stage === "loading" && <Loading />}
      {pending && <BeingPrepared projectId={projectId} taskId={taskId} onTry={onTry} />}
      {!pending && <ProblemAlert error={failed} onRetry={onTry} />}
      {flow.stage === "empty" && <NothingToDo projectId={projectId} room={room} onTry={onTry} />}
    </EmptyRoom>
  );
}

/** The room without a photo: the way back, and in the middle what is there instead. */
export function EmptyRoom({ projectId, room, children }: { projectId: number; room: Room; children: ReactNode }) {
  const { annotate, review } = useStrings();
  return (
    <div className={classes.room}>
      <header className={classes.bar}>
        <ActionIcon
          component={Link}
          to={`/projects/${projectId}`}
          variant="subtle"
          color="gray"
          size={32}
          aria-label={annotate.toProject}
        >
          <IconArrowLeft size={18} aria-hidden />
        </ActionIcon>
        <Text size="sm" fw={500} component="h1">
          {room === "annotate" ? annotate.title : review.title}
        </Text>
      </header>
      <Center flex={1} p="md">
        {children}
      </Center>
    </div>
  );
}

/** Events that can mean a new task in the room. */
const NEWS: Readonly<Record<Room, readonly EventKind[]>> = {
  annotate: ["task.ready", "task.rejected", "task.skipped"],
  review: ["task.in_review"],
};

/** Leases that run out make no event, and one may be over before the log is followed: so it is also asked now and then. */
const ASK_AGAIN = 20_000;

/** Tries at the events that are news, and now and then. */
function useTries(projectId: number, isNews: (event: ProjectEvent) => boolean, onTry: () => void): void {
  useProjectEvents(projectId, (event) => {
    if (isNews(event)) onTry();
  });
  const ask = useEffectEvent(onTry);
  useEffect(() => {
    const timer = setInterval(() => ask(), ASK_AGAIN);
    return () => clearInterval(timer);
  }, []);
}

interface BeingPreparedProps {
  projectId: number;
  taskId: number | null;
  onTry: () => void;
}

/** Of many photos that are prepared at once, only the one that is waited for is news. */
function BeingPrepared({ projectId, taskId, onTry }: BeingPreparedProps) {
  const { annotate, ui } = useStrings();
  useTries(projectId, ({ kind, subject }) => kind === "task.ready" && subject?.id === taskId, onTry);
  return (
    <EmptyState
      icon={<IconHourglass size={32} stroke={1.5} aria-hidden />}
      title={ui.taskStates.pending}
      action={<ToProject projectId={projectId} />}
    >
      {annotate.pending}
      <GoesOn>{annotate.opensWhenReady}</GoesOn>
    </EmptyState>
  );
}

function NothingToDo({ projectId, room, onTry }: { projectId: number; room: Room; onTry: () => void }) {
  const { annotate, review } = useStrings();
  useTries(projectId, ({ kind }) => NEWS[room].includes(kind), onTry);
  return (
    <EmptyState
      icon={<IconCoffee size={32} stroke={1.5} aria-hidden />}
      title={room === "annotate" ? annotate.noPhotoWaiting : review.nothingWaiting}
      action={<ToProject projectId={projectId} />}
    >
      {room === "annotate" ? annotate.noPhotoWhy : review.nothingWhy}
      <GoesOn>{annotate.goesOn}</GoesOn>
    </EmptyState>
  );
}

function ToProject({ projectId }: { projectId: number }) {
  const { annotate } = useStrings();
  return (
    <Button variant="default" component={Link} to={`/projects/${projectId}`}>
      {annotate.toProject}
    </Button>
  );
}

function GoesOn({ children }: { children: string }) {
  return (
    <Group component="span" gap={8} justify="center" mt="md">
      <Loader size={14} /> {children}
    </Group>
  );
}
