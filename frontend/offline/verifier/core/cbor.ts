import { utf8, type Bytes } from "./bytes.ts";

/** A tag that only the frame of a message may carry (18, 61, 55799), with what it holds. */
export class Tagged {
  readonly tag: number;
  readonly value: Cbor;

  constructor(tag: number, value: Cbor) {
    this.tag = tag;
    this.value = value;
  }
}

/** A date or an instant that came under a tag: its ISO 8601 text. */
export class Moment {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type CborKey = number | bigint | string;
export type Cbor = number | bigint | string | boolean | null | undefined | Bytes | Cbor[] | CborMap | Tagged | Float | Moment;
export type CborMap = Map<CborKey, Cbor>;

/** A number written as floating point: kept apart, since 3.0 is not the integer 3 where a schema asks for one. */
export class Float {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

export const MOST_DEPTH = 16;
const FRAMES = new Set([18, 61, 55799]);
const BREAK = Symbol("break");

/**
 * Decodes exactly one item of CBOR (RFC 8949) of what certificates are made of, with the limits of
 * lachan.certificates.codecs.cbor: sixteen containers deep, a key of a map once, integers of 64 bits, no tags but dates
 * and frames. Every length is checked against what is there before anything is made of it. Throws `RangeError`.
 */
export function decodeCbor(bytes: Bytes): Cbor {
  const reader = new Reader(bytes);
  const value = reader.item(0);
  if (reader.at !== bytes.length) throw new RangeError("cbor: bytes left over");
  return value;
}

class Reader {
  readonly bytes: Bytes;
  readonly view: DataView;
  at = 0;

  constructor(bytes: Bytes) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  item(depth: number): Cbor {
    const value = this.itemOrBreak(depth);
    if (value === BREAK) throw new RangeError("cbor: a break outside of anything");
    return value;
  }

  private itemOrBreak(depth: number): Cbor | typeof BREAK {
    const head = this.byte();
    const kind = head >> 5;
    const info = head & 0x1f;
    if (kind === 7) return this.simple(info);
    if ((kind > 3 || info === 31) && depth >= MOST_DEPTH) throw new RangeError("cbor: too deep");
    if (info === 31) {
      if (kind < 2 || kind === 6) throw new RangeError("cbor: no such length");
      return this.open(kind, depth);
    }
    const argument = this.argument(info);
    if (kind === 0) return argument;
    if (kind === 1) return typeof argument === "bigint" ? -1n - argument : safe(-1n - BigInt(argument));
    if (kind === 6) return this.tagged(Number(argument), depth);
    const size = this.size(argument, kind === 5 ? 2 : 1);
    if (kind === 2) return this.take(size);
    if (kind === 3) return text(this.take(size));
    if (kind === 4) return Array.from({ length: size }, () => this.item(depth + 1));
    return this.map(depth, size);
  }

  private byte(): number {
    const value = this.bytes[this.at++];
    if (value === undefined) throw new RangeError("cbor: cut off");
    return value;
  }

  private take(size: number): Bytes {
    if (this.at + size > this.bytes.length) throw new RangeError("cbor: cut off");
    const from = this.at;
    this.at += size;
    return this.bytes.slice(from, this.at);
  }

  private argument(info: number): number | bigint {
    if (info < 24) return info;
    if (info > 27) throw new RangeError("cbor: no such length");
    const size = 1 << (info - 24);
    const from = this.at;
    if (from + size > this.bytes.length) throw new RangeError("cbor: cut off");
    this.at += size;
    if (size === 1) return this.view.getUint8(from);
    if (size === 2) return this.view.getUint16(from);
    if (size === 4) return this.view.getUint32(from);
    return safe(this.view.getBigUint64(from));
  }

  /** A length that what is left can hold: `each` bytes an item at least. */
  private size(argument: number | bigint, each: number): number {
    if (typeof argument === "bigint" || argument * each > this.bytes.length - this.at) throw new RangeError("cbor: cut off");
    return argument;
  }

  private simple(info: number): Cbor | typeof BREAK {
    if (info === 20 || info === 21) return info === 21;
    if (info === 22) return null;
    if (info === 23) return undefined;
    if (info === 31) return BREAK;
    if (info < 25 || info > 27) throw new RangeError("cbor: no such simple value");
    const from = this.at;
    const bits = this.argument(info);
    const value = info === 25 ? half(bits as number) : info === 26 ? this.view.getFloat32(from) : this.view.getFloat64(from);
    if (!Number.isFinite(value)) throw new RangeError("cbor: a float that is no number");
    return new Float(value);
  }

  /** What has no stated length ends with a break. */
  private open(kind: number, depth: number): Cbor {
    if (kind === 5) return this.map(depth, Infinity);
    const parts: Cbor[] = [];
    for (;;) {
      const part = this.itemOrBreak(depth + 1);
      if (part === BREAK) break;
      if ((kind === 2 && !(part instanceof Uint8Array)) || (kind === 3 && typeof part !== "string")) {
        throw new RangeError("cbor: a part of another kind");
      }
      parts.push(part);
    }
    if (kind === 3) return (parts as string[]).join("");
    return kind === 2 ? joined(parts as Bytes[]) : parts;
  }

  private map(depth: number, size: number): CborMap {
    const found: CborMap = new Map();
    for (let i = 0; i < size; i++) {
      const key = this.itemOrBreak(depth + 1);
      if (key === BREAK) {
        if (size === Infinity) break;
        throw new RangeError("cbor: a break outside of anything");
      }
      if (typeof key !== "string" && typeof key !== "number" && typeof key !== "bigint") throw new RangeError("cbor: a key of no use");
      if (found.has(key)) throw new RangeError("cbor: a key twice");
      found.set(key, this.item(depth + 1));
    }
    return found;
  }

  private tagged(tag: number, depth: number): Cbor {
    const value = this.item(depth + 1);
    if (FRAMES.has(tag)) return new Tagged(tag, value);
    if ((tag === 0 || tag === 1004) && typeof value === "string") return new Moment(value);
    const number = value instanceof Float ? value.value : value;
    if (tag === 1 && typeof number === "number") return moment(number * 1000, true);
    if (tag === 100 && typeof value === "number") return moment(value * 86_400_000, false);
    throw new RangeError("cbor: a tag that certificates do not use");
  }
}

function moment(ms: number, withTime: boolean): Moment {
  const date = new Date(ms);
  const year = date.getUTCFullYear();
  // also refuses NaN, what a date out of range gives
  if (!(year >= 1 && year <= 9999)) throw new RangeError("cbor: a date out of range");
  const text = date.toISOString();
  return new Moment(withTime ? text.replace(".000Z", "Z").replace(/\.(\d{3})Z/, ".$1000Z") : text.slice(0, 10));
}

function safe(value: bigint): number | bigint {
  return value >= -9007199254740991n && value <= 9007199254740991n ? Number(value) : value;
}

function text(bytes: Bytes): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new RangeError("cbor: text that is not UTF-8");
  }
}

function joined(parts: readonly Bytes[]): Bytes {
  const out = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function half(bits: number): number {
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  const sign = bits >> 15 ? -1 : 1;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** Bytes of a COSE structure that is signed: just what is needed of the encoder. */
export function encodeArray(parts: readonly (string | Uint8Array)[]): Bytes {
  const pieces: Uint8Array[] = [Uint8Array.of(0x80 | parts.length)];
  for (const part of parts) {
    const body = typeof part === "string" ? new TextEncoder().encode(part) : part;
    pieces.push(head(typeof part === "string" ? 3 : 2, body.length), body);
  }
  return joined(pieces as Bytes[]);
}

function head(kind: number, size: number): Uint8Array {
  if (size < 24) return Uint8Array.of((kind << 5) | size);
  if (size < 0x100) return Uint8Array.of((kind << 5) | 24, size);
  if (size < 0x10000) return Uint8Array.of((kind << 5) | 25, size >> 8, size & 0xff);
  return Uint8Array.of((kind << 5) | 26, size >>> 24, (size >> 16) & 0xff, (size >> 8) & 0xff, size & 0xff);
}
