import { ColorSwatch, Group, Progress, Text, Tooltip, useMantineTheme, parseThemeColor } from "@mantine/core";
import type { Project } from "../../api/types";
import { count } from "../../strings/format";
import { useStrings } from "../../strings/useStrings";
import { TASK_STATE_COLORS, TASK_STATE_ORDER } from "../../ui/taskStates";

/** All photos of a project as one bar, cut by the state of their task, with the counts below. */
export function StateBar({ counts }: { counts: Project["counts"] }) {
  const { projects, ui } = useStrings();
  const theme = useMantineTheme();
  const total = TASK_STATE_ORDER.reduce((sum, state) => sum + counts[state], 0);
  // Approved first: the finished part grows from the left.
  const states = [...TASK_STATE_ORDER].reverse();
  return (
    <>
      <Progress.Root size={20} role="group" aria-label={projects.photosByState}>
        {states
          .filter((state) => counts[state] > 0)
          .map((state) => (
            <Tooltip key={state} label={`${ui.taskStates[state]}: ${count(counts[state])}`}>
              <Progress.Section
                value={(counts[state] / total) * 100}
                color={TASK_STATE_COLORS[state]}
                aria-label={ui.taskStates[state]}
              />
            </Tooltip>
          ))}
      </Progress.Root>
      <Group gap="6px 20px" mt="sm" mb={0} component="ul" p={0} style={{ listStyle: "none" }}>
        {states.map((state) => (
          <Group key={state} gap={6} component="li">
            <ColorSwatch
              size={10}
              withShadow={false}
              color={parseThemeColor({ color: TASK_STATE_COLORS[state], theme }).value}
              aria-hidden
            />
            <Text size="sm" className="tabular">
              {ui.taskStates[state]} <b>{count(counts[state])}</b>
            </Text>
          </Group>
        ))}
      </Group>
    </>
  );
}
