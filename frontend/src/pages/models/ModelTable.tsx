import { Badge, Button, Group, Paper, Table, Text } from "@mantine/core";
import type { Models, ModelVersion } from "../../api/types";
import { count, percent } from "../../strings/format";
import { useStrings } from "../../strings/useStrings";
import { Time } from "../../ui/Time";

type Metrics = NonNullable<ModelVersion["metrics"]>;

interface ModelTableProps {
  models: ModelVersion[];
  start: Models["start"];
  /** Called with the version to activate, or with null for what the project started from. */
  onActivate: ((model: ModelVersion | null) => void) | null;
}

/** Every version with its figures, and beside each the figure of what it would replace, on the same photos at that time. */
export function ModelTable({ models, start, onActivate }: ModelTableProps) {
  const { models: strings, projects } = useStrings();
  const newestFirst = [...models].sort((a, b) => b.number - a.number);
  const startIsActive = !models.some((model) => model.is_active);
  return (
    <Paper p={0}>
      <Table.ScrollContainer minWidth={500}>
        <Table horizontalSpacing={7}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{strings.model}</Table.Th>
              <Table.Th visibleFrom="md">{strings.labels}</Table.Th>
              <Table.Th>{strings.nmeRectangle}</Table.Th>
              <Table.Th>{strings.nmeEyes}</Table.Th>
              <Table.Th>{strings.auc}</Table.Th>
              <Table.Th>{strings.failures}</Table.Th>
              <Table.Th>{strings.outcome}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {newestFirst.map((model) => (
              <Table.Tr key={model.id}>
                <Table.Td>
                  <Text span fw={600} size="sm">
                    {model.number}
                  </Text>
                  <Text size="xs" c="dimmed">
                    <Time at={model.created_at} />
                    {model.parent_number !== null && strings.fromParent(model.parent_number)}
                  </Text>
                  <Text size="xs" c="dimmed" hiddenFrom="md">
                    {projects.labels(model.labels)}
                  </Text>
                </Table.Td>
                <Table.Td visibleFrom="md">{count(model.labels)}</Table.Td>
                <Figure model={model} of={(metrics) => percent(metrics.nme_rect, 2)} />
                <Figure model={model} of={({ nme_interocular: nme }) => (nme === null ? "–" : percent(nme, 2))} />
                <Figure model={model} of={(metrics) => metrics.auc_008.toFixed(3)} />
                <Figure model={model} of={(metrics) => percent(metrics.fr_008, 1)} />
                <Table.Td>
                  <Group gap={4} justify="space-between">
                    <Group gap={4}>
                      {model.is_active && <Badge variant="filled">{strings.active}</Badge>}
                      <Outcome model={model} />
                    </Group>
                    {onActivate && model.state === "ready" && !model.is_active && (
                      <Button size="compact-xs" variant="light" onClick={() => onActivate(model)}>
                        {strings.activate}
                      </Button>
                    )}
                  </Group>
                </Table.Td>
              </Table.Tr>
            ))}
            <Table.Tr>
              <Table.Td colSpan={5}>
                <Text span fw={600} size="sm">
                  {strings.startNames[start]}
                </Text>
                <Text size="xs" c="dimmed">
                  {strings.startWhat}
                </Text>
              </Table.Td>
              <Table.Td visibleFrom="md" />
              <Table.Td ta="right">
                {startIsActive && <Badge variant="filled">{strings.active}</Badge>}
                {onActivate && !startIsActive && (
                  <Button size="compact-xs" variant="light" onClick={() => onActivate(null)}>
                    {strings.rollBack}
                  </Button>
                )}
              </Table.Td>
            </Table.Tr>
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Text size="xs" c="dimmed" p="sm">
        {strings.figuresWhat}
      </Text>
    </Paper>
  );
}

function Figure({ model, of }: { model: ModelVersion; of: (metrics: Metrics) => string }) {
  return (
    <Table.Td>
      {model.metrics ? of(model.metrics) : "–"}
      {model.metrics && model.baseline && (
        <Text size="xs" c="dimmed">
          {of(model.baseline)}
        </Text>
      )}
    </Table.Td>
  );
}

function Outcome({ model }: { model: ModelVersion }) {
  const { outcomes } = useStrings().models;
  if (model.state === "training") return <Badge color="blue">{outcomes.training}</Badge>;
  if (model.state === "failed") return <Badge color="red">{outcomes.failed}</Badge>;
  if (model.decision === "promoted") return <Badge color="teal">{outcomes.promoted}</Badge>;
  if (model.decision === "kept") return <Badge color="gray">{outcomes.kept}</Badge>;
  return null;
}
