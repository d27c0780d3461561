import { ScatterChart } from "echarts/charts";
import { DataZoomComponent, GridComponent, TooltipComponent } from "echarts/components";
import { init, use, type EChartsType } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { colour } from "../../lib/colour";
import { element } from "../../lib/dom";
import { frameOf } from "../../lib/map";
import { fill } from "../../lib/texts";
import { bucket, breaks } from "./classes";
import { data, number, percent, texts, type Measure } from "./data";

use([ScatterChart, GridComponent, TooltipComponent, DataZoomComponent, CanvasRenderer]);

// Far from the coast and with few people: named, or nobody would know what the two points are.
const ISLANDS = /(Hoàng|Trường) Sa$/u;

interface Communes {
  readonly id: number[];
  readonly name: string[];
  readonly province: number[];
  readonly provinces: Readonly<Record<string, string>>;
  readonly lat: number[];
  readonly lon: number[];
  readonly people: number[];
  readonly first: number[];
  readonly completed: number[];
  readonly boosters: number[];
}

let kept: Promise<Communes> | undefined;

/** Draws the country, or a province, out of its communes. */
export async function draw(box: HTMLElement): Promise<void> {
  const page = data();
  if (!page) return;
  try {
    kept ??= fetch(page.communes, { headers: { "Lachan-Background": "1" } }).then(async (answer) => {
      if (!answer.ok) throw new Error(String(answer.status));
      return (await answer.json()) as Communes;
    });
    const communes = await kept;
    box.replaceChildren();
    const chart = init(box, undefined, { renderer: "canvas" });
    const measure = (box.dataset["points"] ?? "first") as Measure;
    const paint = (): void => chart.setOption(options(communes, measure, box), true);
    paint();
    box.after(legend(classes(shares(communes, measure))));
    chart.on("click", (event) => {
      const id = communes.id[event.dataIndex];
      if (id !== undefined) location.href = `${page.page}${id}/${page.query}`;
    });
    new ResizeObserver(() => {
      chart.resize();
      paint();
    }).observe(box);
    document.addEventListener("lachan:theme", paint);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
  } catch {
    kept = undefined;
    box.replaceChildren(element("p", { class: "lc-hint" }, texts["no_points"] ?? ""));
  }
}

function shares(communes: Communes, measure: Measure): (number | undefined)[] {
  return communes[measure].map((value, index) => (communes.people[index] ? (100 * value) / communes.people[index]! : undefined));
}

/** A few communes of two hundred people must not take the scale from three thousand: the highest 2 % share the last class. */
function classes(share: readonly (number | undefined)[]): number[] {
  const known = share.filter((value) => value !== undefined).sort((one, other) => one - other);
  return breaks(known.length < 50 ? known : known.slice(0, Math.ceil(known.length * 0.98)));
}

/** Where each colour begins, as under the tile map. */
function legend(starts: readonly number[]): HTMLElement {
  const steps = starts.map((start, index) => element("li", { class: `pic-b${index}` }, element("span", {}, percent(start))));
  return element("ol", { class: "pic-legend" }, ...steps);
}

function options(communes: Communes, measure: Measure, box: HTMLElement): Parameters<EChartsType["setOption"]>[0] {
  const share = shares(communes, measure);
  const starts = classes(share);
  const colours = Array.from({ length: 7 }, (_, index) => colour(`--lc-map-${index}`));
  const edge = colour("--lc-line-strong");
  const { x, y } = frameOf(communes, box, 1.04, 0.01);
  const many = communes.id.length > 1_000;
  return {
    animation: false,
    grid: { left: 0, right: 0, top: 0, bottom: 0 },
    xAxis: { type: "value", min: x[0], max: x[1], show: false },
    yAxis: { type: "value", min: y[0], max: y[1], show: false },
    dataZoom: [
      { type: "inside", xAxisIndex: 0, filterMode: "none", zoomOnMouseWheel: true },
      { type: "inside", yAxisIndex: 0, filterMode: "none", zoomOnMouseWheel: true },
    ],
    tooltip: {
      renderMode: "richText",
      backgroundColor: colour("--lc-surface"),
      borderColor: edge,
      textStyle: { color: colour("--lc-ink"), fontFamily: "Be Vietnam Pro", fontSize: 13 },
      formatter: (point: unknown) => label(communes, measure, share, (point as { dataIndex: number }).dataIndex),
    },
    series: [
      {
        type: "scatter",
        data: communes.id.map((_, index) => ({
          value: [communes.lon[index]!, communes.lat[index]!],
          symbolSize: size(communes.people[index]!, many),
          label: { show: ISLANDS.test(communes.name[index]!) },
          itemStyle: { color: share[index] === undefined ? edge : colours[bucket(share[index]!, starts)]! },
        })),
        label: {
          show: false,
          position: "left",
          formatter: (point: unknown) => ISLANDS.exec(communes.name[(point as { dataIndex: number }).dataIndex]!)?.[0] ?? "",
          color: colour("--lc-ink-2"),
          fontFamily: "Be Vietnam Pro",
          fontSize: 11,
        },
        itemStyle: { borderColor: edge, borderWidth: many ? 0.3 : 0.6, opacity: 0.95 },
      },
    ],
  };
}

/** Area in proportion to people, within what can be seen and pressed. */
function size(people: number, many: boolean): number {
  return Math.min(26, Math.max(many ? 3.5 : 7, Math.sqrt(people) / (many ? 30 : 13)));
}

function label(communes: Communes, measure: Measure, share: (number | undefined)[], index: number): string {
  const province = communes.provinces[String(communes.province[index])];
  const value = share[index];
  return [
    [communes.name[index], province].filter(Boolean).join(", "),
    `${texts[`measure_${measure}`] ?? ""}: ${value === undefined ? "–" : percent(value)} (${number(communes[measure][index]!)})`,
    `${fill(texts["population"] ?? "", {})}: ${number(communes.people[index]!)}`,
  ].join("\n");
}
