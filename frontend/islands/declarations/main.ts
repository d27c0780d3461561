import "./declarations.scss";
import { actWhenChosen } from "../../lib/filter";
import { onScan } from "../../lib/scan";

document.documentElement.classList.add("has-script");

/** "I feel nothing" and the symptoms exclude each other; the day is asked for when there is a symptom. */
function wire(form: HTMLFormElement): void {
  const none = form.querySelector<HTMLInputElement>("[data-none]");
  const symptoms = [...form.querySelectorAll<HTMLInputElement>('input[name="symptom"]')];
  const onset = form.querySelector<HTMLElement>("[data-onset]");
  const show = (): void => {
    if (onset) onset.hidden = !symptoms.some((box) => box.checked);
  };
  none?.addEventListener("change", () => {
    if (none.checked) for (const box of symptoms) box.checked = false;
    show();
  });
  for (const box of symptoms)
    box.addEventListener("change", () => {
      if (none && box.checked) none.checked = false;
      show();
    });
  form.querySelector<HTMLButtonElement>("[data-all-no]")?.addEventListener("click", (event) => {
    event.preventDefault();
    for (const radio of form.querySelectorAll<HTMLInputElement>('input[type="radio"][value="no"]')) radio.checked = true;
    for (const box of symptoms) box.checked = false;
    if (none) none.checked = true;
    show();
    form.dispatchEvent(new Event("input", { bubbles: true })); // the draft keeps what one press has answered
    const next = form.querySelector<HTMLElement>("#who") ?? form.querySelector<HTMLElement>("button.btn-primary");
    next?.scrollIntoView({ behavior: "smooth", block: "start" });
    form.querySelector<HTMLInputElement>("#who input:not([type=radio])")?.focus({ preventScroll: true });
  });
  show();
}

for (const form of document.querySelectorAll<HTMLFormElement>("[data-declare]")) wire(form);

// What was typed has arrived: `data-declared` names the drafts that are no longer needed, `data-but` the one that is.
for (const mark of document.querySelectorAll<HTMLElement>("[data-declared]"))
  for (const key of Object.keys(sessionStorage)) {
    const [kind, , name = ""] = key.split(":");
    if (kind !== "draft" || !name.startsWith(mark.dataset["declared"] ?? "")) continue;
    if (name !== mark.dataset["but"]) sessionStorage.removeItem(key);
  }

const target = document.querySelector<HTMLElement>("[data-go-to]")?.dataset["goTo"];
if (target) document.getElementById(target)?.scrollIntoView({ block: "start" });

actWhenChosen();

/** At the desk a card goes into its box; at a door a slip is checked at once. */
onScan((scan, event) => {
  const check = document.querySelector<HTMLFormElement>("[data-check]");
  const box = document.querySelector<HTMLInputElement>(check ? "#slip" : "[data-card]");
  if (!box) return;
  event.preventDefault();
  box.value = scan.text;
  if (check) check.requestSubmit();
});
