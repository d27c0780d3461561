import htmx from "htmx.org";
import { csrfToken } from "./dom";
import { dropDraft, restoreIn } from "./drafts";
import { lineIs, onLineBack, showWaiting } from "./network";
import { say } from "./texts";
import { toast, type Kind } from "./toast";

interface Sending {
  readonly element: Element;
  readonly verb: string;
  readonly path: string;
  readonly values: Readonly<Record<string, string | string[]>>;
}

/**
 * Commands that met no line, sent again when it is back. Only those that carry a `command_id`: the server gives the same
 * command the same outcome, so a repetition cannot count twice.
 */
const unsent = new Map<string, Sending>();

interface HtmxDetail {
  readonly elt: Element;
  readonly xhr: XMLHttpRequest;
  readonly successful?: boolean;
  readonly requestConfig: { verb: string; path: string; formData: FormData; elt: Element };
}

export function wirePages(): void {
  let running = 0;
  const busy = (step: number): void => {
    running = Math.max(0, running + step);
    document.body.classList.toggle("lc-busy", running > 0);
  };
  on("htmx:beforeRequest", () => busy(1));
  on("htmx:afterRequest", (detail) => {
    busy(-1);
    if (!detail.successful) return;
    lineIs("good");
    const form = detail.elt.closest<HTMLFormElement>("form[data-draft]");
    if (form && detail.requestConfig.verb !== "get" && detail.xhr.status !== 422) dropDraft(form);
  });
  on("htmx:sendError", lostLine);
  on("htmx:timeout", lostLine);
  on("htmx:responseError", (detail) => complain(detail.xhr));
  document.addEventListener("htmx:load", (event) => restoreIn(event.target as HTMLElement));
  document.addEventListener("lachan:toast", (event) => toastFromServer((event as CustomEvent<ServerToast>).detail));
  onLineBack(sendAgain);
  addEventListener("beforeunload", (event) => unsent.size > 0 && event.preventDefault());
}

function on(name: string, act: (detail: HtmxDetail) => void): void {
  document.addEventListener(name, (event) => act((event as CustomEvent<HtmxDetail>).detail));
}

function lostLine(detail: HtmxDetail): void {
  lineIs("lost");
  const { verb, path, formData, elt } = detail.requestConfig;
  const command = formData.get("command_id");
  if (verb !== "get" && typeof command === "string") {
    const values: Record<string, string | string[]> = {};
    for (const key of new Set(formData.keys())) {
      const all = formData.getAll(key).map(String);
      values[key] = all.length === 1 ? all[0]! : all;
    }
    unsent.set(command, { element: elt, verb, path, values });
    showWaiting(unsent.size);
    toast({ text: say("error_line"), kind: "waiting", seconds: 8 });
  } else toast({ text: say("error_line_read"), kind: "stop" });
}

function sendAgain(): void {
  const again = [...unsent.entries()];
  unsent.clear();
  showWaiting(0);
  for (const [, sending] of again) {
    const source = sending.element.isConnected ? { source: sending.element } : { swap: "none" as const };
    void htmx.ajax(sending.verb as "post", sending.path, { ...source, values: sending.values });
  }
  if (again.length > 0) toast({ text: say("sent_again", { count: again.length }) });
}

function complain(xhr: XMLHttpRequest): void {
  const status = xhr.status;
  const known = [400, 401, 403, 404, 409, 429].includes(status) ? status : status === 410 ? 404 : status < 500 ? 400 : 500;
  toast({
    text: say(`error_${known}`, { code: xhr.getResponseHeader("X-Error-Code") ?? String(status) }),
    kind: "stop",
    seconds: known === 401 ? 0 : 12,
    ...(known === 401 ? { link: { text: say("sign_in"), href: "/accounts/login/?next=/" } } : {}),
  });
}

/** What a view says with `HX-Trigger: {"lachan:toast": {"text": …, "kind": …, "undo": {"url": …, "values": …}}}`. */
interface ServerToast {
  readonly text: string;
  readonly kind?: Kind;
  readonly undo?: { readonly url: string; readonly values?: Readonly<Record<string, string>>; readonly target?: string };
}

function toastFromServer(detail: ServerToast): void {
  const { undo } = detail;
  toast({ text: detail.text, ...(detail.kind ? { kind: detail.kind } : {}), ...(undo ? { undo: () => takeBack(undo) } : {}) });
}

function takeBack(undo: NonNullable<ServerToast["undo"]>): void {
  const place = undo.target ? { target: undo.target } : { swap: "none" as const };
  void htmx.ajax("post", undo.url, { ...place, values: { ...undo.values }, headers: { "X-CSRFToken": csrfToken() } });
}
