import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";

type Colour = readonly [number, number, number];

const source = readFileSync(resolve(import.meta.dirname, "../styles/_tokens.scss"), "utf8");
const tokens = new Map(
  [...source.matchAll(/--lc-([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map((match) => [match[1]!, [match[2]!, match[3]!] as const]),
);

function colour(name: string, theme: 0 | 1): Colour {
  const hex = tokens.get(name)?.[theme];
  if (!hex) throw new Error(`no token --lc-${name}`);
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as unknown as Colour;
}

/** Contrast as WCAG 2.2 defines it. */
function contrast(one: Colour, other: Colour): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: Colour): number {
  const [red, green, blue] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const STATES = ["done", "waiting", "question", "stop", "unknown"];
const GROUNDS = ["paper", "surface", "surface-2"];
const WHITE: Colour = [255, 255, 255];

describe.each([
  ["light", 0],
  ["dark", 1],
] as const)("%s", (_, theme) => {
  it.each(GROUNDS.flatMap((ground) => ["ink", "ink-2", "brand", ...STATES].map((text) => [text, ground])))(
    "%s is readable on %s",
    (text, ground) => expect(contrast(colour(text, theme), colour(ground, theme))).toBeGreaterThanOrEqual(4.5),
  );

  it.each(STATES)("%s is readable on its own soft ground", (state) =>
    expect(contrast(colour(state, theme), colour(`${state}-soft`, theme))).toBeGreaterThanOrEqual(4.5));

  it.each([...STATES, "brand"])("white is readable on the fill of %s", (state) =>
    expect(contrast(WHITE, colour(`${state}-fill`, theme))).toBeGreaterThanOrEqual(4.5));

  it("the edge of a field is seen (3:1)", () =>
    expect(contrast(colour("line-strong", theme), colour("surface", theme))).toBeGreaterThanOrEqual(3));

  it.each([1, 2, 3, 4, 5])("series %i is seen on a sheet (3:1)", (series) =>
    expect(contrast(colour(`series-${series}`, theme), colour("surface", theme))).toBeGreaterThanOrEqual(3));

  it("a map's steps go one way in lightness", () => {
    const steps = [0, 1, 2, 3, 4, 5, 6].map((step) => luminance(colour(`map-${step}`, theme)));
    const sorted = [...steps].sort((a, b) => (theme === 0 ? b - a : a - b));
    expect(steps).toEqual(sorted);
  });
});

/** Pairs that must stay apart for people who do not see red or green: simulated after Viénot, Brettel and Mollon (1999). */
describe("colour-blind", () => {
  const PROTAN = [[0.1124, 0.8876, 0], [0.1124, 0.8876, 0], [0.004, -0.004, 1]] as const;
  const DEUTAN = [[0.2928, 0.7072, 0], [0.2928, 0.7072, 0], [-0.0223, 0.0223, 1]] as const;
  const seen = (matrix: typeof PROTAN | typeof DEUTAN, [r, g, b]: Colour): Colour =>
    matrix.map((row) => row[0] * r + row[1] * g + row[2] * b) as unknown as Colour;
  const apart = (one: Colour, other: Colour): number => Math.hypot(...one.map((part, at) => part - other[at]!));

  it.each([["done-fill", "waiting-fill"], ["done-fill", "stop-fill"], ["waiting-fill", "stop-fill"]])("%s and %s", (one, other) => {
    for (const matrix of [PROTAN, DEUTAN])
      expect(apart(seen(matrix, colour(one, 0)), seen(matrix, colour(other, 0)))).toBeGreaterThan(20);
  });
});
