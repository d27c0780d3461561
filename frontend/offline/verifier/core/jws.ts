import { bytesOf, fromBase64, utf8, type Bytes } from "./bytes.ts";
import { rawSignature, verified } from "./keys.ts";
import { readCertificate, type Certificate, type PublicKey } from "./x509.ts";

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

/**
 * Whose key signed a list: the first certificate of `x5c`, which the country authority that we were installed with must
 * have signed. So a list key may change every year without the page being installed anew, and nobody else can bring
 * one. `now` in milliseconds. Throws `RangeError` with what is wrong.
 */
export async function openList(text: string, authorities: readonly Certificate[], now: number): Promise<Readonly<Record<string, unknown>>> {
  const jws = readJws(text);
  if (jws.header["alg"] !== "ES256" || "crit" in jws.header) throw new RangeError("list: another algorithm");
  const chain = jws.header["x5c"];
  if (!Array.isArray(chain) || typeof chain[0] !== "string" || chain.length > 4) throw new RangeError("list: no chain");
  const leaf = readCertificate(chain[0]);
  if (!(await vouchedFor(leaf, authorities))) throw new RangeError("list: signed under an authority that is not ours");
  if (leaf.notAfter !== null && now > leaf.notAfter) throw new RangeError("list: the key has expired");
  if (!(await jwsHolds(jws, leaf.key))) throw new RangeError("list: the signature is wrong");
  return parseObject(jws.payload);
}

async function vouchedFor(leaf: Certificate, authorities: readonly Certificate[]): Promise<boolean> {
  for (const authority of authorities) {
    try {
      if (await verified("ES256", authority.key, rawSignature(leaf.signature), leaf.signed)) return true;
    } catch {
      continue;
    }
  }
  return false;
}
