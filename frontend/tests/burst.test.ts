import { describe, expect, it } from "vitest";
import { Burst } from "../lib/burst";

const CARD = "079180001234|225123456|Nguyễn Thị Đào|05031980|Nữ|12 Lê Lợi, Bến Nghé, Quận 1|01052021";

function type(text: string, gap: number, start = 1_000): { burst: Burst; time: number } {
  const burst = new Burst();
  let time = start;
  for (const character of text) burst.add(character, (time += gap));
  return { burst, time };
}

describe("a hand scanner", () => {
  it.each([5, 15, 30, 55])("is heard at %i ms a key", (gap) => {
    const { burst, time } = type(CARD, gap);
    expect(burst.end(time + gap)).toBe(CARD);
  });

  it("is heard after a person pressed a key", () => {
    const burst = new Burst();
    burst.add("x", 1_000);
    let time = 2_000;
    for (const character of "079180001234") burst.add(character, (time += 10));
    expect(burst.end(time + 10)).toBe("079180001234");
  });

  it("gives each of two scans once", () => {
    const { burst, time } = type("079180001234", 10);
    expect(burst.end(time + 10)).toBe("079180001234");
    expect(burst.end(time + 20)).toBeUndefined();
  });
});

describe("a person", () => {
  it.each([80, 120, 300])("is not taken for a scanner at %i ms a key", (gap) => {
    const { burst, time } = type("079180001234", gap);
    expect(burst.end(time + gap)).toBeUndefined();
  });

  it("rolling over two keys is not a scan", () => {
    const { burst, time } = type("ok", 10);
    expect(burst.end(time + 10)).toBeUndefined();
  });

  it("pressing Enter long after fast keys is not a scan", () => {
    const { burst, time } = type("079180001234", 10);
    expect(burst.end(time + 500)).toBeUndefined();
  });
});
