/** Headings that sort their table; the rows that could not be assigned stay in the foot. */
export function sortable(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as HTMLElement).closest<HTMLElement>("[data-sortable] [data-sort]");
    const head = button?.closest("th");
    const body = button?.closest("table")?.tBodies[0];
    if (!button || !head || !body) return;
    const column = Number(button.dataset["sort"]);
    const numeric = head.classList.contains("lc-num");
    // Numbers are first asked for from the top, names from the beginning.
    const was = head.getAttribute("aria-sort");
    const up = was ? was === "descending" : !numeric;
    const compare = new Intl.Collator(document.documentElement.lang || "vi", { numeric: true }).compare;
    const value = (row: HTMLTableRowElement): string => row.cells[column]?.dataset["value"] ?? "";
    const rows = [...body.rows].sort((one, other) => {
      const order = numeric ? Number(value(one)) - Number(value(other)) : compare(value(one), value(other));
      return up ? order : -order;
    });
    body.append(...rows);
    for (const other of head.parentElement!.children) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
  });
}
