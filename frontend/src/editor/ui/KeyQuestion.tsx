import { Button, Group, Text } from "@mantine/core";
import { useStrings } from "../../strings/useStrings";
import { ConfirmButton } from "../../ui/ConfirmButton";
import type { Slot } from "../actions/keymap";
import { isMac, strokeText } from "../actions/keys";
import { action, type ActionId } from "../actions/registry";
import { useKeys } from "./ActionButton";
import classes from "./KeyQuestion.module.css";

/** The key that is being changed, and the stroke that was pressed for it when that is another's; null before. */
export interface Asking {
  readonly slot: Slot;
  readonly stroke: string | null;
}

interface KeyQuestionProps {
  asking: Asking | null;
  /** What else the last press has changed. */
  note: string;
  onAnswered: () => void;
  onResetAll: () => void;
}

/** The line above the keys: how to change one, and what to do about a key that is taken. */
export function KeyQuestion({ asking, note, onAnswered, onResetAll }: KeyQuestionProps) {
  const { shortcuts } = useStrings();
  const keymap = useKeys();
  return (
    <div className={classes.question} role="status" data-testid="key-question">
      {asking === null ? (
        <>
          <Text size="sm" c={note === "" ? "dimmed" : undefined}>
            {note === "" ? shortcuts.howToChange : note}
          </Text>
          {keymap.changes().size > 0 && (
            <ConfirmButton label={shortcuts.resetAll} confirmLabel={shortcuts.sureToResetAll} onConfirm={onResetAll} />
          )}
        </>
      ) : asking.stroke === null ? (
        <Text size="sm">{shortcuts.pressNew}</Text>
      ) : (
        <Taken slot={asking.slot} stroke={asking.stroke} onAnswered={onAnswered} />
      )}
    </div>
  );
}

/** The pressed key has a meaning already: both keys change places, or everything stays as it is. */
function Taken({ slot, stroke, onAnswered }: { slot: Slot; stroke: string; onAnswered: () => void }) {
  const { actions: names, shortcuts } = useStrings();
  const keymap = useKeys();
  const named = (ids: readonly ActionId[]) => ids.map((id) => names.labels[id]);
  const printed = (key: string) => strokeText(key, isMac());
  const given = keymap.keysOf(action(slot.id))[slot.index] as string;
  const hindrances = keymap.hindrances(slot, stroke);
  const free = hindrances.length === 0;
  return (
    <>
      <Text size="sm">
        {shortcuts.taken(printed(stroke), named(keymap.holders(slot, stroke).map(({ id }) => id)))}{" "}
        {!free && shortcuts.hindered(printed(given), named(hindrances))}
      </Text>
      <Group gap={8} wrap="nowrap">
        {free && (
          <Button
            size="compact-sm"
            autoFocus
            onClick={() => {
              keymap.assign(slot, stroke);
              onAnswered();
            }}
          >
            {shortcuts.swap}
          </Button>
        )}
        <Button size="compact-sm" variant="default" autoFocus={!free} onClick={onAnswered}>
          {shortcuts.keepOld}
        </Button>
      </Group>
    </>
  );
}
