import { sha256, toHex, type Bytes } from "./bytes.ts";

/** Numbers of docs/reference/revocation-list.md, whose words are kept here. Everything throws `RangeError`. */
const HEAD_BYTES = 64;
const SIGNED_HEAD_BYTES = 32;
const HASH_BYTES = 16;
const MOST_CELLS = 16_777_216;
const MOST_COUNT = 10_000_000;
const MOST_ADDED = 500_000;

/** The hash under which an identifier is listed. */
export async function hashOf(identifier: string): Promise<Bytes> {
  return (await sha256(new TextEncoder().encode(identifier))).slice(0, HASH_BYTES);
}

export function prefixOf(hash: Bytes, bits: number, digits: number): string {
  const first = new DataView(hash.buffer, hash.byteOffset).getUint32(0);
  return (bits === 0 ? 0 : first >>> (32 - bits)).toString(16).padStart(digits, "0");
}

export interface Filter {
  readonly version: number;
  readonly count: number;
  /** False: certainly not revoked. True: perhaps. */
  perhaps(hash: Bytes): boolean;
}

/** Reads and checks a binary fuse filter. */
export async function readFilter(bytes: Bytes): Promise<Filter> {
  const view = open(bytes, "LACHANBF", 16);
  const [seed, count, length, segments, version] = [12, 16, 20, 24, 28].map((at) => view.getUint32(at, true)) as [number, number, number, number, number];
  const cells = count === 0 ? 0 : (segments + 2) * length;
  if (count > MOST_COUNT || bytes.length !== HEAD_BYTES + 2 * cells) throw new RangeError("filter: of another size");
  if (count > 0) {
    const power = length >= 4 && length <= 65_536 && (length & (length - 1)) === 0;
    if (!power || segments < 1 || segments > MOST_CELLS / length || cells > 2 * count + 65_536 * 3) {
      throw new RangeError("filter: numbers that cannot be");
    }
  }
  await sumHolds(bytes);
  const cell = (at: number): number => view.getUint16(HEAD_BYTES + 2 * at, true);
  const by = (seed << 1) | 1;
  const perhaps = (hash: Bytes): boolean => {
    if (count === 0) return false;
    const words = new DataView(hash.buffer, hash.byteOffset);
    const [a, b, c, d] = [0, 4, 8, 12].map((at) => Math.imul(words.getUint32(at), by) >>> 0) as [number, number, number, number];
    const segment = Math.floor((a * segments) / 2 ** 32);
    const mask = length - 1;
    const first = cell(segment * length + ((b >>> 16) & mask));
    const second = cell((segment + 1) * length + ((c >>> 16) & mask));
    const third = cell((segment + 2) * length + (d & mask));
    return (first ^ second ^ third) === d >>> 16;
  };
  return { version, count, perhaps };
}

/** Reads and checks a delta: hashes (in hexadecimal) that are revoked for certain. */
export async function readDelta(bytes: Bytes): Promise<{ from: number; to: number; hashes: string[] }> {
  const view = open(bytes, "LACHANRD", HASH_BYTES);
  const count = view.getUint32(20, true);
  if (count > MOST_ADDED || bytes.length !== HEAD_BYTES + HASH_BYTES * count) throw new RangeError("delta: of another size");
  await sumHolds(bytes);
  const hashes: string[] = [];
  for (let at = HEAD_BYTES; at < bytes.length; at += HASH_BYTES) hashes.push(toHex(bytes.subarray(at, at + HASH_BYTES)));
  return { from: view.getUint32(12, true), to: view.getUint32(16, true), hashes };
}

function open(bytes: Bytes, name: string, unit: number): DataView {
  if (bytes.length < HEAD_BYTES) throw new RangeError("part: too short");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (String.fromCharCode(...bytes.subarray(0, 8)) !== name || view.getUint16(8, true) !== 1 || view.getUint16(10, true) !== unit) {
    throw new RangeError("part: of another format");
  }
  return view;
}

async function sumHolds(bytes: Bytes): Promise<void> {
  const covered = new Uint8Array(SIGNED_HEAD_BYTES + bytes.length - HEAD_BYTES);
  covered.set(bytes.subarray(0, SIGNED_HEAD_BYTES));
  covered.set(bytes.subarray(HEAD_BYTES), SIGNED_HEAD_BYTES);
  const sum = await sha256(covered);
  if (toHex(sum) !== toHex(bytes.subarray(32, HEAD_BYTES))) throw new RangeError("part: damaged");
}
