import "./administration.scss";

document.addEventListener("click", (event) => {
  if ((event.target as HTMLElement).closest("[data-print]")) print();
});

// A choice in a filter shows its result at once; the button is for those without script.
document.addEventListener("change", (event) => {
  const field = event.target as HTMLElement;
  if (field instanceof HTMLSelectElement && field.form?.hasAttribute("data-filter")) field.form.requestSubmit();
});

// Which fields a kind of choice needs: `data-shows="head vaccinator"` is seen while the select beside it says so.
function follow(select: HTMLSelectElement): void {
  for (const part of select.form?.querySelectorAll<HTMLElement>(`[data-shows-of="${select.name}"]`) ?? []) {
    part.hidden = !(part.dataset.shows ?? "").split(" ").includes(select.value);
  }
}
for (const select of document.querySelectorAll<HTMLSelectElement>("select[data-follow]")) {
  select.addEventListener("change", () => follow(select));
  follow(select);
}
