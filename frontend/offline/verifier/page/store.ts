import type { Bytes } from "../core/bytes.ts";

/** What is kept on the phone: lists as they were downloaded, and what the guard chose. Never anything of a card. */
export interface Kept {
  trust?: string;
  index?: string;
  filter?: Bytes;
  /** Filter's own version, for which the deltas below follow. */
  filterVersion?: number;
  deltas?: readonly Bytes[];
  /** JWS of batches of the index's version, by the address they came from. */
  batches?: Readonly<Record<string, string>>;
  rules?: string;
  values?: string;
  language?: "vi" | "en";
  purpose?: string;
  sound?: boolean;
  /** Keys that the trust list we hold allows to sign lists. */
  vouched?: readonly { readonly kid: string; readonly certificate: string }[];
  /** When the lists were last fetched, and how far the server's clock was from ours then; milliseconds. */
  fetchedAt?: number;
  clockOffset?: number;
}

const NAME = "lachan-verifier";
const TABLE = "kept";

/** Opens the browser's database; where it has none (a private window), things are held in memory. */
export async function openStore(): Promise<Store> {
  try {
    return new Store(await opened());
  } catch {
    return new Store(null);
  }
}

export class Store {
  private readonly database: IDBDatabase | null;

  constructor(database: IDBDatabase | null) {
    this.database = database;
  }

  async all(): Promise<Kept> {
    if (!this.database) return {};
    const table = this.database.transaction(TABLE).objectStore(TABLE);
    const [names, values] = await Promise.all([answered(table.getAllKeys()), answered(table.getAll())]);
    return Object.fromEntries(names.map((name, i) => [String(name), values[i]])) as Kept;
  }

  /** All of it or nothing: a filter never stands beside the index of another version. */
  async put(changes: Partial<Kept>): Promise<void> {
    if (!this.database) return;
    const change = this.database.transaction(TABLE, "readwrite");
    for (const [name, value] of Object.entries(changes)) change.objectStore(TABLE).put(value, name);
    await new Promise<void>((resolve, reject) => {
      change.oncomplete = () => resolve();
      change.onerror = change.onabort = () => reject(change.error ?? new Error("not kept"));
    });
  }
}

function opened(): Promise<IDBDatabase> {
  const asked = indexedDB.open(NAME, 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore(TABLE);
  return answered(asked);
}

function answered<T>(asked: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error ?? new Error("no database"));
  });
}
