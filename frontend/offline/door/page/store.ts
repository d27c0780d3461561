/**
 * What the device keeps: its credential, its door, who is inside, and what is not sent yet. Scans are sealed with a key the
 * browser never gives out (Web Crypto, not extractable), people inside stand under a keyed digest.
 */
import type { Stay, What } from "../core/rules.ts";

export interface Door {
  readonly label: string;
  readonly now: number;
  readonly venues: readonly Venue[];
  readonly keys: Readonly<Record<string, string>>;
}

export interface Venue {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  readonly closed: boolean;
  readonly stay: number;
  readonly capacity: number | null;
  readonly rotate_minutes: number;
  readonly codes: readonly (readonly [number, number, string])[];
}

export interface Scanned {
  readonly t: number;
  readonly k: What;
  readonly s: string;
  readonly v: number;
}

/** A stay at one of the device's venues. */
interface Inside extends Stay {
  readonly venue: number;
}

interface Queued {
  id?: number;
  venue: number;
  batch?: string;
  nonce: Uint8Array<ArrayBuffer>;
  sealed: ArrayBuffer;
}

export interface Batch {
  readonly name: string;
  readonly venue: number;
  readonly scans: readonly Scanned[];
  readonly ids: readonly number[];
}

const NAME = "lachan-door";
const MOST_IN_A_BATCH = 500;
/** Three weeks of a busy door; what is older would be refused. */
const MOST_QUEUED = 200_000;

export class Full extends Error {}

export async function openStore(): Promise<Store> {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("kept");
      asked.result.createObjectStore("inside");
      asked.result.createObjectStore("queue", { keyPath: "id", autoIncrement: true });
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error ?? new Error("no database"));
  });
  const store = new Store(database);
  await store.prepareKeys();
  return store;
}

export class Store {
  private readonly database: IDBDatabase;
  private seal!: CryptoKey;
  private name!: CryptoKey;

  constructor(database: IDBDatabase) {
    this.database = database;
  }

  async prepareKeys(): Promise<void> {
    const kept = await this.kept<CryptoKey>("seal");
    if (kept) {
      this.seal = kept;
      this.name = (await this.kept<CryptoKey>("name")) as CryptoKey;
      return;
    }
    this.seal = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    this.name = (await crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign"])) as CryptoKey;
    await this.keep("seal", this.seal);
    await this.keep("name", this.name);
  }

  async kept<T>(name: string): Promise<T | undefined> {
    return answered<T | undefined>(this.database.transaction("kept").objectStore("kept").get(name));
  }

  async keep(name: string, value: unknown): Promise<void> {
    const change = this.database.transaction("kept", "readwrite");
    change.objectStore("kept").put(value, name);
    await done(change);
  }

  async keepSealed(name: string, text: string): Promise<void> {
    await this.keep(name, await this.sealed(text));
  }

  async keptSealed(name: string): Promise<string | undefined> {
    const found = await this.kept<{ nonce: Uint8Array<ArrayBuffer>; sealed: ArrayBuffer }>(name);
    return found && this.opened(found.nonce, found.sealed);
  }

  /** Under which name somebody stands in the list of those inside. */
  async alias(venue: number, number: string): Promise<string> {
    const digest = await crypto.subtle.sign("HMAC", this.name, new TextEncoder().encode(`${venue}:${number}`));
    return [...new Uint8Array(digest, 0, 16)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  async stayOf(alias: string): Promise<Stay | undefined> {
    return answered<Stay | undefined>(this.database.transaction("inside").objectStore("inside").get(alias));
  }

  async stays(): Promise<Inside[]> {
    return answered<Inside[]>(this.database.transaction("inside").objectStore("inside").getAll());
  }

  /** The scan and what it means, both or neither: nobody is let in whose scan is lost. */
  async record(scan: Scanned, alias: string, stay: Stay): Promise<void> {
    const { nonce, sealed } = await this.sealed(JSON.stringify(scan));
    if ((await this.waiting()) >= MOST_QUEUED) throw new Full();
    const change = this.database.transaction(["queue", "inside"], "readwrite");
    change.objectStore("queue").add({ venue: scan.v, nonce, sealed } satisfies Queued);
    change.objectStore("inside").put({ ...stay, venue: scan.v } satisfies Inside, alias);
    await done(change);
  }

  async waiting(): Promise<number> {
    return answered<number>(this.database.transaction("queue").objectStore("queue").count());
  }

  /** Forgets who left long ago. */
  async tidy(before: number): Promise<void> {
    const change = this.database.transaction("inside", "readwrite");
    const asked = change.objectStore("inside").openCursor();
    asked.onsuccess = () => {
      const cursor = asked.result;
      if (!cursor) return;
      if ((cursor.value as Stay).t_out < before) cursor.delete();
      cursor.continue();
    };
    await done(change);
  }

  /**
   * The next call: up to 500 scans of one venue, named before it is sent. When the answer is lost the same call goes again
   * under the same name, and the server answers it as it did the first time.
   */
  async nextBatch(): Promise<Batch | undefined> {
    const change = this.database.transaction("queue", "readwrite");
    const table = change.objectStore("queue");
    const rows = await answered<Queued[]>(table.getAll(null, 4 * MOST_IN_A_BATCH));
    const first = rows[0];
    if (!first) return undefined;
    const named = first.batch ?? crypto.randomUUID();
    const chosen = first.batch
      ? rows.filter((row) => row.batch === named)
      : rows.filter((row) => !row.batch && row.venue === first.venue).slice(0, MOST_IN_A_BATCH);
    if (!first.batch) for (const row of chosen) table.put({ ...row, batch: named });
    await done(change);
    const scans = await Promise.all(chosen.map(async (row) => JSON.parse(await this.opened(row.nonce, row.sealed)) as Scanned));
    return { name: named, venue: first.venue, scans, ids: chosen.map((row) => row.id as number) };
  }

  async sent(batch: Batch): Promise<void> {
    const change = this.database.transaction("queue", "readwrite");
    for (const id of batch.ids) change.objectStore("queue").delete(id);
    await done(change);
  }

  /** A call the server would not take under this name: its scans go again under another, and count once all the same. */
  async release(batch: Batch): Promise<void> {
    const change = this.database.transaction("queue", "readwrite");
    const table = change.objectStore("queue");
    for (const row of await answered<Queued[]>(table.getAll())) {
      if (row.batch !== batch.name) continue;
      delete row.batch;
      table.put(row);
    }
    await done(change);
  }

  private async sealed(text: string): Promise<{ nonce: Uint8Array<ArrayBuffer>; sealed: ArrayBuffer }> {
    const nonce = crypto.getRandomValues(new Uint8Array(12));
    return { nonce, sealed: await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, this.seal, new TextEncoder().encode(text)) };
  }

  private async opened(nonce: Uint8Array<ArrayBuffer>, sealed: ArrayBuffer): Promise<string> {
    return new TextDecoder().decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv: nonce }, this.seal, sealed));
  }
}

function answered<T>(asked: IDBRequest): Promise<T> {
  return new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result as T);
    asked.onerror = () => reject(asked.error ?? new Error("not read"));
  });
}

function done(change: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    change.oncomplete = () => resolve();
    change.onerror = change.onabort = () => reject(change.error ?? new Error("not kept"));
  });
}
