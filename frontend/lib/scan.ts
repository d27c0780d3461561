import { Burst } from "./burst";
import { isWriting } from "./dom";
import { SCANNER_GAP_MS } from "./burst";

export interface Scan {
  /** What the card said, unchanged: a number, or the fields of a chip card joined by "|". */
  readonly text: string;
  readonly source: "scanner" | "camera" | "typed";
}

/**
 * Tells the page of a scan: `lachan:scan` on document. An island that takes it calls `preventDefault()`; otherwise the
 * shell sends it from the scan box.
 */
export function announceScan(scan: Scan): boolean {
  return document.dispatchEvent(new CustomEvent<Scan>("lachan:scan", { detail: scan, cancelable: true }));
}

export function onScan(handler: (scan: Scan, event: Event) => void): void {
  document.addEventListener("lachan:scan", (event) => handler((event as CustomEvent<Scan>).detail, event));
}

const GROUP_SEPARATOR = "\x1d";
const burst = new Burst();
const shortcuts = new Map<string, () => void>();

/**
 * A one-key shortcut on pages where nothing is being written. It waits for the scanner's pace to pass, so that the letters
 * of a scan never act. Declared in a template as `data-shortcut="t"` on a button, or here by an island.
 */
export function shortcut(key: string, act: () => void): void {
  shortcuts.set(key, act);
}

export function listenForKeys(): void {
  document.addEventListener("keydown", onKey, { capture: true });
}

function onKey(event: KeyboardEvent): void {
  if (event.ctrlKey && event.key === "]" && !isWriting(event.target)) {
    burst.add(GROUP_SEPARATOR, event.timeStamp); // as hand scanners type the separator of a GS1 code
    event.preventDefault();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.isComposing || isWriting(event.target)) return;
  if (event.key === "Enter" || event.key === "Tab") {
    const text = burst.end(event.timeStamp);
    if (text === undefined) return;
    // The scanner's Enter must not press the button that happens to have the focus.
    event.preventDefault();
    event.stopImmediatePropagation();
    announceScan({ text, source: "scanner" });
    return;
  }
  if (event.key.length !== 1) return;
  const run = burst.add(event.key, event.timeStamp);
  if (run > 1) {
    if (event.key === " ") event.preventDefault();
    return;
  }
  if (event.altKey || event.repeat || document.querySelector("dialog[open]")) return;
  const key = event.key.toLowerCase();
  const act = shortcuts.get(key) ?? clickOf(key);
  if (!act) return;
  event.preventDefault();
  const stamp = event.timeStamp;
  setTimeout(() => {
    if (!burst.running(stamp + SCANNER_GAP_MS)) act();
  }, SCANNER_GAP_MS + 10);
}

function clickOf(key: string): (() => void) | undefined {
  const button = [...document.querySelectorAll<HTMLElement>(`[data-shortcut="${CSS.escape(key)}"]`)].find(
    (candidate) => candidate.offsetParent !== null,
  );
  return button && (() => button.click());
}
