import { Text } from "@mantine/core";
import { useEffect, useMemo, useState } from "react";
import type { TaskCommands } from "../../editor/actions/registry";
import { Editor } from "../../editor/Editor";
import type { SessionState, TaskSession } from "../../editor/session/taskSession";
import { useEditorController } from "../../editor/session/useEditorController";
import { useSessionState } from "../../editor/session/useSessionState";
import { ActionTextButton } from "../../editor/ui/ActionButton";
import { Banner } from "../../editor/ui/Banner";
import { CommentList } from "../../editor/ui/CommentList";
import { shownComments } from "../../editor/ui/comments";
import { ProposalNote } from "../../editor/ui/ProposalNote";
import { OpeningBadge, SaveBadge } from "../../editor/ui/SaveBadge";
import { Section } from "../../editor/ui/Section";
import { useNextComment } from "../../editor/ui/useNextComment";
import type { Strings } from "../../strings/strings";
import { useStrings } from "../../strings/useStrings";
import { ConfirmButton } from "../../ui/ConfirmButton";
import { useOnDemand } from "../../ui/useOnDemand";

const mergeDialog = () => import("../../editor/ui/MergeDialog");
const skipPopover = () => import("./SkipPopover");

interface AnnotateTaskProps {
  session: TaskSession;
  projectId: number;
  /** Takes a task that is only being looked at. */
  onTake: () => void;
  /** Takes back the asking for this second label. */
  onWithdraw: () => void;
  /** The task is being submitted or skipped; resolves true once it is. */
  onLeave: (done: Promise<boolean>) => void;
}

/** The editor on one task, with saving, submitting and skipping around it. */
export function AnnotateTask({ session, projectId, onTake, onWithdraw, onLeave }: AnnotateTaskProps) {
  const { annotate } = useStrings();
  const state = useSessionState(session);
  const mode = state.access === "viewing" ? "view" : "edit";
  const controller = useEditorController(session, state, mode);
  const [skipping, setSkipping] = useState(false);
  const reasons = useOnDemand(skipping, skipPopover, () => setSkipping(false));
  const merge = useOnDemand(state.conflict !== null, mergeDialog);
  const comments = useMemo(() => shownComments(state.comments), [state.comments]);
  const open = useMemo(() => comments.filter(({ resolved }) => !resolved), [comments]);
  const nextComment = useNextComment(controller, open);
  useEffect(() => controller.showPins(comments), [controller, comments]);

  const free = state.access === "editing" && !state.busy;
  const takeable = settledBecause(session, annotate) === undefined && session.assignment.second_label === null;
  const commands = useMemo((): TaskCommands => {
    return {
      nextComment,
      ...(mode === "view" && takeable && { takeAgain: onTake }),
      ...(LOST.has(state.access) && { takeAgain: () => void session.takeAgain() }),
      ...(free && {
        save: () => {
          controller.settle();
          void session.save();
        },
        submit: () => {
          controller.settle();
          onLeave(session.submit());
        },
        skip: () => setSkipping(true),
      }),
    };
  }, [controller, free, mode, nextComment, onLeave, onTake, session, state.access, takeable]);

  const skip = (reason: string) => {
    controller.settle();
    setSkipping(false);
    onLeave(session.skip(reason));
  };

  const { task, fitted_map_url, revision } = session.assignment;
  const skipButton = (
    <ActionTextButton id="skip" variant="subtle" color="gray" aria-haspopup="dialog" aria-expanded={skipping}>
      {annotate.skip}
    </ActionTextButton>
  );
  return (
    <>
      <Editor
        controller={controller}
        commands={commands}
        taskId={session.taskId}
        photo={{ name: task.photo.name, url: task.photo.image_url }}
        fittedMapUrl={fitted_map_url}
        opening={state.access === "opening"}
        back={{ to: `/projects/${projectId}`, label: annotate.toProject }}
        task={
          mode === "view" ? (
            <Text size="xs" c="dimmed">
              {annotate.readOnlyRevision(revision.number)}
            </Text>
          ) : (
            <>
              {state.access === "opening" ? <OpeningBadge /> : <SaveBadge state={state.saveState} />}
              {reasons ? (
                <reasons.SkipPopover
                  opened={skipping}
                  busy={state.busy}
                  onClose={() => setSkipping(false)}
                  onSkip={skip}
                >
                  {skipButton}
                </reasons.SkipPopover>
              ) : (
                skipButton
              )}
              <ActionTextButton id="save" variant="default">
                {annotate.save}
              </ActionTextButton>
              <ActionTextButton id="submit">{annotate.submit}</ActionTextButton>
            </>
          )
        }
        banner={<TaskBanner state={state} viewing={mode === "view"} session={session} onWithdraw={onWithdraw} />}
        panel={
          <>
            {comments.length > 0 && (
              <Section title={annotate.comments}>
                <CommentList
                  controller={controller}
                  comments={comments}
                  onResolve={mode === "edit" ? (id) => void session.resolveComment(id) : undefined}
                />
              </Section>
            )}
            <ProposalNote initial={session.assignment.initial} given={session.assignment.given} />
          </>
        }
      />
      {state.conflict && merge && (
        <merge.MergeDialog
          key={revision.number}
          controller={controller}
          differences={state.conflict}
          theirs={{ revision: revision.number, author: revision.author?.name ?? null }}
          onSettle={(sideOf) => void session.settleConflict(sideOf)}
        />
      )}
    </>
  );
}

const LOST: ReadonlySet<SessionState["access"]> = new Set(["lease-lost", "other-tab"]);

/** Why nobody can take the task; undefined where somebody can. */
function settledBecause({ assignment }: TaskSession, { settled }: Strings["annotate"]): string | undefined {
  const { state } = assignment.task;
  return state in settled ? settled[state as keyof typeof settled] : undefined;
}

interface TaskBannerProps {
  state: SessionState;
  viewing: boolean;
  session: TaskSession;
  onWithdraw: () => void;
}

function TaskBanner({ state, viewing, session, onWithdraw }: TaskBannerProps) {
  const { annotate } = useStrings();
  const awaited = session.assignment.second_label;
  if (viewing && awaited !== null) {
    return (
      <Banner
        tone="info"
        action={
          awaited === "waiting" && (
            <ConfirmButton
              label={annotate.withdrawSecond}
              confirmLabel={annotate.withdrawSecondSure}
              onConfirm={onWithdraw}
            />
          )
        }
      >
        {annotate.secondLabel[awaited]}
      </Banner>
    );
  }
  if (viewing) {
    const settled = settledBecause(session, annotate);
    return (
      <Banner tone="info" action={settled === undefined && <TakeButton>{annotate.take}</TakeButton>}>
        {settled ?? annotate.looking}
      </Banner>
    );
  }
  const problem = state.problem === null ? "" : ` ${state.problem}`;
  if (state.access === "lease-lost") {
    return (
      <Banner tone="warning" action={<TakeButton>{annotate.takeAgain}</TakeButton>}>
        {annotate.leaseLost}
        {problem}
      </Banner>
    );
  }
  if (state.access === "other-tab") {
    return (
      <Banner tone="warning" action={<TakeButton>{annotate.goOnHere}</TakeButton>}>
        {annotate.otherTab}
        {problem}
      </Banner>
    );
  }
  const message = state.problem ?? state.notice;
  if (message === null && state.browserRefuses) {
    return <Banner tone="warning">{annotate.browserRefuses}</Banner>;
  }
  if (message === null) return null;
  return (
    <Banner tone={state.problem === null ? "info" : "danger"} onDismiss={() => session.dismiss()}>
      {message}
    </Banner>
  );
}

function TakeButton({ children }: { children: string }) {
  return <ActionTextButton id="take-again">{children}</ActionTextButton>;
}
