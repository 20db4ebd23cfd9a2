/**
 * Everything that a person can do in the editor, once. Keys, toolbar buttons, menu, tooltips and the shortcut sheet all
 * come from this list, so that none of them can do what the others cannot.
 */
import type { Strings } from "../../strings/strings";
import type { EditorController, EditorMode } from "../controller";
import { NUDGE_DIRECTIONS, NUDGE_STEPS, type ArrowKey } from "../core/nudge";
import { OCCLUDED, OUTSIDE, VISIBLE, type Visibility } from "../core/points";
import { DEFAULT_VIEW, type Tone, TONES } from "../viewSettings";
import { PAINT_ACTIONS } from "./paintActions";
import { PART_ACTIONS } from "./partActions";
import { REVIEW_ACTIONS } from "./reviewActions";

/** What the page around the editor can do; what it leaves out is disabled. */
export interface TaskCommands {
  readonly save?: () => void;
  readonly submit?: () => void;
  readonly skip?: () => void;
  readonly approve?: () => void;
  readonly reject?: () => void;
  readonly comment?: () => void;
  readonly nextComment?: () => void;
  /** Puts the other of two labels of this photo in front. */
  readonly showOther?: () => void;
  readonly showShortcuts?: () => void;
  readonly showTour?: () => void;
  readonly takeAgain?: () => void;
}

export interface ActionContext {
  readonly controller: EditorController;
  readonly commands: TaskCommands;
}

/** What an action is called, and its group, stands with the other strings: an action without a name does not compile. */
export type ActionId = keyof Strings["actions"]["labels"];
export type ActionGroup = keyof Strings["actions"]["groups"];

export interface Action {
  readonly id: ActionId;
  readonly group: ActionGroup;
  readonly modes: readonly EditorMode[];
  /** What it comes with; keymap.ts knows what a person has made of it. */
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
const canChangeSelected = ({ controller }: ActionContext) => controller.canEdit && controller.targets.length > 0;

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

/** A setting of the view; `has` says whether there is what it is about. */
function toggle(
  setting: "points" | "outlines" | "ghost" | "labelMap" | "carry",
  has: (controller: EditorController) => boolean = () => true,
) {
  return {
    enabled: ({ controller }: ActionContext) => has(controller),
    run: ({ controller }: ActionContext) => controller.setView({ [setting]: !controller.view[setting] }),
    on: ({ controller }: ActionContext) => controller.view[setting],
  };
}

function visibility(value: Visibility) {
  return {
    group: "point" as const,
    modes: EDITING,
    enabled: canChangeSelected,
    run: ({ controller }: ActionContext) => controller.setVisibility(value),
  };
}

function tone(which: Tone, steps: 1 | -1) {
  return {
    group: "seeing" as const,
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
    group: "point" as const,
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
  { id: "save", group: "task", modes: EDITING, keys: ["S", "Mod+S"], inFields: true, ...command("save") },
  {
    id: "submit",
    group: "task",
    modes: EDITING,
    keys: ["Enter", "Mod+Enter"],
    inFields: true,
    ...verdict("submit"),
  },
  { id: "skip", group: "task", modes: EDITING, keys: ["K"], ...command("skip") },
  {
    id: "take-again",
    group: "task",
    modes: ["edit", "view"],
    keys: [],
    noKey: "Taking a task is a decision; the button stands where the reason is told.",
    ...command("takeAgain"),
  },
  { id: "approve", group: "task", modes: REVIEWING, keys: ["A"], ...verdict("approve") },
  { id: "reject", group: "task", modes: REVIEWING, keys: ["R"], ...command("reject") },
  { id: "comment", group: "task", modes: REVIEWING, keys: ["C"], ...command("comment") },
  { id: "next-comment", group: "task", modes: EVERYWHERE, keys: ["N"], ...command("nextComment") },
  {
    id: "undo",
    group: "point",
    modes: EDITING,
    keys: ["Mod+Z"],
    repeats: true,
    enabled: ({ controller }) =>
      controller.canEdit && (controller.document.canUndo || controller.paint.corners.length > 0),
    run: ({ controller }) => {
      if (controller.paint.corners.length > 0) controller.paint.dropCorner();
      else controller.undo();
    },
  },
  {
    id: "redo",
    group: "point",
    modes: EDITING,
    keys: ["Mod+Shift+Z", "Mod+Y"],
    repeats: true,
    enabled: ({ controller }) => controller.canEdit && controller.document.canRedo,
    run: ({ controller }) => controller.redo(),
  },
  {
    id: "next-point",
    group: "point",
    modes: EVERYWHERE,
    keys: ["Tab", "."],
    repeats: true,
    enabled: always,
    run: ({ controller }) => controller.selectNext(1),
  },
  {
    id: "previous-point",
    group: "point",
    modes: EVERYWHERE,
    keys: ["Shift+Tab", ","],
    repeats: true,
    enabled: always,
    run: ({ controller }) => controller.selectNext(-1),
  },
  {
    id: "let-go",
    group: "point",
    modes: EVERYWHERE,
    keys: ["Escape"],
    enabled: ({ controller }) =>
      controller.targets.length > 0 || controller.place !== null || controller.paint.tool !== null || controller.placing.active,
    run: ({ controller }) => {
      if (controller.stage?.cancelGesture()) return;
      if (controller.paint.letGo()) return;
      controller.placing.cancel();
      controller.select(null);
      controller.markPlace(null);
    },
  },
  {
    ...nudge("", NUDGE_STEPS.none),
    id: "nudge",
    enabled: always,
    run: (context, stroke) => {
      if (context.controller.targets.length === 0) panByKey(context, stroke);
      else nudge("", NUDGE_STEPS.none).run(context, stroke);
    },
  },
  { id: "nudge-far", ...nudge("Shift+", NUDGE_STEPS.shift) },
  { id: "nudge-fine", ...nudge("Alt+", NUDGE_STEPS.alt) },
  {
    id: "next-doubtful",
    group: "point",
    modes: EDITING,
    keys: ["D"],
    repeats: true,
    enabled: ({ controller }) => controller.attention.doubts.open.length > 0,
    run: ({ controller }) => controller.attention.selectNextDoubtful(),
  },
  {
    id: "confirm",
    group: "point",
    modes: EDITING,
    keys: ["V"],
    enabled: canChangeSelected,
    run: ({ controller }) => controller.confirm(),
  },
  { id: "toggle-carry", group: "point", modes: EDITING, keys: ["L"], ...toggle("carry", ({ shape }) => shape !== null) },
  { id: "visible", keys: ["1"], ...visibility(VISIBLE) },
  { id: "occluded", keys: ["2"], ...visibility(OCCLUDED) },
  { id: "outside", keys: ["3"], ...visibility(OUTSIDE) },
  ...PART_ACTIONS,
  ...PAINT_ACTIONS,
  ...REVIEW_ACTIONS,
  { id: "toggle-points", group: "seeing", modes: EVERYWHERE, keys: ["P"], ...toggle("points") },
  { id: "toggle-outlines", group: "seeing", modes: EVERYWHERE, keys: ["O"], ...toggle("outlines") },
  { id: "toggle-ghost", group: "seeing", modes: EVERYWHERE, keys: ["I"], ...toggle("ghost") },
  { id: "toggle-label-map", group: "seeing", modes: EVERYWHERE, keys: ["M"], ...toggle("labelMap", ({ paint }) => paint.map !== null) },
  {
    id: "photo-only",
    group: "seeing",
    modes: EVERYWHERE,
    keys: ["H"],
    enabled: always,
    run: ({ controller }) => controller.setPhotoOnly(true),
    release: ({ controller }) => controller.setPhotoOnly(false),
  },
  {
    id: "before",
    group: "seeing",
    modes: EVERYWHERE,
    keys: ["B"],
    enabled: always,
    run: ({ controller }) => controller.setBefore(!controller.before),
    on: ({ controller }) => controller.before,
  },
  { id: "brighter", keys: ["]"], ...tone("brightness", 1) },
  { id: "darker", keys: ["["], ...tone("brightness", -1) },
  { id: "more-contrast", keys: ["}"], ...tone("contrast", 1) },
  { id: "less-contrast", keys: ["{"], ...tone("contrast", -1) },
  { id: "more-gamma", keys: [")"], ...tone("gamma", 1) },
  { id: "less-gamma", keys: ["("], ...tone("gamma", -1) },
  {
    id: "reset-tone",
    group: "seeing",
    modes: EVERYWHERE,
    keys: ["\\"],
    enabled: always,
    run: ({ controller }) =>
      controller.setView(Object.fromEntries(TONES.map((which) => [which, DEFAULT_VIEW[which]]))),
  },
  {
    id: "zoom-in",
    group: "moving",
    modes: EVERYWHERE,
    keys: ["+", "="],
    repeats: true,
    enabled: always,
    run: ({ controller }) => controller.stage?.zoomBy(ZOOM_STEP),
  },
  {
    id: "zoom-out",
    group: "moving",
    modes: EVERYWHERE,
    keys: ["-"],
    repeats: true,
    enabled: always,
    run: ({ controller }) => controller.stage?.zoomBy(1 / ZOOM_STEP),
  },
  {
    id: "fit-photo",
    group: "moving",
    modes: EVERYWHERE,
    keys: ["0"],
    enabled: always,
    run: ({ controller }) => controller.stage?.fitPhoto(),
  },
  {
    id: "fit-face",
    group: "moving",
    modes: EVERYWHERE,
    keys: ["F"],
    enabled: always,
    run: ({ controller }) => controller.stage?.fitFace(),
  },
  {
    id: "pan-by-key",
    group: "moving",
    modes: ["view", "review"],
    directed: true,
    repeats: true,
    keys: Object.keys(NUDGE_DIRECTIONS),
    enabled: always,
    run: panByKey,
  },
  {
    id: "pan",
    group: "moving",
    modes: EVERYWHERE,
    keys: ["Space"],
    enabled: always,
    run: ({ controller }) => controller.setPanning(true),
    release: ({ controller }) => controller.setPanning(false),
  },
  {
    id: "shortcuts",
    group: "help",
    modes: EVERYWHERE,
    keys: ["?"],
    ...command("showShortcuts"),
  },
  {
    id: "tour",
    group: "help",
    modes: EVERYWHERE,
    keys: [],
    noKey: "It leaves the photo, which no slip of a finger should do.",
    ...command("showTour"),
  },
];

const BY_ID = new Map<string, Action>(ACTIONS.map((action) => [action.id, action]));

/** Raises RangeError for an id that is not in the registry. */
export function action(id: string): Action {
  const found = BY_ID.get(id);
  if (found === undefined) throw new RangeError(`no action ${id}`);
  return found;
}

export function actionsOf(mode: EditorMode): Action[] {
  return ACTIONS.filter((each) => each.modes.includes(mode));
}

/** The actions of a mode under the headings that lists of them have. */
export function groupedActions(mode: EditorMode): Map<ActionGroup, Action[]> {
  const groups = new Map<ActionGroup, Action[]>();
  for (const each of actionsOf(mode)) groups.set(each.group, [...(groups.get(each.group) ?? []), each]);
  return groups;
}
