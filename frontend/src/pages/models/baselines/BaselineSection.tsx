import { Badge, Button, Group, Paper, Select, Table, Text, Title } from "@mantine/core";
import { useState } from "react";
import type { Baseline, Project } from "../../../api/types";
import { useActivateBaseline, useBaselines } from "../../../app/queries/baselines";
import { useStrings } from "../../../strings/useStrings";
import { Loading } from "../../../ui/Loading";
import { ProblemAlert } from "../../../ui/ProblemAlert";
import { Time } from "../../../ui/Time";
import { ConfusionMatrix } from "./ConfusionMatrix";
import { F1Table } from "./F1Table";
import { TrainBaselineDialog } from "./TrainBaselineDialog";

/** The eleven-category networks that learned the label maps of a snapshot, and how far each is to be believed. */
export function BaselineSection({ project, mayTrain }: { project: Project; mayTrain: boolean }) {
  const { baselines: strings } = useStrings();
  const baselines = useBaselines(project.id);
  const activate = useActivateBaseline(project.id);
  const [asking, setAsking] = useState(false);
  const newestFirst = [...(baselines.data?.items ?? [])].sort((a, b) => b.number - a.number);
  const active = newestFirst.find((baseline) => baseline.is_active) ?? null;
  return (
    <Paper>
      <Group justify="space-between" align="flex-start" wrap="nowrap" mb="xs">
        <div>
          <Title order={2}>{strings.title}</Title>
          <Text size="sm" c="dimmed">
            {strings.what}
          </Text>
        </div>
        {mayTrain && (
          <Button variant="light" style={{ flexShrink: 0 }} onClick={() => setAsking(true)}>
            {strings.train}
          </Button>
        )}
      </Group>
      <ProblemAlert error={activate.error} />
      <ProblemAlert error={baselines.error} onRetry={() => void baselines.refetch()} />
      {baselines.isPending && <Loading />}
      {baselines.isSuccess && newestFirst.length === 0 && (
        <Text size="sm">{strings.none}</Text>
      )}
      {newestFirst.length > 0 && (
        <>
          <BaselineList
            baselines={newestFirst}
            busy={activate.isPending}
            onActivate={mayTrain ? (id) => activate.mutate(id) : null}
          />
          <Scores baselines={newestFirst} shownFirst={active} />
        </>
      )}
      {asking && <TrainBaselineDialog projectId={project.id} onClose={() => setAsking(false)} />}
    </Paper>
  );
}

interface BaselineListProps {
  baselines: Baseline[];
  busy: boolean;
  /** Null for those who may not choose. */
  onActivate: ((id: number | null) => void) | null;
}

function BaselineList({ baselines, busy, onActivate }: BaselineListProps) {
  const { baselines: strings, ui } = useStrings();
  return (
    <Table.ScrollContainer minWidth={480}>
      <Table aria-label={strings.list} horizontalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{strings.baseline}</Table.Th>
            <Table.Th>{strings.snapshot}</Table.Th>
            <Table.Th>{strings.learnedFrom}</Table.Th>
            <Table.Th>{strings.network}</Table.Th>
            <Table.Th>{strings.state}</Table.Th>
            <Table.Th aria-label={ui.actions} />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {baselines.map((baseline) => (
            <Table.Tr key={baseline.id}>
              <Table.Td>
                <Text span fw={600} size="sm">
                  {baseline.number}
                </Text>
                <Text size="xs" c="dimmed">
                  <Time at={baseline.created_at} />
                </Text>
              </Table.Td>
              <Table.Td>{baseline.snapshot_number}</Table.Td>
              <Table.Td>{strings.labels(baseline.labels)}</Table.Td>
              <Table.Td>{strings.settings(baseline.depth, baseline.input_size, baseline.epochs)}</Table.Td>
              <Table.Td>
                <State baseline={baseline} />
              </Table.Td>
              <Table.Td ta="right">
                {onActivate && baseline.state === "ready" && (
                  <Button
                    size="compact-xs"
                    variant="light"
                    disabled={busy}
                    onClick={() => onActivate(baseline.is_active ? null : baseline.id)}
                  >
                    {baseline.is_active ? strings.doNotAsk : strings.activate}
                  </Button>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

const STATE_COLOURS = { training: "blue", failed: "red", ready: "gray" } as const;

function State({ baseline }: { baseline: Baseline }) {
  const { baselines: strings } = useStrings();
  if (baseline.is_active) return <Badge variant="filled">{strings.active}</Badge>;
  return <Badge color={STATE_COLOURS[baseline.state]}>{strings.states[baseline.state]}</Badge>;
}

/** The tables of one baseline; the active one's, or the newest's, unless another is chosen. */
function Scores({ baselines, shownFirst }: { baselines: Baseline[]; shownFirst: Baseline | null }) {
  const { baselines: strings } = useStrings();
  const scored = baselines.filter((baseline) => baseline.scores !== null);
  const [chosen, setChosen] = useState<string | null>(null);
  const baseline = scored.find(({ number }) => String(number) === chosen) ?? shownFirst ?? scored[0];
  if (!baseline?.scores) return null;
  const { scores } = baseline;
  return (
    <>
      <Group justify="space-between" mt="md" mb="xs">
        <Title order={3}>{strings.f1On(scores.photos)}</Title>
        {scored.length > 1 && (
          <Select
            aria-label={strings.show}
            w={140}
            value={String(baseline.number)}
            onChange={setChosen}
            data={scored.map(({ number }) => ({ value: String(number), label: strings.baselineNumber(number) }))}
          />
        )}
      </Group>
      <F1Table caption={strings.byCategory} scores={scores.lapa} />
      <F1Table caption={strings.asHelen} scores={scores.helen} />
      <Title order={3} mt="md" mb="xs">
        {strings.confusion}
      </Title>
      <ConfusionMatrix counts={scores.confusion} />
      <Text size="xs" c="dimmed" mt="xs">
        {strings.figuresWhat(scores.photos)}
      </Text>
    </>
  );
}
