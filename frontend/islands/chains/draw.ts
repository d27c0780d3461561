import { LinesChart, ScatterChart } from "echarts/charts";
import { DataZoomComponent, GridComponent, TooltipComponent } from "echarts/components";
import { init, use, type EChartsType } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { colour } from "../../lib/colour";
import { fill, type Texts } from "../../lib/texts";
import { dayText, load, type Drawing, type Unfolded } from "./data";
import { cluster, overview } from "./options";
import { casesTable } from "./table";

use([LinesChart, ScatterChart, GridComponent, TooltipComponent, DataZoomComponent, CanvasRenderer]);

/** The picture: all clusters by generation, or one of them case by case. Positions come from the server. */
export function start(box: HTMLElement, texts: Texts): void {
  const drawing = JSON.parse(document.getElementById("pict-data")?.textContent ?? "{}") as Drawing;
  const title = document.getElementById("pict-title")!;
  const back = document.getElementById("pict-back") as HTMLButtonElement;
  const cases = document.getElementById("pict-cases")!;
  const whole = title.textContent ?? "";
  let open: Unfolded | undefined;
  box.replaceChildren();
  const chart: EChartsType = init(box, undefined, { renderer: "canvas" });
  const ink = (): Record<string, string> =>
    Object.fromEntries(
      ["ink", "ink-2", "line", "surface", "series-1", "series-2", "stop", "question", "brand"].map((name) => [name, colour(`--lc-${name}`)]),
    );
  const paint = (): void => {
    const rows = open ? Math.max(...open.row, 0) + 1 : drawing.clusters.id.length || new Set(drawing.stages.cluster).size;
    box.style.setProperty("height", `${Math.min(720, Math.max(220, rows * (open ? 16 : 26) + 70))}px`);
    chart.resize();
    chart.setOption(open ? cluster(open, texts, ink(), box.clientWidth) : overview(drawing, texts, ink(), box.clientWidth), true);
  };
  const show = (found: Unfolded | undefined): void => {
    open = found;
    title.textContent = found ? fill(texts["unfolded"] ?? "", { name: found.name, n: found.size }) : whole;
    back.hidden = !found;
    document.querySelector<HTMLElement>(".pict-hint-all")!.hidden = Boolean(found);
    document.querySelector<HTMLElement>(".pict-hint-one")!.hidden = !found;
    cases.replaceChildren(...(found ? [casesTable(found, texts, dayText)] : []));
    box.dataset["shows"] = found ? "cluster" : "all";
    paint();
  };
  const unfold = async (id: string): Promise<void> => {
    try {
      show(await load(drawing, id));
      title.scrollIntoView({ block: "nearest" });
      if (document.activeElement?.matches("[data-unfold]")) back.focus();
    } catch {
      cases.textContent = texts["failed"] ?? "";
    }
  };
  chart.on("click", (event) => {
    const found = event as unknown as { seriesType: string; dataIndex: number };
    if (found.seriesType !== "scatter") return;
    if (open) {
      location.href = open.page[found.dataIndex]!;
      return;
    }
    const id = drawing.clusters.id[drawing.stages.cluster[found.dataIndex]!];
    if (id) void unfold(id);
  });
  back.addEventListener("click", () => {
    show(undefined);
  });
  document.addEventListener("click", (event) => {
    const id = (event.target as HTMLElement).closest<HTMLElement>("[data-unfold]")?.dataset["unfold"];
    if (id) void unfold(id);
  });
  let width = box.clientWidth;
  new ResizeObserver(() => {
    if (box.clientWidth === width) return;
    width = box.clientWidth;
    paint();
  }).observe(box);
  document.addEventListener("lachan:theme", paint);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
  show(undefined);
}
