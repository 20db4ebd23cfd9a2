import { dateTime, relative } from "../strings/format";

/** A moment, told from now; the exact time is in the tooltip. */
export function Time({ at }: { at: string }) {
  return (
    <time dateTime={at} title={dateTime(at)}>
      {relative(at)}
    </time>
  );
}
