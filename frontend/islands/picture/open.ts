/** A link to a table opens it. On a phone all begin closed: a table of cards is many screens long. */
export function keepOpen(): void {
  if (matchMedia("(max-width: 47.99rem)").matches)
    for (const details of document.querySelectorAll<HTMLDetailsElement>(".pic-table details")) details.open = false;
  const open = (): void => {
    const details = location.hash.length > 1 ? document.getElementById(location.hash.slice(1))?.querySelector("details") : null;
    if (details) details.open = true;
  };
  addEventListener("hashchange", open);
  // On paper nothing can be opened.
  addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll<HTMLDetailsElement>(".pic-table details")) details.open = true;
  });
  open();
}
