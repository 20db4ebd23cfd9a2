import { Kbd, Modal, Stack, Text } from "@mantine/core";
import { Fragment } from "react";
import { isMac, strokeParts } from "../actions/keys";
import { type Action, actionsOf, type ActionGroup } from "../actions/registry";
import type { EditorMode } from "../controller";
import { Keys } from "./ActionButton";
import classes from "./ShortcutSheet.module.css";

const GROUPS: readonly ActionGroup[] = ["Task", "Point", "Seeing", "Moving around", "Help"];

/** All actions of the mode with their keys. */
export function ShortcutSheet({ mode, opened, onClose }: { mode: EditorMode; opened: boolean; onClose: () => void }) {
  const actions = actionsOf(mode).filter(({ keys }) => keys.length > 0);
  return (
    <Modal opened={opened} onClose={onClose} title="Keyboard shortcuts" size="xl">
      <div className={classes.sheet}>
        {GROUPS.map((group) => (
          <Stack key={group} gap={6} className={classes.group}>
            <Text fw={600} size="sm">
              {group}
            </Text>
            {actions
              .filter((each) => each.group === group)
              .map((each) => (
                <div key={each.id} className={classes.row}>
                  <Text size="sm">{each.label}</Text>
                  <span className={classes.keys}>
                    <ActionKeys of={each} />
                  </span>
                </div>
              ))}
            {group === "Moving around" && (
              <Text size="xs" c="dimmed">
                The wheel, or two fingers, zoom where the pointer is. Drag beside the points, or with the middle button, to move
                the photo.
              </Text>
            )}
          </Stack>
        ))}
      </div>
    </Modal>
  );
}

/** All its keys; of four arrows with one modifier, the modifier once. */
function ActionKeys({ of: { keys, directed } }: { of: Action }) {
  const [first] = keys;
  if (directed && first !== undefined) {
    const modifiers = strokeParts(first, isMac()).slice(0, -1);
    return (
      <Fragment>
        {[...modifiers, "←", "↑", "↓", "→"].map((part) => (
          <Kbd key={part} size="xs" className={classes.part}>
            {part}
          </Kbd>
        ))}
      </Fragment>
    );
  }
  return keys.map((key, i) => (
    <Fragment key={key}>
      {i > 0 && <span className={classes.or} />}
      <Keys stroke={key} />
    </Fragment>
  ));
}
