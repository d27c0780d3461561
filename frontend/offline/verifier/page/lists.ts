import { fromBase64, type Bytes } from "../core/bytes.ts";
import { openList, type ListKey } from "../core/jws.ts";
import { isPart, readIndex, Revocations, type Index } from "../core/revocation.ts";
import { readRules, type RuleBook } from "../core/rules.ts";
import { readTrustList, type TrustList } from "../core/trust.ts";
import { readCertificate } from "../core/x509.ts";
import type { Kept, Store } from "./store.ts";

const BASE = "/api/v1/certificates/";
const PATIENCE_MS = 20_000;
const OLD_MS = 24 * 3_600_000;
const CLOCK_MS = 10 * 60_000;
/** A phone that updates every minute for a day starts over with one download. */
const MOST_DELTAS = 1_000;

export type Age = "fresh" | "old" | "too_old" | "none";
export type Failure = "no_line" | "not_ours" | "damaged_list";

export class UpdateFailed extends Error {
  readonly why: Failure;

  constructor(why: Failure) {
    super(why);
    this.why = why;
  }
}

/** A key that signs lists, as the page and the trust list name it. */
export interface Anchor {
  readonly kid: string;
  readonly certificate: string;
}

/** The lists on this phone: opened from what is kept, checked again at every start, renewed when there is a line. */
export class Lists {
  trust: TrustList | null = null;
  revocations: Revocations | null = null;
  rules: RuleBook | null = null;
  private readonly store: Store;
  private readonly anchors: readonly ListKey[];
  private kept: Kept;

  private constructor(store: Store, kept: Kept, anchors: readonly ListKey[]) {
    this.store = store;
    this.kept = kept;
    this.anchors = anchors;
  }

  static async open(store: Store, kept: Kept, anchors: readonly Anchor[]): Promise<Lists> {
    const lists = new Lists(store, kept, anchors.map(keyOf));
    // each on its own: what cannot be opened is fetched again, the rest serves
    await lists.openTrust(kept.trust).catch(() => undefined);
    await lists.openRevocations(kept).catch(() => undefined);
    await lists.openRules(kept).catch(() => undefined);
    return lists;
  }

  get fetchedAt(): number | null {
    return this.kept.fetchedAt ?? null;
  }

  /** When the lists that a verdict rests on were issued; null for one that is not held. */
  get issued(): { readonly trust: number | null; readonly revocation: number | null; readonly rules: number | null } {
    return {
      trust: this.trust?.issuedAt ?? null,
      revocation: this.revocations?.index.issuedAt ?? null,
      rules: this.rules?.issuedAt ?? null,
    };
  }

  age(now: number): Age {
    const { trust, revocations } = this;
    if (!trust || !revocations) return "none";
    if (now > trust.expiresAt || now > revocations.index.expiresAt) return "too_old";
    const newest = Math.min(this.kept.fetchedAt ?? 0, revocations.index.issuedAt + OLD_MS);
    return now - newest > OLD_MS ? "old" : "fresh";
  }

  /** How far this phone's clock is off, in milliseconds, when it is off enough to matter; null when nothing says so. */
  clock(now: number): { readonly kind: "behind" | "off"; readonly by: number } | null {
    const latest = Math.max(this.trust?.issuedAt ?? 0, this.revocations?.index.issuedAt ?? 0);
    if (latest - now > CLOCK_MS) return { kind: "behind", by: latest - now };
    const offset = Math.abs(this.kept.clockOffset ?? 0);
    return offset > CLOCK_MS ? { kind: "off", by: offset } : null;
  }

  /** Fetches what is new. Each list is checked before it takes the place of the one before. Throws `UpdateFailed`. */
  async update(): Promise<void> {
    await this.updateTrust();
    await this.updateRevocations();
    await this.keep({ fetchedAt: Date.now() });
    await this.updateRules();
  }

  /** Fetches and keeps the batch that says for certain whether a hash is revoked; false when there is no line. */
  async ask(hash: Bytes): Promise<boolean> {
    const { revocations } = this;
    if (!revocations) return false;
    const address = revocations.addressOf(hash);
    try {
      const text = this.kept.batches?.[address] ?? (await this.text(address));
      revocations.learn(hash, await openList(text, this.listKeys()));
      await this.keep({ batches: { ...this.kept.batches, [address]: text } });
      return true;
    } catch {
      return false;
    }
  }

  private listKeys(): readonly ListKey[] {
    return [...this.anchors, ...(this.kept.vouched ?? []).map(keyOf)];
  }

  private async openTrust(text: string | undefined): Promise<void> {
    if (text === undefined) return;
    const found = readTrustList(await openList(text, this.listKeys()));
    // an older list cannot bring back a key that was taken off
    if (this.trust && found.issuedAt < this.trust.issuedAt && Date.now() <= this.trust.expiresAt) return;
    this.trust = found;
    await this.keep({ trust: text, vouched: found.listKeys.map(({ kid, certificate }) => ({ kid, certificate })) });
  }

  private async updateTrust(): Promise<void> {
    await this.opened(this.openTrust(await this.text("trust-list")));
  }

  private async openRevocations(kept: Kept): Promise<void> {
    if (kept.index === undefined) return;
    const index = readIndex(await openList(kept.index, this.listKeys()));
    this.revocations = await Revocations.open(index, kept.filter ?? null, kept.deltas ?? []);
    for (const text of Object.values(kept.batches ?? {})) {
      const batch = await openList(text, this.listKeys());
      this.revocations.learnAny(batch);
    }
  }

  private async updateRevocations(): Promise<void> {
    const text = await this.text("revocation");
    const index = await this.opened(openList(text, this.listKeys()).then(readIndex));
    const held = this.revocations?.index;
    if (held && index.issuedAt < held.issuedAt && Date.now() <= held.expiresAt) return;
    const next = held?.version === index.version ? this.kept : { ...(await this.parts(index, held?.version)), batches: {} };
    const { filter, filterVersion, deltas, batches } = next;
    const kept = { index: text, filter, filterVersion, deltas, batches } as Kept;
    await this.opened(this.openRevocations(kept));
    await this.keep(kept);
  }

  /** What brings us to the index's version: a delta where one reaches us, otherwise the filter and what came after it. */
  private async parts(index: Index, held: number | undefined): Promise<Kept> {
    const { kept } = this;
    if (held !== undefined && kept.filter !== undefined && (kept.deltas?.length ?? 0) < MOST_DELTAS) {
      const delta = index.deltas.filter(({ from }) => from <= held).sort((a, b) => b.from - a.from)[0];
      if (delta) return { ...kept, deltas: [...(kept.deltas ?? []), await this.bytes(delta)] };
    }
    const { filter } = index;
    if (!filter) return { deltas: [] };
    const after = index.deltas.find(({ from }) => from === filter.version);
    if (!after && filter.version !== index.version) throw new UpdateFailed("damaged_list");
    return {
      filter: await this.bytes(filter),
      filterVersion: filter.version,
      deltas: after ? [await this.bytes(after)] : [],
    };
  }

  private async openRules(kept: Kept): Promise<void> {
    if (kept.rules === undefined || kept.values === undefined) return;
    const keys = this.listKeys();
    this.rules = readRules(await openList(kept.rules, keys), await openList(kept.values, keys));
  }

  private async updateRules(): Promise<void> {
    const [rules, values] = [await this.text("rules"), await this.text("value-sets")];
    const held = this.rules;
    await this.opened(this.openRules({ rules, values }));
    if (held && this.rules && this.rules.issuedAt < held.issuedAt && Date.now() <= held.expiresAt) {
      this.rules = held; // an older book does not take the place of one that still holds
      return;
    }
    await this.keep({ rules, values });
  }

  private async opened<T>(opening: Promise<T>): Promise<T> {
    try {
      return await opening;
    } catch (error) {
      if (error instanceof UpdateFailed) throw error;
      throw new UpdateFailed(error instanceof RangeError && error.message.startsWith("list:") ? "not_ours" : "damaged_list");
    }
  }

  private async text(name: string): Promise<string> {
    const response = await this.fetched(name, "application/jose");
    return (await response.text()).trim();
  }

  private async bytes(part: { readonly url: string; readonly bytes: number; readonly sha256: string }): Promise<Bytes> {
    const response = await this.fetched(part.url, "application/octet-stream");
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (!(await isPart(part, bytes))) throw new UpdateFailed("damaged_list");
    return bytes;
  }

  private async fetched(name: string, accept: string): Promise<Response> {
    let response: Response;
    // what is signed anew every hour is asked for; the address of a part never changes its content
    const cache = accept === "application/jose" ? "no-cache" : "default";
    try {
      const address = new URL(name, new URL(BASE, location.href));
      // an index may not send this phone to another house
      if (address.origin !== location.origin) throw new UpdateFailed("damaged_list");
      response = await fetch(address, { headers: { Accept: accept }, cache, credentials: "omit", signal: AbortSignal.timeout(PATIENCE_MS) });
    } catch (error) {
      if (error instanceof UpdateFailed) throw error;
      throw new UpdateFailed("no_line");
    }
    if (!response.ok) throw new UpdateFailed("no_line");
    const stated = Date.parse(response.headers.get("Date") ?? "");
    // a kept answer says when it was made, not what the time is
    if (!Number.isNaN(stated) && !response.headers.has("Age")) this.kept.clockOffset = stated - Date.now();
    return response;
  }

  private async keep(changes: Partial<Kept>): Promise<void> {
    this.kept = { ...this.kept, ...changes };
    const { clockOffset } = this.kept;
    await this.store.put(clockOffset === undefined ? changes : { ...changes, clockOffset });
  }
}

function keyOf({ kid, certificate }: Anchor): ListKey {
  return { kid, certificate, key: readCertificate(fromBase64(certificate)).key };
}
