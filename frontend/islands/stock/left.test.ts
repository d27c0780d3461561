import { expect, test } from "vitest";
import { left } from "./left";

test("time left is hours and minutes, never less than none", () => {
  expect(left(2 * 3_600_000 + 5 * 60_000 + 59_000)).toBe("2:05");
  expect(left(59_000)).toBe("0:00");
  expect(left(-1)).toBe("0:00");
});
