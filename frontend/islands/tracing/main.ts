import "./tracing.scss";

/** A call is recorded with the moment its button was pressed; when there is no line, the next household opens at once. */
interface Detail {
  readonly elt: Element;
  readonly parameters?: Record<string, unknown>;
}

const formOf = (detail: Detail): HTMLFormElement | null => detail.elt.closest<HTMLFormElement>("form[data-call]");

document.addEventListener("htmx:configRequest", (event) => {
  const detail = (event as CustomEvent<Detail>).detail;
  if (formOf(detail) && detail.parameters) detail.parameters["at"] = new Date().toISOString();
});

for (const name of ["htmx:sendError", "htmx:timeout"])
  document.addEventListener(name, (event) => {
    const card = formOf((event as CustomEvent<Detail>).detail)?.closest<HTMLDetailsElement>(".trace-card");
    if (!card) return;
    // The shell keeps the form and sends it again: this household is done for now, its number is not to be called twice.
    card.open = false;
    card.hidden = true;
    const next = document.querySelector<HTMLDetailsElement>(".trace-card:not([hidden])");
    if (next) {
      next.open = true;
      next.querySelector<HTMLElement>("summary")?.focus();
    }
  });

/** Where somebody feels ill it is seen with the fold closed, and a draft that came back shows what was ticked. */
function ill(fold: HTMLDetailsElement): void {
  const some = fold.querySelector("input:checked") !== null;
  fold.classList.toggle("trace-ill-some", some);
  if (some) fold.open = true;
}

document.addEventListener("change", (event) => {
  const fold = (event.target as HTMLElement).closest<HTMLDetailsElement>(".trace-ill");
  if (fold) ill(fold);
});
// After the shell has put drafts back, which it does on the same event.
document.addEventListener("htmx:load", () => queueMicrotask(() => document.querySelectorAll<HTMLDetailsElement>(".trace-ill").forEach(ill)));

/** One household at a time. Not by the `name` of the details: while a part of the page is swapped, old and new are both there. */
document.addEventListener("click", (event) => {
  const head = (event.target as HTMLElement).closest<HTMLElement>(".trace-card > summary");
  if (!head) return;
  for (const card of document.querySelectorAll<HTMLDetailsElement>(".trace-card[open]"))
    if (card !== head.parentElement) card.open = false;
});
