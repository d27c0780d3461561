interface Places {
  readonly lat: readonly number[];
  readonly lon: readonly number[];
}

interface Frame {
  readonly x: [number, number];
  readonly y: [number, number];
}

/**
 * Axes that give a degree of latitude and one of longitude the same length on the ground. `wider`: how much more than the
 * places themselves is shown, as a factor; `margin`: degrees beyond that.
 */
export function frameOf(places: Places, box: HTMLElement, wider: number, margin: number): Frame {
  const [south, north] = [Math.min(...places.lat), Math.max(...places.lat)];
  const [west, east] = [Math.min(...places.lon), Math.max(...places.lon)];
  const [x, y] = [(west + east) / 2, (south + north) / 2];
  const shrink = Math.cos((y * Math.PI) / 180);
  const shape = box.clientWidth / box.clientHeight;
  const half = Math.max((north - south) / 2, ((east - west) * shrink) / 2 / shape) * wider + margin;
  return { x: [x - (half * shape) / shrink, x + (half * shape) / shrink], y: [y - half, y + half] };
}
