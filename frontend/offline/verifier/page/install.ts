/**
 * The service worker keeps the page. A new version is fetched in the background and waits; it takes over at the next
 * start, or at once when whoever holds the device says so, so that nothing changes under a queue. `address`: of the page,
 * which the worker lies below.
 */
export async function installWorker(address: string, tell: { ready: () => void; waiting: (go: () => void) => void }): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const workers = navigator.serviceWorker;
  const controlled = workers.controller !== null;
  const registration = await workers.register(`${address}worker.js`, { scope: address, updateViaCache: "none" }).catch(() => undefined);
  if (!registration) return;
  const takeOver = (): void => registration.waiting?.postMessage("take over");
  if (controlled) {
    let reloaded = false;
    workers.addEventListener("controllerchange", () => {
      if (!reloaded) location.reload();
      reloaded = true;
    });
    // the page has only just opened: nobody stands before it yet
    if (registration.waiting) takeOver();
    registration.addEventListener("updatefound", () => {
      const coming = registration.installing;
      coming?.addEventListener("statechange", () => coming.state === "installed" && tell.waiting(takeOver));
    });
  }
  await workers.ready;
  tell.ready();
}
