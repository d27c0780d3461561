import "./laboratory.scss";
import { SCANNER_GAP_MS } from "../../lib/burst";
import { isWriting } from "../../lib/dom";
import { onScan } from "../../lib/scan";

/** A key of an outcome acts only when the scanner's pace has passed; an Enter close behind it must not come before. */
const AFTER_KEY_MS = SCANNER_GAP_MS + 40;

/** The form that hears a scan: the last on the page, so that an opened dialog or a later step comes before the first. */
function hearing(): HTMLFormElement | undefined {
  return [...document.querySelectorAll<HTMLFormElement>("form[data-tube]")].filter((form) => form.offsetParent !== null).pop();
}

/** Tubes scanned while the answer about the one before is under way: a hand is faster than a bad line. */
const waiting: string[] = [];
let asking: HTMLElement | undefined;

function ask(code: string): boolean {
  const form = hearing();
  const box = form?.querySelector<HTMLInputElement>("input[name=q]");
  if (!form || !box) return false;
  box.value = code;
  form.requestSubmit();
  return true;
}

onScan((scan, event) => {
  if (asking) waiting.push(scan.text);
  else if (!ask(scan.text)) return;
  event.preventDefault();
});

document.addEventListener("htmx:beforeRequest", (event) => {
  const { elt } = (event as CustomEvent<{ elt: HTMLElement }>).detail;
  if (elt.matches("form[data-tube]")) asking = elt;
});

document.addEventListener("htmx:afterRequest", (event) => {
  // of a form that its answer took off the page the event comes from elsewhere; its request still knows it
  if ((event as CustomEvent<{ requestConfig: { elt: HTMLElement } }>).detail.requestConfig.elt !== asking) return;
  asking = undefined;
  setTimeout(() => {
    const code = waiting.shift();
    if (code !== undefined) ask(code);
  });
});

// Enter with nothing focused records what was chosen by key. A scanner's Enter never comes here: the scan takes it.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.defaultPrevented || isWriting(event.target)) return;
  if ((event.target as HTMLElement).closest("a, button, select, summary")) return;
  const form = document.querySelector<HTMLFormElement>("form[data-outcome]");
  if (!form) return;
  event.preventDefault();
  setTimeout(() => {
    if (form.isConnected && form.querySelector("input[name=outcome]:checked")) form.requestSubmit();
  }, AFTER_KEY_MS);
});

// Positive by PCR asks for its Ct next: the field takes the digits, Enter in it records.
document.addEventListener("change", (event) => {
  const input = event.target as HTMLInputElement;
  const form = input.closest<HTMLFormElement>("form[data-outcome]");
  if (!form || input.name !== "outcome") return;
  const method = form.querySelector<HTMLSelectElement>("select[name=method]")?.value;
  if (method === "pcr" && (input.value === "positive" || input.value === "indeterminate")) form.querySelector<HTMLInputElement>("[data-ct]")?.focus();
  else (document.activeElement as HTMLElement | null)?.blur();
});

// A letter in the Ct field is the key of an outcome: digits only belong there.
document.addEventListener("keydown", (event) => {
  const field = event.target as HTMLElement;
  if (!field.matches?.("[data-ct]") || event.ctrlKey || event.metaKey || event.key.length !== 1 || /[\d.,]/.test(event.key)) return;
  event.preventDefault();
  field.closest("form")?.querySelector<HTMLElement>(`[data-shortcut="${CSS.escape(event.key.toLowerCase())}"]`)?.click();
});

document.addEventListener("click", (event) => {
  (event.target as HTMLElement).closest("[data-remove]")?.closest("li")?.remove();
  count();
});

/** How many tubes are in the pool that is being made. */
function count(): void {
  const list = document.querySelector("#pool-list");
  const shown = document.querySelector("#pool-count");
  if (list && shown) shown.textContent = String(list.querySelectorAll("input[name=samples]").length);
}

document.addEventListener("htmx:load", (event) => {
  const node = (event as CustomEvent<{ elt: HTMLElement }>).detail.elt;
  if (node.matches("#pool-list > li")) {
    const code = node.dataset["code"];
    const same = [...document.querySelectorAll<HTMLElement>("#pool-list > li")].filter((one) => one.dataset["code"] === code);
    if (same.length > 1) node.remove();
    document.querySelector("#pool-said")?.replaceChildren();
    count();
  }
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-tube]")) {
    const box = form.querySelector<HTMLInputElement>("input[name=q]");
    if (box && node.matches("#pool-list > li")) box.value = "";
  }
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const detail = (event as CustomEvent<{ xhr: XMLHttpRequest; shouldSwap: boolean; isError: boolean }>).detail;
  const said = document.querySelector("#pool-said");
  if (!said || detail.xhr.status !== 422 || !detail.xhr.responseURL.endsWith("/laboratory/pools/tube/")) return;
  said.innerHTML = detail.xhr.responseText;
  detail.shouldSwap = false;
  detail.isError = false;
});
