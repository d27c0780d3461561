import { fromBase64, sha256, toHex, type Bytes } from "./bytes.ts";
import { instantOf } from "./certlogic.ts";
import { prefixOf, readDelta, readFilter, type Filter } from "./filter.ts";

/** The signed index of docs/reference/revocation-list.md. */
export interface Index {
  readonly version: number;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly filter: Part | null;
  readonly deltas: readonly (Part & { readonly from: number; readonly to: number })[];
  readonly batches: { readonly bits: number; readonly digits: number; readonly url: string };
}

interface Part {
  readonly version: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly url: string;
}

export type Revoked = "no" | "yes" | "perhaps";

const MOST_PART_BYTES = 64_000_000;

/** Reads the payload of an index whose signature holds. Throws `RangeError`. */
export function readIndex(list: Readonly<Record<string, unknown>>): Index {
  const { type, format, version, issued_at: issued, expires_at: expires, filter, deltas, batches } = list;
  if (type !== "lachan.revocation" || format !== 1 || !isCount(version) || typeof issued !== "string" || typeof expires !== "string") {
    throw new RangeError("revocation: of another form");
  }
  const { bits, digits, url } = (batches ?? {}) as Record<string, unknown>;
  if (!isCount(bits) || bits > 32 || !isCount(digits) || digits > 8 || typeof url !== "string") throw new RangeError("revocation: no batches");
  return {
    version,
    issuedAt: instantOf(issued),
    expiresAt: instantOf(expires),
    filter: filter === null || filter === undefined ? null : part(filter),
    deltas: (Array.isArray(deltas) ? deltas : []).map((delta: Record<string, unknown>) => {
      if (!isCount(delta["from"]) || !isCount(delta["to"])) throw new RangeError("revocation: a delta of another form");
      return { ...part({ ...delta, version: delta["to"] }), from: delta["from"], to: delta["to"] };
    }),
    batches: { bits, digits, url },
  };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function part(given: unknown): Part {
  const { version, bytes, sha256: digest, url } = given as Record<string, unknown>;
  if (!isCount(version) || !isCount(bytes) || bytes > MOST_PART_BYTES || typeof digest !== "string" || typeof url !== "string") {
    throw new RangeError("revocation: a part of another form");
  }
  return { version, bytes, sha256: digest, url };
}

/** Whether what was downloaded is the part the signed index speaks of. */
export async function isPart(of: { readonly bytes: number; readonly sha256: string }, bytes: Bytes): Promise<boolean> {
  return bytes.length === of.bytes && toHex(await sha256(bytes)) === of.sha256.toLowerCase();
}

/** What is held of the list: everything in it was checked against a signed index. */
export class Revocations {
  readonly index: Index;
  private readonly filter: Filter | null;
  private readonly exact: Set<string>;
  private readonly batches = new Map<string, ReadonlySet<string>>();

  private constructor(index: Index, filter: Filter | null, exact: Set<string>) {
    this.index = index;
    this.filter = filter;
    this.exact = exact;
  }

  /** `filter` and `deltas` as downloaded; the caller has held their digests against a signed index. */
  static async open(index: Index, filter: Bytes | null, deltas: readonly Bytes[]): Promise<Revocations> {
    const exact = new Set<string>();
    for (const delta of deltas) for (const hash of (await readDelta(delta)).hashes) exact.add(hash);
    return new Revocations(index, filter && (await readFilter(filter)), exact);
  }

  status(hash: Bytes): Revoked {
    const name = toHex(hash);
    if (this.exact.has(name)) return "yes";
    if (!this.filter?.perhaps(hash)) return "no";
    const batch = this.batches.get(this.prefix(hash));
    if (!batch) return "perhaps";
    return batch.has(name) ? "yes" : "no";
  }

  prefix(hash: Bytes): string {
    return prefixOf(hash, this.index.batches.bits, this.index.batches.digits);
  }

  /** Where the exact answer for the hash is. */
  addressOf(hash: Bytes): string {
    return this.index.batches.url.replace("{prefix}", this.prefix(hash));
  }

  /** Keeps a batch whose signature holds; it must be the one for the hash. Throws `RangeError`. */
  learn(hash: Bytes, batch: Readonly<Record<string, unknown>>): void {
    if (this.learnAny(batch) !== this.prefix(hash)) throw new RangeError("revocation: another batch");
  }

  /** Keeps a batch of this version; gives its prefix. Throws `RangeError`. */
  learnAny(batch: Readonly<Record<string, unknown>>): string {
    const { batchId, hashType, entries } = batch;
    const [version, prefix] = typeof batchId === "string" ? batchId.split("-") : [];
    if (version !== String(this.index.version) || prefix === undefined || hashType !== "UCI" || !Array.isArray(entries)) {
      throw new RangeError("revocation: another batch");
    }
    this.batches.set(prefix, new Set((entries as { hash: string }[]).map((entry) => toHex(fromBase64(entry.hash)))));
    return prefix;
  }
}
