import { ActionIcon, Menu, Tooltip } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { Fragment } from "react";
import { useStrings } from "../../strings/useStrings";
import { type Action, groupedActions } from "../actions/registry";
import type { EditorMode } from "../controller";
import { ActionIconButton, Keys, useActionContext, useKeys } from "./ActionButton";
import classes from "./Toolbar.module.css";
import { useController } from "./useController";

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
export function Toolbar() {
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
      <AllActions />
    </div>
  );
}

function AllActions() {
  const { actions: names, editor } = useStrings();
  const context = useActionContext();
  useController(context.controller);
  const keymap = useKeys();
  const keysOf = (each: Action) => {
    const [key] = keymap.keysOf(each);
    return key === undefined ? undefined : <Keys stroke={key} />;
  };
  return (
    <Menu position="bottom-end" width={300} returnFocus={false}>
      <Menu.Target>
        <Tooltip label={editor.allActions} position="bottom">
          <ActionIcon size={32} variant="subtle" color="gray" aria-label={editor.allActions}>
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown mah="70vh" style={{ overflowY: "auto" }}>
        {[...groupedActions(context.controller.mode)].map(([group, actions]) => (
          <Fragment key={group}>
            <Menu.Label>{names.groups[group]}</Menu.Label>
            {actions
              .filter(({ release, directed }) => release === undefined && !directed)
              .map((each) => (
                <Menu.Item
                  key={each.id}
                  fz="xs"
                  py={4}
                  disabled={!each.enabled(context)}
                  rightSection={keysOf(each)}
                  onClick={() => each.run(context)}
                >
                  {names.labels[each.id]}
                </Menu.Item>
              ))}
          </Fragment>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
