import "./stock.scss";
import { Burst } from "../../lib/burst";
import { announceScan, onScan } from "../../lib/scan";
import { fill, textsOf } from "../../lib/texts";
import { toast } from "../../lib/toast";
import { left } from "./left";

const MINUTE = 60_000;
const SHORTEST_CODE = 13; // a bar code of the shops; lots and numbers typed by hand are shorter

document.addEventListener("click", (event) => {
  const target = event.target as HTMLElement;
  if (target.closest("[data-print]")) print();
  if (target.closest("[data-add-row]")) addBlank();
});

// Which fields belong to what happens: the others are out of sight and out of the way.
function showKind(form: HTMLFormElement): void {
  const kind = new FormData(form).get("kind");
  for (const field of form.querySelectorAll<HTMLElement>("[data-for]")) field.hidden = !field.dataset["for"]?.split(" ").includes(String(kind));
}
for (const form of document.querySelectorAll<HTMLFormElement>("form[data-kinds]")) {
  form.addEventListener("change", () => showKind(form));
  showKind(form);
}

function addBlank(): void {
  const template = document.querySelector<HTMLTemplateElement>("#blank-row");
  const place = document.querySelector("#scanned");
  if (!template || !place) return;
  const holder = document.createElement("div");
  holder.innerHTML = template.innerHTML.replaceAll("__number__", crypto.randomUUID());
  const row = holder.firstElementChild;
  if (!row) return;
  place.append(row);
  row.querySelector<HTMLElement>("select")?.focus();
}

const scanForm = document.querySelector<HTMLFormElement>("form[data-scan-form]");
if (scanForm) receiveBoxes(scanForm);
const delivery = document.querySelector<HTMLFormElement>("#delivery-form");
if (delivery) hearInFields(delivery);

function receiveBoxes(form: HTMLFormElement): void {
  const box = form.querySelector<HTMLInputElement>("input[name=q]");
  const texts = textsOf("stock-texts");
  if (!box) return;
  onScan((scan, event) => {
    event.preventDefault();
    box.value = scan.text;
    form.requestSubmit();
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const detail = (event as CustomEvent<{ xhr: XMLHttpRequest; shouldSwap: boolean; isError: boolean; target: Element }>).detail;
    if ((detail.xhr.responseURL || "").endsWith("/stock/receive/scan/") && detail.xhr.status === 422) {
      const said = document.querySelector("#scan-said");
      if (said) said.innerHTML = detail.xhr.responseText;
      detail.shouldSwap = false;
      detail.isError = false;
    }
  });
  document.addEventListener("htmx:load", (event) => {
    const row = (event as CustomEvent<{ elt: HTMLElement }>).detail.elt;
    if (!row.matches("[data-row]") || !row.closest("#scanned")) return;
    document.querySelector("#scan-said")?.replaceChildren();
    dropEmpty(row);
    if (joined(row, texts["again"] ?? "")) row.remove();
    else count(row);
    toast({ text: fill(texts["added"] ?? "", {}), kind: "done" });
    box.value = ""; // and no field is focused: the next scan is heard by the page
  });
}

/**
 * A scan while a field of the delivery has the focus is a scan all the same: the field gets back what it held. Enter ends a
 * field and never sends a delivery half filled in.
 */
function hearInFields(form: HTMLFormElement): void {
  const burst = new Burst();
  let before = "";
  form.addEventListener("keydown", (event) => {
    const field = event.target;
    if (!(field instanceof HTMLInputElement || field instanceof HTMLSelectElement)) return;
    if (event.key === "Enter") {
      const text = burst.end(event.timeStamp);
      event.preventDefault();
      field.blur();
      if (!text || text.length < SHORTEST_CODE) return;
      field.value = before;
      announceScan({ text, source: "scanner" });
    } else if (event.key.length === 1) {
      const held = field.value;
      if (burst.add(event.ctrlKey && event.key === "]" ? "\x1d" : event.key, event.timeStamp) === 1) before = held;
    }
  });
}

/** The line that waits for a typist goes when a scanner begins. */
function dropEmpty(fresh: HTMLElement): void {
  for (const row of document.querySelectorAll<HTMLElement>("#scanned [data-row]")) {
    if (row === fresh || row.dataset["gtin"]) continue;
    const filled = [...row.querySelectorAll<HTMLInputElement | HTMLSelectElement>("input:not([type=hidden]), select")].some((field) => field.value);
    if (!filled) row.remove();
  }
}

/** A box of a lot that is in the list already is added to its line. A serial number in the list is only said so. */
function joined(fresh: HTMLElement, again: string): boolean {
  const { gtin, lot, serial } = fresh.dataset;
  if (!gtin || !serial) return false;
  for (const row of document.querySelectorAll<HTMLElement>("#scanned [data-row]")) {
    if (row === fresh || row.dataset["gtin"] !== gtin || row.dataset["lot"] !== lot) continue;
    const serials = row.querySelector<HTMLInputElement>("[data-serials]");
    const quantity = row.querySelector<HTMLInputElement>("[data-quantity]");
    if (!serials || !quantity) return false;
    if (serials.value.split(" ").includes(serial)) {
      toast({ text: again, kind: "question" });
      return true;
    }
    const boxes = serials.value.split(" ").filter(Boolean).length;
    const each = Number(row.dataset["box"] || (boxes ? Number(quantity.value) / boxes : 0));
    serials.value = `${serials.value} ${serial}`.trim();
    if (each) quantity.value = String(each * (boxes + 1));
    count(row);
    return true;
  }
  return false;
}

function count(row: HTMLElement): void {
  const boxes = row.querySelector<HTMLInputElement>("[data-serials]")?.value.split(" ").filter(Boolean).length ?? 0;
  const shown = row.querySelector<HTMLElement>("[data-boxes]");
  const number = row.querySelector<HTMLElement>("[data-count]");
  if (!shown || !number) return;
  shown.hidden = boxes === 0;
  number.textContent = String(boxes);
}

function tick(): void {
  for (const node of document.querySelectorAll<HTMLElement>("[data-vial-until]")) {
    const rest = Number(node.dataset["vialUntil"]) - Date.now();
    node.dataset["left"] = left(rest);
    node.classList.toggle("stock-over", rest <= 0);
  }
}
tick();
setInterval(tick, MINUTE / 4);
