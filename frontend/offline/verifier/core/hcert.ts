import type { Bytes } from "./bytes.ts";
import { decodeBase45 } from "./base45.ts";
import { decodeCbor, Float, Moment, Tagged, type Cbor } from "./cbor.ts";
import { instantOf, type Json } from "./certlogic.ts";
import { MOST_MESSAGE_BYTES, readSign1, signatureHolds, type Sign1 } from "./cose.ts";
import { inflateZlib } from "./inflate.ts";
import { kindsOf, schemaHolds, type Payload } from "./schema.ts";
import { readCertificate, type Certificate } from "./x509.ts";

/** In the order they are listed, as in lachan.certificates.codecs.hcert. */
export const WORDS = ["PREFIX", "BASE45", "ZLIB", "COSE", "CBOR", "SIGNATURE", "EXPIRED", "KEYUSAGE", "SCHEMA"] as const;
export type Word = (typeof WORDS)[number];
export type Note = "UNREADABLE_CERTIFICATE" | "NO_KEY_ID" | "OTHER_KEY" | "UNKNOWN_KEY" | "ODD_TIME" | "NOT_YET" | "NO_EXPIRY" | "OUTLIVES_SIGNER";

/** `errors` names every check that failed, `error` the first. What the payload says is vouched for only by `ok`. */
export interface Verdict {
  readonly ok: boolean;
  readonly error: Word | null;
  readonly errors: readonly Word[];
  readonly payload: Payload | null;
  readonly issuer: string | null;
  /** Milliseconds since 1970. */
  readonly issuedAt: number | null;
  readonly expiresAt: number | null;
  readonly keyId: Bytes | null;
  readonly algorithm: string | null;
  readonly notes: readonly Note[];
  /** Whether a key that is trusted made the signature, whatever else failed. */
  readonly signed: boolean;
}

const PREFIX = "HC1:";
const MOST_TEXT = 4_296;
const ISSUER = 1;
const EXPIRES_AT = 4;
const NOT_BEFORE = 5;
const ISSUED_AT = 6;
const HEALTH = -260;
const LATEST_S = 253_402_300_799;

class Unreadable extends Error {
  readonly word: Word;

  constructor(word: Word) {
    super(word);
    this.word = word;
  }
}

interface Claims {
  readonly issuer: string | null;
  readonly issuedAt: number | null;
  readonly notBefore: number | null;
  readonly expiresAt: number | null;
  readonly payload: Payload;
  /** A claim is no time between 1970 and 9999: it counts as absent, and the certificate as out of time. */
  readonly oddTime: boolean;
}

interface Judged {
  readonly signer: Certificate | null;
  readonly signed: boolean;
}

/**
 * Verdict on the text of a code by a trust list: `trusted` gives the certificates under a key id. The list's own key
 * ids count, since not all are digests of the certificate. `now` in milliseconds. Never throws for what a text holds.
 */
export function checkTrusted(text: string, trusted: (keyId: Bytes) => readonly Certificate[], now: number): Promise<Verdict> {
  return verdict(text, now, async (message, notes) => {
    const known = message.keyId === null ? [] : trusted(message.keyId);
    for (const signer of known) {
      if (await signatureHolds(message, signer.key)) return { signer, signed: true };
    }
    if (known.length === 0) notes.push(message.keyId === null ? "NO_KEY_ID" : "UNKNOWN_KEY");
    return { signer: known[0] ?? null, signed: false };
  });
}

/** The same against one certificate (base64 or PEM), whose digest must be the key id; null: SIGNATURE fails. */
export function check(text: string, certificate: string | null, digest: Bytes | null, now: number): Promise<Verdict> {
  return verdict(text, now, async (message, notes) => {
    if (certificate === null || digest === null) return { signer: null, signed: false };
    let signer: Certificate;
    try {
      signer = readCertificate(certificate);
    } catch {
      notes.push("UNREADABLE_CERTIFICATE");
      return { signer: null, signed: false };
    }
    const own = digest.slice(0, 8);
    if (message.keyId === null || message.keyId.length !== 8 || message.keyId.some((byte, i) => byte !== own[i])) {
      notes.push(message.keyId === null ? "NO_KEY_ID" : "OTHER_KEY");
      return { signer, signed: false };
    }
    return { signer, signed: await signatureHolds(message, signer.key) };
  });
}

type Judge = (message: Sign1, notes: Note[]) => Promise<Judged>;

async function verdict(text: string, now: number, judge: Judge): Promise<Verdict> {
  const errors: Word[] = [];
  const notes: Note[] = [];
  let message: Sign1;
  try {
    message = openMessage(text);
  } catch (error) {
    return unread(wordOf(error));
  }
  let claims: Claims | null = null;
  try {
    claims = readClaims(message.payload);
  } catch (error) {
    errors.push(wordOf(error));
  }
  const { signer, signed } = await judge(message, notes);
  if (!signed) errors.push("SIGNATURE");
  if (claims) {
    if (!inTime(claims, now, notes)) errors.push("EXPIRED");
    if (signer && signer.uses !== null && [...kindsOf(claims.payload)].some((kind) => !signer.uses!.has(kind))) errors.push("KEYUSAGE");
    if (signer?.notAfter && claims.expiresAt !== null && claims.expiresAt > signer.notAfter) notes.push("OUTLIVES_SIGNER");
    if (!schemaHolds(claims.payload)) errors.push("SCHEMA");
  }
  return {
    ok: errors.length === 0,
    error: errors[0] ?? null,
    errors,
    payload: claims?.payload ?? null,
    issuer: claims?.issuer ?? null,
    issuedAt: claims?.issuedAt ?? null,
    expiresAt: claims?.expiresAt ?? null,
    keyId: message.keyId,
    algorithm: message.algorithm,
    notes,
    signed,
  };
}

function unread(word: Word): Verdict {
  const nothing = { payload: null, issuer: null, issuedAt: null, expiresAt: null, keyId: null, algorithm: null };
  return { ok: false, error: word, errors: [word], ...nothing, notes: [], signed: false };
}

function wordOf(error: unknown): Word {
  if (error instanceof Unreadable) return error.word;
  throw error;
}

function layer<T>(word: Word, open: () => T): T {
  try {
    return open();
  } catch (error) {
    if (error instanceof RangeError) throw new Unreadable(word);
    throw error;
  }
}

function openMessage(given: string): Sign1 {
  const text = given.replace(/^[\r\n\t]+|[\r\n\t]+$/g, "");
  if (!text.startsWith(PREFIX)) throw new Unreadable("PREFIX");
  if (text.length > MOST_TEXT) throw new Unreadable("BASE45");
  const packed = layer("BASE45", () => decodeBase45(text.slice(PREFIX.length)));
  const data = layer("ZLIB", () => inflateZlib(packed, MOST_MESSAGE_BYTES));
  return layer("COSE", () => readSign1(data));
}

function readClaims(data: Bytes): Claims {
  return layer("CBOR", () => {
    const claims = decodeCbor(data);
    if (!(claims instanceof Map)) throw new RangeError("the token is no map");
    const health = claims.get(HEALTH);
    const payload = health instanceof Map ? health.get(1) : undefined;
    if (!(payload instanceof Map)) throw new RangeError("no health certificate of version 1 in the token");
    const issuer = claims.get(ISSUER);
    const said = [ISSUED_AT, NOT_BEFORE, EXPIRES_AT].map((label) => claims.get(label) ?? null);
    const [issuedAt, notBefore, expiresAt] = said.map(time) as [number | null, number | null, number | null];
    return {
      payload: plain(payload) as Payload,
      issuer: typeof issuer === "string" ? issuer : null,
      issuedAt,
      notBefore,
      expiresAt,
      oddTime: [issuedAt, notBefore, expiresAt].some((at, place) => at === null && said[place] !== null),
    };
  });
}

/** What JSON can say of it. */
function plain(value: Cbor): Json {
  if (value instanceof Map) {
    const entries = [...value].map(([key, inner]): [string, Json] => {
      if (typeof key !== "string") throw new RangeError("a key that is no text");
      return [key, plain(inner)];
    });
    return Object.fromEntries(entries);
  }
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Uint8Array || value instanceof Tagged) throw new RangeError("something JSON cannot say");
  if (value instanceof Float) return value.value;
  if (value instanceof Moment) return value.text;
  return typeof value === "bigint" ? Number(value) : (value ?? null);
}

/** Milliseconds of a claim in seconds; null when it is no time. */
function time(value: Cbor): number | null {
  let seconds = value instanceof Float ? value.value : value;
  if (value instanceof Moment) {
    try {
      seconds = instantOf(value.text) / 1000;
    } catch {
      return null;
    }
  }
  return typeof seconds === "number" && seconds >= 0 && seconds <= LATEST_S ? seconds * 1000 : null;
}

function inTime(claims: Claims, now: number, notes: Note[]): boolean {
  if (claims.oddTime) {
    notes.push("ODD_TIME");
    return false;
  }
  if (now < Math.max(claims.issuedAt ?? 0, claims.notBefore ?? 0)) {
    notes.push("NOT_YET");
    return false;
  }
  if (claims.expiresAt === null) {
    notes.push("NO_EXPIRY");
    return false;
  }
  return now <= claims.expiresAt;
}
