/** A link to a table opens it; going back closes nothing. */
export function keepOpen(): void {
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
