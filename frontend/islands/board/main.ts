import { openDialog } from "../../lib/controls";
import { element, isWriting } from "../../lib/dom";
import { onScan, type Scan } from "../../lib/scan";
import "./board.scss";
import { moveWithKeys, type Move } from "./keys";
import { fillVitals } from "./form";
import { keepPlace } from "./place";
import { poll } from "./poll";
import { find } from "./search";
import { runTimers, serverTime } from "./timers";

interface HtmxDetail {
  readonly elt: Element;
  readonly target: Element;
  readonly parameters?: Record<string, string>;
}

const board = (): HTMLElement | null => document.getElementById("board");

if (board()) start();

function start(): void {
  runTimers();
  poll();
  const place = keepPlace();
  comeBack();
  moveWithKeys(act);
  fillVitals(scanned);
  onScan((scan, event) => {
    if (take(scan)) event.preventDefault();
  });

  // Every command says when it happened, by the server's clock; a repetition says the same.
  document.addEventListener("htmx:configRequest", (event) => {
    const { elt, parameters } = (event as CustomEvent<HtmxDetail>).detail;
    if (!parameters?.["command_id"] || parameters["happened_at"]) return;
    parameters["happened_at"] = serverTime();
    const field = elt.querySelector<HTMLInputElement>("input[name='happened_at']");
    if (field) field.value = parameters["happened_at"];
  });
  // What arrives in the dialog opens it; what arrives on the board closes it.
  document.addEventListener("htmx:afterSwap", (event) => {
    const { target } = (event as CustomEvent<HtmxDetail>).detail;
    if (target.id === "desk-content") show();
    // The class is the news: it may lie below the fold of the dialog.
    if (target.id === "verdict") target.scrollIntoView({ block: "nearest" });
  });
  document.addEventListener("board:moved", (event) => {
    closeDesk();
    const { person, then } = (event as CustomEvent<{ person: string; then: string }>).detail;
    const card = place.settle(person);
    if (card && then === "open") openNext(card);
  });
  document.getElementById("desk")?.addEventListener("close", () => {
    document.getElementById("desk-content")?.replaceChildren();
    place.settle("");
  });
}

/** Whoever is looked up from here is received here: the search knows the session to come back to. */
function comeBack(): void {
  const session = board()?.dataset["session"];
  if (session) document.querySelector("#scan")?.append(element("input", { type: "hidden", name: "back", value: session }));
}

function show(): void {
  openDialog("desk");
  const content = document.getElementById("desk-content");
  const held = document.activeElement;
  // A quick hand is already further on in the form: the focus is theirs.
  if (held?.matches("[data-vitals], [data-consent]") && content?.contains(held)) return;
  const first =
    content?.querySelector<HTMLElement>(".board-missing input, .is-invalid, [role='alert'] input, [autofocus]") ??
    content?.querySelector<HTMLElement>("input:not([type='hidden']), button:not([data-dialog-close])");
  first?.focus();
}

function closeDesk(): void {
  const desk = document.getElementById("desk");
  if (desk instanceof HTMLDialogElement && desk.open) desk.close();
}

/** After a scan: a form opens by itself, but nothing is ever recorded by a scan alone beyond the arrival. */
function openNext(card: HTMLElement): void {
  card.querySelector<HTMLButtonElement>("button[data-go][hx-get]")?.click();
}

function act(move: Move, card: HTMLElement): void {
  if (move === "about") about(card);
  else {
    const go = card.querySelector<HTMLButtonElement>("[data-go]");
    if (go) go.click();
    else about(card);
  }
}

function about(card: HTMLElement): void {
  const person = card.dataset["person"] ?? "";
  void window.htmx.ajax("get", `people/${person}/`, { target: "#desk-content", swap: "innerHTML" });
}

/** Numbers and cards go to the server; three letters look on the board first, then in the register. */
function take(scan: Scan): boolean {
  const letters = /\p{L}/u.test(scan.text) && !scan.text.includes("|") && !/\d{5}/.test(scan.text);
  if (letters) {
    const card = find(scan.text);
    if (!card) return false;
    (document.activeElement as HTMLElement | null)?.blur();
    card.focus();
    return true;
  }
  scanned(scan.text);
  return true;
}

function scanned(text: string): void {
  const form = document.querySelector<HTMLFormElement>("#board-scan");
  if (!form) return;
  (form.elements.namedItem("q") as HTMLInputElement).value = text;
  (form.elements.namedItem("command_id") as HTMLInputElement).value = crypto.randomUUID();
  (form.elements.namedItem("happened_at") as HTMLInputElement).value = "";
  if (isWriting(document.activeElement)) (document.activeElement as HTMLElement).blur();
  form.requestSubmit();
}

document.addEventListener("click", (event) => {
  const target = event.target as HTMLElement;
  const card = target.closest<HTMLElement>(".board-card");
  if (!card || target.closest("button, form, a")) return;
  card.focus();
  about(card);
});
