/**
 * Keeps an offline page and everything it needs, by name and version: the verifier's, the door's. The server writes name,
 * version and addresses before this script (web/offline.py); what a page fetches it keeps itself.
 */
declare const LACHAN_FILES: { readonly name: string; readonly version: string; readonly page: string; readonly files: readonly string[] };

/** The little of a service worker's world that is used here: TypeScript's own description of it excludes the page's. */
interface Lasting extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Fetching extends Event {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Worker {
  readonly location: Location;
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(name: "install" | "activate", work: (event: Lasting) => void): void;
  addEventListener(name: "fetch", work: (event: Fetching) => void): void;
  addEventListener(name: "message", work: (event: MessageEvent) => void): void;
}

const worker = self as unknown as Worker;
const PREFIX = `lachan-${LACHAN_FILES.name}-`;
const NAME = PREFIX + LACHAN_FILES.version;

worker.addEventListener("install", (event) => {
  event.waitUntil(keepAll());
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(dropOthers());
});

worker.addEventListener("message", (event) => {
  if (event.data === "take over") void worker.skipWaiting();
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== worker.location.origin || address.pathname.startsWith("/api/")) return;
  if (request.mode === "navigate") event.respondWith(kept(LACHAN_FILES.page, request));
  else if (LACHAN_FILES.files.includes(address.pathname)) event.respondWith(kept(address.pathname, request));
});

/** All or none: a version that is not whole is not installed. */
async function keepAll(): Promise<void> {
  const cache = await caches.open(NAME);
  // files have their digest in their name; the page itself must not be one of yesterday
  await Promise.all([cache.addAll(LACHAN_FILES.files), cache.add(new Request(LACHAN_FILES.page, { cache: "reload" }))]);
}

async function dropOthers(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== NAME).map((name) => caches.delete(name)));
  await worker.clients.claim();
}

async function kept(address: string, request: Request): Promise<Response> {
  const cache = await caches.open(NAME);
  return (await cache.match(address, { ignoreVary: true })) ?? fetch(request);
}
