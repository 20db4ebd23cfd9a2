import { Kbd, Modal, Stack, Text } from "@mantine/core";
import { Fragment } from "react";
import { useStrings } from "../../strings/useStrings";
import { isMac, strokeParts } from "../actions/keys";
import { type Action, groupedActions } from "../actions/registry";
import type { EditorMode } from "../controller";
import { Keys } from "./ActionButton";
import classes from "./ShortcutSheet.module.css";

/** All actions of the mode with their keys. */
export function ShortcutSheet({ mode, opened, onClose }: { mode: EditorMode; opened: boolean; onClose: () => void }) {
  const { actions: names, editor } = useStrings();
  return (
    <Modal opened={opened} onClose={onClose} title={editor.shortcuts} size="xl">
      <div className={classes.sheet}>
        {[...groupedActions(mode)].map(([group, actions]) => (
          <Stack key={group} gap={6} className={classes.group}>
            <Text fw={600} size="sm">
              {names.groups[group]}
            </Text>
            {actions
              .filter(({ keys }) => keys.length > 0)
              .map((each) => (
                <div key={each.id} className={classes.row}>
                  <Text size="sm">{names.labels[each.id]}</Text>
                  <span className={classes.keys}>
                    <ActionKeys of={each} />
                  </span>
                </div>
              ))}
            {group === "moving" && (
              <Text size="xs" c="dimmed">
                {editor.wheel}
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
