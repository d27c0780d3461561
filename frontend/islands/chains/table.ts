import { element } from "../../lib/dom";
import { fill, type Texts } from "../../lib/texts";
import type { Unfolded } from "./data";

const MOST = 200;

/** The cases of the picture as a table that keyboards and screen readers reach. */
export function casesTable(found: Unfolded, texts: Texts, dayText: (day: number | null) => string): HTMLElement {
  const cell = (label: string, ...content: (Node | string)[]): HTMLElement => element("td", { "data-label": texts[label] ?? "" }, ...content);
  const rows = found.code.slice(0, MOST).map((code, n) =>
    element(
      "tr",
      {},
      element("td", { class: "lc-row-name" }, element("a", { href: found.page[n]!, class: "lc-code" }, code)),
      cell("day", dayText(found.day[n]!)),
      cell("place", found.area[n]!),
      cell("source", found.parent[n]! < 0 ? (texts["source_unknown"] ?? "") : `${found.code[found.parent[n]!]!} · ${Math.round(100 * found.weight[n]!)} %`),
      cell("contacts", `F1 ${found.f1[n]!} · F2 ${found.f2[n]!}`),
    ),
  );
  const heads = ["code", "day", "place", "source", "contacts"].map((name) => element("th", { scope: "col" }, texts[name] ?? ""));
  const table = element("table", { class: "lc-table" }, element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...rows));
  const more = fill(texts["first_rows"] ?? "", { n: Math.min(MOST, found.code.length), all: found.size });
  const link = element("p", { class: "lc-hint" }, element("a", { href: found.href }, found.name), found.size > MOST ? ` · ${more}` : "");
  return element("div", { class: "pict-table lc-scroll", tabindex: "0", role: "region", "aria-label": found.name }, link, table);
}
