import type { EChartsType } from "echarts/core";
import { fill, type Texts } from "../../lib/texts";
import { dayText, type Drawing, type Unfolded } from "./data";

type Options = Parameters<EChartsType["setOption"]>[0];
type Ink = Readonly<Record<string, string>>;

const STEPS = 4; // strengths a line is drawn in

/** Clusters top down, a point a generation at the middle of its days. */
export function overview(drawing: Drawing, texts: Texts, ink: Ink, width: number): Options {
  const { stages, clusters } = drawing;
  const names = clusters.name;
  const at = stages.day.map((day, n) => [day ?? NaN, stages.cluster[n]!] as const);
  const lines = stages.cluster.flatMap((label, n) =>
    n > 0 && stages.cluster[n - 1] === label && stages.inside[n]! > 0
      ? [{ coords: [at[n - 1]!, at[n]!], lineStyle: { width: 1 + Math.min(7, Math.sqrt(stages.inside[n]!)) } }]
      : [],
  );
  return {
    ...frame(ink, width),
    yAxis: {
      type: "value", inverse: true, min: -1, max: Math.max(...stages.cluster, 0) + 1, show: width >= 600, interval: 1,
      axisLine: { show: false }, axisTick: { show: false }, splitLine: { show: false },
      axisLabel: {
        color: ink["ink-2"], fontFamily: "Be Vietnam Pro", fontSize: 12, width: 150, overflow: "truncate",
        formatter: (value: number) => (Number.isInteger(value) ? (names[value] ?? "") : ""),
      },
    },
    grid: { left: width >= 600 ? 170 : 16, right: 28, top: 16, bottom: 36 },
    series: [
      { type: "lines", coordinateSystem: "cartesian2d", silent: true, data: lines, lineStyle: { color: ink["series-1"], opacity: 0.45 } },
      {
        type: "scatter", z: 3, data: at.map((point, n) => ({ value: [...point], symbolSize: Math.min(44, 7 + 3 * Math.sqrt(stages.cases[n]!)) })),
        itemStyle: { color: ink["series-1"], borderColor: ink["surface"], borderWidth: 1.5 },
        tooltip: {
          formatter: (point: { dataIndex: number }) => {
            const n = point.dataIndex;
            const said = { name: names[stages.cluster[n]!] ?? "", g: stages.generation[n]! + 1, n: stages.cases[n]!, f1: stages.f1[n]! };
            return `${fill(texts["stage"] ?? "", said)}\n${dayText(stages.day[n]!)}`;
          },
        },
      },
    ],
  } as Options;
}

/** The cases of one cluster by day; each with a line to whoever most likely infected it, the stronger the surer. */
export function cluster(found: Unfolded, texts: Texts, ink: Ink, width: number): Options {
  const at = found.day.map((day, n) => [day ?? NaN, found.row[n]!] as const);
  const many = found.code.length > 150;
  const lines = found.parent.flatMap((parent, n) => {
    if (parent < 0) return [];
    const strength = Math.ceil(Math.max(found.weight[n]!, 0.01) * STEPS) / STEPS;
    return [{ coords: [at[parent]!, at[n]!], lineStyle: { width: (many ? 0.6 : 0.8) + strength * (many ? 1.2 : 2.4), opacity: 0.2 + 0.6 * strength } }];
  });
  const shade: Readonly<Record<string, string>> = { confirmed: ink["stop"]!, probable: ink["question"]!, suspected: ink["question"]! };
  return {
    ...frame(ink, width),
    yAxis: { type: "value", inverse: true, min: -0.8, max: Math.max(...found.row, 0) + 0.8, show: false },
    grid: { left: 40, right: 48, top: 24, bottom: 36 },
    series: [
      { type: "lines", coordinateSystem: "cartesian2d", silent: true, data: lines, lineStyle: { color: ink["ink-2"], curveness: 0.12 } },
      {
        type: "scatter", z: 3,
        data: at.map((point, n) => ({
          value: [...point], symbolSize: (many ? 5 : 9) + Math.min(14, Math.sqrt(found.f1[n]!) * (many ? 1 : 2)),
          itemStyle: { color: shade[found.state[n]!] ?? ink["stop"] },
        })),
        itemStyle: { borderColor: ink["surface"], borderWidth: 1 },
        label: {
          show: found.code.length <= 30 && width >= 600, position: "top", color: ink["ink-2"], fontFamily: "Be Vietnam Pro", fontSize: 11,
          formatter: (point: { dataIndex: number }) => found.code[point.dataIndex]!,
        },
        tooltip: {
          formatter: (point: { dataIndex: number }) => {
            const n = point.dataIndex;
            const own = { code: found.code[n]!, area: found.area[n]!, day: dayText(found.day[n]!), f1: found.f1[n]!, f2: found.f2[n]! };
            return `${fill(texts["case"] ?? "", own)}\n${source(found, n, texts)}`;
          },
        },
      },
    ],
  } as Options;
}

/** Whom a case most likely has it from, in words. */
export function source(found: Unfolded, n: number, texts: Texts): string {
  const parent = found.parent[n]!;
  if (parent < 0) return texts["source_unknown"] ?? "";
  return fill(texts["from"] ?? "", { code: found.code[parent]!, share: Math.round(100 * found.weight[n]!) });
}

function frame(ink: Ink, width: number): Record<string, unknown> {
  return {
    animation: false,
    xAxis: {
      type: "value", scale: true, minInterval: 1, splitNumber: width >= 600 ? 8 : 3, axisLine: { lineStyle: { color: ink["line"] } },
      splitLine: { lineStyle: { color: ink["line"], opacity: 0.6 } }, axisTick: { show: false },
      axisLabel: { color: ink["ink-2"], fontFamily: "Be Vietnam Pro", fontSize: 12, hideOverlap: true, formatter: (value: number) => dayText(value).slice(0, 5) },
    },
    dataZoom: [
      { type: "inside", xAxisIndex: 0, filterMode: "none", zoomOnMouseWheel: "ctrl", moveOnMouseMove: true },
      { type: "inside", yAxisIndex: 0, filterMode: "none", zoomOnMouseWheel: "ctrl", moveOnMouseMove: true },
    ],
    tooltip: {
      renderMode: "richText", confine: true, backgroundColor: ink["surface"], borderColor: ink["line"],
      textStyle: { color: ink["ink"], fontFamily: "Be Vietnam Pro", fontSize: 13 },
    },
  };
}
