/** The same folding as the server's: lower case, no diacritics, đ as d. */
export function fold(text: string): string {
  return text
    .toLowerCase()
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/đ/g, "d")
    .trim()
    .replace(/\s+/g, " ");
}

/** How well a name answers what was typed: 2 the given name (the last word) begins so, 1 another word does, 0 not at all. */
export function score(name: string, typed: string): number {
  if (name.split(" ").at(-1)?.startsWith(typed)) return 2;
  return ` ${name}`.includes(` ${typed}`) ? 1 : 0;
}

/** The person on the board who best answers a few typed letters; asked again, the next one. */
export function find(typed: string): HTMLElement | null {
  const wanted = fold(typed);
  if (wanted.length < 2) return null;
  const found = [...document.querySelectorAll<HTMLElement>(".board-card")]
    .map((card) => ({ card, points: score(card.dataset["search"] ?? "", wanted) }))
    .filter(({ points }) => points > 0)
    .sort((one, other) => other.points - one.points)
    .map(({ card }) => card);
  const at = found.indexOf(latest!);
  latest = found[(at + 1) % found.length] ?? null;
  return latest;
}

let latest: HTMLElement | null = null;
