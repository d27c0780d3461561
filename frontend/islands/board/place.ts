/** Keeps the chosen card, the tab and how far each column is scrolled through every new drawing of the board. */

export interface Place {
  /** Focus the person when there is a next step for them here; else whoever stands where they stood. */
  settle(person: string): HTMLElement | null;
}

interface Kept {
  person: string;
  column: string;
  index: number;
  focused: boolean;
}

export function keepPlace(): Place {
  let kept: Kept = { person: "", column: "", index: 0, focused: false };
  /** Where the hand was before the latest drawing. */
  let before = kept;
  let scrolled: Record<string, number> = {};
  let tab = "";

  document.addEventListener("focusin", (event) => {
    const card = (event.target as HTMLElement).closest<HTMLElement>(".board-card");
    if (card) kept = where(card);
    else if (!(event.target as HTMLElement).closest("dialog")) kept = { ...kept, focused: false };
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target } = (event as CustomEvent<{ target: Element }>).detail;
    if (target.id !== "board") return;
    scrolled = {};
    for (const list of document.querySelectorAll<HTMLElement>(".board-cards"))
      scrolled[columnOf(list)] = list.scrollTop;
    tab = document.querySelector<HTMLElement>(".board-tabs [aria-selected='true']")?.id ?? "";
    kept = { ...kept, focused: Boolean(document.activeElement?.closest(".board-card")) };
    before = kept;
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const { target } = (event as CustomEvent<{ target: Element }>).detail;
    if (target.id === "desk-content" || !document.getElementById("board")) return;
    for (const list of document.querySelectorAll<HTMLElement>(".board-cards"))
      list.scrollTop = scrolled[columnOf(list)] ?? 0;
    if (tab) document.getElementById(tab)?.click();
    if (kept.focused) cardOf(kept.person)?.focus({ preventScroll: true });
  });

  return {
    settle(person: string): HTMLElement | null {
      const moved = cardOf(person || kept.person);
      // Whoever was worked on stays chosen while there is a next step here; else whoever stands where they stood.
      const stays = !person || person !== before.person || moved?.querySelector("[data-next]");
      const chosen = (stays ? moved : null) ?? standIn(before);
      if (chosen) focusCard(chosen);
      return moved;
    },
  };
}

export function focusCard(card: HTMLElement): void {
  const list = card.closest(".board-cards");
  for (const other of list?.querySelectorAll<HTMLElement>(".board-card") ?? []) other.tabIndex = other === card ? 0 : -1;
  const panel = card.closest<HTMLElement>("[role='tabpanel']");
  if (panel?.hidden) document.querySelector<HTMLElement>(`[aria-controls='${panel.id}']`)?.click();
  card.focus();
  card.scrollIntoView({ block: "nearest" });
}

function standIn(kept: Kept): HTMLElement | null {
  const cards = [...document.querySelectorAll<HTMLElement>(`[data-column='${kept.column}'] .board-card`)];
  return cards[Math.min(kept.index, cards.length - 1)] ?? null;
}

function where(card: HTMLElement): Kept {
  const cards = [...(card.parentElement?.children ?? [])];
  return { person: card.dataset["person"] ?? "", column: columnOf(card), index: cards.indexOf(card), focused: true };
}

function cardOf(person: string): HTMLElement | null {
  return person ? document.querySelector<HTMLElement>(`.board-card[data-person='${CSS.escape(person)}']`) : null;
}

function columnOf(inside: Element): string {
  return inside.closest<HTMLElement>("[data-column]")?.dataset["column"] ?? "";
}
