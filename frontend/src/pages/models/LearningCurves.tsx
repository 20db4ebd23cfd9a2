import { Paper, SimpleGrid, Title, useMantineTheme } from "@mantine/core";
import { useMemo } from "react";
import type { ModelVersion } from "../../api/types";
import { Chart, type ChartSeries } from "../../ui/Chart";
import { percent, plural } from "../../strings/format";

/** The error and the area under its curve, on the held-out photos, against the number of training labels. */
export function LearningCurves({ models }: { models: ModelVersion[] }) {
  const theme = useMantineTheme();
  const measured = useMemo(
    () => models.filter((model) => model.metrics !== null).sort((a, b) => a.labels - b.labels || a.number - b.number),
    [models],
  );
  const x = useMemo(() => measured.map((model) => model.labels), [measured]);
  const nme = useMemo<ChartSeries[]>(
    () => [
      {
        label: "NME by rectangle",
        kind: "line",
        values: measured.map((model) => model.metrics?.nme_rect ?? null),
        color: theme.colors.facet?.[6] ?? "teal",
        format: (value) => percent(value, 2),
      },
    ],
    [measured, theme],
  );
  const auc = useMemo<ChartSeries[]>(
    () => [
      {
        label: "AUC@0.08",
        kind: "line",
        values: measured.map((model) => model.metrics?.auc_008 ?? null),
        color: theme.colors.grape[6],
        format: (value) => value.toFixed(3),
      },
    ],
    [measured, theme],
  );
  const last = measured.at(-1);
  if (!last?.metrics) return null;
  const versions = plural(measured.length, "model");
  const labels = plural(last.labels, "label");
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }}>
      <Paper>
        <Title order={2} mb="xs">
          Error (NME), lower is better
        </Title>
        <Chart
          label={`NME of ${versions}; the latest has ${percent(last.metrics.nme_rect, 2)} at ${labels}`}
          x={x}
          xKind="number"
          xLabel="Labels"
          series={nme}
        />
      </Paper>
      <Paper>
        <Title order={2} mb="xs">
          AUC@0.08, higher is better
        </Title>
        <Chart
          label={`AUC of ${versions}; the latest has ${last.metrics.auc_008.toFixed(3)} at ${labels}`}
          x={x}
          xKind="number"
          xLabel="Labels"
          series={auc}
        />
      </Paper>
    </SimpleGrid>
  );
}
