import "./forecast.scss";

// The place of a what-if changes its figures of the start: the page is asked for again with it.
document.addEventListener("change", (event) => {
  const field = event.target;
  if (field instanceof HTMLSelectElement && field.dataset.goes !== undefined) field.form?.requestSubmit();
});

/** Alarms: the whole page of them at once, and how many are chosen. */
function choosing(form: HTMLFormElement): void {
  const boxes = [...form.querySelectorAll<HTMLInputElement>("input[name=alarm]")];
  const all = form.querySelector<HTMLInputElement>("[data-all]");
  const count = form.querySelector<HTMLOutputElement>("[data-chosen]");
  const told = (): void => {
    const chosen = boxes.filter((box) => box.checked).length;
    if (count) count.value = String(chosen);
    if (all) {
      all.checked = chosen === boxes.length;
      all.indeterminate = chosen > 0 && chosen < boxes.length;
    }
    form.classList.toggle("fc-some", chosen > 0);
  };
  all?.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    told();
  });
  form.addEventListener("change", told);
  told();
}

/** Arrows or j and k go from alarm to alarm, space chooses, Enter opens. */
function rows(list: HTMLElement): void {
  const links = [...list.querySelectorAll<HTMLElement>("[data-row]")];
  list.addEventListener("keydown", (event) => {
    const row = (event.target as HTMLElement).closest<HTMLElement>("[data-row]");
    const step = ({ ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 } as Record<string, number>)[event.key];
    if (!row || step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const next = links[links.indexOf(row) + step];
    next?.querySelector<HTMLElement>("input, a")?.focus();
  });
}

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-choosing]")) choosing(form);
for (const list of document.querySelectorAll<HTMLElement>("[data-rows]")) rows(list);

// A scenario takes seconds: the button says so, and is not pressed twice.
for (const form of document.querySelectorAll<HTMLFormElement>("form[data-runs]")) {
  form.addEventListener("submit", () => {
    const button = form.querySelector<HTMLButtonElement>("button[type=submit]");
    const waiting = form.querySelector<HTMLElement>("[data-running]");
    if (waiting) waiting.hidden = false;
    if (button) setTimeout(() => (button.disabled = true));
  });
}
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll<HTMLButtonElement>("form[data-runs] button[type=submit]")) button.disabled = false;
  for (const waiting of document.querySelectorAll<HTMLElement>("[data-running]")) waiting.hidden = true;
});
