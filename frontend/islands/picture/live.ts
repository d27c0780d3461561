import { element } from "../../lib/dom";
import { fill } from "../../lib/texts";
import { Beat } from "./beat";
import { clock, data, number, texts } from "./data";

const EVERY_MS = 2_500;
const SLOWEST_MS = 20_000;
const STALE_MS = 15_000;
const FEED_ROWS = 3;

interface Live {
  readonly doses: number;
  readonly first: number;
  readonly completed: number;
  readonly boosters: number;
  readonly sessions: number;
  readonly stations: number;
  readonly provinces: Readonly<Record<string, number>>;
}

const CUMULATIVE = ["first", "completed", "boosters"] as const;

type Show = (node: HTMLElement, value: number) => void;

/** Asks for today's figures every few seconds while the page is seen, and shows what changed. */
export function watch(show: Show): void {
  const page = data();
  if (!page?.live) return;
  let before: Live | undefined;
  let tag = "";
  let good = Date.now();
  let wait = EVERY_MS;
  const beat = new Beat(document.querySelector<HTMLCanvasElement>("#pic-beat"));

  async function ask(): Promise<void> {
    if (!document.hidden) {
      try {
        const headers: Record<string, string> = { "Lachan-Background": "1" };
        if (tag) headers["If-None-Match"] = tag;
        const answer = await fetch(page!.live, { headers, cache: "no-store", signal: AbortSignal.timeout(10_000) });
        if (answer.status === 401 || answer.redirected) return; // the session ended; the shell says so
        if (answer.status !== 304 && !answer.ok) throw new Error(String(answer.status));
        heard(new Date(answer.headers.get("Date") ?? Date.now()));
        if (answer.status === 200) {
          tag = answer.headers.get("ETag") ?? "";
          arrived((await answer.json()) as Live);
        } else if (before) beat.add(before.doses);
        [good, wait] = [Date.now(), EVERY_MS];
      } catch {
        wait = Math.min(wait * 1.6, SLOWEST_MS);
        if (Date.now() - good > STALE_MS) stale(true);
      }
    }
    setTimeout(() => void ask(), wait);
  }

  function arrived(now: Live): void {
    if (!document.getElementById("figure-doses")) {
      if (now.doses > 0) location.reload(); // the empty page: its first dose is here
      return;
    }
    const last = before ?? { ...now, doses: page!.doses, provinces: page!.provinces };
    before = now;
    beat.add(now.doses);
    put(show, "doses", now.doses, now.doses - last.doses);
    for (const key of CUMULATIVE) put(show, key, undefined, now[key] - last[key]);
    put(show, "sessions", now.sessions, 0);
    const added = Object.entries(now.provinces)
      .map(([area, doses]) => ({ area, doses: doses - (last.provinces[area] ?? 0) }))
      .filter((entry) => entry.doses > 0)
      .sort((one, other) => other.doses - one.doses);
    feed(page!.names, added);
    for (const { area } of added) pulse(area);
    rate(beat);
  }

  void ask();
}

/** A figure of the day is set; one of all time grows by what came since. */
function put(show: Show, key: string, value: number | undefined, change: number): void {
  const node = document.querySelector<HTMLElement>(`[data-live="${key}"]`);
  if (!node || (value === undefined && change === 0)) return;
  const shown = Number(node.dataset["value"] ?? node.textContent?.replace(/\D/g, ""));
  show(node, value ?? shown + change);
  const difference = document.querySelector<HTMLElement>(`[data-live-difference="${key}"]`);
  if (difference && change !== 0) {
    const was = Number(difference.dataset["value"] ?? difference.textContent?.replace("−", "-").replace(/[^\d-]/g, ""));
    difference.dataset["value"] = String(was + change);
    const now = was + change;
    difference.textContent = `${now > 0 ? "+" : now < 0 ? "−" : ""}${number(Math.abs(now))}`;
  }
}

function feed(names: Readonly<Record<string, string>>, added: readonly { area: string; doses: number }[]): void {
  const list = document.getElementById("pic-feed");
  if (!list) return;
  for (const { area, doses } of added.slice(0, FEED_ROWS).reverse()) {
    const name = names[area];
    if (!name) continue;
    const said = fill(texts["more"] ?? "", { count: `+${number(doses)}`, place: name });
    list.prepend(element("li", {}, element("span", {}, said), element("time", {}, clock(new Date()))));
  }
  while (list.children.length > FEED_ROWS) list.lastElementChild!.remove();
}

function rate(beat: Beat): void {
  const node = document.getElementById("pic-rate");
  const perMinute = beat.perMinute();
  if (!node || perMinute === undefined) return;
  node.textContent = fill(texts["per_minute"] ?? "", { count: number(perMinute) });
}

function pulse(area: string): void {
  for (const tile of document.querySelectorAll(`.pic-tile[data-area="${area}"]:not([data-islands])`)) {
    tile.classList.remove("pic-beats");
    requestAnimationFrame(() => tile.classList.add("pic-beats"));
  }
}

let heardAt = "";

function heard(moment: Date): void {
  heardAt = clock(moment);
  const node = document.querySelector("#pic-updated time");
  const said = fill(texts["updated"] ?? "", { time: heardAt });
  if (node && node.textContent !== said) {
    node.textContent = said;
    node.setAttribute("datetime", moment.toISOString());
  }
  stale(false);
}

function stale(isStale: boolean): void {
  document.querySelector(".pic-live")?.classList.toggle("pic-is-stale", isStale);
  const box = document.getElementById("pic-stale");
  if (!box || box.hidden === !isStale) return;
  box.hidden = !isStale;
  if (isStale) box.querySelector("span")!.textContent = fill(texts["stale"] ?? "", { time: heardAt });
}

/** Counts from the shown number to the new one in half a second; at once for those who want no motion. */
export function countUp(node: HTMLElement, value: number): void {
  const from = Number(node.dataset["value"] ?? node.textContent?.replace(/\D/g, ""));
  node.dataset["value"] = String(value);
  if (from === value) return;
  node.classList.add("pic-new");
  setTimeout(() => node.classList.remove("pic-new"), 700);
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
    node.textContent = number(value);
    return;
  }
  const started = performance.now();
  const step = (now: number): void => {
    const part = Math.min((now - started) / 500, 1);
    node.textContent = number(Math.round(from + (value - from) * (1 - (1 - part) ** 3)));
    if (part < 1 && node.dataset["value"] === String(value)) requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}
