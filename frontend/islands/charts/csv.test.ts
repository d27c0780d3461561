import { describe, expect, it } from "vitest";
import { csvOf, nearest } from "./csv";

describe("the table behind a chart as a file", () => {
  it("makes both ends of an interval columns", () => {
    expect(csvOf(["day", "q25|q75"], [["2021-10-10", "1200|1900"], ["2021-10-17", "|"]])).toBe(
      "day,q25,q75\r\n2021-10-10,1200,1900\r\n2021-10-17,,\r\n",
    );
  });

  it("keeps commas, quotation marks and formulas texts, and negative numbers numbers", () => {
    expect(csvOf(["place", "n"], [['Xã "A", B', "-12.5"], ["=1+1", "-x"]])).toBe(
      'place,n\r\n"Xã ""A"", B",-12.5\r\n\'=1+1,\'-x\r\n',
    );
  });
});

it("finds the nearest point", () => {
  expect([0, 14, 16, 99].map((x) => nearest([10, 20, 30], x))).toEqual([0, 0, 1, 2]);
});
