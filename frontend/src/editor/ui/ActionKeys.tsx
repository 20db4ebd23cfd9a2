import { ActionIcon, Kbd, UnstyledButton } from "@mantine/core";
import { IconRestore } from "@tabler/icons-react";
import { useStrings } from "../../strings/useStrings";
import { FIXED_STROKE } from "../actions/keymap";
import { isMac, strokeParts, strokeText, withSharedModifiers } from "../actions/keys";
import type { Action } from "../actions/registry";
import { Keys, useKeys } from "./ActionButton";
import classes from "./ActionKeys.module.css";

interface ActionKeysProps {
  of: Action;
  /** Which of the keys is being changed, or null. */
  asked: number | null;
  onAsk: (index: number, button: HTMLElement) => void;
  /** The focus has left the key that is being changed. */
  onLeft: () => void;
  onReset: () => void;
}

/** All keys of an action, each a button that changes it, and one that gives the action its own keys back. */
export function ActionKeys({ of, asked, onAsk, onLeft, onReset }: ActionKeysProps) {
  const { actions: names, shortcuts } = useStrings();
  const keymap = useKeys();
  const mac = isMac();
  const label = names.labels[of.id];
  const strokes = keymap.keysOf(of);
  const { shared, each } = of.directed ? withSharedModifiers(strokes, mac) : { shared: [], each: strokes };
  return (
    <span className={classes.keys}>
      {keymap.isChanged(of) && (
        <ActionIcon size={18} variant="subtle" color="gray" aria-label={shortcuts.reset(label)} onClick={onReset}>
          <IconRestore size={14} aria-hidden />
        </ActionIcon>
      )}
      {shared.map((part) => (
        <Kbd key={part} size="xs">
          {part}
        </Kbd>
      ))}
      {strokes.map((stroke, index) =>
        stroke === FIXED_STROKE ? (
          <Keys key={index} stroke={stroke} />
        ) : (
          <UnstyledButton
            key={index}
            className={classes.key}
            data-asked={asked === index || undefined}
            data-testid={`key-${of.id}-${index}`}
            // Begins with what it shows, for those who speak to their computer.
            aria-label={shortcuts.change(
              strokeParts(stroke, mac).join(" "),
              of.directed ? `${label} ${strokeText(of.keys[index] as string, mac)}` : label,
            )}
            onClick={(event) => onAsk(index, event.currentTarget)}
            onBlur={() => {
              if (asked === index) onLeft();
            }}
          >
            <Keys stroke={each[index] as string} />
          </UnstyledButton>
        ),
      )}
    </span>
  );
}
