import { Badge } from "@mantine/core";
import type { TaskState } from "../api/types";
import { TASK_STATES } from "./taskStates";

export function StateBadge({ state }: { state: TaskState }) {
  const { label, color } = TASK_STATES[state];
  return (
    <Badge variant="dot" color={color}>
      {label}
    </Badge>
  );
}
