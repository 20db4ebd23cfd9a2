import { Badge } from "@mantine/core";
import type { TaskState } from "../api/types";
import { useStrings } from "../strings/useStrings";
import { TASK_STATE_COLORS } from "./taskStates";

export function StateBadge({ state }: { state: TaskState }) {
  const { ui } = useStrings();
  return (
    <Badge variant="dot" color={TASK_STATE_COLORS[state]}>
      {ui.taskStates[state]}
    </Badge>
  );
}
