import { describe, expect, it } from "vitest";
import { bucket, breaks } from "./classes";
import shared from "./classes.json";

describe("classes of the map", () => {
  it.each(shared.cases)("begin where the server's begin: $values", ({ values, starts }) => {
    const found = breaks(values);
    expect(found).toHaveLength(starts.length);
    found.forEach((start, index) => expect(start).toBeCloseTo(starts[index]!, 9));
  });

  it("put every value into one of seven", () => {
    const starts = breaks([0, 70]);
    expect([0, 9.99, 10, 65, 70].map((value) => bucket(value, starts))).toEqual([0, 0, 1, 6, 6]);
  });
});
