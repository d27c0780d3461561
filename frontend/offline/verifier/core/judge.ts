import type { Bytes } from "./bytes.ts";
import { checkDomestic, type DomesticVerdict } from "./domestic.ts";
import { hashOf } from "./filter.ts";
import { checkTrusted, type Verdict } from "./hcert.ts";
import type { Revocations } from "./revocation.ts";
import type { RuleBook, Words } from "./rules.ts";
import type { Payload } from "./schema.ts";
import { checkShc, chunkOf, holderOf, jwsOfQr, revocationIdOf, type ShcVerdict } from "./shc.ts";
import type { TrustList } from "./trust.ts";

/** Why; each has a sentence and an advice in both languages (page/texts.ts). */
export type Reason =
  | "valid"
  | "forged"
  | "expired"
  | "not_yet"
  | "usage"
  | "schema"
  | "revoked"
  | "rule"
  | "not_certificate"
  | "damaged"
  | "more_parts"
  | "unknown_issuer"
  | "no_lists"
  | "lists_too_old"
  | "maybe_revoked"
  | "clock"
  | "rule_open"
  | "no_rules"
  | "not_for_rules";
export type Kind = "valid" | "refused" | "unknown";

/** All that a guard may see: the verdict, why, the name and the birth date. */
export interface Outcome {
  readonly kind: Kind;
  readonly reason: Reason;
  readonly holder: { readonly name: string; readonly birth: string } | null;
  /** A rule's own words and advice, by language. */
  readonly words?: Words;
  readonly advice?: Words;
  /** Codes of one card still to be shown. */
  readonly left?: number;
}

export interface Circumstances {
  readonly now: number;
  readonly trust: TrustList | null;
  readonly revocations: Revocations | null;
  /** The phone's clock is known to be wrong. */
  readonly clockWrong: boolean;
  /** What the card is shown for, "VN:door"; null: only whether it is genuine is asked. */
  readonly purpose: string | null;
  /** Rules; null where none are held that may still be used. */
  readonly rules: RuleBook | null;
  /** Fetches the exact batch for a hash; false when it cannot be had. */
  readonly ask: (hash: Bytes) => Promise<boolean>;
}

/** Codes of a SMART Health Card in several parts, until all have been shown. */
export class Parts {
  private held: string[] = [];

  /** All codes when complete, otherwise how many are still missing. */
  add(code: string): { codes: readonly string[] } | { left: number } {
    const { at, of } = chunkOf(code);
    if (this.held.length !== of) this.held = Array.from({ length: of }, () => "");
    if (at >= 1 && at <= of) this.held[at - 1] = code;
    const left = this.held.filter((held) => held === "").length;
    if (left > 0) return { left };
    const codes = this.held;
    this.held = [];
    return { codes };
  }

  clear(): void {
    this.held = [];
  }
}

/** The country's own card vouches for its bearer at a door, and says nothing that rules could be asked about. */
const DOMESTIC_PURPOSE = "VN:door";
const UNREADABLE = new Set(["PREFIX", "BASE45", "ZLIB", "COSE", "CBOR"]);

/** Verdict on the text of a code. A refusal that needs no list stands even when the lists are old. */
export async function judge(text: string, parts: Parts, on: Circumstances): Promise<Outcome> {
  const code = text.trim();
  if (/^HC1:/.test(code)) return health(code, on);
  if (/^LC1:/.test(code)) return domestic(code, on);
  if (/^shc:\//i.test(code)) {
    const found = parts.add(code.replace(/^shc/i, "shc"));
    return "left" in found ? { ...unknown("more_parts"), left: found.left } : smart(found.codes, on);
  }
  if (/^HC\d|^[A-Z]{2}\d:/.test(code)) return unknown("damaged");
  return unknown("not_certificate");
}

async function health(text: string, on: Circumstances): Promise<Outcome> {
  const { trust } = on;
  const verdict = await checkTrusted(text, (keyId) => trust?.health(keyId) ?? [], on.now);
  if (verdict.errors.some((word) => UNREADABLE.has(word))) return unknown("damaged");
  if (!verdict.signed) return unsigned(verdict, on);
  const payload = verdict.payload!;
  const holder = holderOfPayload(payload);
  if (verdict.errors.includes("SCHEMA")) return refused("schema", holder);
  if (verdict.errors.includes("KEYUSAGE")) return refused("usage", holder);
  const dated = verdict.errors.includes("EXPIRED") ? (verdict.notes.includes("NOT_YET") ? "not_yet" : "expired") : null;
  return further(dated, identifiersOf(payload), holder, payload, on);
}

async function domestic(text: string, on: Circumstances): Promise<Outcome> {
  const verdict = await checkDomestic(text, (keyId) => on.trust?.domestic(keyId) ?? [], on.now);
  if (verdict.errors.some((word) => UNREADABLE.has(word))) return unknown("damaged");
  if (verdict.errors.includes("SIGNATURE")) return unsigned(verdict, on);
  const { name, birth, identifier } = verdict.card!;
  const dated = verdict.errors.includes("EXPIRED") ? (verdict.notes.includes("NOT_YET") ? "not_yet" : "expired") : null;
  const asked = on.purpose === DOMESTIC_PURPOSE ? { ...on, purpose: null } : on;
  return further(dated, [identifier], { name, birth }, null, asked);
}

async function smart(codes: readonly string[], on: Circumstances): Promise<Outcome> {
  let verdict: ShcVerdict;
  try {
    verdict = await checkShc(jwsOfQr(codes), (keyId) => on.trust?.smart(keyId) ?? [], on.now);
  } catch {
    return unknown("damaged");
  }
  const { error, payload } = verdict;
  if (error === "KEY") return on.trust ? unknown("unknown_issuer") : unknown("no_lists");
  if (error === "SIGNATURE") return refused("forged", null);
  if (error === "TYPE") return refused("schema", null);
  if (!payload) return unknown("damaged");
  const dated = error === "EXPIRED" ? "expired" : error === "NOTYET" ? "not_yet" : null;
  const rid = revocationIdOf(payload);
  return further(dated, rid === null ? [] : [rid], holderOf(payload), null, on);
}

function unsigned(verdict: Verdict | DomesticVerdict, on: Circumstances): Outcome {
  if (!on.trust) return unknown("no_lists");
  const unheard = verdict.notes.includes("UNKNOWN_KEY" as never) || verdict.notes.includes("NO_KEY_ID" as never);
  return unheard ? unknown("unknown_issuer") : refused("forged", null);
}

/** What is asked of a card whose signature holds: the clock, the revocation list, the rules, the age of the lists. */
async function further(
  dated: "expired" | "not_yet" | null,
  identifiers: readonly string[],
  holder: Outcome["holder"],
  payload: Payload | null,
  on: Circumstances,
): Promise<Outcome> {
  const revoked = await revocation(identifiers, on);
  if (revoked === "yes") return refused("revoked", holder);
  if (dated && !on.clockWrong) return refused(dated, holder);
  if (on.clockWrong) return { ...unknown("clock"), holder };
  const decision = payload && on.purpose !== null ? on.rules?.decide(on.purpose, payload, on.now) : undefined;
  if (decision?.verdict === "refused") return { ...refused("rule", holder), words: decision.words, advice: decision.advice };
  if (!on.trust || !on.revocations) return { ...unknown("no_lists"), holder };
  if (on.now > on.trust.expiresAt || on.now > on.revocations.index.expiresAt) return { ...unknown("lists_too_old"), holder };
  if (revoked === "perhaps") return { ...unknown("maybe_revoked"), holder };
  if (on.purpose !== null && !payload) return { ...unknown("not_for_rules"), holder };
  if (on.purpose !== null && !decision) return { ...unknown("no_rules"), holder };
  if (decision?.verdict === "open") return { ...unknown("rule_open"), holder, words: decision.words, advice: decision.advice };
  return { kind: "valid", reason: "valid", holder };
}

async function revocation(identifiers: readonly string[], on: Circumstances): Promise<"no" | "yes" | "perhaps"> {
  const { revocations } = on;
  if (!revocations) return "no";
  let found: "no" | "perhaps" = "no";
  for (const identifier of identifiers) {
    const hash = await hashOf(identifier);
    let status = revocations.status(hash);
    if (status === "perhaps" && (await on.ask(hash))) status = revocations.status(hash);
    if (status === "yes") return "yes";
    if (status === "perhaps") found = "perhaps";
  }
  return found;
}

function refused(reason: Reason, holder: Outcome["holder"]): Outcome {
  return { kind: "refused", reason, holder };
}

function unknown(reason: Reason): Outcome {
  return { kind: "unknown", reason, holder: null };
}

function identifiersOf(payload: Payload): string[] {
  return ["v", "t", "r"].flatMap((kind) => {
    const entries = payload[kind];
    return (Array.isArray(entries) ? (entries as Payload[]) : []).map((entry) => entry["ci"]).filter((ci) => typeof ci === "string");
  });
}

/** Family name first, as it is written here; in machine letters where a card has no others. */
function holderOfPayload(payload: Payload): { name: string; birth: string } {
  const names = payload["nam"] as Readonly<Record<string, unknown>> | undefined;
  const text = (member: string): string => (typeof names?.[member] === "string" ? (names[member] as string) : "");
  const machine = (member: string): string => text(member).replace(/</g, " ");
  const name = [text("fn") || machine("fnt"), text("gn") || machine("gnt")].filter(Boolean).join(" ");
  return { name, birth: typeof payload["dob"] === "string" ? payload["dob"] : "" };
}
