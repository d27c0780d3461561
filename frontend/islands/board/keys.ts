import { isWriting } from "../../lib/dom";
import { shortcut } from "../../lib/scan";
import { focusCard } from "./place";

export type Move = "go" | "about";

/** Arrows or j and k between people, left and right or 1 to 5 between columns, Enter does the next thing, i tells all. */
export function moveWithKeys(act: (move: Move, card: HTMLElement) => void): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target) || document.querySelector("dialog[open]")) return;
    const card = (event.target as HTMLElement).closest<HTMLElement>(".board-card");
    if (event.key === "Enter" && card && event.target === card) {
      event.preventDefault();
      act("go", card);
      return;
    }
    if (event.key === "Enter" && event.target === document.body) {
      up(1);
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const aside = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if ((event.target as HTMLElement).closest("[role='tab'], details, .lc-rail")) return;
    if (step) up(step);
    else if (aside) across(aside);
    else return;
    event.preventDefault();
  });
  shortcut("j", () => up(1));
  shortcut("k", () => up(-1));
  shortcut("i", () => {
    const card = chosen();
    if (card) act("about", card);
  });
  for (const number of [1, 2, 3, 4, 5]) shortcut(String(number), () => enter(columns()[number - 1]));
}

function chosen(): HTMLElement | null {
  return document.activeElement?.closest<HTMLElement>(".board-card") ?? null;
}

function up(step: number): void {
  const card = chosen();
  if (!card) {
    enter(columns().find((column) => column.querySelector(".board-card [data-go]")) ?? columns()[0]);
    return;
  }
  const other = step > 0 ? card.nextElementSibling : card.previousElementSibling;
  if (other instanceof HTMLElement) focusCard(other);
}

function across(step: number): void {
  const all = columns();
  const here = chosen()?.closest<HTMLElement>("[data-column]");
  let at = here ? all.indexOf(here) : step > 0 ? -1 : all.length;
  for (at += step; at >= 0 && at < all.length; at += step)
    if (all[at]!.querySelector(".board-card")) {
      enter(all[at]);
      return;
    }
}

function enter(column: HTMLElement | undefined): void {
  if (!column) return;
  if (column.hidden) document.querySelector<HTMLElement>(`[aria-controls='${column.id}']`)?.click();
  const card = column.querySelector<HTMLElement>(".board-card[tabindex='0']") ?? column.querySelector<HTMLElement>(".board-card");
  if (card) focusCard(card);
}

function columns(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-column]")];
}
