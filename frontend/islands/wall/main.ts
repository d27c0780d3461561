import "./wall.scss";

const OLD_MS = 60_000;

/** Figures that stopped coming say so: a wall nobody may believe is worse than none. */
setInterval(() => {
  const at = Date.parse(document.getElementById("wall")?.dataset["at"] ?? "");
  const shown = document.getElementById("wall-stale");
  if (shown) shown.hidden = !(seen(at) > OLD_MS);
}, 5_000);

let last = NaN;
let when = performance.now();

/** How long the same figures have stood, by this machine's own clock: the wall's clock may be wrong. */
function seen(at: number): number {
  if (at !== last) {
    last = at;
    when = performance.now();
  }
  return performance.now() - when;
}

/** What kept the figures from coming, at once and not after a minute: a server in trouble, or a session that ended. */
function failed(name: string): void {
  for (const one of ["wall-error", "wall-signed-out"]) {
    const shown = document.getElementById(one);
    if (shown) shown.hidden = one !== name;
  }
}

document.addEventListener("htmx:responseError", (event) => {
  const { status } = (event as CustomEvent<{ xhr: XMLHttpRequest }>).detail.xhr;
  failed(status === 401 || status === 403 ? "wall-signed-out" : "wall-error");
});
document.addEventListener("htmx:afterSwap", () => failed(""));
