import { expect, test } from "vitest";
import { fold, score } from "./search";
import { clock } from "./timers";

test("names are folded as the server folds them", () => {
  expect(fold("  Đặng  Thị QUỲNH Như ")).toBe("dang thi quynh nhu");
  expect(fold("Hoà")).toBe(fold("Hòa"));
});

test("the given name goes before the other words of a name", () => {
  expect(score("nguyen duc an", "an")).toBe(2);
  expect(score("an thi duc", "an")).toBe(1);
  expect(score("le van toan", "an")).toBe(0);
});

test("time left is told in minutes and seconds, and in hours for those forgotten", () => {
  expect(clock(252)).toBe("04:12");
  expect(clock(0)).toBe("00:00");
  expect(clock(-65)).toBe("01:05");
  expect(clock(3_905)).toBe("1:05:05");
});
