import { element, icon } from "./dom";
import { say } from "./texts";

export const UNDO_SECONDS = 6;

export type Kind = "done" | "waiting" | "question" | "stop";

export interface Toast {
  readonly text: string;
  readonly kind?: Kind;
  /** Six seconds in which a slip can be taken back. */
  readonly undo?: () => void;
  readonly link?: { readonly text: string; readonly href: string };
  /** 0 keeps it until closed: for what the person must not miss. */
  readonly seconds?: number;
}

/** Says something at the foot of the page. Returns a function that takes it away. */
export function toast(message: Toast): () => void {
  const box = document.getElementById("toasts");
  if (!box) return () => undefined;
  const kind = message.kind ?? "done";
  const made = element("div", { class: "lc-toast", "data-kind": kind, role: kind === "stop" ? "alert" : "status" });
  made.append(symbol(kind), element("p", {}, message.text));
  const close = (): void => made.remove();
  if (message.undo) made.append(button(say("undo"), close, message.undo));
  if (message.link) made.append(element("a", { href: message.link.href, target: "_blank", rel: "noopener" }, message.link.text));
  const seconds = message.undo ? UNDO_SECONDS : (message.seconds ?? (kind === "stop" ? 12 : 5));
  if (seconds === 0 || kind === "stop") made.append(button(say("close"), close));
  if (seconds > 0) {
    const line = element("span", { class: "lc-toast-line", "aria-hidden": "true" });
    line.style.setProperty("--lc-toast-time", `${seconds}s`);
    // The line is the clock: it stands still while the person points at the message or has the focus in it.
    line.addEventListener("animationend", close);
    made.append(line);
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) setTimeout(close, seconds * 1000);
  }
  box.append(made);
  while (box.querySelectorAll(".lc-toast").length > 4) box.querySelector(".lc-toast")?.remove();
  return close;
}

function button(text: string, ...acts: (() => void)[]): HTMLButtonElement {
  const made = element("button", { type: "button" }, text);
  made.addEventListener("click", () => acts.forEach((act) => act()));
  return made;
}

function symbol(kind: Kind): SVGSVGElement {
  if (kind === "done") return icon("circle-check");
  if (kind === "waiting") return icon("clock");
  return kind === "question" ? icon("alert-triangle") : icon("octagon");
}
