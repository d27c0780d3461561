import { actWhenChosen } from "../../lib/filter";
import "../people/people.scss";
import "./worklist.scss";

/** Choosing several entries: one box chooses all that are shown, the button says how many there are. */
const all = document.querySelector<HTMLInputElement>("[data-all]");
const picks = [...document.querySelectorAll<HTMLInputElement>("input[name='item']")];
const chosen = document.querySelector<HTMLElement>("[data-chosen]");

function count(): void {
  const number = picks.filter((pick) => pick.checked).length;
  if (chosen) {
    chosen.textContent = String(number);
    chosen.hidden = number === 0;
  }
  document.querySelector("[data-bulk]")?.classList.toggle("worklist-bulk-idle", number === 0);
  if (all) {
    all.checked = number > 0 && number === picks.length;
    all.indeterminate = number > 0 && number < picks.length;
  }
}

all?.addEventListener("change", () => {
  for (const pick of picks) pick.checked = all.checked;
  count();
});
for (const pick of picks) pick.addEventListener("change", count);
// A page shown again by "back" keeps its boxes.
addEventListener("pageshow", count);
count();

actWhenChosen();

document.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const target = event.target as HTMLElement;
  if (target.matches("input:not([type='checkbox']), select, textarea")) return;
  const links = [...document.querySelectorAll<HTMLAnchorElement>("a[data-row]")];
  const at = links.indexOf(document.activeElement as HTMLAnchorElement);
  const next = links[at < 0 ? 0 : at + (event.key === "ArrowDown" ? 1 : -1)];
  if (!next) return;
  next.focus();
  event.preventDefault();
});
