import { shortcut } from "../../lib/scan";
import "./repair.scss";

/** Mending one person after the other by keyboard: J and K move, Enter accepts, S skips. */
const rows = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>("[data-row]")];
let at = -1;

function open(index: number): void {
  const all = rows();
  const row = all[index];
  if (!row) return;
  at = index;
  for (const other of all) other.classList.toggle("repair-row-here", other === row);
  row.scrollIntoView({ block: "nearest" });
  row.querySelector<HTMLAnchorElement>("a[data-open]")?.click();
}

/** The next row that is not mended yet; at the end the one after the page. */
function next(step = 1): void {
  const all = rows();
  for (let index = at + step; index >= 0 && index < all.length; index += step) {
    if (!all[index]?.classList.contains("repair-row-done")) {
      open(index);
      return;
    }
  }
  if (step > 0) document.querySelector<HTMLAnchorElement>("a[rel='next']")?.focus();
}

shortcut("j", () => next());
shortcut("k", () => next(-1));
shortcut("s", () => next());

document.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  if ((event.target as HTMLElement).closest("input, select, textarea, summary") || rows().length === 0) return;
  event.preventDefault();
  next(event.key === "ArrowDown" ? 1 : -1);
});

// On a phone there is no room beside the list: the person has a page of their own.
const wide = matchMedia("(min-width: 62rem)");
document.addEventListener(
  "click",
  (event) => {
    const link = (event.target as HTMLElement).closest<HTMLAnchorElement>("a[data-open]");
    if (!link) return;
    at = rows().indexOf(link.closest("[data-row]") as HTMLElement);
    for (const other of rows()) other.classList.toggle("repair-row-here", other === rows()[at]);
    if (!wide.matches) {
      event.stopImmediatePropagation();
      event.preventDefault();
      location.assign(link.href);
    }
  },
  { capture: true },
);

document.addEventListener("click", (event) => {
  const target = event.target as HTMLElement;
  if (target.closest("[data-next]")) {
    if (rows().length > 0) next();
    else location.assign("/repair/");
  } else if (target.closest("[data-skip]")) next();
});

document.addEventListener("htmx:load", (event) => {
  const panel = (event.target as HTMLElement).closest("#repair-panel") ?? document.querySelector("#repair-panel");
  const skip = panel?.querySelector<HTMLElement>("[data-skip]");
  if (skip) skip.hidden = rows().length === 0;
  if (panel && event.target !== document.body) first(panel)?.focus({ preventScroll: true });
});

/** Where Enter belongs: on to the next, accept what is proposed, else where something has to be written; or skip. */
function first(panel: Element): HTMLElement | null {
  const onward = panel.querySelector<HTMLElement>("[data-next]");
  if (onward) return onward;
  const proposed = panel.querySelector("input[type='radio']:checked:not([value='keep'])");
  if (proposed) return panel.querySelector<HTMLElement>("[data-accept]");
  return panel.querySelector<HTMLElement>("fieldset [name^='other-']") ?? panel.querySelector<HTMLElement>("[data-skip]");
}

// Out of a field, so that J, K and S are keys again.
document.addEventListener("keydown", (event) => {
  const field = event.target as HTMLElement;
  if (event.key === "Escape" && field.closest("#repair-panel") && field.matches("input, select")) field.blur();
});

// Writing into a field chooses it.
document.addEventListener("input", (event) => {
  const written = event.target as HTMLElement;
  if (!written.matches("[name^='other-']")) return;
  const choice = written.closest("label")?.querySelector<HTMLInputElement>("input[type='radio']");
  if (choice) choice.checked = true;
});

document.addEventListener("repair:done", (event) => {
  const { id, open: still } = (event as CustomEvent<{ id: string; open: boolean }>).detail;
  const row = document.getElementById(`r-${id}`);
  if (!row || still) return;
  row.classList.add("repair-row-done");
  row.querySelector<HTMLElement>("[data-mark]")?.removeAttribute("hidden");
  const pick = row.querySelector<HTMLInputElement>("input[name='item']");
  if (pick) {
    pick.checked = false;
    pick.disabled = true;
  }
  const count = document.querySelector<HTMLElement>("[data-count]");
  const number = Number(count?.textContent?.replace(/\D/g, ""));
  if (count && number > 0) count.textContent = (number - 1).toLocaleString(document.documentElement.lang || "vi");
  chosen();
});

const picks = (): HTMLInputElement[] => [...document.querySelectorAll<HTMLInputElement>("input[name='item']")];

function chosen(): void {
  const number = picks().filter((pick) => pick.checked).length;
  const shown = document.querySelector<HTMLElement>("[data-chosen]");
  if (shown) {
    shown.textContent = String(number);
    shown.hidden = number === 0;
  }
  document.querySelector("[data-bulk]")?.classList.toggle("repair-bulk-idle", number === 0);
}

document.addEventListener("change", (event) => {
  const target = event.target as HTMLElement;
  if (target.matches("input[name='item']")) chosen();
  // A filter acts when it is chosen; its button is for those without script.
  target.closest<HTMLFormElement>("[data-filter]")?.requestSubmit();
});
addEventListener("pageshow", chosen);
chosen();
