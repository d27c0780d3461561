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
