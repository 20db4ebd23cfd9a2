import { useMantineTheme } from "@mantine/core";
import { useMemo } from "react";
import type { Insights } from "../../api/types";
import { count } from "../../strings/format";
import { useStrings } from "../../strings/useStrings";
import { Chart, type ChartSeries } from "../../ui/Chart";
import { lastDays } from "./lastDays";

/** Submitted and approved labels of the last thirty days. `worked` leaves out those without any. */
export function Throughput({ days: worked }: { days: Insights["days"] }) {
  const { projects } = useStrings();
  const theme = useMantineTheme();
  const days = useMemo(() => lastDays(worked, new Date()), [worked]);
  const x = useMemo(() => days.map(({ day }) => new Date(`${day}T00:00`).getTime() / 1000), [days]);
  const series = useMemo<ChartSeries[]>(
    () => [
      {
        label: projects.submitted,
        kind: "bars",
        values: days.map((day) => day.submitted),
        color: theme.colors.facet?.[4] ?? "teal",
        format: wholeCount,
      },
      {
        label: projects.approved,
        kind: "line",
        values: days.map((day) => day.approved),
        color: theme.colors.grape[6],
        format: wholeCount,
      },
    ],
    [days, projects, theme],
  );
  const submitted = days.reduce((sum, day) => sum + day.submitted, 0);
  const approved = days.reduce((sum, day) => sum + day.approved, 0);
  return (
    <Chart
      label={projects.throughput(submitted, approved, days.length)}
      x={x}
      xKind="day"
      series={series}
      height={200}
    />
  );
}

function wholeCount(value: number): string {
  return Number.isInteger(value) ? count(value) : "";
}
