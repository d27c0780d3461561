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

/** The key of a JSON Web Key (RFC 7518, 6.2 and 6.3). Throws `RangeError`. */
export function keyOfJwk(jwk: Readonly<Record<string, unknown>>): PublicKey {
  const part = (name: string): Bytes => {
    const text = jwk[name];
    if (typeof text !== "string") throw new RangeError("key: a part is missing");
    return fromBase64(text);
  };
  if (jwk["kty"] === "RSA") return { kind: "RSA", n: part("n"), e: part("e") };
  const curve = jwk["crv"];
  if (jwk["kty"] !== "EC" || (curve !== "P-256" && curve !== "P-384" && curve !== "P-521")) throw new RangeError("key: another kind");
  const [x, y, size] = [part("x"), part("y"), POINT_BYTES[curve]];
  if (x.length !== size || y.length !== size) throw new RangeError("key: another length");
  const point = new Uint8Array(1 + 2 * size);
  point[0] = 4;
  point.set(x, 1);
  point.set(y, 1 + size);
  return { kind: "EC", curve, point };
}
