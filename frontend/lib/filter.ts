/** A filter acts when something in it is chosen; its button is for those without script. */
export function actWhenChosen(): void {
  const filter = document.querySelector<HTMLFormElement>("form[data-filter]");
  filter?.classList.add("lc-filter-live");
  filter?.addEventListener("change", () => filter.requestSubmit());
}
