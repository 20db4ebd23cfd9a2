import { Badge } from "@mantine/core";
import type { Job } from "../api/types";

const COLOR: Readonly<Record<Job["state"], string>> = {
  queued: "gray",
  running: "blue",
  succeeded: "teal",
  failed: "red",
};

export function JobBadge({ state }: { state: Job["state"] }) {
  return (
    <Badge color={COLOR[state]}>
      {state}
    </Badge>
  );
}
