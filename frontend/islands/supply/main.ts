import "./supply.scss";

document.addEventListener("click", (event) => {
  if ((event.target as HTMLElement).closest("[data-print]")) print();
});

document.addEventListener("change", (event) => {
  const field = event.target as HTMLElement;
  // A logger's file goes off as soon as it is chosen.
  if (field instanceof HTMLInputElement && field.dataset.send !== undefined && field.files?.length) field.form?.requestSubmit();
  // A fridge is registered at the facility chosen.
  if (field instanceof HTMLSelectElement && field.dataset.place !== undefined && field.form) field.form.action = field.value;
});

const numbers = new Intl.NumberFormat(document.documentElement.lang || "vi");

/** The table of a plan: sums as one types, Enter and arrows go from line to line. */
function table(form: HTMLFormElement): void {
  const boxes = [...form.querySelectorAll<HTMLInputElement>(".supply-give")];
  const available = Number(form.dataset.available ?? 0);
  const sum = form.querySelector<HTMLOutputElement>("[data-sum]");
  const left = form.querySelector<HTMLElement>("[data-left]");
  const over = form.querySelector<HTMLInputElement>("[data-over]");

  const add = (): void => {
    const total = boxes.reduce((all, box) => all + (Number(box.value.replace(/[^0-9]/g, "")) || 0), 0);
    if (sum) sum.value = numbers.format(total);
    if (left) {
      left.textContent = `${total > available ? "+" : ""}${numbers.format(Math.abs(available - total))}`;
      left.className = total > available ? "lc-text-stop" : "lc-text-done";
    }
    if (over) over.hidden = total <= available;
  };
  const step = (from: HTMLInputElement, by: number): void => {
    const next = boxes[boxes.indexOf(from) + by];
    next?.focus();
    next?.select();
  };
  form.addEventListener("input", add);
  form.addEventListener("keydown", (event) => {
    const box = event.target as HTMLInputElement;
    if (!boxes.includes(box)) return;
    if (event.key === "ArrowDown" || (event.key === "Enter" && !event.ctrlKey)) {
      event.preventDefault();
      step(box, 1);
    } else if (event.key === "ArrowUp") {
      event.preventDefault();
      step(box, -1);
    }
  });
  add();
}

for (const form of document.querySelectorAll<HTMLFormElement>("[data-plan]")) table(form);
