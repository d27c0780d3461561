import { ScatterChart } from "echarts/charts";
import { DataZoomComponent, GridComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { fill, type Texts } from "../../lib/texts";
import { colour } from "../picture/colour";

use([ScatterChart, GridComponent, TooltipComponent, DataZoomComponent, CanvasRenderer]);

interface Points {
  readonly name: string[];
  readonly lat: number[];
  readonly lon: number[];
  readonly places: number[];
  readonly cases: number[];
  readonly others: number[];
  readonly listed: number[];
}

/** Points where they lie, a degree of latitude as long as one of longitude; area in proportion to people exposed. */
export function draw(box: HTMLElement, texts: Texts): void {
  const points = JSON.parse(document.getElementById("expo-data")?.textContent ?? "{}") as Points;
  box.replaceChildren();
  const chart = init(box, undefined, { renderer: "canvas" });
  const paint = (): void => {
    const [x, y] = frame(points, box);
    const most = Math.max(...points.others, 1);
    chart.setOption(
      {
        animation: false,
        grid: { left: 0, right: 0, top: 0, bottom: 0 },
        xAxis: { type: "value", min: x[0], max: x[1], show: false },
        yAxis: { type: "value", min: y[0], max: y[1], show: false },
        dataZoom: [
          { type: "inside", xAxisIndex: 0, filterMode: "none", zoomOnMouseWheel: "ctrl" },
          { type: "inside", yAxisIndex: 0, filterMode: "none", zoomOnMouseWheel: "ctrl" },
        ],
        tooltip: {
          renderMode: "richText", confine: true, backgroundColor: colour("--lc-surface"), borderColor: colour("--lc-line-strong"),
          textStyle: { color: colour("--lc-ink"), fontFamily: "Be Vietnam Pro", fontSize: 13 },
          formatter: (point: unknown) => {
            const n = (point as { dataIndex: number }).dataIndex;
            const own = { name: points.name[n]!, places: points.places[n]!, cases: points.cases[n]!, others: points.others[n]!, listed: points.listed[n]! };
            return fill(texts["point"] ?? "", own);
          },
        },
        series: [
          {
            type: "scatter",
            data: points.name.map((_, n) => ({ value: [points.lon[n]!, points.lat[n]!], symbolSize: 10 + 34 * Math.sqrt(points.others[n]! / most) })),
            itemStyle: { color: colour("--lc-stop"), opacity: 0.6, borderColor: colour("--lc-surface"), borderWidth: 1 },
            label: {
              show: points.name.length <= 20, position: "right", fontFamily: "Be Vietnam Pro", fontSize: 12, color: colour("--lc-ink"),
              formatter: (point: unknown) => points.name[(point as { dataIndex: number }).dataIndex]!,
            },
            labelLayout: { hideOverlap: true },
          },
        ],
      } as Parameters<typeof chart.setOption>[0],
      true,
    );
  };
  new ResizeObserver(() => {
    chart.resize();
    paint();
  }).observe(box);
  document.addEventListener("lachan:theme", paint);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
  paint();
}

function frame(points: Points, box: HTMLElement): [[number, number], [number, number]] {
  const [south, north] = [Math.min(...points.lat), Math.max(...points.lat)];
  const [west, east] = [Math.min(...points.lon), Math.max(...points.lon)];
  const [x, y] = [(west + east) / 2, (south + north) / 2];
  const shrink = Math.cos((y * Math.PI) / 180);
  const shape = box.clientWidth / box.clientHeight;
  const half = Math.max((north - south) / 2, ((east - west) * shrink) / 2 / shape) * 1.3 + 0.02;
  return [
    [x - (half * shape) / shrink, x + (half * shape) / shrink],
    [y - half, y + half],
  ];
}
