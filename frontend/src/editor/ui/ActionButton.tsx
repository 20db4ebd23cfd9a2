import { ActionIcon, Button, type ButtonProps, Group, Kbd } from "@mantine/core";
import { type ComponentProps, createContext, Fragment, memo, type MouseEvent, type ReactNode, use, useSyncExternalStore } from "react";
import { useStrings } from "../../strings/useStrings";
import type { KeyedContext, Keymap } from "../actions/keymap";
import { ariaStroke, isMac, strokeParts, strokeText } from "../actions/keys";
import { action, type Action, type ActionContext, type ActionId } from "../actions/registry";
import classes from "./ActionButton.module.css";
import { ICONS } from "./icons";
import { Tip } from "./Tip";

/** What the editor's actions act on, for every button below. */
export const EditorActions = createContext<KeyedContext | null>(null);

export function useActionContext(): KeyedContext {
  const context = use(EditorActions);
  if (context === null) throw new Error("an action's button needs an editor around it");
  return context;
}

/** The person's keys; the component renders anew when one of them is changed. */
export function useKeys(): Keymap {
  const { keymap } = useActionContext();
  useSyncExternalStore(keymap.subscribe, keymap.changes);
  return keymap;
}

/** The keys of an action, for a sentence. */
export function usePrintedKeys(id: ActionId): string[] {
  return useKeys()
    .keysOf(action(id))
    .map((stroke) => strokeText(stroke, isMac()));
}

/** For `aria-keyshortcuts`. */
function useAriaKeys(of: Action): string | undefined {
  const [key] = useKeys().keysOf(of);
  return key === undefined ? undefined : ariaStroke(key, isMac());
}

export function Keys({ stroke }: { stroke: string }) {
  return (
    <Group gap={3} component="span" wrap="nowrap" style={{ display: "inline-flex" }}>
      {strokeParts(stroke, isMac()).map((part, i) => (
        <Fragment key={part}>
          {/* Heard and copied as words of their own. */}
          {i > 0 && " "}
          <Kbd size="xs">{part}</Kbd>
        </Fragment>
      ))}
    </Group>
  );
}

export function ActionTip({ of, children }: { of: Action } & Pick<ComponentProps<typeof Tip>, "children">) {
  const { labels } = useStrings().actions;
  const [key] = useKeys().keysOf(of);
  const label = (
    <Group gap={8} wrap="nowrap">
      {labels[of.id]}
      {key !== undefined && <Keys stroke={key} />}
    </Group>
  );
  return <Tip label={label}>{children}</Tip>;
}

/** Renders the component anew when its action can be done, or can no longer, or is on or off: not with all that changes. */
function useActionState(of: Action, context: ActionContext): void {
  useSyncExternalStore(context.controller.subscribe, () => `${of.enabled(context)} ${of.on?.(context)}`);
}

/** The photo keeps the focus, so that the keyboard goes on working after a click on a button. */
function keepFocus(event: MouseEvent): void {
  event.preventDefault();
}

/** An icon in the toolbar. An action that lasts while its key is held lasts here while the button is pressed. */
export const ActionIconButton = memo(function ActionIconButton({ id }: { id: string }) {
  const context = useActionContext();
  const { labels } = useStrings().actions;
  const found = action(id);
  useActionState(found, context);
  const keys = useAriaKeys(found);
  const Icon = ICONS[id];
  const on = found.on?.(context);
  const enabled = found.enabled(context);
  const presses = found.release
    ? {
        onPointerDown: () => found.run(context),
        onPointerUp: () => found.release?.(context),
        onPointerLeave: () => found.release?.(context),
      }
    : { onClick: () => found.run(context) };
  return (
    <ActionTip of={found}>
      <ActionIcon
        size={32}
        className={classes.icon}
        variant={on ? "light" : "subtle"}
        color={on ? undefined : "gray"}
        aria-label={labels[found.id]}
        aria-pressed={on}
        aria-keyshortcuts={keys}
        data-testid={`btn-${id}`}
        aria-disabled={!enabled}
        onMouseDown={keepFocus}
        {...(enabled ? presses : {})}
      >
        {Icon && <Icon size={18} stroke={1.75} aria-hidden />}
      </ActionIcon>
    </ActionTip>
  );
});

/** A button with the action's words, for what a task comes down to. */
export function ActionTextButton({ id, children, ...props }: { id: string; children: ReactNode } & ButtonProps) {
  const context = useActionContext();
  const found = action(id);
  useActionState(found, context);
  const keys = useAriaKeys(found);
  return (
    <ActionTip of={found}>
      <Button
        size="xs"
        px={8}
        data-testid={`btn-${id}`}
        aria-keyshortcuts={keys}
        disabled={!found.enabled(context)}
        onMouseDown={keepFocus}
        onClick={() => found.run(context)}
        {...props}
      >
        {children}
      </Button>
    </ActionTip>
  );
}
