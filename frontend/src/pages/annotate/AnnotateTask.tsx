import { Text } from "@mantine/core";
import { useEffect, useMemo, useRef, useState } from "react";
import type { TaskState } from "../../api/types";
import type { TaskCommands } from "../../editor/actions/registry";
import { Editor } from "../../editor/Editor";
import type { SessionState, TaskSession } from "../../editor/session/taskSession";
import { useEditorController } from "../../editor/session/useEditorController";
import { useSessionState } from "../../editor/session/useSessionState";
import { ActionTextButton } from "../../editor/ui/ActionButton";
import { Banner } from "../../editor/ui/Banner";
import { CommentList, goToPin } from "../../editor/ui/CommentList";
import { shownComments } from "../../editor/ui/comments";
import { MergeDialog } from "../../editor/ui/MergeDialog";
import { ProposalNote } from "../../editor/ui/ProposalNote";
import { SaveBadge } from "../../editor/ui/SaveBadge";
import { Section } from "../../editor/ui/SidePanel";
import { SkipPopover } from "./SkipPopover";

interface AnnotateTaskProps {
  session: TaskSession;
  projectId: number;
  /** Takes a task that is only being looked at. */
  onTake: () => void;
  /** The task is submitted or skipped. */
  onDone: () => void;
}

/** The editor on one task, with saving, submitting and skipping around it. */
export function AnnotateTask({ session, projectId, onTake, onDone }: AnnotateTaskProps) {
  const state = useSessionState(session);
  const mode = session.assignment.lease === null ? "view" : "edit";
  const controller = useEditorController(session, state, mode);
  const [skipping, setSkipping] = useState(false);
  const comments = useMemo(() => shownComments(state.comments), [state.comments]);
  const nextComment = useRef(0);
  useEffect(() => controller.showPins(comments), [controller, comments]);

  const free = state.access === "editing" && !state.busy;
  const takeable = SETTLED[session.assignment.task.state] === undefined;
  const commands = useMemo((): TaskCommands => {
    const open = comments.filter(({ resolved }) => !resolved);
    return {
      nextComment:
        open.length === 0
          ? undefined
          : () => {
              const next = open[nextComment.current++ % open.length];
              if (next) goToPin(controller, next);
            },
      ...(mode === "view" && takeable && { takeAgain: onTake }),
      ...(LOST.has(state.access) && { takeAgain: () => void session.takeAgain() }),
      ...(free && {
        save: () => {
          controller.settle();
          void session.save();
        },
        submit: () => {
          controller.settle();
          void session.submit().then((done) => {
            if (done) onDone();
          });
        },
        skip: () => setSkipping(true),
      }),
    };
  }, [comments, controller, free, mode, onDone, onTake, session, state.access, takeable]);

  const skip = (reason: string) => {
    controller.settle();
    void session.skip(reason).then((done) => {
      setSkipping(false);
      if (done) onDone();
    });
  };

  const { task, label_map_url, revision } = session.assignment;
  return (
    <>
      <Editor
        controller={controller}
        commands={commands}
        taskId={session.taskId}
        photo={{ name: task.photo.name, url: task.photo.image_url }}
        labelMapUrl={label_map_url}
        back={{ to: `/projects/${projectId}`, label: "To the project" }}
        task={
          mode === "view" ? (
            <Text size="xs" c="dimmed">
              Revision {revision.number} · read-only
            </Text>
          ) : (
            <>
              <SaveBadge state={state.saveState} />
              <SkipPopover opened={skipping} busy={state.busy} onClose={() => setSkipping(false)} onSkip={skip}>
                <ActionTextButton id="skip" variant="subtle" color="gray">
                  Skip
                </ActionTextButton>
              </SkipPopover>
              <ActionTextButton id="save" variant="default">
                Save
              </ActionTextButton>
              <ActionTextButton id="submit">Submit</ActionTextButton>
            </>
          )
        }
        banner={<TaskBanner state={state} viewing={mode === "view"} session={session} />}
        panel={
          <>
            {comments.length > 0 && (
              <Section title="Comments">
                <CommentList
                  controller={controller}
                  comments={comments}
                  onResolve={mode === "edit" ? (id) => void session.resolveComment(id) : undefined}
                />
              </Section>
            )}
            <ProposalNote initial={session.assignment.initial} />
          </>
        }
      />
      {state.conflict && (
        <MergeDialog
          key={revision.number}
          differences={state.conflict}
          theirs={{ revision: revision.number, author: revision.author?.name ?? null }}
          onSettle={(sideOf) => void session.settleConflict(sideOf)}
        />
      )}
    </>
  );
}

const LOST: ReadonlySet<SessionState["access"]> = new Set(["lease-lost", "other-tab"]);

/** Why a task in this state cannot be taken by anybody. */
const SETTLED: Readonly<Partial<Record<TaskState, string>>> = {
  pending: "This photo is still being prepared: its first points are on their way.",
  fitting: "This photo is submitted, and its label map is being drawn.",
  approved: "This photo is approved, so its points stay as they are.",
};

function TaskBanner({ state, viewing, session }: { state: SessionState; viewing: boolean; session: TaskSession }) {
  if (viewing) {
    const settled = SETTLED[session.assignment.task.state];
    return (
      <Banner tone="info" action={settled === undefined && <TakeButton>Take this photo</TakeButton>}>
        {settled ?? "You are looking at this photo. Take it to change its points."}
      </Banner>
    );
  }
  const problem = state.problem === null ? "" : ` ${state.problem}`;
  if (state.access === "lease-lost") {
    return (
      <Banner tone="warning" action={<TakeButton>Take it again</TakeButton>}>
        You no longer hold this photo, so it is read-only. Your edits are kept.{problem}
      </Banner>
    );
  }
  if (state.access === "other-tab") {
    return (
      <Banner tone="warning" action={<TakeButton>Take it again</TakeButton>}>
        This photo is open in a newer tab, so it is read-only here. Its edits are in that tab.{problem}
      </Banner>
    );
  }
  const message = state.problem ?? state.notice;
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
