import { openDialog } from "./controls";
import { element } from "./dom";
import { shortcut } from "./scan";

/** "?" shows the keys of this page: those of the shell, and every `data-shortcut` on it by its own name. */
export function wireHelp(): void {
  shortcut("?", () => {
    fillKeys();
    openDialog("help");
  });
  document.addEventListener("click", (event) => {
    if ((event.target as HTMLElement).closest("[data-dialog-open='help']")) fillKeys();
  });
}

function fillKeys(): void {
  const list = document.getElementById("help-keys");
  if (!list) return;
  for (const row of list.querySelectorAll("[data-of-page]")) row.remove();
  const seen = new Set<string>();
  for (const button of document.querySelectorAll<HTMLElement>("[data-shortcut]")) {
    const key = button.dataset["shortcut"] ?? "";
    if (key === "" || seen.has(key)) continue;
    seen.add(key);
    const name = button.dataset["shortcutName"] ?? button.getAttribute("aria-label") ?? button.textContent?.trim() ?? "";
    const shown = element("kbd", {}, key.toUpperCase());
    list.append(element("div", { "data-of-page": "" }, element("dt", {}, shown), element("dd", {}, name)));
  }
}
