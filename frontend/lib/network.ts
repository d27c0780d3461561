import { say } from "./texts";

const ASK_EVERY_MS = 20_000;
const SLOW_MS = 1_200;

export type Line = "good" | "slow" | "lost";

let line: Line = "good";
let waiting = 0;
let asking: ReturnType<typeof setTimeout> | undefined;
const backAgain: (() => void)[] = [];

export function onLineBack(act: () => void): void {
  backAgain.push(act);
}

/** How many entries wait for the line; shown in the bar. */
export function showWaiting(count: number): void {
  waiting = count;
  draw();
}

export function lineIs(state: Line): void {
  const back = line === "lost" && state !== "lost";
  line = state;
  draw();
  if (back) backAgain.forEach((act) => act());
  if (state === "lost") askSoon(3_000);
}

export function watchNetwork(): void {
  addEventListener("offline", () => lineIs("lost"));
  addEventListener("online", () => void ask());
  document.addEventListener("visibilitychange", () => document.hidden || void ask());
  draw();
  askSoon(ASK_EVERY_MS);
}

function askSoon(after: number): void {
  clearTimeout(asking);
  asking = setTimeout(() => void ask(), after);
}

async function ask(): Promise<void> {
  if (!document.hidden) {
    const started = performance.now();
    try {
      const answer = await fetch("/healthz", { cache: "no-store", headers: { "Lachan-Background": "1" }, signal: AbortSignal.timeout(8_000) });
      lineIs(!answer.ok || performance.now() - started > SLOW_MS ? "slow" : "good");
    } catch {
      lineIs("lost");
    }
  }
  askSoon(line === "lost" ? 3_000 : ASK_EVERY_MS);
}

function draw(): void {
  const box = document.getElementById("network");
  const text = box?.querySelector(".lc-net-text");
  if (!box || !text) return;
  box.dataset["state"] = line;
  box.toggleAttribute("data-waiting", waiting > 0);
  const said = `${say("network")}: ${say(`net_${line}`)} · ${say("waiting", { count: waiting })}`;
  // Written only when it differs: the box is a live region, and every write is read aloud.
  if (text.textContent !== said) text.textContent = said;
  box.title = said;
}
