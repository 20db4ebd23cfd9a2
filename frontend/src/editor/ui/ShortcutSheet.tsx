import { Modal, Stack, Text } from "@mantine/core";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import { useStrings } from "../../strings/useStrings";
import { nextStroke } from "../actions/keyboard";
import type { Slot } from "../actions/keymap";
import { action, groupedActions } from "../actions/registry";
import type { EditorMode } from "../controller";
import { useKeys } from "./ActionButton";
import { ActionKeys } from "./ActionKeys";
import { type Asking, KeyQuestion } from "./KeyQuestion";
import classes from "./ShortcutSheet.module.css";

/** All actions of the mode with their keys; a click on one changes it. */
export function ShortcutSheet({ mode, opened, onClose }: { mode: EditorMode; opened: boolean; onClose: () => void }) {
  const { actions: names, shortcuts } = useStrings();
  const keymap = useKeys();
  const [asking, setAsking] = useState<Asking | null>(null);
  const [note, setNote] = useState("");
  const asked = useRef<HTMLElement>(null);

  const ask = (slot: Slot, button: HTMLElement) => {
    asked.current = button;
    setNote("");
    setAsking({ slot, stroke: null });
  };
  const answer = () => {
    setAsking(null);
    asked.current?.focus();
  };
  const take = useEffectEvent((slot: Slot, stroke: string | null) => {
    if (stroke === null || stroke === keymap.keysOf(action(slot.id))[slot.index]) answer();
    else if (keymap.holders(slot, stroke).length > 0) setAsking({ slot, stroke });
    else {
      keymap.assign(slot, stroke);
      answer();
    }
  });
  useEffect(() => {
    if (asking?.stroke === null) return nextStroke((stroke) => take(asking.slot, stroke));
  }, [asking]);

  return (
    <Modal
      opened={opened}
      onClose={() => {
        setAsking(null);
        setNote("");
        onClose();
      }}
      title={shortcuts.title}
      size="xl"
      // Escape first takes the question back.
      closeOnEscape={asking === null}
      onKeyDown={(event) => {
        if (event.key === "Escape" && asking !== null) answer();
      }}
    >
      <KeyQuestion
        asking={asking}
        note={note}
        onAnswered={answer}
        onResetAll={() => {
          keymap.resetAll();
          setNote("");
        }}
      />
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
                  <ActionKeys
                    of={each}
                    asked={asking?.slot.id === each.id ? asking.slot.index : null}
                    onAsk={(index, button) => ask({ id: each.id, index }, button)}
                    onLeft={() => {
                      if (asking?.stroke === null) setAsking(null);
                    }}
                    onReset={() => {
                      const others = keymap.reset(each.id).map((id) => names.labels[id]);
                      setNote(others.length > 0 ? shortcuts.alsoReset(others) : "");
                    }}
                  />
                </div>
              ))}
            {group === "moving" && (
              <Text size="xs" c="dimmed">
                {shortcuts.wheel}
              </Text>
            )}
          </Stack>
        ))}
      </div>
    </Modal>
  );
}
