import { bytesOf, fromBase64, utf8, type Bytes } from "./bytes.ts";
import { verified } from "./keys.ts";
import type { PublicKey } from "./x509.ts";

export interface Jws {
  readonly header: Readonly<Record<string, unknown>>;
  readonly payload: Bytes;
  readonly signature: Bytes;
  readonly signed: Bytes;
}

/** Takes a compact JWS apart (RFC 7515, 7.1). Throws `RangeError`. */
export function readJws(text: string): Jws {
  const parts = text.split(".");
  if (parts.length !== 3 || parts.some((part) => !/^[A-Za-z0-9_-]+$/.test(part))) throw new RangeError("jws: not three parts");
  const [head, payload, signature] = parts as [string, string, string];
  const header = parseObject(fromBase64(head));
  return { header, payload: fromBase64(payload), signature: fromBase64(signature), signed: bytesOf(`${head}.${payload}`) };
}

/** A JSON object in UTF-8 without a byte-order mark. Throws `RangeError`. */
export function parseObject(bytes: Bytes): Readonly<Record<string, unknown>> {
  let found: unknown;
  try {
    found = JSON.parse(utf8.decode(bytes));
  } catch {
    throw new RangeError("json: not to be read");
  }
  if (found === null || typeof found !== "object" || Array.isArray(found)) throw new RangeError("json: not an object");
  return found as Record<string, unknown>;
}

export function jwsHolds(jws: Jws, key: PublicKey): Promise<boolean> {
  return verified("ES256", key, jws.signature, jws.signed);
}

/** A key that may sign lists: its id as the lists name it (base64), and the key. */
export interface ListKey {
  readonly kid: string;
  /** Its certificate, base64 of the DER. */
  readonly certificate: string;
  readonly key: PublicKey;
}

/**
 * What a signed list says. It is believed when one of `keys` signed it: those that came with the page, or those with
 * usage `l` on the trust list we hold. Throws `RangeError` with what is wrong.
 */
export async function openList(text: string, keys: readonly ListKey[]): Promise<Readonly<Record<string, unknown>>> {
  const jws = readJws(text);
  if (jws.header["alg"] !== "ES256" || "crit" in jws.header) throw new RangeError("list: another algorithm");
  const known = keys.filter(({ kid }) => kid === jws.header["kid"]);
  if (known.length === 0) throw new RangeError("list: signed by a key that is not ours");
  for (const { key } of known) if (await jwsHolds(jws, key)) return parseObject(jws.payload);
  throw new RangeError("list: the signature is wrong");
}
