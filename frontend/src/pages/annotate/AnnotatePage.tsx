import { notifications } from "@mantine/notifications";
import { useCallback, useEffect } from "react";
import { useNavigate, useParams } from "react-router";
import { isTransient, problemText } from "../../api/problem";
import { taskApi } from "../../editor/session/taskApi";
import type { TaskSession } from "../../editor/session/taskSession";
import { useTaskFlow } from "../../editor/session/useTaskFlow";
import { WaitingRoom } from "../../editor/ui/WaitingRoom";
import { useStrings } from "../../strings/useStrings";
import { AnnotateTask } from "./AnnotateTask";

/** Works through the project's photos one after the other; with a task in the address, looks at that one. */
export default function AnnotatePage() {
  const { annotate } = useStrings();
  const params = useParams();
  const navigate = useNavigate();
  const projectId = Number(params.projectId);
  const taskId = params.taskId === undefined ? null : Number(params.taskId);
  const fetch = useCallback(
    () => (taskId === null ? currentOrNext(projectId) : takenOrViewed(projectId, taskId)),
    [projectId, taskId],
  );
  const lookAhead = useCallback((current: number) => taskApi.lookAhead(projectId, current), [projectId]);
  // A task that is named in the address is left for the queue by another address.
  const { flow, advance, leave } = useTaskFlow(fetch, taskId === null ? lookAhead : undefined);
  const open = flow.stage === "open" ? flow.session : null;
  const held = open !== null && open.assignment.lease !== null;

  useEffect(() => {
    document.title = `${open?.assignment.task.photo.name ?? annotate.title} · Facet`;
    if (open !== null && held) rememberTask(projectId, open.taskId);
  }, [annotate, open, held, projectId]);

  // What is remembered is for a reload. Whoever comes back from another page gets what the queue says: work that was begun or
  // sent back first, and not the untouched photo that leaving gave back.
  useEffect(() => {
    if (taskId === null) return () => forgetTask(projectId);
  }, [projectId, taskId]);

  if (flow.stage === "open") {
    return (
      <AnnotateTask
        key={sessionKey(flow.session)}
        session={flow.session}
        projectId={projectId}
        onTake={() => {
          taskApi.lease(flow.session.taskId).then(
            (assignment) => advance(() => Promise.resolve(assignment)),
            (error: unknown) => notifications.show({ color: "red", message: problemText(error) }),
          );
        }}
        onWithdraw={() => {
          taskApi.withdrawSecondLabel(flow.session.taskId).then(
            () => {
              notifications.show({ message: annotate.withdrawn });
              void navigate(`/projects/${projectId}/review`);
            },
            // Somebody may have opened it meanwhile: what is shown anew says so.
            (error: unknown) => {
              notifications.show({ color: "red", message: problemText(error) });
              advance();
            },
          );
        }}
        onLeave={(done) => {
          const gone = done.then((isDone) => {
            if (isDone) forgetTask(projectId);
            return isDone;
          });
          if (taskId === null) leave(gone);
          else void gone.then((isDone) => isDone && navigate(`/projects/${projectId}/annotate`));
        }}
      />
    );
  }
  return (
    <WaitingRoom flow={flow} projectId={projectId} room="annotate" taskId={taskId} onTry={() => advance()} />
  );
}

/** A task that is looked at and then taken is another session of the same task. */
function sessionKey({ taskId, state }: TaskSession): string {
  return `${taskId}-${state.access === "viewing" ? "view" : "edit"}`;
}

/** Also read by early-start.ts, which asks for the photo before this page is there. */
const remembered = (projectId: number) => `facet-task-${projectId}`;

function rememberTask(projectId: number, taskId: number): void {
  sessionStorage.setItem(remembered(projectId), String(taskId));
}

function forgetTask(projectId: number): void {
  sessionStorage.removeItem(remembered(projectId));
}

/** After a reload the same photo comes back, if it may; else the next one. So says early-start.ts. */
async function currentOrNext(projectId: number) {
  const taskId = sessionStorage.getItem(remembered(projectId));
  return (taskId === null ? null : await takeBack(projectId, Number(taskId))) ?? taskApi.nextTask(projectId);
}

/** A task named in the address is looked at, unless this tab has taken it before. */
async function takenOrViewed(projectId: number, taskId: number) {
  const taken = sessionStorage.getItem(remembered(projectId)) === String(taskId);
  return (taken ? await takeBack(projectId, taskId) : null) ?? taskApi.view(taskId);
}

/** Null where the server refuses: somebody else has the task by now, or it is done. */
async function takeBack(projectId: number, taskId: number) {
  try {
    return await taskApi.lease(taskId);
  } catch (error) {
    if (isTransient(error)) throw error;
    forgetTask(projectId);
    return null;
  }
}
