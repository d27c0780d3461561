import { constants, deflateRawSync, deflateSync, inflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { decodeBase45, encodeBase45 } from "../core/base45.ts";
import { inflateRaw, inflateZlib } from "../core/inflate.ts";

/** Bytes that repeat in many ways, the same ones every time. */
function sample(size: number, kinds: number): Uint8Array<ArrayBuffer> {
  let state = size * 31 + kinds;
  return Uint8Array.from({ length: size }, () => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) >>> 16 & 0xff).map((byte) => byte % kinds);
}

const STRATEGIES = [constants.Z_DEFAULT_STRATEGY, constants.Z_HUFFMAN_ONLY, constants.Z_RLE, constants.Z_FIXED, constants.Z_FILTERED];
const samples = [0, 1, 2, 100, 700, 5_000].flatMap((size) => [2, 17, 256].map((kinds) => sample(size, kinds)));

test("everything zlib packs is unpacked, to the byte and no further", () => {
  for (const data of samples) {
    for (const strategy of STRATEGIES) {
      for (const level of [0, 1, 6, 9]) {
        const packed = new Uint8Array(deflateSync(data, { level, strategy }));
        expect(inflateZlib(packed, data.length)).toEqual(data);
        expect(inflateRaw(new Uint8Array(deflateRawSync(data, { level, strategy })), data.length)).toEqual(data);
        if (data.length > 0) expect(() => inflateZlib(packed, data.length - 1)).toThrow(RangeError);
        expect(() => inflateZlib(Uint8Array.of(...packed, 0), data.length)).toThrow(RangeError);
        expect(() => inflateZlib(packed.slice(0, -1), data.length)).toThrow(RangeError);
      }
    }
  }
});

test("a flipped bit is refused, or is one that zlib itself passes over", () => {
  const data = sample(400, 9);
  const packed = new Uint8Array(deflateSync(data));
  for (let bit = 0; bit < packed.length * 8; bit++) {
    const bad = packed.slice();
    bad[bit >> 3]! ^= 1 << (bit & 7);
    let ours: Uint8Array | undefined;
    let theirs: Uint8Array | undefined;
    try {
      ours = inflateZlib(bad, 16_384);
    } catch (error) {
      expect(error).toBeInstanceOf(RangeError);
    }
    try {
      theirs = new Uint8Array(inflateSync(bad));
    } catch {
      theirs = undefined;
    }
    expect(ours).toEqual(theirs);
  }
});

test("five megabytes of nothing stop at the limit", () => {
  expect(() => inflateZlib(new Uint8Array(deflateSync(new Uint8Array(5_000_000))), 16_384)).toThrow(RangeError);
});

test("base45 there and back, and nothing beyond its bytes", () => {
  for (const data of samples) expect(decodeBase45(encodeBase45(data))).toEqual(data);
  for (const bad of ["A", "AAAA", "a0", "GGW", "::", ":::", "0é", "00\n"]) expect(() => decodeBase45(bad)).toThrow(RangeError);
});
