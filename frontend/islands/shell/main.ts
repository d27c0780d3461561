import htmx from "htmx.org";
import { wireDialogs, wireScanBox, wireTabs, wireTheme } from "../../lib/controls";
import { icon } from "../../lib/dom";
import { keepDrafts } from "../../lib/drafts";
import { wireHelp } from "../../lib/help";
import { watchNetwork } from "../../lib/network";
import { wirePages } from "../../lib/pages";
import { announceScan, listenForKeys } from "../../lib/scan";
import { toast, type Kind } from "../../lib/toast";

// Islands and htmx attributes of later partial pages share this one copy.
Object.assign(window, { htmx });

listenForKeys();
wireDialogs();
wireTabs();
wireTheme();
wireScanBox();
wireHelp();
keepDrafts();
if (document.body.dataset["user"]) {
  wirePages();
  watchNetwork();
}

const KINDS: Readonly<Record<string, Kind>> = { success: "done", info: "done", warning: "question", error: "stop", debug: "waiting" };
for (const said of document.querySelectorAll<HTMLTemplateElement>("template[data-toast]"))
  toast({ text: said.content.textContent ?? "", kind: KINDS[said.dataset["toast"] ?? ""] ?? "done" });

// The camera reader is a megabyte: fetched when someone presses its button, never before.
document.addEventListener("click", (event) => {
  if (!(event.target as HTMLElement).closest("[data-camera]")) return;
  void import("../../lib/camera").then(({ scanWithCamera }) =>
    scanWithCamera().then((text) => text !== undefined && announceScan({ text, source: "camera" })),
  );
});

// A password can be looked at before it is sent; station keyboards are worn.
for (const button of document.querySelectorAll<HTMLButtonElement>("[data-show-password]")) {
  button.addEventListener("click", () => {
    const field = document.getElementById(button.dataset["showPassword"] ?? "") as HTMLInputElement;
    const shown = field.type === "password";
    field.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
    button.replaceChildren(shown ? icon("eye-off") : icon("eye"));
  });
}

for (const button of document.querySelectorAll<HTMLButtonElement>("[data-demo-user]")) {
  button.addEventListener("click", () => {
    const form = document.querySelector<HTMLFormElement>("#sign-in");
    if (!form) return;
    (form.elements.namedItem("login") as HTMLInputElement).value = button.dataset["demoUser"] ?? "";
    (form.elements.namedItem("password") as HTMLInputElement).value = button.dataset["demoPassword"] ?? "";
    form.requestSubmit();
  });
}
