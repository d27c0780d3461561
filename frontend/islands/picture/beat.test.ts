import { beforeEach, describe, expect, it, vi } from "vitest";
import { Beat } from "./beat";

let now = 1_000_000_000_000;
const kept = new Map<string, string>();

beforeEach(() => {
  now = 1_000_000_000_000;
  kept.clear();
  vi.stubGlobal("sessionStorage", { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => kept.set(key, value) });
});

function beat(): Beat {
  return new Beat(null, () => now);
}

describe("the rhythm", () => {
  it("says nothing before ten seconds have been seen", () => {
    const rhythm = beat();
    rhythm.add(100);
    expect(rhythm.perMinute()).toBeUndefined();
    now += 9_000;
    rhythm.add(200);
    expect(rhythm.perMinute()).toBeUndefined();
  });

  it("is of the last minute only", () => {
    const rhythm = beat();
    for (let second = 0; second <= 120; second += 5) {
      rhythm.add(second <= 60 ? second * 10 : 600 + (second - 60));
      now += 5_000;
    }
    expect(rhythm.perMinute()).toBe(60);
  });

  it("outlives a reload of the tab", () => {
    const rhythm = beat();
    rhythm.add(0);
    now += 30_000;
    rhythm.add(50);
    expect(beat().perMinute()).toBe(100);
  });

  it("begins anew when the count goes back", () => {
    const rhythm = beat();
    rhythm.add(500);
    now += 20_000;
    rhythm.add(499);
    expect(rhythm.perMinute()).toBeUndefined();
  });

  it("leaves a gap where nobody looked", () => {
    const rhythm = beat();
    rhythm.add(0);
    now += 5_000;
    rhythm.add(4);
    now += 60_000;
    rhythm.add(90);
    const bars = rhythm.bars(14);
    expect(bars.filter((bar) => bar !== undefined)).toEqual([4]);
    expect(bars.at(-1)).toBeUndefined();
  });
});
