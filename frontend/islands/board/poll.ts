import { textsOf } from "../../lib/texts";
import { serverTime } from "./timers";

interface HtmxDetail {
  readonly elt: Element;
  readonly requestConfig?: { readonly elt: Element };
  readonly xhr: XMLHttpRequest;
  readonly headers: Record<string, string>;
  shouldSwap: boolean;
}

/** The answer to a poll that was asked before the latest action is older than what is drawn: it is thrown away. */
let actions = 0;
let asked = 0;

export function poll(): void {
  const texts = textsOf("board-texts");
  on("htmx:configRequest", (detail) => {
    if (isPoll(detail)) {
      const tag = document.getElementById("board")?.dataset["etag"];
      if (tag) detail.headers["If-None-Match"] = tag.startsWith('"') ? tag : `"${tag}"`;
      asked = actions;
    }
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    const { detail } = event as CustomEvent<HtmxDetail>;
    if (!isPoll(detail)) actions += 1;
    else if (document.hidden) event.preventDefault();
  });
  on("htmx:beforeSwap", (detail) => {
    if (!isPoll(detail)) return;
    if (detail.xhr.status === 304 || asked !== actions) detail.shouldSwap = false;
    if (detail.xhr.status === 304 || detail.xhr.status === 200) sayWhen(texts["updated"] ?? "");
  });
  document.addEventListener("visibilitychange", () => {
    const poller = document.getElementById("board-poll");
    const address = poller?.getAttribute("hx-get");
    if (!document.hidden && poller && address) void window.htmx.ajax("get", address, { source: poller });
  });
}

function isPoll(detail: HtmxDetail): boolean {
  // Before a swap the event is told of the target; who asked is in the request.
  return (detail.requestConfig?.elt ?? detail.elt).id === "board-poll";
}

const wallClock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium", timeZone: "Asia/Ho_Chi_Minh" });

function sayWhen(word: string): void {
  const time = wallClock.format(new Date(serverTime()));
  for (const shown of document.querySelectorAll("[data-updated]")) shown.textContent = `${word} ${time}`;
}

function on(name: string, act: (detail: HtmxDetail) => void): void {
  document.addEventListener(name, (event) => act((event as CustomEvent<HtmxDetail>).detail));
}
