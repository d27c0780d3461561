/** Cells of a table behind a chart as CSV. A heading and a cell with `|` in it are several columns (ends of an interval). */
export function csvOf(codes: readonly string[], rows: readonly (readonly string[])[]): string {
  const spread = (cells: readonly string[]): string[] =>
    cells.flatMap((cell, at) => {
      const parts = codes[at]!.split("|").length;
      if (parts === 1) return [cell];
      const given = cell.split("|");
      return Array.from({ length: parts }, (_, n) => given[n] ?? "");
    });
  return [spread(codes), ...rows.map(spread)].map((row) => row.map(quoted).join(",")).join("\r\n") + "\r\n";
}

/** Quoted where it must be; a text that a spreadsheet would take for a formula is kept a text. */
function quoted(cell: string): string {
  const safe = /^[=+@\t]/.test(cell) || (/^-/.test(cell) && !/^-[\d.]+(e[-+]?\d+)?$/.test(cell)) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The row whose point is nearest. */
export function nearest(xs: readonly number[], x: number): number {
  let best = 0;
  for (let at = 1; at < xs.length; at++) if (Math.abs(xs[at]! - x) < Math.abs(xs[best]! - x)) best = at;
  return best;
}
