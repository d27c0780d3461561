const CLASSES = 7;
const FROM_ZERO = 0.4;

/** Where the seven classes begin: the same rule as `tiles.breaks` on the server, held by a test of both. */
export function breaks(values: readonly number[]): number[] {
  const top = values.reduce((most, value) => Math.max(most, value), 0);
  if (top <= 0) return [];
  const least = values.reduce((low, value) => Math.min(low, value), top);
  const low = least > FROM_ZERO * top ? least : 0;
  const power = 10 ** Math.floor(Math.log10(Math.max(top - low, top / 100) / CLASSES));
  for (const nice of [1, 2, 2.5, 5, 10, 20]) {
    const step = power * nice;
    const start = Math.floor(low / step + 1e-9) * step;
    if (start + step * CLASSES >= top * (1 - 1e-9)) return Array.from({ length: CLASSES }, (_, index) => start + step * index);
  }
  return [];
}

export function bucket(value: number, starts: readonly number[]): number {
  return Math.max(0, starts.filter((start) => value >= start * (1 - 1e-9)).length - 1);
}
