import { fill, textsOf } from "../../lib/texts";

let texts: Readonly<Record<string, string>> = {};
/** Server's clock less this computer's, in ms: a station's clock may be wrong, and timers must not be. */
let ahead = 0;

export function runTimers(): void {
  texts = textsOf("board-texts");
  readClock();
  draw();
  setInterval(draw, 1_000);
  document.addEventListener("htmx:afterSwap", (event) => {
    if (document.getElementById("board") === null || (event as CustomEvent<{ target: Element }>).detail.target.id === "desk-content") return;
    readClock();
    draw();
  });
}

function readClock(): void {
  const said = document.getElementById("board")?.dataset["now"];
  const now = said ? Date.parse(said) : Number.NaN;
  if (!Number.isNaN(now)) ahead = now - Date.now();
}

/** Now by the server's clock, never ahead of it. */
export function serverTime(): string {
  return new Date(Date.now() + ahead).toISOString();
}

/** "04:12", or "1:04:12" for those forgotten for an hour. */
export function clock(seconds: number): string {
  const all = Math.abs(Math.trunc(seconds));
  const [hours, minutes, rest] = [Math.trunc(all / 3600), Math.trunc(all / 60) % 60, all % 60];
  const two = (part: number): string => String(part).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${two(minutes)}:${two(rest)}`;
}

function draw(): void {
  const now = Date.now() + ahead;
  for (const card of document.querySelectorAll<HTMLElement>("[data-until]")) {
    const left = Math.ceil((Number(card.dataset["until"]) - now) / 1000);
    const over = left <= 0;
    const timer = card.querySelector<HTMLElement>("[data-timer]");
    if (timer) {
      timer.textContent = over ? `+${clock(left)}` : clock(left);
      timer.title = fill(texts[over ? "over_by" : "left"] ?? "", { time: clock(left) });
    }
    if (over === card.hasAttribute("data-over")) continue;
    card.toggleAttribute("data-over", over);
    const word = card.querySelector<HTMLElement>("[data-word]");
    if (word && card.dataset["state"] !== "reaction") tell(word, over);
  }
}

/** Colour, word and shape: the clock becomes an octagon with words beside it. */
function tell(word: HTMLElement, over: boolean): void {
  const use = word.querySelector("use");
  const sprite = use?.getAttribute("href")?.split("#")[0] ?? "";
  use?.setAttribute("href", `${sprite}#${over ? "octagon" : "clock"}`);
  word.classList.toggle("lc-text-stop", over);
  for (const text of [...word.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE)) text.remove();
  if (over) word.append(texts["overdue"] ?? "");
}
