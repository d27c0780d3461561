import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fromBase64, type Bytes } from "../core/bytes.ts";
import { instantOf } from "../core/certlogic.ts";
import { hashOf } from "../core/filter.ts";
import { judge, Parts, type Circumstances } from "../core/judge.ts";
import { readIndex, Revocations } from "../core/revocation.ts";
import { readTrustList } from "../core/trust.ts";
import { TEXTS, WHY } from "../page/texts.ts";

const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));
const vectors = read("../../vectors/hcert.json") as { certificates: Record<string, string>; cases: { id: string; qr: string; certificate: string; clock: string }[] };
const lists = read("../../../../tests/certificates/lists/vectors.json") as { filter: string; empty_filter: string; perhaps: string[] };
const good = vectors.cases.find(({ id }) => id.endsWith("good, P-256"))!;
const NOW = instantOf(good.clock);
const UVCI = "URN:UVCI:01:VN:8FD2A6E0B9C34B7FA1D05E7C2B61F3A4#K";

async function trust(usage: string[]): Promise<ReturnType<typeof readTrustList>> {
  const certificate = vectors.certificates[good.certificate]!;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", fromBase64(certificate))).slice(0, 8);
  const kid = btoa(String.fromCharCode(...digest));
  const dates = { issued_at: new Date(NOW - 3_600_000).toISOString(), expires_at: new Date(NOW + 86_400_000).toISOString() };
  return readTrustList({ ...dates, keys: [{ kid, usage, certificate, jwk: {}, source: "own" }] });
}

async function revocations(filter: string, deltas: Bytes[] = [], until = NOW + 86_400_000): Promise<Revocations> {
  const index = readIndex({
    type: "lachan.revocation", format: 1, version: 3, issued_at: new Date(NOW - 60_000).toISOString(), expires_at: new Date(until).toISOString(),
    filter: null, deltas: [], batches: { bits: 0, digits: 1, url: "/b/3-{prefix}" },
  });
  return Revocations.open(index, fromBase64(filter), deltas);
}

async function on(changes: Partial<Circumstances> = {}): Promise<Circumstances> {
  const usual = { now: NOW, clockWrong: false, purpose: null, rules: null, ask: () => Promise.resolve(false) };
  return { ...usual, trust: await trust(["v", "t", "r"]), revocations: await revocations(lists.empty_filter), ...changes };
}

async function said(circumstances: Circumstances, text = good.qr): Promise<string> {
  const { kind, reason } = await judge(text, new Parts(), circumstances);
  return `${kind}: ${reason}`;
}

test("a good card is valid, and names its holder family name first", async () => {
  const outcome = await judge(good.qr, new Parts(), await on());
  expect(outcome).toMatchObject({ kind: "valid", holder: { name: "Nguyễn Bảo Duy", birth: "1983-10-10" } });
});

test("without lists, or with lists too old, nothing is called valid", async () => {
  expect(await said(await on({ trust: null }))).toBe("unknown: no_lists");
  expect(await said(await on({ revocations: null }))).toBe("unknown: no_lists");
  expect(await said(await on({ revocations: await revocations(lists.empty_filter, [], NOW - 1) }))).toBe("unknown: lists_too_old");
  expect(await said(await on({ clockWrong: true }))).toBe("unknown: clock");
  expect(await said(await on({ purpose: "VN:door" }))).toBe("unknown: no_rules");
});

test("a key signs only what the list lets it sign", async () => {
  expect(await said(await on({ trust: await trust(["t"]) }))).toBe("refused: usage");
  for (const usage of ["d", "s", "l"]) expect(await said(await on({ trust: await trust([usage]) }))).toBe("unknown: unknown_issuer");
});

test("the clock refuses, but only a clock that is right", async () => {
  const later = NOW + 400 * 86_400_000;
  expect(await said(await on({ now: later }))).toBe("refused: expired");
  expect(await said(await on({ now: later, clockWrong: true }))).toBe("unknown: clock");
  expect(await said(await on({ now: NOW - 60 * 86_400_000 }))).toBe("refused: not_yet");
});

test("perhaps revoked is refused, cleared or left open by the exact batch", async () => {
  const hash = await hashOf(UVCI);
  const held = await revocations(lists.empty_filter);
  // a filter that hits: the vectors' own, asked for one of its hashes
  const hitting = await revocations(lists.filter);
  const hit = await hashOf(lists.perhaps[0]!);
  expect(hitting.status(hit)).toBe("perhaps");
  expect(() => hitting.learn(hit, { batchId: "2-0", hashType: "UCI", entries: [] })).toThrow(RangeError);
  hitting.learn(hit, { batchId: "3-0", hashType: "UCI", entries: [{ hash: btoa(String.fromCharCode(...hit)) }] });
  expect(hitting.status(hit)).toBe("yes");
  const other = await revocations(lists.filter);
  other.learn(hit, { batchId: "3-0", hashType: "UCI", entries: [] });
  expect(other.status(hit)).toBe("no");
  const status = (found: "perhaps" | "yes"): Revocations => Object.assign(Object.create(held) as Revocations, { status: () => found });
  expect(await said(await on({ revocations: status("perhaps") }))).toBe("unknown: maybe_revoked");
  expect(await said(await on({ revocations: status("yes") }))).toBe("refused: revoked");
  expect(held.status(hash)).toBe("no");
});

test("what is no certificate, or half of one, is said to be so", async () => {
  const circumstances = await on();
  expect(await said(circumstances, "https://example.vn")).toBe("unknown: not_certificate");
  expect(await said(circumstances, "HC2:ABC")).toBe("unknown: damaged");
  expect(await said(circumstances, good.qr.slice(0, -9))).toBe("unknown: damaged");
  expect(await said(circumstances, "shc:/1/3/567629")).toBe("unknown: more_parts");
  expect(await said(circumstances, "shc:/56")).toBe("unknown: damaged");
  expect(await said(circumstances, "")).toBe("unknown: not_certificate");
});

test("both languages say everything", () => {
  expect(Object.keys(TEXTS.en)).toEqual(Object.keys(TEXTS.vi));
  expect(Object.keys(WHY.en).toSorted()).toEqual(Object.keys(WHY.vi).toSorted());
  const places = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).toSorted();
  for (const [key, text] of Object.entries(TEXTS.vi)) expect(places(TEXTS.en[key as keyof typeof TEXTS.vi]), key).toEqual(places(text));
});
