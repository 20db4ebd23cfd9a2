import { ActionIcon, Button, Center, Group, Loader, Text } from "@mantine/core";
import { IconArrowLeft, IconCoffee } from "@tabler/icons-react";
import { useEffect, useEffectEvent } from "react";
import { Link } from "react-router";
import { type EventKind, useProjectEvents } from "../../api/events";
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
  onTry: () => void;
}

/**
 * What is there instead of a photo: it is loading, it failed, or there is none, and then the next one opens by itself.
 */
export function WaitingRoom({ flow, projectId, room, onTry }: WaitingRoomProps) {
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
        {flow.stage === "loading" && <Loading />}
        {flow.stage === "failed" && <ProblemAlert error={flow.error} onRetry={onTry} />}
        {flow.stage === "empty" && <NothingToDo projectId={projectId} room={room} onTry={onTry} />}
      </Center>
    </div>
  );
}

/** Events that can mean a new task in the room. */
const NEWS: Readonly<Record<Room, readonly EventKind[]>> = {
  annotate: ["task.ready", "task.rejected", "task.skipped"],
  review: ["task.in_review"],
};

/** Leases that run out make no event, so the queue is also asked now and then. */
const ASK_AGAIN = 20_000;

function NothingToDo({ projectId, room, onTry }: { projectId: number; room: Room; onTry: () => void }) {
  const { annotate, review } = useStrings();
  useProjectEvents(projectId, (event) => {
    if (NEWS[room].includes(event.kind)) onTry();
  });
  const ask = useEffectEvent(onTry);
  useEffect(() => {
    const timer = setInterval(() => ask(), ASK_AGAIN);
    return () => clearInterval(timer);
  }, []);

  return (
    <EmptyState
      icon={<IconCoffee size={32} stroke={1.5} aria-hidden />}
      title={room === "annotate" ? annotate.noPhotoWaiting : review.nothingWaiting}
      action={
        <Button variant="default" component={Link} to={`/projects/${projectId}`}>
          {annotate.toProject}
        </Button>
      }
    >
      {room === "annotate" ? annotate.noPhotoWhy : review.nothingWhy}
      <Group component="span" gap={8} justify="center" mt="md">
        <Loader size={14} /> {annotate.goesOn}
      </Group>
    </EmptyState>
  );
}
