import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { evaluate, Instant, instantOf, LogicError, type Json, type Value } from "../core/certlogic.ts";
import { checkDomestic } from "../core/domestic.ts";
import { readRules } from "../core/rules.ts";
import type { Payload } from "../core/schema.ts";
import { readCertificate } from "../core/x509.ts";

// made by the server's own code (tools/offline_vectors.py)
function vectors<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../vectors/${name}.json`, import.meta.url), "utf8")) as T;
}

test("expressions have the server's values, or fail with it", () => {
  const { cases } = vectors<{ cases: { logic: Json; data: Json; result?: Json; fails?: unknown }[] }>("certlogic");
  for (const { logic, data, ...wanted } of cases) {
    const about = JSON.stringify(logic).slice(0, 300);
    if ("result" in wanted) expect(plain(evaluate(logic, data)), about).toEqual(wanted.result);
    else expect(() => evaluate(logic, data), about).toThrow(LogicError);
  }
});

function plain(value: Value): unknown {
  return JSON.parse(JSON.stringify(value, (_, inner: Value) => (inner instanceof Instant ? new Date(inner.ms).toISOString() : inner)));
}

test("rules decide as on the server, in its words", () => {
  const { purposes, rules, valueSets } = vectors<{ purposes: unknown; rules: unknown; valueSets: Record<string, string[]> }>("rules");
  const sets = Object.entries(valueSets).map(([name, codes]) => [name, { valueSetValues: Object.fromEntries(codes.map((code) => [code, {}])) }]);
  const dated = { type: "lachan.rules", issued_at: "2022-01-01T00:00:00Z", expires_at: "2022-01-02T00:00:00Z" };
  const book = readRules({ ...dated, purposes, rules }, { type: "lachan.value-sets", value_sets: Object.fromEntries(sets) as unknown });
  const { cases } = vectors<{ cases: { payload: Payload; country: string; purpose: string; clock: string; verdict: string; results: unknown; words: unknown; advice: Record<string, string> }[] }>("decide");
  for (const each of cases) {
    const found = book.decide(`${each.country}:${each.purpose}`, each.payload, instantOf(each.clock));
    const about = JSON.stringify(each.payload);
    expect(found.verdict, about).toBe(each.verdict);
    expect(found.results, about).toEqual(each.results);
    expect(found.words, about).toEqual(each.words);
    expect(found.advice["vi"] ?? "", about).toBe(each.advice["vi"]);
  }
});

test("domestic cards are read and refused as on the server", async () => {
  const { certificate, cases } = vectors<{
    certificate: string;
    cases: { name: string; text: string; clock: string; ok: boolean; errors: string[]; card: { name: string; birth: string; identifier: string; valid_until: string } | null }[];
  }>("domestic");
  const signer = readCertificate(certificate);
  for (const each of cases) {
    const found = await checkDomestic(each.text, () => [signer], instantOf(each.clock));
    expect(found.errors, each.name).toEqual(each.errors);
    expect(found.card?.name, each.name).toBe(each.card?.name);
    expect(found.card?.birth, each.name).toBe(each.card?.birth);
    expect(found.card?.identifier, each.name).toBe(each.card?.identifier);
    if (each.card) expect(found.card?.validUntil, each.name).toBe(instantOf(each.card.valid_until));
  }
});
