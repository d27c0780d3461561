import { decodeBase45 } from "./base45.ts";
import { sha256, toHex, type Bytes } from "./bytes.ts";
import { decodeCbor } from "./cbor.ts";
import { readSign1, signatureHolds, type Sign1 } from "./cose.ts";
import type { Certificate } from "./x509.ts";

/** Vietnam's own card: name, birth date, validity (docs/reference/domestic-card.md; lachan.certificates.codecs.domestic). */
export interface Card {
  readonly name: string;
  /** YYYY-MM-DD, YYYY-MM or YYYY */
  readonly birth: string;
  readonly identifier: string;
  readonly validFrom: number;
  readonly validUntil: number;
}

export type DomesticWord = "PREFIX" | "BASE45" | "COSE" | "CBOR" | "SIGNATURE" | "EXPIRED";

export interface DomesticVerdict {
  readonly ok: boolean;
  readonly error: DomesticWord | null;
  readonly errors: readonly DomesticWord[];
  readonly card: Card | null;
  readonly notes: readonly string[];
}

const PREFIX = "LC1:";
const MOST_TEXT = 1_000;
const MOST_NAME = 80;
const MOST_HOURS = 24 * 366 * 10;
const MOST_DAY = 60_000;
/** 1850-01-01, in days since 1970. */
const FIRST_BIRTH = -43_829;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Days begin at midnight in Viet Nam. */
const ZONE_MS = 7 * HOUR_MS;
const IDENTIFIER = /^[A-Za-z0-9_-]{1,24}$/;
const PARTIAL_BIRTH = /^(?:18[5-9]|19[0-9]|20[0-9])[0-9](?:-(?:0[1-9]|1[0-2]))?$/;
const PRINTABLE = /^(?:[^\p{C}\p{Z}]| )+$/u;

/** Verdict by the country's own domestic signers; `now` in milliseconds. */
export async function checkDomestic(given: string, trusted: (keyId: Bytes) => readonly Certificate[], now: number): Promise<DomesticVerdict> {
  const text = given.replace(/^[\r\n\t]+|[\r\n\t]+$/g, "");
  if (!text.startsWith(PREFIX)) return unread("PREFIX");
  if (text.length > MOST_TEXT) return unread("BASE45");
  let data: Bytes;
  let message: Sign1;
  try {
    data = decodeBase45(text.slice(PREFIX.length));
  } catch {
    return unread("BASE45");
  }
  try {
    message = readSign1(data);
  } catch {
    return unread("COSE");
  }
  const errors: DomesticWord[] = [];
  const notes: string[] = [];
  const card = read(message.payload);
  if (!card) errors.push("CBOR");
  if (!(await signed(message, trusted, notes))) errors.push("SIGNATURE");
  if (card && !(card.validFrom <= now && now <= card.validUntil)) {
    errors.push("EXPIRED");
    if (now < card.validFrom) notes.push("NOT_YET");
  }
  return { ok: errors.length === 0, error: errors[0] ?? null, errors, card, notes };
}

function unread(word: DomesticWord): DomesticVerdict {
  return { ok: false, error: word, errors: [word], card: null, notes: [] };
}

async function signed(message: Sign1, trusted: (keyId: Bytes) => readonly Certificate[], notes: string[]): Promise<boolean> {
  const known = message.keyId === null ? [] : trusted(message.keyId);
  if (known.length === 0) notes.push(message.keyId === null ? "NO_KEY_ID" : "UNKNOWN_KEY");
  for (const signer of known) {
    if (toHex((await sha256(signer.der)).slice(0, 8)) !== toHex(message.keyId!)) notes.push("OTHER_KEY");
    else if (await signatureHolds(message, signer.key)) return true;
  }
  return false;
}

function read(payload: Bytes): Card | null {
  try {
    const said = decodeCbor(payload);
    if (!Array.isArray(said) || said.length !== 5) return null;
    const [name, birth, first, hours, identifier] = said;
    if (typeof name !== "string" || [...name].length > MOST_NAME || !PRINTABLE.test(name) || name !== name.trim()) return null;
    if (typeof identifier !== "string" || !IDENTIFIER.test(identifier)) return null;
    if (!within(first, 0, MOST_DAY) || !within(hours, 1, MOST_HOURS)) return null;
    const born = readBirth(birth);
    const validFrom = first * DAY_MS - ZONE_MS;
    return born === null ? null : { name, birth: born, identifier, validFrom, validUntil: validFrom + hours * HOUR_MS };
  } catch {
    return null;
  }
}

function within(value: unknown, least: number, most: number): value is number {
  return typeof value === "number" && value >= least && value <= most;
}

function readBirth(coded: unknown): string | null {
  if (typeof coded === "string") return PARTIAL_BIRTH.test(coded) ? coded : null;
  return within(coded, FIRST_BIRTH, MOST_DAY) ? new Date(coded * DAY_MS).toISOString().slice(0, 10) : null;
}
