import { fromBase64, toBase64Url, type Bytes } from "./bytes.ts";
import type { PublicKey } from "./x509.ts";

export type Algorithm = "ES256" | "ES384" | "ES512" | "PS256" | "PS384" | "PS512";

const imported = new WeakMap<PublicKey, Map<string, Promise<CryptoKey>>>();
const POINT_BYTES = { "P-256": 32, "P-384": 48, "P-521": 66 } as const;
const LEAST_RSA_BYTES = 256;
const MOST_RSA_BYTES = 1024;

/**
 * Whether the raw signature is this key's over the message. The key says which family may verify, the algorithm only
 * which hash: Spain signs ES256 with keys on P-384. A key of the wrong kind or size is a no, never an exception.
 */
export async function verified(algorithm: Algorithm, key: PublicKey, signature: Bytes, message: Bytes): Promise<boolean> {
  const hash = `SHA-${algorithm.slice(2)}`;
  const elliptic = algorithm.startsWith("ES");
  if (elliptic && (key.kind !== "EC" || signature.length !== 2 * POINT_BYTES[key.curve])) return false;
  if (!elliptic && (key.kind !== "RSA" || key.n.length < LEAST_RSA_BYTES || key.n.length > MOST_RSA_BYTES)) return false;
  try {
    const how = elliptic ? { name: "ECDSA", hash } : { name: "RSA-PSS", saltLength: Number(algorithm.slice(2)) / 8 };
    return await crypto.subtle.verify(how, await importOnce(hash, key), signature, message);
  } catch {
    return false;
  }
}

function importOnce(hash: string, key: PublicKey): Promise<CryptoKey> {
  const known = imported.get(key) ?? new Map<string, Promise<CryptoKey>>();
  imported.set(key, known);
  let made = known.get(hash);
  if (!made) known.set(hash, (made = importKey(hash, key)));
  return made;
}

function importKey(hash: string, key: PublicKey): Promise<CryptoKey> {
  if (key.kind === "EC") {
    return crypto.subtle.importKey("raw", key.point, { name: "ECDSA", namedCurve: key.curve }, false, ["verify"]);
  }
  const jwk = { kty: "RSA", n: toBase64Url(key.n), e: toBase64Url(key.e) };
  return crypto.subtle.importKey("jwk", jwk, { name: "RSA-PSS", hash }, false, ["verify"]);
}

/** A key of a JSON Web Key: EC on P-256 only, the one curve that SMART Health Cards and our lists use. */
export function keyOfJwk(jwk: Readonly<Record<string, unknown>>): PublicKey {
  if (jwk["kty"] !== "EC" || jwk["crv"] !== "P-256" || typeof jwk["x"] !== "string" || typeof jwk["y"] !== "string") {
    throw new RangeError("a key of another kind");
  }
  const [x, y] = [fromBase64(jwk["x"]), fromBase64(jwk["y"])];
  if (x.length !== 32 || y.length !== 32) throw new RangeError("a key of another length");
  const point = new Uint8Array(65);
  point[0] = 4;
  point.set(x, 1);
  point.set(y, 33);
  return { kind: "EC", curve: "P-256", point };
}

/** The two numbers of an ECDSA signature in DER, as certificates carry it, in the raw form WebCrypto wants. */
export function rawSignature(der: Bytes, size = 32): Bytes {
  const out = new Uint8Array(2 * size);
  let at = 2;
  if (der[0] !== 0x30 || der[1]! >= 0x80 || der[1] !== der.length - 2) throw new RangeError("not a signature");
  for (const place of [0, 1]) {
    if (der[at] !== 0x02) throw new RangeError("not a signature");
    const length = der[at + 1]!;
    let number = der.slice(at + 2, at + 2 + length);
    at += 2 + length;
    while (number.length > size && number[0] === 0) number = number.slice(1);
    if (number.length > size || number.length === 0) throw new RangeError("not a signature");
    out.set(number, place * size + size - number.length);
  }
  if (at !== der.length) throw new RangeError("not a signature");
  return out;
}
