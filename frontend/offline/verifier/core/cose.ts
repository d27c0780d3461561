import type { Bytes } from "./bytes.ts";
import { decodeCbor, encodeArray, Tagged, type Cbor, type CborMap } from "./cbor.ts";
import { verified, type Algorithm } from "./keys.ts";
import type { PublicKey } from "./x509.ts";

/** A signed message, read but not believed. `algorithm` is null when it names none that certificates are signed by. */
export interface Sign1 {
  readonly algorithm: Algorithm | null;
  readonly keyId: Bytes | null;
  readonly payload: Bytes;
  readonly signature: Bytes;
  readonly signed: Bytes;
}

export const MOST_MESSAGE_BYTES = 16_384;
const COSE_SIGN1 = 18;
const CWT = 61;
const ALGORITHM = 1;
const CRITICAL = 2;
const KEY_ID = 4;
const ALGORITHMS = new Map<Cbor, Algorithm>([
  [-7, "ES256"],
  [-35, "ES384"],
  [-36, "ES512"],
  [-37, "PS256"],
  [-38, "PS384"],
  [-39, "PS512"],
]);

/**
 * Reads COSE_Sign1 (RFC 9052, 4.2) with tag 18, with tags 61 and 18, or with none. The algorithm and the key id are
 * those of the protected header, and of the other one only where it does not have them. Throws `RangeError`.
 */
export function readSign1(bytes: Bytes): Sign1 {
  if (bytes.length > MOST_MESSAGE_BYTES) throw new RangeError("cose: too long");
  const message = untagged(decodeCbor(bytes));
  if (!Array.isArray(message) || message.length !== 4) throw new RangeError("cose: not a message with one signature");
  const [guardedBytes, open, payload, signature] = message as [Cbor, Cbor, Cbor, Cbor];
  if (!isBytes(guardedBytes) || !isBytes(payload) || !isBytes(signature) || !(open instanceof Map)) {
    throw new RangeError("cose: not a message with one signature");
  }
  const guarded: Cbor = guardedBytes.length === 0 ? new Map() : decodeCbor(guardedBytes);
  if (!(guarded instanceof Map)) throw new RangeError("cose: a protected header that is no map");
  if (guarded.has(CRITICAL) || open.has(CRITICAL)) throw new RangeError("cose: a header that must be understood and is not");
  const keyId = ofEither(KEY_ID, guarded, open);
  return {
    algorithm: ALGORITHMS.get(ofEither(ALGORITHM, guarded, open)) ?? null,
    keyId: isBytes(keyId) ? keyId : null,
    payload,
    signature,
    signed: encodeArray(["Signature1", guardedBytes, new Uint8Array(0), payload]),
  };
}

function ofEither(label: number, guarded: CborMap, open: CborMap): Cbor {
  return guarded.has(label) ? guarded.get(label) : open.get(label);
}

function isBytes(value: Cbor): value is Bytes {
  return value instanceof Uint8Array;
}

function untagged(value: Cbor): Cbor {
  if (!(value instanceof Tagged)) return value;
  const inner = value.tag === CWT && value.value instanceof Tagged ? value.value : value;
  if (inner.tag !== COSE_SIGN1 || inner.value instanceof Tagged) throw new RangeError("cose: tags of another kind of message");
  return inner.value;
}

export async function signatureHolds(message: Sign1, key: PublicKey): Promise<boolean> {
  return message.algorithm !== null && verified(message.algorithm, key, message.signature, message.signed);
}
