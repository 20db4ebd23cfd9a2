import { Text } from "@mantine/core";
import type { SaveState } from "../session/taskSession";
import classes from "./SaveBadge.module.css";

/** Where the newest change is known to be. It says "saved" only with a revision's number from the server. */
export function SaveBadge({ state }: { state: SaveState }) {
  const { text, tone } = describe(state);
  return (
    <span className={classes.badge} data-testid="save-state" data-where={state.where} role="status">
      <span className={classes.dot} data-tone={tone} aria-hidden />
      <Text size="xs" component="span" className="tabular" truncate title={text}>
        {text}
      </Text>
    </span>
  );
}

function describe(state: SaveState): { text: string; tone: "saved" | "draft" | "local" | "danger" } {
  switch (state.where) {
    case "revision":
      return { text: `Saved, revision ${state.revision}`, tone: "saved" };
    case "unmerged":
      return { text: `Not merged with revision ${state.revision} yet`, tone: "local" };
    case "server": {
      const time = state.at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
      return { text: `Draft kept on the server ${time}`, tone: "draft" };
    }
    case "browser":
      return { text: state.offline ? "Kept in this browser – offline" : "Kept in this browser", tone: "local" };
    case "page":
      return state.browserFailed
        ? { text: "Only in this page: the browser refused to store it", tone: "danger" }
        : { text: "Keeping…", tone: "local" };
  }
}
