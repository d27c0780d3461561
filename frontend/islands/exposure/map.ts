import { ScatterChart } from "echarts/charts";
import { DataZoomComponent, GridComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { colour } from "../../lib/colour";
import { frameOf } from "../../lib/map";
import { fill, type Texts } from "../../lib/texts";

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
    const { x, y } = frameOf(points, box, 1.3, 0.02);
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
