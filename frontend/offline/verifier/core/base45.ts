import type { Bytes } from "./bytes.ts";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const VALUES = new Int8Array(128).fill(-1);
for (let i = 0; i < ALPHABET.length; i++) VALUES[ALPHABET.charCodeAt(i)] = i;

/** RFC 9285. Throws `RangeError` on a foreign character, a lone last character, or a group beyond its bytes. */
export function decodeBase45(text: string): Bytes {
  const { length } = text;
  const rest = length % 3;
  if (rest === 1) throw new RangeError("base45: a character too many");
  const out = new Uint8Array(((length - rest) / 3) * 2 + (rest ? 1 : 0));
  let at = 0;
  for (let i = 0; i < length; i += 3) {
    const last = i + 2 >= length;
    const value = digit(text, i) + 45 * digit(text, i + 1) + (last ? 0 : 2025 * digit(text, i + 2));
    if (value > (last ? 0xff : 0xffff)) throw new RangeError("base45: a group beyond its bytes");
    if (!last) out[at++] = value >> 8;
    out[at++] = value & 0xff;
  }
  return out;
}

function digit(text: string, at: number): number {
  const value = VALUES[text.charCodeAt(at)] ?? -1;
  if (value < 0) throw new RangeError("base45: a foreign character");
  return value;
}

export function encodeBase45(bytes: Uint8Array): string {
  let out = "";
  for (let i = 0; i < bytes.length; i += 2) {
    const pair = i + 1 < bytes.length;
    let value = pair ? bytes[i]! * 256 + bytes[i + 1]! : bytes[i]!;
    for (let n = pair ? 3 : 2; n > 0; n--) {
      out += ALPHABET[value % 45];
      value = Math.floor(value / 45);
    }
  }
  return out;
}
