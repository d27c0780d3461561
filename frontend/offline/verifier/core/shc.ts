import { sha256, toBase64Url, bytesOf, type Bytes } from "./bytes.ts";
import { inflateRaw } from "./inflate.ts";
import { jwsHolds, parseObject, readJws, type Jws } from "./jws.ts";
import type { PublicKey } from "./x509.ts";

export type ShcError = "QR" | "JWS" | "HEADER" | "KEY" | "SIGNATURE" | "DEFLATE" | "JSON" | "NOTYET" | "EXPIRED" | "REVOKED" | "TYPE";

export interface ShcVerdict {
  readonly ok: boolean;
  readonly error: ShcError | null;
  readonly payload: Readonly<Record<string, unknown>> | null;
  readonly keyId: string | null;
}

const MOST_JWS_CHARACTERS = 100_000;
const MOST_PAYLOAD_BYTES = 1_000_000;
const HEALTH_CARD = "https://smarthealth.cards#health-card";

/** The JWS that one or several `shc:/` codes hold. Throws `RangeError` (verdict QR). */
export function jwsOfQr(codes: readonly string[]): string {
  const parts = codes.map((code) => {
    const found = /^shc:\/(?:(\d{1,2})\/(\d{1,2})\/)?((?:\d\d)+)$/.exec(code);
    if (!found) throw new RangeError("shc: not a code");
    return { at: Number(found[1] ?? 1), of: Number(found[2] ?? 1), digits: found[3]! };
  });
  parts.sort((a, b) => a.at - b.at);
  if (parts.length === 0 || parts.some((part, i) => part.at !== i + 1 || part.of !== parts.length)) throw new RangeError("shc: parts missing");
  const digits = parts.map((part) => part.digits).join("");
  if (digits.length > 2 * MOST_JWS_CHARACTERS) throw new RangeError("shc: too long");
  let text = "";
  for (let i = 0; i < digits.length; i += 2) {
    const value = Number(digits.slice(i, i + 2));
    // '-' to 'z', what a JWS is written with
    if (value > 77) throw new RangeError("shc: a number of no letter");
    text += String.fromCharCode(45 + value);
  }
  return text;
}

/** How many codes a chunked card has, and which one this is; 1 of 1 for a whole card. */
export function chunkOf(code: string): { at: number; of: number } {
  const found = /^shc:\/(\d{1,2})\/(\d{1,2})\//.exec(code);
  return found ? { at: Number(found[1]), of: Number(found[2]) } : { at: 1, of: 1 };
}

/** Checks a SMART Health Card. `keys`: those known under its key id; `now` in milliseconds, null: dates are not looked at. */
export async function checkShc(
  jwsText: string,
  keys: (keyId: string) => readonly PublicKey[],
  now: number | null,
): Promise<ShcVerdict> {
  let jws: Jws;
  if (jwsText.length > MOST_JWS_CHARACTERS) return no("JWS");
  try {
    jws = readJws(jwsText);
  } catch {
    return no("JWS");
  }
  const { alg, zip, kid } = jws.header;
  if (alg !== "ES256" || zip !== "DEF" || typeof kid !== "string" || "crit" in jws.header) return no("HEADER");
  const known = keys(kid);
  if (known.length === 0) return no("KEY", kid, content(jws).payload);
  if (jws.signature.length !== 64) return no("SIGNATURE", kid);
  let signed = false;
  for (const key of known) signed ||= await jwsHolds(jws, key);
  if (!signed) return no("SIGNATURE", kid);
  const { payload, error } = content(jws);
  if (!payload) return no(error, kid);
  return judged(payload, kid, now);
}

function content(jws: Jws): { payload: Readonly<Record<string, unknown>> | null; error: ShcError } {
  let bytes: Bytes;
  try {
    bytes = inflateRaw(jws.payload, MOST_PAYLOAD_BYTES);
  } catch {
    return { payload: null, error: "DEFLATE" };
  }
  try {
    return { payload: parseObject(bytes), error: "JSON" };
  } catch {
    return { payload: null, error: "JSON" };
  }
}

function judged(payload: Readonly<Record<string, unknown>>, kid: string, now: number | null): ShcVerdict {
  const { nbf, exp } = payload;
  if (typeof nbf !== "number" || (exp !== undefined && typeof exp !== "number")) return no("TYPE", kid, payload);
  const types = member(payload["vc"], "type");
  if (!Array.isArray(types) || !types.includes(HEALTH_CARD)) return no("TYPE", kid, payload);
  if (now !== null && nbf * 1000 > now) return no("NOTYET", kid, payload);
  if (now !== null && typeof exp === "number" && exp * 1000 <= now) return no("EXPIRED", kid, payload);
  return { ok: true, error: null, payload, keyId: kid };
}

function no(error: ShcError, keyId: string | null = null, payload: Readonly<Record<string, unknown>> | null = null): ShcVerdict {
  return { ok: false, error, payload, keyId };
}

function member(value: unknown, name: string): unknown {
  return value !== null && typeof value === "object" ? (value as Record<string, unknown>)[name] : undefined;
}

/** What revokes it: the `rid` of the credential. */
export function revocationIdOf(payload: Readonly<Record<string, unknown>>): string | null {
  const rid = member(payload["vc"], "rid");
  return typeof rid === "string" ? rid : null;
}

/** Name and birth date of the one patient within; empty texts where the card does not say. */
export function holderOf(payload: Readonly<Record<string, unknown>>): { name: string; birth: string } {
  const entries = member(member(member(payload["vc"], "credentialSubject"), "fhirBundle"), "entry");
  for (const entry of Array.isArray(entries) ? entries : []) {
    const patient = member(entry, "resource");
    if (member(patient, "resourceType") !== "Patient") continue;
    const names = member(patient, "name");
    const name = Array.isArray(names) ? (names[0] as unknown) : undefined;
    const given = member(name, "given");
    const text = member(name, "text");
    const parts = [member(name, "family"), ...(Array.isArray(given) ? (given as unknown[]) : [])].filter((part) => typeof part === "string");
    const birth = member(patient, "birthDate");
    return { name: typeof text === "string" ? text : parts.join(" "), birth: typeof birth === "string" ? birth : "" };
  }
  return { name: "", birth: "" };
}

/** Key id of a JSON Web Key as SMART Health Cards want it: its thumbprint (RFC 7638). */
export async function thumbprint(jwk: Readonly<Record<string, unknown>>): Promise<string> {
  const { crv, kty, x, y } = jwk as Record<string, string>;
  return toBase64Url(await sha256(bytesOf(JSON.stringify({ crv, kty, x, y }))));
}

