import { element } from "../../lib/dom";
import "./charts.scss";
import { csvOf, nearest } from "./csv";
import { pngOf } from "./png";

const wired = new WeakSet<Element>();

/** Points one can walk with the keyboard or touch, and the files; without it the chart and its table stand as they are. */
function wire(figure: HTMLElement): void {
  if (wired.has(figure)) return;
  wired.add(figure);
  const rows = [...figure.querySelectorAll<HTMLTableRowElement>(".ch-rows tbody tr")];
  const heads = [...figure.querySelectorAll<HTMLTableCellElement>(".ch-rows thead th")];
  const files = figure.querySelector<HTMLElement>("[data-chart-files]");
  const name = `lachan-${figure.dataset.chart}`;
  if (files) files.hidden = false;
  figure.querySelector("[data-chart-csv]")?.addEventListener("click", () => {
    const cells = rows.map((row) => [...row.cells].map((cell) => cell.dataset.v ?? cell.textContent ?? ""));
    const text = csvOf(heads.map((head) => head.dataset.c ?? ""), cells);
    save(new Blob(["\ufeff", text], { type: "text/csv" }), `${name}.csv`);
  });
  figure.querySelector("[data-chart-png]")?.addEventListener("click", async () => {
    const svg = figure.querySelector<SVGSVGElement>(".ch-wide");
    if (svg) save(await pngOf(svg, figure.querySelector(".ch-title")?.textContent ?? ""), `${name}.png`);
  });
  walk(figure, rows, heads);
}

function walk(figure: HTMLElement, rows: readonly HTMLTableRowElement[], heads: readonly HTMLTableCellElement[]): void {
  const plot = figure.querySelector<HTMLElement>("[data-chart-plot]");
  const readout = figure.querySelector<HTMLOutputElement>("[data-chart-readout]");
  if (!plot || !readout || !plot.querySelector("svg[data-xs]")) return;
  let at = rows.length - 1;
  plot.tabIndex = 0;
  plot.setAttribute("role", "group");
  plot.setAttribute("aria-label", `${heads.map((head) => head.textContent).join(", ")}. ${plot.dataset.chartKeys ?? ""}`);
  const seen = (): SVGSVGElement | undefined => [...plot.querySelectorAll<SVGSVGElement>("svg")].find((svg) => svg.getBoundingClientRect().width > 0);
  const xs = (svg: SVGSVGElement): number[] => (svg.dataset.xs ?? "").split(" ").map(Number);

  const show = (to: number): void => {
    const svg = seen();
    if (!svg) return;
    at = Math.max(0, Math.min(rows.length - 1, to));
    const [x, width] = [xs(svg)[at]!, svg.viewBox.baseVal.width];
    cursor(svg, x);
    const cells = [...rows[at]!.cells];
    const lines = cells.slice(1).flatMap((cell, n) => {
      const text = cell.textContent ?? "";
      return text && text !== "–" ? [element("span", {}, `${heads[n + 1]!.textContent}: ${text}`)] : [];
    });
    readout.replaceChildren(element("b", {}, cells[0]!.textContent ?? ""), ...lines);
    readout.hidden = false;
    const scale = svg.getBoundingClientRect().width / width;
    const left = x > width / 2 ? x * scale - readout.offsetWidth - 10 : x * scale + 10;
    readout.style.setProperty("left", `${Math.max(0, left)}px`);
  };
  const hide = (): void => {
    readout.hidden = true;
    plot.querySelectorAll(".ch-cursor").forEach((line) => line.remove());
  };

  plot.addEventListener("keydown", (event) => {
    const steps: Record<string, number> = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: rows.length - 1 };
    if (event.key === "Escape") hide();
    const to = steps[event.key];
    if (to === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    show(readout.hidden && event.key.startsWith("Arrow") ? at : to);
  });
  const point = (event: PointerEvent): void => {
    const svg = seen();
    if (!svg) return;
    const box = svg.getBoundingClientRect();
    show(nearest(xs(svg), ((event.clientX - box.left) * svg.viewBox.baseVal.width) / box.width));
  };
  plot.addEventListener("pointermove", point);
  plot.addEventListener("pointerdown", point);
  plot.addEventListener("pointerleave", hide);
  plot.addEventListener("blur", hide);
}

function cursor(svg: SVGSVGElement, x: number): void {
  let line = svg.querySelector(".ch-cursor");
  if (!line) {
    line = document.createElementNS("http://www.w3.org/2000/svg", "path");
    line.classList.add("ch-cursor");
    svg.append(line);
  }
  line.setAttribute("d", `M${x} 20V${svg.viewBox.baseVal.height - 34}`);
}

function save(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const link = element("a", { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

function all(root: ParentNode): void {
  for (const figure of root.querySelectorAll<HTMLElement>("[data-chart]")) wire(figure);
}

all(document);
document.addEventListener("htmx:load", (event) => all(event.target as HTMLElement));
