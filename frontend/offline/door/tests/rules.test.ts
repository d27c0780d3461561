import { describe, expect, it } from "vitest";
import vectors from "../../vectors/door.json";
import { type Stay, type What, isInside, judge, nameOf, whatOf } from "../core/rules.ts";

const rule = vectors.rule;

describe("a scan at a door", () => {
  it.each(vectors.scans)("$name", ({ before, at, what, after }) => {
    const verdict = judge((before ?? undefined) as Stay | undefined, at, what as What, rule);
    if (after === null) expect(verdict.kind).toBe("known");
    else expect(verdict.stay).toEqual(after);
  });

  it.each(vectors.names)("whose: $text", ({ text, name }) => {
    expect(nameOf(text) ?? null).toBe(name);
  });

  it("goes in and out by turns, and a card shown twice is one arrival", () => {
    const stay: Stay = { t_in: 0, t_out: 3600, seen: 0, provisional: true };
    expect(whatOf("auto", undefined, 0, rule)).toBe("in");
    expect(whatOf("auto", stay, 30, rule)).toBe("in");
    expect(whatOf("auto", stay, 300, rule)).toBe("out");
    expect(whatOf("auto", stay, 4000, rule)).toBe("in");
    expect(whatOf("in", stay, 300, rule)).toBe("in");
    expect([isInside(stay, 0), isInside(stay, 3600)]).toEqual([true, false]);
  });
});
