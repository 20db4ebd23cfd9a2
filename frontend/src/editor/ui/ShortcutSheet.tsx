import { Modal, SimpleGrid, Stack, Text } from "@mantine/core";
import { Fragment } from "react";
import { actionsOf, type ActionGroup } from "../actions/registry";
import type { EditorMode } from "../controller";
import { Keys } from "./ActionButton";
import classes from "./ShortcutSheet.module.css";

const GROUPS: readonly ActionGroup[] = ["Task", "Point", "Seeing", "Moving around", "Help"];

/** All actions of the mode with their keys. */
export function ShortcutSheet({ mode, opened, onClose }: { mode: EditorMode; opened: boolean; onClose: () => void }) {
  const actions = actionsOf(mode).filter(({ keys }) => keys.length > 0);
  return (
    <Modal opened={opened} onClose={onClose} title="Keyboard shortcuts" size="xl">
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xl" verticalSpacing="lg">
        {GROUPS.map((group) => (
          <Stack key={group} gap={6}>
            <Text fw={600} size="sm">
              {group}
            </Text>
            {actions
              .filter((each) => each.group === group)
              .map((each) => (
                <div key={each.id} className={classes.row}>
                  <Text size="sm">{each.label}</Text>
                  <span className={classes.keys}>
                    {each.keys.map((key, i) => (
                      <Fragment key={key}>
                        {i > 0 && <span className={classes.or} />}
                        <Keys stroke={key} />
                      </Fragment>
                    ))}
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
      </SimpleGrid>
    </Modal>
  );
}
