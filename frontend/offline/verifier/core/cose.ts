import type { Bytes } from "./bytes.ts";
import { decodeCbor, encodeArray, Tagged, type Cbor, type CborMap } from "./cbor.ts";
import { verified, type Algorithm } from "./keys.ts";
import type { PublicKey } from "./x509.ts";

/** A signed message, read but not believed. */
export interface Sign1 {
  readonly algorithm: Algorithm;
  readonly keyId: Bytes | null;
  readonly payload: Bytes;
  readonly signature: Bytes;
  readonly signed: Bytes;
}

const COSE_SIGN1 = 18;
const CWT = 61;
const ALGORITHM = 1;
const CRITICAL = 2;
const KEY_ID = 4;
const ALGORITHMS = new Map<Cbor, Algorithm>([
  [-7, "ES256"],
  [-37, "PS256"],
]);

/**
 * Reads COSE_Sign1 (RFC 9052, 4.2): tagged 18, tagged 61 around 18, or untagged. The algorithm and the key id are taken
 * from the protected header, and only where they are missing there from the other one. Throws `RangeError`.
 */
export function readSign1(bytes: Bytes): Sign1 {
  let message = decodeCbor(bytes);
  if (message instanceof Tagged && message.tag === CWT) message = message.value;
  if (message instanceof Tagged && message.tag === COSE_SIGN1) message = message.value;
  if (!Array.isArray(message) || message.length !== 4) throw new RangeError("cose: not a signed message");
  const [protectedBytes, open, payload, signature] = message as [Cbor, Cbor, Cbor, Cbor];
  if (!(protectedBytes instanceof Uint8Array) || !(payload instanceof Uint8Array) || !(signature instanceof Uint8Array)) {
    throw new RangeError("cose: parts of another kind");
  }
  if (!(open instanceof Map)) throw new RangeError("cose: no header");
  const guarded = header(protectedBytes as Bytes);
  if (guarded.has(CRITICAL)) throw new RangeError("cose: a critical header we do not know");
  const algorithm = ALGORITHMS.get(guarded.get(ALGORITHM) ?? open.get(ALGORITHM));
  if (!algorithm) throw new RangeError("cose: another algorithm");
  const keyId = guarded.get(KEY_ID) ?? open.get(KEY_ID) ?? null;
  if (keyId !== null && !(keyId instanceof Uint8Array)) throw new RangeError("cose: a key id of another kind");
  return {
    algorithm,
    keyId: keyId as Bytes | null,
    payload: payload as Bytes,
    signature: signature as Bytes,
    signed: encodeArray(["Signature1", protectedBytes, new Uint8Array(0), payload]),
  };
}

function header(bytes: Bytes): CborMap {
  if (bytes.length === 0) return new Map();
  const found = decodeCbor(bytes);
  if (!(found instanceof Map)) throw new RangeError("cose: no header");
  return found;
}

export function signatureHolds(message: Sign1, key: PublicKey): Promise<boolean> {
  return verified(message.algorithm, key, message.signature, message.signed);
}
