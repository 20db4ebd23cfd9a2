import { useCallback, useEffect } from "react";
import { useParams } from "react-router";
import { taskApi } from "../../editor/session/taskApi";
import { useTaskFlow } from "../../editor/session/useTaskFlow";
import { WaitingRoom } from "../../editor/ui/WaitingRoom";
import { useStrings } from "../../strings/useStrings";
import { loadReviewOrder } from "./reviewOrder";
import { ReviewTask } from "./ReviewTask";

/** Works through the project's submitted photos one after the other. */
export default function ReviewPage() {
  const { review } = useStrings();
  const projectId = Number(useParams().projectId);
  // The order is read when a photo is asked for: choosing another does not take away the one that is open.
  const fetch = useCallback(() => taskApi.nextReview(projectId, loadReviewOrder()), [projectId]);
  const { flow, advance } = useTaskFlow(fetch);
  const name = flow.stage === "open" ? flow.session.assignment.task.photo.name : review.title;

  useEffect(() => {
    document.title = `${name} · Facet`;
  }, [name]);

  if (flow.stage === "open") {
    return (
      <ReviewTask
        key={flow.session.taskId}
        session={flow.session}
        projectId={projectId}
        onDone={() => advance()}
      />
    );
  }
  return <WaitingRoom flow={flow} projectId={projectId} room="review" onTry={() => advance()} />;
}
