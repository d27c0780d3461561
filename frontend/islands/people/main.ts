import "./people.scss";
import { isWriting } from "../../lib/dom";

/** The commune picker: choices come from the server while someone types; arrows move, Enter or a click takes one. */
function pickers(): void {
  document.addEventListener("input", (event) => {
    const field = event.target as HTMLInputElement;
    const picker = field.closest<HTMLElement>("[data-commune]");
    if (!picker || !field.matches("[role='combobox']")) return;
    code(picker).value = "";
    if (field.value.trim().length < 2) close(picker);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const list = event.target as HTMLElement;
    const picker = list.closest<HTMLElement>("[data-commune]");
    if (!picker || list.getAttribute("role") !== "listbox") return;
    list.hidden = list.childElementCount === 0;
    box(picker).setAttribute("aria-expanded", String(!list.hidden));
    mark(picker, 0);
  });
  document.addEventListener("click", (event) => {
    const target = event.target as HTMLElement;
    const choice = target.closest<HTMLElement>("[data-commune] [data-code]");
    if (choice) take(choice);
    for (const picker of document.querySelectorAll<HTMLElement>("[data-commune]")) if (!picker.contains(target)) close(picker);
  });
  document.addEventListener("keydown", onPickerKey);
}

const box = (picker: HTMLElement): HTMLInputElement => picker.querySelector<HTMLInputElement>("[role='combobox']")!;
const code = (picker: HTMLElement): HTMLInputElement => picker.querySelector<HTMLInputElement>("[name='commune_code']")!;
const listOf = (picker: HTMLElement): HTMLElement => picker.querySelector<HTMLElement>("[role='listbox']")!;
const choices = (picker: HTMLElement): HTMLElement[] => [...listOf(picker).querySelectorAll<HTMLElement>("[data-code]")];

function onPickerKey(event: KeyboardEvent): void {
  const field = event.target as HTMLElement;
  const picker = field.closest?.<HTMLElement>("[data-commune]");
  if (!picker || listOf(picker).hidden || !field.matches("[role='combobox']")) return;
  const all = choices(picker);
  const now = all.findIndex((choice) => choice.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    mark(picker, (now + (event.key === "ArrowDown" ? 1 : -1) + all.length) % Math.max(all.length, 1));
    event.preventDefault();
  } else if ((event.key === "Enter" || event.key === "Tab") && all[now]) {
    take(all[now]);
    if (event.key === "Enter") event.preventDefault();
  } else if (event.key === "Escape") {
    close(picker);
    event.preventDefault();
  }
}

function mark(picker: HTMLElement, index: number): void {
  choices(picker).forEach((choice, at) => {
    choice.setAttribute("aria-selected", String(at === index));
    choice.id = `commune-${at}`;
    if (at === index) {
      box(picker).setAttribute("aria-activedescendant", choice.id);
      choice.scrollIntoView({ block: "nearest" });
    }
  });
}

function take(choice: HTMLElement): void {
  const picker = choice.closest<HTMLElement>("[data-commune]")!;
  box(picker).value = choice.dataset["name"] ?? "";
  code(picker).value = choice.dataset["code"] ?? "";
  close(picker);
  box(picker).dispatchEvent(new Event("change", { bubbles: true }));
  // Drafts are kept on input; the code was just put in by us.
  code(picker).dispatchEvent(new Event("change", { bubbles: true }));
}

function close(picker: HTMLElement): void {
  listOf(picker).hidden = true;
  box(picker).setAttribute("aria-expanded", "false");
  box(picker).removeAttribute("aria-activedescendant");
}

/** Arrow keys walk through the people of a list; Enter follows the link that has the focus. */
function arrows(): void {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const list = document.querySelector<HTMLElement>("[data-arrows]");
    const writing = isWriting(event.target);
    if (!list || (writing && (event.target as HTMLElement).matches("[role='combobox'], select, textarea"))) return;
    const links = [...list.querySelectorAll<HTMLAnchorElement>(".lc-person-name a, a[data-row]")];
    const at = links.indexOf(document.activeElement as HTMLAnchorElement);
    const next = links[at < 0 ? 0 : at + (event.key === "ArrowDown" ? 1 : -1)];
    if (!next) return;
    next.focus();
    event.preventDefault();
  });
}

document.addEventListener("click", (event) => {
  if ((event.target as HTMLElement).closest("[data-print]")) window.print();
});

pickers();
arrows();
