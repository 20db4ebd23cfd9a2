import { useSyncExternalStore } from "react";
import { dateTime, relative } from "../strings/format";
import { language, subscribeLanguage } from "../strings/language";

/** A moment, told from now; the exact time is in the tooltip. */
export function Time({ at }: { at: string }) {
  // It is told in the language of the moment, and says nothing else.
  useSyncExternalStore(subscribeLanguage, language);
  return (
    <time dateTime={at} title={dateTime(at)}>
      {relative(at)}
    </time>
  );
}
