/** Sends what waits, a call at a time, and fetches what the door needs for the next days. */
import type { Batch, Door, Store } from "./store.ts";

const WAIT_MS = 15_000;
const REFRESH_S = 3_600;

export type Fate = "sent" | "none" | "offline" | "ended" | "clock" | "stuck";

export interface Answer {
  readonly accepted: number;
  readonly duplicate: number;
  readonly refused: readonly (readonly [number, string, Record<string, unknown>])[];
}

/** One call; `told` hears what came of it. A call the server will never take is set aside by its own refusal. */
export async function sendNext(store: Store, token: string, told: (answer: Answer) => void): Promise<Fate> {
  const batch = await store.nextBatch();
  if (!batch) return "none";
  const waiting = (await store.waiting()) - batch.scans.length;
  let response: Response;
  try {
    response = await call("/api/v1/visits", { method: "POST", body: lines(batch, waiting), headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/x-ndjson" } });
  } catch {
    return "offline";
  }
  if (response.status === 401 || response.status === 403) return "ended";
  if (response.ok) {
    told((await response.json()) as Answer);
    await store.sent(batch);
    return "sent";
  }
  const problem = (await response.json().catch(() => ({}))) as { type?: string };
  if (problem.type?.endsWith(":clock_wrong")) return "clock";
  if (response.status >= 500 || response.status === 429) return "offline";
  await store.release(batch);
  return "stuck";
}

function lines(batch: Batch, waiting: number): string {
  const head = { batch: batch.name, sent_at: Math.floor(Date.now() / 1000), venue: batch.venue, waiting };
  return [head, ...batch.scans.map(({ t, k, s }) => ({ t, k, s }))].map((line) => JSON.stringify(line)).join("\n");
}

/** What the door needs, once an hour; the one kept from before while there is no line. */
export async function freshDoor(store: Store, token: string, force: boolean): Promise<Door | "ended" | undefined> {
  const kept = await store.kept<Door>("door");
  if (kept && !force && Date.now() / 1000 - kept.now < REFRESH_S) return kept;
  try {
    const response = await call("/api/v1/visits/door", { headers: { Authorization: `Bearer ${token}` } });
    if (response.status === 401 || response.status === 403) return "ended";
    if (!response.ok) return kept;
    const door = (await response.json()) as Door;
    await store.keep("door", door);
    return door;
  } catch {
    return kept;
  }
}

/** The credential for a pairing code, or why there is none. */
export async function pair(code: string): Promise<{ token: string } | "wrong" | "too_many" | "offline"> {
  try {
    const response = await call("/door/pair/", { method: "POST", body: JSON.stringify({ pairing: code }), headers: { "Content-Type": "application/json" } });
    if (response.ok) return (await response.json()) as { token: string };
    return response.status === 429 ? "too_many" : response.status === 422 ? "wrong" : "offline";
  } catch {
    return "offline";
  }
}

function call(address: string, asked: RequestInit): Promise<Response> {
  return fetch(address, { ...asked, credentials: "omit", cache: "no-store", signal: AbortSignal.timeout(WAIT_MS) });
}
