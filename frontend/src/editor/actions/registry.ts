/**
 * Everything that a person can do in the editor, once. Keys, toolbar buttons, menu, tooltips and the shortcut sheet all
 * come from this list, so that none of them can do what the others cannot.
 */
import type { EditorController, EditorMode } from "../controller";
import { NUDGE_DIRECTIONS, NUDGE_STEPS, type ArrowKey } from "../core/nudge";
import { OCCLUDED, OUTSIDE, VISIBLE, type Visibility } from "../core/points";
import { DEFAULT_VIEW } from "../viewSettings";

/** What the page around the editor can do; what it leaves out is disabled. */
export interface TaskCommands {
  readonly save?: () => void;
  readonly submit?: () => void;
  readonly skip?: () => void;
  readonly approve?: () => void;
  readonly reject?: () => void;
  readonly comment?: () => void;
  readonly nextComment?: () => void;
  readonly showShortcuts?: () => void;
  readonly takeAgain?: () => void;
}

export interface ActionContext {
  readonly controller: EditorController;
  readonly commands: TaskCommands;
}

export type ActionGroup = "Task" | "Point" | "Seeing" | "Moving around" | "Help";

export interface Action {
  readonly id: string;
  readonly label: string;
  readonly group: ActionGroup;
  readonly modes: readonly EditorMode[];
  /** The first one is shown in tooltips. */
  readonly keys: readonly string[];
  /** Why there is no key, where there is none. */
  readonly noKey?: string;
  /** Which key was pressed says where to, so there is no button and no menu entry. */
  readonly directed?: boolean;
  /** Happens again and again while the key is held; without it, one press is one time. */
  readonly repeats?: boolean;
  /** Also while a text field has the focus. */
  readonly inFields?: boolean;
  readonly enabled: (context: ActionContext) => boolean;
  readonly run: (context: ActionContext, stroke?: string) => void;
  /** The action lasts while the key is held; this ends it. */
  readonly release?: (context: ActionContext) => void;
  /** For toggles: whether it is on. */
  readonly on?: (context: ActionContext) => boolean;
}

const EVERYWHERE: readonly EditorMode[] = ["edit", "view", "review"];
const EDITING: readonly EditorMode[] = ["edit"];
const REVIEWING: readonly EditorMode[] = ["review"];

const always = () => true;
const canChangeSelected = ({ controller }: ActionContext) => controller.canEdit && controller.selected !== null;

function command(name: keyof TaskCommands) {
  return {
    enabled: ({ commands }: ActionContext) => commands[name] !== undefined,
    run: ({ commands }: ActionContext) => commands[name]?.(),
  };
}

/** Nobody gives a photo away that has not been on the screen, as after one key press too many. */
function verdict(name: "submit" | "approve") {
  const { enabled, run } = command(name);
  return { enabled: (context: ActionContext) => context.controller.photoShown && enabled(context), run };
}

/** What a setting is about, where it may be missing. */
const HAS: Readonly<Record<"labelMap" | "carry", (controller: EditorController) => boolean>> = {
  labelMap: ({ labelMap }) => labelMap !== null,
  carry: ({ shape }) => shape !== null,
};

function toggle(setting: "points" | "outlines" | "labelMap" | "carry") {
  return {
    enabled: ({ controller }: ActionContext) => setting === "points" || setting === "outlines" || HAS[setting](controller),
    run: ({ controller }: ActionContext) => controller.setView({ [setting]: !controller.view[setting] }),
    on: ({ controller }: ActionContext) => controller.view[setting],
  };
}

function visibility(value: Visibility) {
  return {
    group: "Point" as const,
    modes: EDITING,
    enabled: canChangeSelected,
    run: ({ controller }: ActionContext) => controller.setVisibility(value),
  };
}

function tone(which: "brightness" | "contrast", steps: 1 | -1) {
  return {
    group: "Seeing" as const,
    modes: EVERYWHERE,
    repeats: true,
    enabled: always,
    run: ({ controller }: ActionContext) => controller.stepTone(which, steps),
  };
}

function directionOf(stroke = ""): readonly [number, number] {
  const arrow = stroke.split("+").at(-1) ?? "";
  return arrow in NUDGE_DIRECTIONS ? NUDGE_DIRECTIONS[arrow as ArrowKey] : [0, 0];
}

function nudge(prefix: "" | "Shift+" | "Alt+", step: number) {
  return {
    group: "Point" as const,
    modes: EDITING,
    directed: true,
    repeats: true,
    keys: (Object.keys(NUDGE_DIRECTIONS) as ArrowKey[]).map((arrow) => `${prefix}${arrow}`),
    enabled: canChangeSelected,
    run: ({ controller }: ActionContext, stroke?: string) => {
      const [dx, dy] = directionOf(stroke);
      controller.nudge(step * dx, step * dy);
    },
  };
}

const ZOOM_STEP = 1.4;
const PAN_STEP = 60;

function panByKey({ controller }: ActionContext, stroke?: string): void {
  const [dx, dy] = directionOf(stroke);
  controller.stage?.panBy(-PAN_STEP * dx, -PAN_STEP * dy);
}

export const ACTIONS: readonly Action[] = [
  { id: "save", label: "Save", group: "Task", modes: EDITING, keys: ["S", "Mod+S"], inFields: true, ...command("save") },
  {
    id: "submit",
    label: "Submit and go on",
    group: "Task",
    modes: EDITING,
    keys: ["Enter", "Mod+Enter"],
    inFields: true,
    ...verdict("submit"),
  },
  { id: "skip", label: "Skip this photo", group: "Task", modes: EDITING, keys: ["K"], ...command("skip") },
  {
    id: "take-again",
    label: "Take it again",
    group: "Task",
    modes: ["edit", "view"],
    keys: [],
    noKey: "Taking a task is a decision; the button stands where the reason is told.",
    ...command("takeAgain"),
  },
  { id: "approve", label: "Approve and go on", group: "Task", modes: REVIEWING, keys: ["A"], ...verdict("approve") },
  { id: "reject", label: "Reject with the comments", group: "Task", modes: REVIEWING, keys: ["R"], ...command("reject") },
  { id: "comment", label: "Write a comment", group: "Task", modes: REVIEWING, keys: ["C"], ...command("comment") },
  { id: "next-comment", label: "Next comment", group: "Task", modes: EVERYWHERE, keys: ["N"], ...command("nextComment") },
  {
    id: "undo",
    label: "Undo",
    group: "Point",
    modes: EDITING,
    keys: ["Mod+Z"],
    repeats: true,
    enabled: ({ controller }) => controller.canEdit && controller.document.canUndo,
    run: ({ controller }) => controller.undo(),
  },
  {
    id: "redo",
    label: "Redo",
    group: "Point",
    modes: EDITING,
    keys: ["Mod+Shift+Z", "Mod+Y"],
    repeats: true,
    enabled: ({ controller }) => controller.canEdit && controller.document.canRedo,
    run: ({ controller }) => controller.redo(),
  },
  {
    id: "next-point",
    label: "Next point",
    group: "Point",
    modes: EVERYWHERE,
    keys: ["Tab", "."],
    repeats: true,
    enabled: always,
    run: ({ controller }) => controller.selectNext(1),
  },
  {
    id: "previous-point",
    label: "Previous point",
    group: "Point",
    modes: EVERYWHERE,
    keys: ["Shift+Tab", ","],
    repeats: true,
    enabled: always,
    run: ({ controller }) => controller.selectNext(-1),
  },
  {
    id: "let-go",
    label: "Let the point go; once more to leave the photo",
    group: "Point",
    modes: EVERYWHERE,
    keys: ["Escape"],
    enabled: ({ controller }) => controller.selected !== null || controller.place !== null,
    run: ({ controller }) => {
      controller.select(null);
      controller.markPlace(null);
    },
  },
  {
    ...nudge("", NUDGE_STEPS.none),
    id: "nudge",
    label: "Move the point by 1 pixel; the photo, when no point is selected",
    enabled: always,
    run: (context, stroke) => {
      if (context.controller.selected === null) panByKey(context, stroke);
      else nudge("", NUDGE_STEPS.none).run(context, stroke);
    },
  },
  { id: "nudge-far", label: "Move the point by 10 pixels", ...nudge("Shift+", NUDGE_STEPS.shift) },
  { id: "nudge-fine", label: "Move the point by 0.1 pixel", ...nudge("Alt+", NUDGE_STEPS.alt) },
  {
    id: "next-doubtful",
    label: "Next doubtful point, the worst first",
    group: "Point",
    modes: EDITING,
    keys: ["D"],
    repeats: true,
    enabled: ({ controller }) => controller.doubts.open.length > 0,
    run: ({ controller }) => controller.selectNextDoubtful(),
  },
  {
    id: "confirm",
    label: "The point is right where it is; on to the next doubtful one",
    group: "Point",
    modes: EDITING,
    keys: ["V"],
    enabled: canChangeSelected,
    run: ({ controller }) => controller.confirm(),
  },
  { id: "toggle-carry", label: "Other points follow", group: "Point", modes: EDITING, keys: ["L"], ...toggle("carry") },
  { id: "visible", label: "The point is visible", keys: ["1"], ...visibility(VISIBLE) },
  { id: "occluded", label: "The point is occluded", keys: ["2"], ...visibility(OCCLUDED) },
  { id: "outside", label: "The point is outside the photo", keys: ["3"], ...visibility(OUTSIDE) },
  { id: "toggle-points", label: "Points", group: "Seeing", modes: EVERYWHERE, keys: ["P"], ...toggle("points") },
  { id: "toggle-outlines", label: "Outlines", group: "Seeing", modes: EVERYWHERE, keys: ["O"], ...toggle("outlines") },
  { id: "toggle-label-map", label: "Label map", group: "Seeing", modes: EVERYWHERE, keys: ["M"], ...toggle("labelMap") },
  {
    id: "photo-only",
    label: "Nothing but the photo, while held",
    group: "Seeing",
    modes: EVERYWHERE,
    keys: ["H"],
    enabled: always,
    run: ({ controller }) => controller.setPhotoOnly(true),
    release: ({ controller }) => controller.setPhotoOnly(false),
  },
  {
    id: "before",
    label: "Before and after",
    group: "Seeing",
    modes: EVERYWHERE,
    keys: ["B"],
    enabled: always,
    run: ({ controller }) => controller.setBefore(!controller.before),
    on: ({ controller }) => controller.before,
  },
  { id: "brighter", label: "Brighter", keys: ["]"], ...tone("brightness", 1) },
  { id: "darker", label: "Darker", keys: ["["], ...tone("brightness", -1) },
  { id: "more-contrast", label: "More contrast", keys: ["}"], ...tone("contrast", 1) },
  { id: "less-contrast", label: "Less contrast", keys: ["{"], ...tone("contrast", -1) },
  {
    id: "reset-tone",
    label: "Brightness and contrast as they were",
    group: "Seeing",
    modes: EVERYWHERE,
    keys: ["\\"],
    enabled: always,
    run: ({ controller }) =>
      controller.setView({ brightness: DEFAULT_VIEW.brightness, contrast: DEFAULT_VIEW.contrast }),
  },
  {
    id: "zoom-in",
    label: "Zoom in",
    group: "Moving around",
    modes: EVERYWHERE,
    keys: ["+", "="],
    repeats: true,
    enabled: always,
    run: ({ controller }) => controller.stage?.zoomBy(ZOOM_STEP),
  },
  {
    id: "zoom-out",
    label: "Zoom out",
    group: "Moving around",
    modes: EVERYWHERE,
    keys: ["-"],
    repeats: true,
    enabled: always,
    run: ({ controller }) => controller.stage?.zoomBy(1 / ZOOM_STEP),
  },
  {
    id: "fit-photo",
    label: "Whole photo",
    group: "Moving around",
    modes: EVERYWHERE,
    keys: ["0"],
    enabled: always,
    run: ({ controller }) => controller.stage?.fitPhoto(),
  },
  {
    id: "fit-face",
    label: "Zoom to the face",
    group: "Moving around",
    modes: EVERYWHERE,
    keys: ["F"],
    enabled: always,
    run: ({ controller }) => controller.stage?.fitFace(),
  },
  {
    id: "pan-by-key",
    label: "Move the photo",
    group: "Moving around",
    modes: ["view", "review"],
    directed: true,
    repeats: true,
    keys: Object.keys(NUDGE_DIRECTIONS),
    enabled: always,
    run: panByKey,
  },
  {
    id: "pan",
    label: "Move the photo, while held",
    group: "Moving around",
    modes: EVERYWHERE,
    keys: ["Space"],
    enabled: always,
    run: ({ controller }) => controller.setPanning(true),
    release: ({ controller }) => controller.setPanning(false),
  },
  {
    id: "shortcuts",
    label: "Keyboard shortcuts",
    group: "Help",
    modes: EVERYWHERE,
    keys: ["?"],
    ...command("showShortcuts"),
  },
];

const BY_ID = new Map(ACTIONS.map((action) => [action.id, action]));

/** Raises RangeError for an id that is not in the registry. */
export function action(id: string): Action {
  const found = BY_ID.get(id);
  if (found === undefined) throw new RangeError(`no action ${id}`);
  return found;
}

export function actionsOf(mode: EditorMode): Action[] {
  return ACTIONS.filter((each) => each.modes.includes(mode));
}

/** The action that `stroke` runs in `mode`, or null. */
export function actionForKey(mode: EditorMode, stroke: string): Action | null {
  return actionsOf(mode).find((each) => each.keys.includes(stroke)) ?? null;
}
