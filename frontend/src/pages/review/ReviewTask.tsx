import { Button, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useEffect, useMemo, useRef, useState } from "react";
import { useUser } from "../../api/session";
import type { TaskCommands } from "../../editor/actions/registry";
import { Editor } from "../../editor/Editor";
import type { TaskSession } from "../../editor/session/taskSession";
import { useEditorController } from "../../editor/session/useEditorController";
import { useSessionState } from "../../editor/session/useSessionState";
import { ActionTextButton } from "../../editor/ui/ActionButton";
import { Banner } from "../../editor/ui/Banner";
import { CommentList, type ShownComment } from "../../editor/ui/CommentList";
import { shownComments } from "../../editor/ui/comments";
import { ProposalNote } from "../../editor/ui/ProposalNote";
import { Section } from "../../editor/ui/Section";
import { useNextComment } from "../../editor/ui/useNextComment";
import { useStrings } from "../../strings/useStrings";
import { AskSecondLabel } from "./AskSecondLabel";
import { CommentComposer } from "./CommentComposer";
import { keepReview, loadReview } from "./keptReview";
import { Differences } from "./Differences";
import { SecondOpinion } from "./SecondOpinion";
import { TwoLabels } from "./TwoLabels";
import { useComparison, useOtherDocument, usePrevious } from "./useComparison";

interface ReviewTaskProps {
  session: TaskSession;
  projectId: number;
  /** The verdict is given, or somebody else's to give. */
  onDone: () => void;
}

/** The editor on a submitted photo: its points and label map, comments, and the verdict. */
export function ReviewTask({ session, projectId, onDone }: ReviewTaskProps) {
  const { annotate, review } = useStrings();
  const state = useSessionState(session);
  const controller = useEditorController(session, state, "review");
  const userId = useUser().id;
  const number = session.assignment.revision.number;
  const [kept] = useState(() => loadReview(userId, session.taskId, number));
  const [mine, setMine] = useState(kept.comments);
  const [text, setText] = useState(kept.text);
  const [hint, setHint] = useState<string | null>(null);
  const box = useRef<HTMLTextAreaElement>(null);
  const other = useOtherDocument(session.assignment);
  const [otherInFront, setOtherInFront] = useState(false);
  const previous = usePrevious(session.assignment);
  const comparedMap = useComparison(controller, session.assignment, previous, otherInFront);
  useEffect(
    () => controller.showDocument(otherInFront && other !== null ? other : state.document),
    [controller, other, otherInFront, state.document],
  );
  const earlier = useMemo(() => shownComments(state.comments), [state.comments]);
  const all = useMemo(() => [...earlier, ...mine], [earlier, mine]);
  const nextComment = useNextComment(controller, all);
  useEffect(() => controller.showPins(all), [controller, all]);
  useEffect(() => {
    const sent = state.access === "ended";
    keepReview(userId, session.taskId, number, sent ? { comments: [], text: "" } : { comments: mine, text });
  }, [userId, session, number, mine, text, state.access]);

  /** What the box holds, as a comment on the selected point, the marked place or the whole photo. */
  const written = (): ShownComment[] => {
    if (text.trim() === "") return [];
    const place = controller.selected === null ? controller.place : null;
    const next = Math.max(earlier.length, ...mine.map((comment) => comment.number)) + 1;
    return [
      {
        id: -next,
        number: next,
        pointIndex: controller.selected,
        x: place?.[0] ?? null,
        y: place?.[1] ?? null,
        resolved: false,
        body: text.trim(),
        author: review.notSentYet,
      },
    ];
  };
  const add = () => {
    setMine([...mine, ...written()]);
    setText("");
    setHint(null);
    controller.markPlace(null);
    controller.stage?.focus();
  };
  const give = (verdict: "approved" | "rejected") => {
    const comments = [...mine, ...written()];
    if (verdict === "rejected" && comments.length === 0) {
      setHint(review.rejectionNeedsComment);
      box.current?.focus();
      return;
    }
    void session
      .review(
        { verdict, preferOther: otherInFront && verdict === "approved" },
        comments.map(({ body, pointIndex, x, y }) => ({ body, point_index: pointIndex, x, y })),
      )
      .then((done) => {
        if (done) onDone();
      });
  };

  const free = state.access === "editing" && !state.busy;
  const commands: TaskCommands = {
    comment: () => box.current?.focus(),
    nextComment,
    ...(other !== null && { showOther: () => setOtherInFront(!otherInFront) }),
    ...(free && { approve: () => give("approved"), reject: () => give("rejected") }),
  };

  const { assignment } = session;
  const { task, fitted_map_url, initial, given } = assignment;
  const { revision, author } = otherInFront && assignment.other !== null ? assignment.other : assignment;
  return (
    <Editor
      controller={controller}
      commands={commands}
      taskId={session.taskId}
      photo={{ name: task.photo.name, url: task.photo.image_url }}
      fittedMapUrl={otherInFront && assignment.other !== null ? assignment.other.label_map_url : fitted_map_url}
      back={{ to: `/projects/${projectId}`, label: annotate.toProject }}
      task={
        <>
          <Text size="xs" c="dimmed" truncate>
            {review.revisionBy(author?.name ?? null, revision.number)}
          </Text>
          <ActionTextButton id="reject" variant="default" color="red">
            {review.reject}
          </ActionTextButton>
          <ActionTextButton id="approve">{review.approve}</ActionTextButton>
        </>
      }
      banner={
        state.access === "editing" || state.access === "ended" ? (
          state.problem !== null && (
            <Banner tone="danger" onDismiss={() => session.dismiss()}>
              {state.problem}
            </Banner>
          )
        ) : (
          <Banner
            tone="warning"
            action={
              <Button size="xs" onClick={onDone}>
                {review.nextPhoto}
              </Button>
            }
          >
            {review.notYours}
          </Banner>
        )
      }
      panel={
        <>
          {given && <ProposalNote initial={initial} given={given} />}
          {assignment.other !== null && (
            <TwoLabels
              revision={assignment.revision}
              author={assignment.author}
              other={assignment.other}
              otherInFront={otherInFront}
              onFront={setOtherInFront}
            />
          )}
          <Differences controller={controller} previous={previous} map={comparedMap} />
          <SecondOpinion controller={controller} projectId={projectId} taskId={session.taskId} />
          <Section title={annotate.comments}>
            {earlier.length > 0 && <CommentList controller={controller} comments={earlier} />}
            {mine.length > 0 && (
              <CommentList
                controller={controller}
                comments={mine}
                onRemove={(id) => setMine(mine.filter((comment) => comment.id !== id))}
              />
            )}
            <CommentComposer
              controller={controller}
              box={box}
              text={text}
              hint={hint}
              onChange={setText}
              onAdd={add}
            />
          </Section>
          {free && other === null && (
            <AskSecondLabel
              onAsk={() =>
                void session.askSecondLabel().then((done) => {
                  if (!done) return;
                  notifications.show({ message: review.askedSecond });
                  onDone();
                })
              }
            />
          )}
        </>
      }
    />
  );
}
