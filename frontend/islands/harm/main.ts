import { actWhenChosen } from "../../lib/filter";
import { fill, textsOf } from "../../lib/texts";
import "./harm.scss";

/** Clocks tick where the page stands open; a filter acts when it is chosen; arrows go from case to case. */
const texts = document.getElementById("harm-texts") ? textsOf("harm-texts") : {};
const MINUTE = 60_000;

function tick(): void {
  for (const clock of document.querySelectorAll<HTMLElement>("[data-due]")) {
    const left = new Date(clock.dataset["due"] ?? "").getTime() - Date.now();
    const word = clock.querySelector("span");
    if (Number.isNaN(left) || !word) continue;
    const minutes = Math.floor(Math.abs(left) / MINUTE);
    const parts = { hours: Math.floor(minutes / 60), minutes: minutes % 60, days: Math.floor(minutes / 1440) };
    const pattern = left >= 0 ? texts["left"] : parts.hours >= 48 ? texts["days_late"] : texts["late"];
    if (pattern) word.textContent = fill(pattern, parts);
    if (left < 0) {
      clock.classList.remove("lc-state-waiting", "lc-state-question");
      clock.classList.add("lc-state-stop");
    }
  }
}

tick();
setInterval(tick, MINUTE / 2);

actWhenChosen();

document.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const target = event.target as HTMLElement;
  if (target.matches("input, select, textarea")) return;
  const links = [...document.querySelectorAll<HTMLAnchorElement>("a[data-row]")];
  const at = links.indexOf(document.activeElement as HTMLAnchorElement);
  const next = links[at < 0 ? 0 : at + (event.key === "ArrowDown" ? 1 : -1)];
  if (!next) return;
  next.focus();
  event.preventDefault();
});

for (const button of document.querySelectorAll<HTMLButtonElement>("[data-print]"))
  button.addEventListener("click", () => print());
