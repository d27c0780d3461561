import type { Bytes } from "./bytes.ts";

/**
 * Inflate of our own (RFC 1950, 1951): the browser's DecompressionStream is asynchronous, stops only after a chunk of its
 * own choosing, and browsers differ in what they say of bytes behind the end. Here no byte is written beyond `most`.
 * Throws `RangeError` on anything broken, on bytes left over, and on more than `most` bytes.
 */
export function inflateZlib(input: Uint8Array, most: number): Bytes {
  if (input.length < 6) throw new RangeError("zlib: too short");
  const head = (input[0]! << 8) | input[1]!;
  // deflate, a window of at most 32 kB, a header that adds up, no preset dictionary
  if ((input[0]! & 0x0f) !== 8 || input[0]! >> 4 > 7 || head % 31 !== 0 || (input[1]! & 0x20) !== 0) {
    throw new RangeError("zlib: not a zlib header");
  }
  const body = new Inflater(input, 2, most);
  const out = body.run();
  const tail = body.end();
  if (tail + 4 > input.length) throw new RangeError("zlib: no checksum");
  if (tail + 4 < input.length) throw new RangeError("zlib: bytes left over");
  const stated = ((input[tail]! << 24) | (input[tail + 1]! << 16) | (input[tail + 2]! << 8) | input[tail + 3]!) >>> 0;
  if (stated !== adler32(out)) throw new RangeError("zlib: wrong checksum");
  return out;
}

/** Deflate without a frame, as SMART Health Cards carry it. */
export function inflateRaw(input: Uint8Array, most: number): Bytes {
  const body = new Inflater(input, 0, most);
  const out = body.run();
  if (body.end() < input.length) throw new RangeError("deflate: bytes left over");
  return out;
}

function adler32(bytes: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return ((b << 16) | a) >>> 0;
}

/** A Huffman code in canonical form: how many codes of each length, and the symbols in order of code. */
interface Code {
  readonly counts: Uint16Array;
  readonly symbols: Uint16Array;
}

const MOST_BITS = 15;
const LENGTH_BASE = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCE_BASE = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577,
];
const DISTANCE_EXTRA = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];
const LENGTHS_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

class Inflater {
  private readonly input: Uint8Array;
  private readonly most: number;
  private at: number;
  private held = 0;
  private bits = 0;
  private out: Bytes;
  private written = 0;

  constructor(input: Uint8Array, from: number, most: number) {
    this.input = input;
    this.at = from;
    this.most = most;
    this.out = new Uint8Array(Math.min(most, Math.max(1024, input.length * 4)));
  }

  run(): Bytes {
    let last = false;
    while (!last) {
      last = this.take(1) === 1;
      const kind = this.take(2);
      if (kind === 0) this.stored();
      else if (kind === 1) this.compressed(FIXED.lengths, FIXED.distances);
      else if (kind === 2) this.dynamic();
      else throw new RangeError("deflate: no such kind of block");
    }
    return this.out.slice(0, this.written);
  }

  /** Where the next byte of the input begins, once all is read. */
  end(): number {
    return this.at - (this.bits >> 3);
  }

  private take(count: number): number {
    while (this.bits < count) {
      if (this.at >= this.input.length) throw new RangeError("deflate: cut off");
      this.held |= this.input[this.at++]! << this.bits;
      this.bits += 8;
    }
    const value = this.held & ((1 << count) - 1);
    this.held >>>= count;
    this.bits -= count;
    return value;
  }

  private write(byte: number): void {
    if (this.written === this.out.length) {
      if (this.written >= this.most) throw new RangeError("deflate: too large");
      const wider = new Uint8Array(Math.min(this.most, this.written * 2));
      wider.set(this.out);
      this.out = wider;
    }
    this.out[this.written++] = byte;
  }

  private stored(): void {
    this.at = this.end();
    this.held = this.bits = 0;
    const size = this.take(16);
    if (size !== (~this.take(16) & 0xffff)) throw new RangeError("deflate: a stored block that does not add up");
    if (this.at + size > this.input.length) throw new RangeError("deflate: cut off");
    for (let i = 0; i < size; i++) this.write(this.input[this.at++]!);
  }

  private symbol(code: Code): number {
    let value = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length <= MOST_BITS; length++) {
      value |= this.take(1);
      const count = code.counts[length]!;
      if (value - count < first) return code.symbols[index + (value - first)]!;
      index += count;
      first = (first + count) << 1;
      value <<= 1;
    }
    throw new RangeError("deflate: no such code");
  }

  private compressed(lengths: Code, distances: Code): void {
    for (;;) {
      const symbol = this.symbol(lengths);
      if (symbol === 256) return;
      if (symbol < 256) this.write(symbol);
      else this.copy(symbol - 257, distances);
    }
  }

  private copy(symbol: number, distances: Code): void {
    if (symbol >= LENGTH_BASE.length) throw new RangeError("deflate: no such length");
    const length = LENGTH_BASE[symbol]! + this.take(LENGTH_EXTRA[symbol]!);
    const far = this.symbol(distances);
    if (far >= DISTANCE_BASE.length) throw new RangeError("deflate: no such distance");
    const distance = DISTANCE_BASE[far]! + this.take(DISTANCE_EXTRA[far]!);
    if (distance > this.written) throw new RangeError("deflate: a distance before the beginning");
    for (let i = 0; i < length; i++) this.write(this.out[this.written - distance]!);
  }

  private dynamic(): void {
    const lengths = this.take(5) + 257;
    const distances = this.take(5) + 1;
    const given = this.take(4) + 4;
    if (lengths > 286 || distances > 30) throw new RangeError("deflate: too many codes");
    const first = new Uint8Array(19);
    for (let i = 0; i < given; i++) first[LENGTHS_ORDER[i]!] = this.take(3);
    const code = codeOf(first, false);
    const all = new Uint8Array(lengths + distances);
    for (let i = 0; i < all.length; ) {
      const symbol = this.symbol(code);
      if (symbol < 16) {
        all[i++] = symbol;
        continue;
      }
      if (symbol === 16 && i === 0) throw new RangeError("deflate: nothing to repeat");
      const value = symbol === 16 ? all[i - 1]! : 0;
      const times = symbol === 16 ? 3 + this.take(2) : symbol === 17 ? 3 + this.take(3) : 11 + this.take(7);
      if (i + times > all.length) throw new RangeError("deflate: too many lengths");
      all.fill(value, i, i + times);
      i += times;
    }
    if (all[256] === 0) throw new RangeError("deflate: no end of block");
    this.compressed(codeOf(all.subarray(0, lengths), true), codeOf(all.subarray(lengths), true));
  }
}

/** `single`: a code of one symbol of one bit may be incomplete (RFC 1951, 3.2.7). */
function codeOf(lengths: Uint8Array, single: boolean): Code {
  const counts = new Uint16Array(MOST_BITS + 1);
  for (const length of lengths) counts[length]!++;
  const used = lengths.length - counts[0]!;
  let left = 1;
  for (let length = 1; length <= MOST_BITS; length++) {
    left = left * 2 - counts[length]!;
    if (left < 0) throw new RangeError("deflate: too many codes of a length");
  }
  if (left > 0 && !(single && (used === 0 || (used === 1 && counts[1] === 1)))) throw new RangeError("deflate: an incomplete code");
  const starts = new Uint16Array(MOST_BITS + 2);
  for (let length = 1; length <= MOST_BITS; length++) starts[length + 1] = starts[length]! + counts[length]!;
  const symbols = new Uint16Array(used);
  lengths.forEach((length, symbol) => {
    if (length) symbols[starts[length]!++] = symbol;
  });
  counts[0] = 0;
  return { counts, symbols };
}

function fixed(): { lengths: Code; distances: Code } {
  const lengths = new Uint8Array(288).fill(8, 0, 144).fill(9, 144, 256).fill(7, 256, 280).fill(8, 280);
  // All 32 codes of five bits make the code complete; 30 and 31 are refused where they are used.
  return { lengths: codeOf(lengths, false), distances: codeOf(new Uint8Array(32).fill(5), false) };
}

const FIXED = fixed();
