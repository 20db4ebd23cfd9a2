import { Text } from "@mantine/core";
import { clock } from "../../strings/format";
import type { Strings } from "../../strings/strings";
import { useStrings } from "../../strings/useStrings";
import type { SaveState } from "../session/taskSession";
import classes from "./SaveBadge.module.css";

/** Where the newest change is known to be. It says "saved" only with a revision's number from the server. */
export function SaveBadge({ state }: { state: SaveState }) {
  const { editor } = useStrings();
  const { text, tone } = describe(state, editor);
  return (
    <span className={classes.badge} data-testid="save-state" data-where={state.where} role="status">
      <span className={classes.dot} data-tone={tone} aria-hidden />
      <Text size="xs" component="span" className={`tabular ${classes.words}`} title={text}>
        {text}
      </Text>
    </span>
  );
}

/** In its place while a photo is shown that nobody holds yet. */
export function OpeningBadge() {
  const { editor } = useStrings();
  return (
    <span className={classes.badge} role="status">
      <Text size="xs" component="span" c="dimmed">
        {editor.opening}
      </Text>
    </span>
  );
}

type Tone = "saved" | "draft" | "local" | "danger";

function describe(state: SaveState, editor: Strings["editor"]): { text: string; tone: Tone } {
  switch (state.where) {
    case "revision":
      return { text: editor.saved(state.revision), tone: "saved" };
    case "unmerged":
      return { text: editor.notMerged(state.revision), tone: "local" };
    case "server":
      return { text: editor.draftOnServer(clock(state.at)), tone: "draft" };
    case "browser":
      return { text: state.offline ? editor.inBrowserOffline : editor.inBrowser, tone: "local" };
    case "page":
      return state.browserFailed
        ? { text: editor.onlyInPage, tone: "danger" }
        : { text: editor.keeping, tone: "local" };
  }
}
