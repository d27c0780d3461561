import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fromBase64, toHex } from "../core/bytes.ts";
import { hashOf, readDelta, readFilter } from "../core/filter.ts";

// the server's own vectors: both languages must find the same
const vectors = JSON.parse(readFileSync(new URL("../../../../tests/certificates/lists/vectors.json", import.meta.url), "utf8")) as {
  hashes: { text: string; hash: string }[];
  filter: string;
  empty_filter: string;
  delta: string;
  delta_texts: string[];
  perhaps: string[];
  no: string[];
};

test("identifiers have the server's hashes", async () => {
  for (const { text, hash } of vectors.hashes) expect(toHex(await hashOf(text))).toBe(hash);
});

test("the filter says perhaps and no as the server's does", async () => {
  const filter = await readFilter(fromBase64(vectors.filter));
  for (const text of vectors.perhaps) expect(filter.perhaps(await hashOf(text))).toBe(true);
  for (const text of vectors.no) expect(filter.perhaps(await hashOf(text))).toBe(false);
  const empty = await readFilter(fromBase64(vectors.empty_filter));
  expect(empty.perhaps(await hashOf(vectors.perhaps[0]!))).toBe(false);
});

test("a delta names exactly what was added", async () => {
  const { hashes } = await readDelta(fromBase64(vectors.delta));
  const wanted = await Promise.all(vectors.delta_texts.map(async (text) => toHex(await hashOf(text))));
  expect(hashes.toSorted()).toEqual(wanted.toSorted());
});

test.each([
  ["filter", readFilter],
  ["delta", readDelta],
] as const)("no byte of a %s can be changed", async (name, read) => {
  const good = fromBase64(vectors[name]);
  for (let at = 0; at < good.length; at += 7) {
    const bad = good.slice();
    bad[at]! ^= 1;
    await expect(read(bad)).rejects.toThrow(RangeError);
  }
  await expect(read(good.slice(0, -1))).rejects.toThrow(RangeError);
});
