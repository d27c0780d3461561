const CLASSES = 7;

/** Upper ends of the first six classes: the same rule as `tiles.breaks` on the server, held by a test of both. */
export function breaks(values: readonly number[]): number[] {
  const top = values.reduce((most, value) => Math.max(most, value), 0);
  if (top <= 0) return [];
  const power = 10 ** Math.floor(Math.log10(top / CLASSES));
  const nice = [1, 2, 2.5, 5, 10].find((step) => power * step * CLASSES >= top * (1 - 1e-9)) ?? 10;
  return Array.from({ length: CLASSES - 1 }, (_, index) => power * nice * (index + 1));
}

export function bucket(value: number, ends: readonly number[]): number {
  return ends.filter((end) => value >= end).length;
}
