import { useCallback, useEffect } from "react";
import { useParams } from "react-router";
import { taskApi } from "../../editor/session/taskApi";
import { useTaskFlow } from "../../editor/session/useTaskFlow";
import { EmptyRoom, WaitingRoom } from "../../editor/ui/WaitingRoom";
import { useStrings } from "../../strings/useStrings";
import { ForRole } from "../../ui/ForRole";
import { loadReviewOrder } from "./reviewOrder";
import { ReviewTask } from "./ReviewTask";

export default function ReviewPage() {
  const { review, ui } = useStrings();
  const projectId = Number(useParams().projectId);
  return (
    <ForRole
      needs="reviewer"
      title={review.title}
      instead={ui.adminMakesReviewers}
      frame={(told) => (
        <EmptyRoom projectId={projectId} room="review">
          {told}
        </EmptyRoom>
      )}
    >
      <Reviews projectId={projectId} />
    </ForRole>
  );
}

/** Works through the project's submitted photos one after the other. */
function Reviews({ projectId }: { projectId: number }) {
  const { review } = useStrings();
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
