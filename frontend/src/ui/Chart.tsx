import { useComputedColorScheme, useMantineTheme } from "@mantine/core";
import { useEffect, useMemo, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { shortDay } from "../strings/format";
import { useStrings } from "../strings/useStrings";
import classes from "./Chart.module.css";

export interface ChartSeries {
  label: string;
  values: (number | null)[];
  /** A CSS colour. */
  color: string;
  /** Bars for counts per day, a line with points for measurements. */
  kind: "bars" | "line";
  format?: (value: number) => string;
}

interface ChartProps {
  /** What the chart shows, for those who cannot see it. */
  label: string;
  x: number[];
  /** Whether x are days (their midnight, seconds since 1970) or plain numbers. */
  xKind: "day" | "number";
  xLabel?: string;
  series: ChartSeries[];
  height?: number;
}

/** A uPlot chart in the theme's colours, as wide as its place. */
export function Chart({ label, x, xKind, xLabel, series, height = 220 }: ChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme("light");
  const theme = useMantineTheme();
  const { ui } = useStrings();
  const data = useMemo<uPlot.AlignedData>(() => [x, ...series.map((one) => one.values)], [x, series]);

  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const ink = scheme === "dark" ? theme.colors.dark[1] : theme.colors.gray[7];
    const line = scheme === "dark" ? "rgba(255, 255, 255, 0.08)" : "rgba(0, 0, 0, 0.07)";
    const axis: uPlot.Axis = {
      stroke: ink,
      font: "12px system-ui, sans-serif",
      labelFont: "12px system-ui, sans-serif",
      grid: { stroke: line, width: 1 },
      ticks: { stroke: line, width: 1 },
    };
    const format = series[0]?.format;
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height,
        cursor: { y: false, points: { size: 7 } },
        scales: {
          x: { time: xKind === "day", range: xRange(x, series) },
          y: { range: (_, low, high) => yRange(low, high, series) },
        },
        axes: [
          { ...axis, label: xLabel, labelSize: 18, grid: { show: false }, ...(xKind === "day" && DAYS) },
          { ...axis, size: 68, values: (_, ticks) => ticks.map((tick) => (format ? format(tick) : String(tick))) },
        ],
        series: [
          { label: xLabel ?? ui.day, value: xKind === "day" ? (_, day: number | null) => dayOr(day, "–") : undefined },
          ...series.map(plotSeries),
        ],
      },
      data,
      element,
    );
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [data, height, scheme, series, theme, ui, x, xKind, xLabel]);

  return <div ref={host} role="img" aria-label={label} className={classes.chart} />;
}

const DAY = 86_400;

/** No mark between two days, and each as the language writes it. */
const DAYS: Pick<uPlot.Axis, "incrs" | "space" | "values"> = {
  incrs: [1, 2, 7, 14, 28].map((days) => days * DAY),
  space: 70,
  values: (_, days) => days.map((day) => dayOr(day, "")),
};

function dayOr(day: number | null, none: string): string {
  return day === null ? none : shortDay(new Date(day * 1000));
}

function plotSeries(one: ChartSeries): uPlot.Series {
  const value = (_: uPlot, raw: number | null) => (raw === null ? "–" : (one.format?.(raw) ?? String(raw)));
  if (one.kind === "bars") {
    return {
      label: one.label,
      value,
      fill: one.color,
      stroke: one.color,
      width: 0,
      paths: uPlot.paths.bars?.({ size: [0.7, 40], radius: 0.15 }),
      points: { show: false },
    };
  }
  return { label: one.label, value, stroke: one.color, width: 2, points: { show: true, size: 6, fill: one.color } };
}

/** Bars stick out on both sides of their place by half a step. */
function xRange(x: number[], series: ChartSeries[]): uPlot.Range.MinMax | undefined {
  const first = x[0];
  const last = x.at(-1);
  if (first === undefined || last === undefined || !series.some((one) => one.kind === "bars")) return undefined;
  const halfStep = x.length > 1 ? (last - first) / (x.length - 1) / 2 : DAY / 2;
  return [first - halfStep, last + halfStep];
}

/** Counts start at zero; measurements get a tenth of air on both sides. */
function yRange(low: number | null, high: number | null, series: ChartSeries[]): [number, number] {
  if (low === null || high === null) return [0, 1];
  if (series.some((one) => one.kind === "bars")) return [0, Math.max(4, high * 1.1)];
  const air = Math.max((high - low) * 0.15, Math.abs(high) * 0.02, 1e-6);
  return [Math.max(0, low - air), high + air];
}
