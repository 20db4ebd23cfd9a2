import { ActionIcon, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconArrowLeft } from "@tabler/icons-react";
import { type ReactNode, type Ref, useEffect, useEffectEvent, useMemo, useRef, useState } from "react";
import { Link, useLocation, useNavigate } from "react-router";
import { useUser } from "../api/session";
import { withReturn } from "../app/returning";
import { strings } from "../strings/strings";
import { useStrings } from "../strings/useStrings";
import { useOnDemand } from "../ui/useOnDemand";
import { followKeyboard } from "./actions/keyboard";
import { Keymap } from "./actions/keymap";
import type { TaskCommands } from "./actions/registry";
import { offerAutomation } from "./automation";
import type { EditorController } from "./controller";
import classes from "./Editor.module.css";
import { EditorActions, usePrintedKeys } from "./ui/ActionButton";
import { LabelMapLoader, StageCanvases } from "./ui/Pictures";
import { PlacingGuide } from "./ui/PlacingGuide";
import { SidePanel } from "./ui/SidePanel";
import { Tip } from "./ui/Tip";
import { Toolbar } from "./ui/Toolbar";
import { useController } from "./ui/useController";

const shortcutSheet = () => import("./ui/ShortcutSheet");

interface EditorProps {
  controller: EditorController;
  commands: TaskCommands;
  /** Null for a photo that is nobody's task. */
  taskId: number | null;
  photo: { name: string; url: string };
  /** The label map without what was painted; null while the task has none. */
  fittedMapUrl: string | null;
  /** The photo is shown before it is leased: nothing can be changed yet. */
  opening?: boolean;
  back: { to: string; label: string };
  /** What stands at the right end of the bar: where the work is kept, and the task's buttons. */
  task: ReactNode;
  /** Something that the person has to know, across the width. */
  banner?: ReactNode;
  /** First in the side panel. */
  panel?: ReactNode;
}

/** The photo with its points, the tools, and the panel; the same for annotating, looking and reviewing. */
export function Editor({
  controller,
  commands,
  taskId,
  photo,
  fittedMapUrl,
  opening = false,
  back,
  task,
  banner,
  panel,
}: EditorProps) {
  useController(controller);
  const [shortcuts, setShortcuts] = useState(false);
  const sheet = useOnDemand(shortcuts, shortcutSheet, () => setShortcuts(false));
  const userId = useUser().id;
  const keymap = useMemo(() => new Keymap(userId), [userId]);
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const context = useMemo(() => {
    const help: TaskCommands = {
      showShortcuts: () => setShortcuts(true),
      showTour: () => void navigate(withReturn("/tour", pathname)),
    };
    return { controller, commands: { ...help, ...commands }, keymap };
  }, [controller, commands, keymap, navigate, pathname]);
  const host = useRef<HTMLDivElement>(null);
  const currentContext = useEffectEvent(() => context);

  useEffect(() => {
    if (host.current === null) return;
    host.current.focus({ preventScroll: true });
    return followKeyboard(host.current, () => currentContext());
  }, []);
  useEffect(() => offerAutomation(controller), [controller]);

  const { document } = controller;
  useEffect(
    () =>
      document.subscribe((event) => {
        if (event === "refused") notifications.show({ color: "red", message: strings().paint.tooManyPieces });
      }),
    [document],
  );
  return (
    <EditorActions value={context}>
      <div
        className={classes.editor}
        data-testid="editor"
        data-task-id={taskId ?? undefined}
        data-mode={controller.mode}
        data-opening={opening || undefined}
        data-revision={document.base.revision}
        data-corrected={document.corrected().length}
      >
        <header className={classes.bar}>
          <div className={classes.place}>
            <Tip label={back.label}>
              <ActionIcon component={Link} to={back.to} variant="subtle" color="gray" size={32} aria-label={back.label}>
                <IconArrowLeft size={18} aria-hidden />
              </ActionIcon>
            </Tip>
            <Tip label={photo.name}>
              {/* Folders come first in a photo's name, and are alike for many; what is nobody's task has a title. */}
              <Text size="sm" fw={500} truncate={taskId === null ? "end" : "start"} ta="left" component="h1">
                <bdi>{photo.name}</bdi>
              </Text>
            </Tip>
          </div>
          <Toolbar />
          <div className={classes.task}>{task}</div>
        </header>
        {banner}
        <main className={classes.body}>
          <PhotoHost ref={host}>
            <StageCanvases key={photo.url} controller={controller} photoUrl={photo.url} />
            <PlacingGuide controller={controller} />
            <LabelMapLoader key={fittedMapUrl} controller={controller} url={fittedMapUrl} />
          </PhotoHost>
          <SidePanel>{panel}</SidePanel>
        </main>
      </div>
      {sheet && <sheet.ShortcutSheet mode={controller.mode} opened={shortcuts} onClose={() => setShortcuts(false)} />}
    </EditorActions>
  );
}

/** What has the focus while the keyboard works on the photo. */
function PhotoHost({ ref, children }: { ref: Ref<HTMLDivElement>; children: ReactNode }) {
  const { editor } = useStrings();
  const [next = ""] = usePrintedKeys("next-point");
  const move = usePrintedKeys("nudge").join(" ");
  return (
    <div ref={ref} className={classes.stage} tabIndex={0} role="application" aria-label={editor.photoWith106(next, move)}>
      {children}
    </div>
  );
}
