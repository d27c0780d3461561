import { element } from "./dom";
import { say } from "./texts";

const PREFIX = "draft:";
const NEVER = /^(password|file|hidden|submit|button|reset|image)$/;

/**
 * Keeps what is typed in `<form data-draft="some-id">` through a lost line, a reload and a session that ends. Kept in this
 * tab only, for this person only; dropped when the server has accepted the form, and at sign-out.
 */
export function keepDrafts(): void {
  dropThoseOfOthers();
  document.addEventListener("input", (event) => {
    const form = (event.target as HTMLElement).closest?.<HTMLFormElement>("form[data-draft]");
    if (form) save(form);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (form.dataset["forget"] !== undefined) sessionStorage.clear();
    // A page sent in the ordinary way: whether it was accepted is seen on the next page.
    else if (form.dataset["draft"]) sessionStorage.setItem(`${keyOf(form)}:sent`, "1");
  });
  dropAccepted();
  restoreIn(document);
}

export function restoreIn(root: ParentNode): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-draft]")) restore(form);
}

export function dropDraft(form: HTMLFormElement): void {
  sessionStorage.removeItem(keyOf(form));
  sessionStorage.removeItem(`${keyOf(form)}:sent`);
}

function keyOf(form: HTMLFormElement): string {
  return `${PREFIX}${document.body.dataset["user"] ?? ""}:${form.dataset["draft"]}`;
}

function save(form: HTMLFormElement): void {
  const values: [string, string][] = [];
  for (const field of fieldsOf(form)) {
    if (field instanceof HTMLInputElement && /^(checkbox|radio)$/.test(field.type)) {
      if (field.checked) values.push([field.name, field.value]);
    } else if (field.value !== "") values.push([field.name, field.value]);
  }
  if (values.length > 0) sessionStorage.setItem(keyOf(form), JSON.stringify(values));
  else dropDraft(form);
}

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

function fieldsOf(form: HTMLFormElement): Field[] {
  return [...form.querySelectorAll<Field>("input[name], textarea[name], select[name]")].filter((field) => !NEVER.test(field.type));
}

function restore(form: HTMLFormElement): void {
  const kept = sessionStorage.getItem(keyOf(form));
  if (!kept || form.dataset["restored"]) return;
  form.dataset["restored"] = "1";
  let changed = false;
  for (const [name, value] of JSON.parse(kept) as [string, string][]) {
    for (const field of fieldsOf(form).filter((candidate) => candidate.name === name)) {
      if (field instanceof HTMLInputElement && /^(checkbox|radio)$/.test(field.type)) {
        if (field.value === value && !field.checked) changed = field.checked = true;
      } else if (field.value !== value) {
        field.value = value;
        changed = true;
      }
    }
  }
  if (!changed) return;
  const clear = element("button", { type: "button", class: "btn btn-sm" }, say("draft_drop"));
  const note = element("p", { class: "lc-draft lc-hint", role: "status" }, `${say("draft_back")} `, clear);
  clear.addEventListener("click", () => {
    form.reset();
    dropDraft(form);
    note.remove();
  });
  form.prepend(note);
  form.dispatchEvent(new CustomEvent("lachan:restored", { bubbles: true }));
}

/** A form that was sent and is not shown again was accepted; a page of an error or the sign-in page says nothing. */
function dropAccepted(): void {
  if (document.body.dataset["error"] !== undefined || !document.body.dataset["user"]) return;
  for (const key of keys().filter((candidate) => candidate.endsWith(":sent"))) {
    const draft = key.slice(0, -":sent".length);
    const id = draft.split(":").slice(2).join(":");
    sessionStorage.removeItem(key);
    if (!document.querySelector(`form[data-draft="${CSS.escape(id)}"]`)) sessionStorage.removeItem(draft);
  }
}

function dropThoseOfOthers(): void {
  const user = document.body.dataset["user"];
  if (!user) return;
  for (const key of keys()) if (!key.startsWith(`${PREFIX}${user}:`)) sessionStorage.removeItem(key);
}

function keys(): string[] {
  return Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));
}
