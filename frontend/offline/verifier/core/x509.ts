import { fromBase64, type Bytes } from "./bytes.ts";

/**
 * A tolerant reader of certificates: only the key, its uses and its dates are looked at. Strict parsers refuse
 * certificates that countries sign with (an empty list of uses, for one).
 */
export interface Certificate {
  readonly der: Bytes;
  readonly key: PublicKey;
  /** The kinds of entry it may sign; null: no limit. */
  readonly uses: ReadonlySet<Use> | null;
  /** Milliseconds since 1970, or null where the certificate's date cannot be read. */
  readonly notBefore: number | null;
  readonly notAfter: number | null;
}

export type Use = "v" | "t" | "r";
export type PublicKey =
  | { readonly kind: "EC"; readonly curve: "P-256" | "P-384" | "P-521"; readonly point: Bytes }
  | { readonly kind: "RSA"; readonly n: Bytes; readonly e: Bytes };

interface Node {
  readonly tag: number;
  readonly body: Bytes;
}

const CURVES: Readonly<Record<string, "P-256" | "P-384" | "P-521">> = {
  "1.2.840.10045.3.1.7": "P-256",
  "1.3.132.0.34": "P-384",
  "1.3.132.0.35": "P-521",
};
const EC_KEY = "1.2.840.10045.2.1";
const RSA_KEYS = new Set(["1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10"]);
const EXTENDED_KEY_USAGE = "2.5.29.37";
const MOST_BYTES = 65_536;
/** As the specification spells them, and with the .0. that most issuers put in. */
const USES: Readonly<Record<string, Use>> = {
  "1.3.6.1.4.1.1847.2021.1.1": "t",
  "1.3.6.1.4.1.1847.2021.1.2": "v",
  "1.3.6.1.4.1.1847.2021.1.3": "r",
  "1.3.6.1.4.1.0.1847.2021.1.1": "t",
  "1.3.6.1.4.1.0.1847.2021.1.2": "v",
  "1.3.6.1.4.1.0.1847.2021.1.3": "r",
};

/**
 * Reads DER, or PEM, or base64 of either: a certificate, or a bare public key. Throws `RangeError` when there is no
 * key to be found.
 */
export function readCertificate(source: string | Uint8Array): Certificate {
  const der = typeof source === "string" ? fromText(source) : (source as Bytes);
  if (der.length > MOST_BYTES) throw new RangeError("certificate: too long");
  const all = only(der, 0x30);
  const tbs = nodes(all.body).next().value as Node | undefined;
  if (tbs?.tag !== 0x30) throw new RangeError("certificate: no body");
  if (tbs.body[0] === 0x06) return { der, key: publicKey(all), uses: null, notBefore: null, notAfter: null };
  let parts = children(tbs.body);
  if (parts[0]?.tag === 0xa0) parts = parts.slice(1);
  // serial, algorithm, issuer, validity, subject, key, then optional parts
  const [, , , validity, , key, ...rest] = parts;
  if (!key) throw new RangeError("certificate: no key");
  const dates = validity ? children(validity.body).map(date) : [];
  const extensions = rest.find((part) => part.tag === 0xa3);
  return {
    der,
    key: publicKey(key),
    uses: extensions ? uses(extensions) : null,
    notBefore: dates[0] ?? null,
    notAfter: dates[1] ?? null,
  };
}

function fromText(text: string): Bytes {
  const inner = /-----BEGIN [A-Z ]+-----([\s\S]*?)-----END/.exec(text)?.[1] ?? text;
  const bytes = fromBase64(inner);
  // base64 of PEM text
  if (bytes[0] === 0x2d) return fromText(String.fromCharCode(...bytes));
  return bytes;
}

function* nodes(bytes: Bytes): Generator<Node> {
  let at = 0;
  while (at < bytes.length) {
    const tag = bytes[at++]!;
    if ((tag & 0x1f) === 0x1f) throw new RangeError("der: a long tag");
    let size = bytes[at++];
    if (size === undefined) throw new RangeError("der: cut off");
    if (size >= 0x80) {
      const count = size & 0x7f;
      if (count === 0 || count > 4) throw new RangeError("der: no such length");
      size = 0;
      for (let i = 0; i < count; i++) {
        const byte = bytes[at++];
        if (byte === undefined) throw new RangeError("der: cut off");
        size = size * 256 + byte;
      }
    }
    if (at + size > bytes.length) throw new RangeError("der: cut off");
    yield { tag, body: bytes.slice(at, at + size) };
    at += size;
  }
}

function children(bytes: Bytes): Node[] {
  return [...nodes(bytes)];
}

function only(bytes: Bytes, tag: number): Node {
  const first = nodes(bytes).next().value as Node | undefined;
  if (first?.tag !== tag) throw new RangeError("der: something else");
  return first;
}

function objectId(body: Bytes): string {
  const numbers: number[] = [];
  let value = 0;
  for (const byte of body) {
    value = value * 128 + (byte & 0x7f);
    if (byte & 0x80) continue;
    if (numbers.length === 0) numbers.push(Math.min(2, Math.floor(value / 40)), value - 40 * Math.min(2, Math.floor(value / 40)));
    else numbers.push(value);
    value = 0;
  }
  return numbers.join(".");
}

function publicKey(info: Node): PublicKey {
  const [algorithm, bits] = children(info.body);
  if (!algorithm || bits?.tag !== 0x03) throw new RangeError("certificate: no key");
  const [kind, parameters] = children(algorithm.body);
  const name = kind?.tag === 0x06 ? objectId(kind.body) : "";
  const body = bits.body.slice(1);
  if (name === EC_KEY) {
    const curve = parameters?.tag === 0x06 ? CURVES[objectId(parameters.body)] : undefined;
    if (!curve) throw new RangeError("certificate: a curve of another kind");
    return { kind: "EC", curve, point: body };
  }
  if (RSA_KEYS.has(name)) {
    const [n, e] = children(only(body, 0x30).body);
    if (n?.tag !== 0x02 || e?.tag !== 0x02) throw new RangeError("certificate: no RSA key");
    return { kind: "RSA", n: unsigned(n.body), e: unsigned(e.body) };
  }
  throw new RangeError("certificate: a key of another kind");
}

function unsigned(body: Bytes): Bytes {
  let from = 0;
  while (from < body.length - 1 && body[from] === 0) from++;
  return body.slice(from);
}

function date(node: Node): number | null {
  const text = String.fromCharCode(...node.body);
  const found = /^(\d{2}|\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?Z$/.exec(text);
  if (!found) return null;
  const [, year, month, day, hour, minute, second] = found;
  const short = Number(year);
  const full = year!.length === 4 ? short : short < 50 ? 2000 + short : 1900 + short;
  return Date.UTC(full, Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second ?? 0));
}

/** What was found before anything broken counts. */
function uses(extensions: Node): ReadonlySet<Use> | null {
  const found = new Set<Use>();
  try {
    for (const extension of nodes(only(extensions.body, 0x30).body)) {
      const parts = children(extension.body);
      const value = parts.at(-1);
      if (objectId(parts[0]?.body ?? new Uint8Array(0)) !== EXTENDED_KEY_USAGE || value?.tag !== 0x04) continue;
      for (const named of nodes(only(value.body, 0x30).body)) {
        const use = USES[objectId(named.body)];
        if (use) found.add(use);
      }
    }
  } catch {
    // the rest is not to be read
  }
  return found.size > 0 ? found : null;
}
