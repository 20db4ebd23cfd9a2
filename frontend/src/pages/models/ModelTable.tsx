import { Badge, Button, Group, Paper, Table, Text } from "@mantine/core";
import type { Models, ModelVersion } from "../../api/types";
import { count, percent } from "../../strings/format";
import { Time } from "../../ui/Time";
import { START_NAMES } from "./predecessors";

type Metrics = NonNullable<ModelVersion["metrics"]>;

interface ModelTableProps {
  models: ModelVersion[];
  start: Models["start"];
  /** Called with the version to activate, or with null for what the project started from. */
  onActivate: ((model: ModelVersion | null) => void) | null;
}

/** Every version with its figures, and beside each the figure of what it would replace, on the same photos at that time. */
export function ModelTable({ models, start, onActivate }: ModelTableProps) {
  const newestFirst = [...models].sort((a, b) => b.number - a.number);
  const startIsActive = !models.some((model) => model.is_active);
  return (
    <Paper p={0}>
      <Table.ScrollContainer minWidth={720}>
        <Table horizontalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Model</Table.Th>
              <Table.Th>Labels</Table.Th>
              <Table.Th>NME, rectangle</Table.Th>
              <Table.Th>NME, eyes</Table.Th>
              <Table.Th>AUC@0.08</Table.Th>
              <Table.Th>Failures</Table.Th>
              <Table.Th>Outcome</Table.Th>
              <Table.Th aria-label="Actions" />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {newestFirst.map((model) => (
              <Table.Tr key={model.id}>
                <Table.Td>
                  <Text span fw={600} size="sm">
                    {model.number}
                  </Text>
                  <Text size="xs" c="dimmed" style={{ whiteSpace: "nowrap" }}>
                    <Time at={model.created_at} />
                    {model.parent_number !== null && `, from ${model.parent_number}`}
                  </Text>
                </Table.Td>
                <Table.Td>{count(model.labels)}</Table.Td>
                <Figure model={model} of={(metrics) => percent(metrics.nme_rect, 2)} />
                <Figure model={model} of={({ nme_interocular: nme }) => (nme === null ? "–" : percent(nme, 2))} />
                <Figure model={model} of={(metrics) => metrics.auc_008.toFixed(3)} />
                <Figure model={model} of={(metrics) => percent(metrics.fr_008, 1)} />
                <Table.Td>
                  <Group gap={4}>
                    {model.is_active && <Badge variant="filled">active</Badge>}
                    <Outcome model={model} />
                  </Group>
                </Table.Td>
                <Table.Td ta="right">
                  {onActivate && model.state === "ready" && !model.is_active && (
                    <Button size="compact-xs" variant="light" onClick={() => onActivate(model)}>
                      Activate
                    </Button>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
            <Table.Tr>
              <Table.Td colSpan={6}>
                <Text span fw={600} size="sm">
                  {START_NAMES[start]}
                </Text>
                <Text size="xs" c="dimmed">
                  what every project starts from
                </Text>
              </Table.Td>
              <Table.Td>{startIsActive && <Badge variant="filled">active</Badge>}</Table.Td>
              <Table.Td ta="right">
                {onActivate && !startIsActive && (
                  <Button size="compact-xs" variant="light" onClick={() => onActivate(null)}>
                    Roll back
                  </Button>
                )}
              </Table.Td>
            </Table.Tr>
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Text size="xs" c="dimmed" p="sm">
        Measured on the held-out photos. The grey figure is, on the same photos, that of what it would replace: the
        version that was active, or what the project started from; what is worse is kept back. A failure is a photo
        with an NME of 0.08 or more.
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
  if (model.state === "training") return <Label color="blue">training</Label>;
  if (model.state === "failed") return <Label color="red">training failed</Label>;
  if (model.decision === "promoted") return <Label color="teal">promoted</Label>;
  if (model.decision === "kept") return <Label color="gray">kept back</Label>;
  return null;
}

function Label({ color, children }: { color: string; children: string }) {
  return (
    <Badge color={color}>
      {children}
    </Badge>
  );
}
