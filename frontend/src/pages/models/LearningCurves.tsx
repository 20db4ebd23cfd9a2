import { Paper, SimpleGrid, Title, useMantineTheme } from "@mantine/core";
import { useMemo } from "react";
import type { ModelVersion } from "../../api/types";
import { percent } from "../../strings/format";
import { useStrings } from "../../strings/useStrings";
import { Chart, type ChartSeries } from "../../ui/Chart";

/** The error and the area under its curve, on the held-out photos, against the number of training labels. */
export function LearningCurves({ models }: { models: ModelVersion[] }) {
  const { models: strings } = useStrings();
  const theme = useMantineTheme();
  const measured = useMemo(
    () => models.filter((model) => model.metrics !== null).sort((a, b) => a.labels - b.labels || a.number - b.number),
    [models],
  );
  const x = useMemo(() => measured.map((model) => model.labels), [measured]);
  const nme = useMemo<ChartSeries[]>(
    () => [
      {
        label: strings.nmeCurve,
        kind: "line",
        values: measured.map((model) => model.metrics?.nme_rect ?? null),
        color: theme.colors.facet?.[6] ?? "teal",
        format: (value) => percent(value, 2),
      },
    ],
    [measured, strings, theme],
  );
  const auc = useMemo<ChartSeries[]>(
    () => [
      {
        label: strings.auc,
        kind: "line",
        values: measured.map((model) => model.metrics?.auc_008 ?? null),
        color: theme.colors.grape[6],
        format: (value) => value.toFixed(3),
      },
    ],
    [measured, strings, theme],
  );
  const last = measured.at(-1);
  if (!last?.metrics) return null;
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }}>
      <Paper>
        <Title order={2} mb="xs">
          {strings.errorTitle}
        </Title>
        <Chart
          label={strings.nmeCurveWhat(measured.length, percent(last.metrics.nme_rect, 2), last.labels)}
          x={x}
          xKind="number"
          xLabel={strings.labels}
          series={nme}
        />
      </Paper>
      <Paper>
        <Title order={2} mb="xs">
          {strings.aucTitle}
        </Title>
        <Chart
          label={strings.aucCurveWhat(measured.length, last.metrics.auc_008.toFixed(3), last.labels)}
          x={x}
          xKind="number"
          xLabel={strings.labels}
          series={auc}
        />
      </Paper>
    </SimpleGrid>
  );
}
