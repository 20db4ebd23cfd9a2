import { ActionIcon } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { Fragment, memo, useState } from "react";
import { useStrings } from "../../strings/useStrings";
import { useOnDemand } from "../../ui/useOnDemand";
import type { EditorMode } from "../controller";
import { ActionIconButton, useActionContext } from "./ActionButton";
import { Tip } from "./Tip";
import classes from "./Toolbar.module.css";

const BUTTONS: Readonly<Record<EditorMode, readonly (readonly string[])[]>> = {
  edit: [
    ["undo", "redo", "next-doubtful", "toggle-carry", "place-face"],
    ["zoom-out", "zoom-in", "fit-photo", "fit-face"],
    ["toggle-points", "toggle-outlines", "toggle-label-map", "before"],
  ],
  view: [
    ["zoom-out", "zoom-in", "fit-photo", "fit-face"],
    ["toggle-points", "toggle-outlines", "toggle-label-map", "before"],
  ],
  review: [
    ["zoom-out", "zoom-in", "fit-photo", "fit-face"],
    ["toggle-points", "toggle-outlines", "toggle-label-map", "before", "differences"],
    ["comment"],
  ],
};

/** Fingers, wheel and keys do the same: where the window is narrow, the photo's name takes their room. */
const ROOM_PERMITTING: ReadonlySet<string> = new Set(["zoom-out", "zoom-in", "fit-photo"]);

/** The buttons used all day; the menu at the end has everything. */
export const Toolbar = memo(function Toolbar() {
  const { editor } = useStrings();
  const { controller } = useActionContext();
  return (
    <div className={classes.toolbar} role="toolbar" aria-label={editor.toolbar}>
      {BUTTONS[controller.mode].map((group, i) => (
        <Fragment key={group.join()}>
          {i > 0 && <span className={classes.divider} aria-hidden />}
          {group.map((id) => (
            <span key={id} className={classes.button} data-room-permitting={ROOM_PERMITTING.has(id) || undefined}>
              <ActionIconButton id={id} />
            </span>
          ))}
        </Fragment>
      ))}
      <span className={classes.divider} aria-hidden />
      <ActionIconButton id="shortcuts" />
      <AllActionsButton />
    </div>
  );
});

const allActions = () => import("./AllActions");

/** Stands for the menu, and looks like its button, until it is wanted first. */
function AllActionsButton() {
  const { editor } = useStrings();
  const [wanted, setWanted] = useState(false);
  const menu = useOnDemand(wanted, allActions, () => setWanted(false));
  if (menu) return <menu.AllActions />;
  return (
    <Tip label={editor.allActions}>
      <ActionIcon
        size={32}
        variant="subtle"
        color="gray"
        aria-label={editor.allActions}
        aria-haspopup="menu"
        onClick={() => setWanted(true)}
      >
        <IconDots size={18} aria-hidden />
      </ActionIcon>
    </Tip>
  );
}
