import { announceScan, shortcut } from "./scan";

/** Dialogs: `data-dialog-open="id"` opens `<dialog id>`, `data-dialog-close` closes the one around it, so does its backdrop. */
export function wireDialogs(): void {
  document.addEventListener("click", (event) => {
    const target = event.target as HTMLElement;
    const opener = target.closest<HTMLElement>("[data-dialog-open]");
    if (opener) openDialog(opener.dataset["dialogOpen"] ?? "");
    if (target.closest("[data-dialog-close]") || target instanceof HTMLDialogElement) target.closest("dialog")?.close();
    for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.lc-menu[open]"))
      if (!menu.contains(target) || opener) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.lc-menu[open]")) {
      menu.open = false;
      menu.querySelector<HTMLElement>("summary")?.focus();
    }
  });
}

export function openDialog(id: string): void {
  const dialog = document.getElementById(id);
  if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
}

/** Tabs: `[data-tabs]` around `[role=tablist] > [role=tab][aria-controls]` and the `[role=tabpanel]`s. Arrow keys move. */
export function wireTabs(): void {
  document.addEventListener("click", (event) => {
    const tab = (event.target as HTMLElement).closest<HTMLElement>("[data-tabs] [role='tab']");
    if (tab) choose(tab);
  });
  document.addEventListener("keydown", (event) => {
    const tab = (event.target as HTMLElement).closest?.<HTMLElement>("[data-tabs] [role='tab']");
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!tab || !step) return;
    const all = [...tab.parentElement!.querySelectorAll<HTMLElement>("[role='tab']")];
    const next = all[(all.indexOf(tab) + step + all.length) % all.length]!;
    choose(next);
    next.focus();
    event.preventDefault();
  });
}

function choose(tab: HTMLElement): void {
  for (const other of tab.parentElement!.querySelectorAll<HTMLElement>("[role='tab']")) {
    const chosen = other === tab;
    other.setAttribute("aria-selected", String(chosen));
    other.tabIndex = chosen ? 0 : -1;
    const panel = document.getElementById(other.getAttribute("aria-controls") ?? "");
    if (panel) panel.hidden = !chosen;
  }
}

/** Light, dark or as the system says: kept in a cookie, so that the server draws the next page right from the start. */
export function wireTheme(): void {
  document.addEventListener("click", (event) => {
    const chosen = (event.target as HTMLElement).closest<HTMLElement>("[data-theme-choice]");
    if (!chosen) return;
    const theme = chosen.dataset["themeChoice"] ?? "";
    if (theme) document.documentElement.dataset["theme"] = theme;
    else delete document.documentElement.dataset["theme"];
    document.cookie = `lachan_theme=${theme}; path=/; max-age=${theme ? 31_536_000 : 0}; samesite=lax`;
    for (const button of document.querySelectorAll<HTMLElement>("[data-theme-choice]"))
      button.setAttribute("aria-pressed", String(button.dataset["themeChoice"] === theme));
    document.dispatchEvent(new CustomEvent("lachan:theme"));
  });
}

/** The scan box in the bar: what is typed or scanned goes to the page first, and to the search when the page leaves it. */
export function wireScanBox(): void {
  const form = document.querySelector<HTMLFormElement>("#scan");
  const box = form?.querySelector<HTMLInputElement>("#scan-box");
  if (!form || !box) return;
  form.addEventListener("submit", (event) => {
    const text = box.value.trim();
    if (text === "") event.preventDefault();
    else if (!announceScan({ text, source: "typed" })) {
      event.preventDefault();
      box.value = "";
    }
  });
  document.addEventListener("lachan:scan", (event) => {
    const { detail } = event as CustomEvent<{ text: string; source: string }>;
    if (detail.source === "typed") return;
    form.classList.remove("lc-scan-heard");
    requestAnimationFrame(() => form.classList.add("lc-scan-heard"));
    // After every island has had its turn to take it.
    queueMicrotask(() => {
      if (event.defaultPrevented) return;
      box.value = detail.text;
      form.submit();
    });
  });
  shortcut("/", () => {
    box.focus();
    box.select();
  });
}
