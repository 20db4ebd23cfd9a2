import { Badge } from "@mantine/core";
import type { Job } from "../api/types";
import { useStrings } from "../strings/useStrings";

const COLOR: Readonly<Record<Job["state"], string>> = {
  queued: "gray",
  running: "blue",
  succeeded: "teal",
  failed: "red",
};

export function JobBadge({ state }: { state: Job["state"] }) {
  const { ui } = useStrings();
  return <Badge color={COLOR[state]}>{ui.jobStates[state]}</Badge>;
}
