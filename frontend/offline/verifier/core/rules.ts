import { evaluate, instantOf, type Json, type Value } from "./certlogic.ts";
import type { Payload } from "./schema.ts";

export type Words = Readonly<Record<string, string>>;

/** As lachan.certificates.certlogic.rules: by which rule not, and what its holder should do, by language. */
export interface Decision {
  readonly verdict: "accepted" | "refused" | "open";
  readonly words: Words;
  readonly advice: Words;
  readonly results: readonly (readonly [identifier: string, state: State])[];
}

/** What a certificate may be shown for. */
export interface Purpose {
  /** Country and purpose: "VN:door". */
  readonly id: string;
  readonly names: Words;
}

export interface RuleBook {
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly purposes: readonly Purpose[];
  readonly decide: (purpose: string, payload: Payload, now: number) => Decision;
}

type State = "ok" | "failed" | "open";

interface Rule {
  readonly Identifier: string;
  readonly Type: "Acceptance" | "Invalidation";
  readonly Country: string;
  readonly Version: string;
  readonly CertificateType: string;
  readonly Description: readonly { readonly lang: string; readonly desc: string }[];
  readonly Advice: readonly { readonly lang: string; readonly desc: string }[];
  readonly ValidFrom: string;
  readonly ValidTo: string;
  readonly AffectedFields: readonly string[];
  readonly Purpose: string;
  readonly Logic: Json;
}

const MOST_RULES = 1_000;
const ENTRIES: Readonly<Record<string, string>> = { Vaccination: "v", Test: "t", Recovery: "r" };
const NO_RULES: Words = {
  vi: "Không có quy định nào cho nước, mục đích và ngày này.",
  en: "There are no rules for this country, purpose and day.",
};
const NO_ENTRY: Words = {
  vi: "Chứng nhận không nói về lần tiêm, xét nghiệm hay khỏi bệnh nào.",
  en: "The certificate is about no vaccination, test or recovery.",
};
const ASK: Words = { vi: "Hỏi cán bộ y tế tại chỗ.", en: "Ask the health officer on site." };
const COMPLETE: Words = {
  vi: "Xin cấp lại chứng nhận có đủ thông tin, hoặc xuất trình chứng nhận khác.",
  en: "Ask for a certificate with the missing details, or show another one.",
};
const FINE: Words = { vi: "Đạt mọi quy định.", en: "All rules are met." };

/** Reads the payloads of the lists of rules and of value sets, whose signatures hold. Throws `RangeError`. */
export function readRules(rules: Readonly<Record<string, unknown>>, values: Readonly<Record<string, unknown>>): RuleBook {
  const { type, purposes, rules: all, issued_at: issued, expires_at: expires } = rules;
  if (type !== "lachan.rules" || !Array.isArray(purposes) || !Array.isArray(all) || all.length > MOST_RULES) {
    throw new RangeError("rules: of another form");
  }
  if (typeof issued !== "string" || typeof expires !== "string") throw new RangeError("rules: without a date");
  const codes = codesOf(values);
  return {
    issuedAt: instantOf(issued),
    expiresAt: instantOf(expires),
    purposes: (purposes as { id: string; country: string; names: Words }[]).map(({ id, country, names }) => ({ id: `${country}:${id}`, names })),
    decide: (chosen, payload, now) => {
      const [country, purpose] = chosen.split(":") as [string, string];
      return decide(payload, inForce(all as Rule[], country, purpose, now), country, now, codes);
    },
  };
}

/** The codes of each value set, which has the form of the DCC's. */
function codesOf(values: Readonly<Record<string, unknown>>): Readonly<Record<string, readonly string[]>> {
  const sets = values["value_sets"];
  if (values["type"] !== "lachan.value-sets" || sets === null || typeof sets !== "object") throw new RangeError("value sets: of another form");
  const named = Object.entries(sets as Record<string, { readonly valueSetValues: object }>);
  return Object.fromEntries(named.map(([name, set]) => [name, Object.keys(set.valueSetValues)]));
}

/** Rules in force: of each identifier the highest version. */
function inForce(all: readonly Rule[], country: string, purpose: string, now: number): Rule[] {
  const found = new Map<string, Rule>();
  for (const rule of all) {
    if (rule.Country !== country || rule.Purpose !== purpose) continue;
    if (now < instantOf(rule.ValidFrom) || now > instantOf(rule.ValidTo)) continue;
    const known = found.get(rule.Identifier);
    if (!known || newer(rule.Version, known.Version)) found.set(rule.Identifier, rule);
  }
  return [...found.values()];
}

function newer(version: string, than: string): boolean {
  const [a, b] = [version, than].map((text) => text.split(".").map(Number)) as [number[], number[]];
  const at = a.findIndex((part, i) => part !== b[i]);
  return at >= 0 && a[at]! > (b[at] ?? -1);
}

function decide(
  payload: Payload,
  rules: readonly Rule[],
  country: string,
  now: number,
  valueSets: Readonly<Record<string, readonly string[]>>,
): Decision {
  if (rules.length === 0) return { verdict: "open", words: NO_RULES, advice: ASK, results: [] };
  const kinds = Object.keys(ENTRIES).filter((kind) => isThere(payload[ENTRIES[kind]!]));
  if (kinds.length === 0) return { verdict: "open", words: NO_ENTRY, advice: COMPLETE, results: [] };
  const data = { payload, external: { validationClock: new Date(now).toISOString(), countryCode: country, valueSets } };
  const judged = rules
    .filter((rule) => rule.CertificateType === "General" || kinds.includes(rule.CertificateType))
    .map((rule) => ({ rule, state: stateOf(rule, payload, data) }));
  const results = judged.map(({ rule, state }) => [rule.Identifier, state] as const);
  for (const [state, verdict] of [["failed", "refused"], ["open", "open"]] as const) {
    const first = judged.find((each) => each.state === state);
    if (!first) continue;
    return { verdict, words: wordsOf(first.rule.Description), advice: state === "failed" ? wordsOf(first.rule.Advice) : COMPLETE, results };
  }
  return { verdict: "accepted", words: FINE, advice: {}, results };
}

function stateOf(rule: Rule, payload: Payload, data: Value): State {
  let value: Value;
  try {
    value = evaluate(rule.Logic, data);
  } catch {
    return "open";
  }
  if (value === (rule.Type === "Acceptance")) return "ok";
  if (value !== true && value !== false) return "open";
  return rule.AffectedFields.some((path) => missing(path, payload)) ? "open" : "failed";
}

/** Whether what has the field is there and the field is not: `v.0.dt` of a test is not missing. */
function missing(path: string, payload: Json): boolean {
  const way = path.split(".");
  const name = way.pop()!;
  let at: Json | undefined = payload;
  for (const part of way) {
    if (Array.isArray(at)) at = /^\d+$/.test(part) ? at[Number(part)] : undefined;
    else if (at !== null && typeof at === "object") at = (at as Payload)[part];
    else return false;
  }
  if (at === null || typeof at !== "object" || Array.isArray(at)) return false;
  const value = (at as Payload)[name];
  return value === undefined || value === null || value === "";
}

function isThere(value: Json | undefined): boolean {
  if (value !== null && typeof value === "object") return Object.keys(value).length > 0;
  return Boolean(value);
}

function wordsOf(texts: readonly { readonly lang: string; readonly desc: string }[]): Words {
  return Object.fromEntries(texts.map(({ lang, desc }) => [lang, desc]));
}
