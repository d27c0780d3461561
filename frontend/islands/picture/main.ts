import "./picture.scss";
import "./epidemic.scss";
import { countUp, watch } from "./live";
import { drawWhenSeen } from "./points";
import { sortable } from "./sort";
import { keepOpen } from "./open";

watch(countUp);
drawWhenSeen();
sortable();
keepOpen();

document.addEventListener("click", (event) => {
  if ((event.target as HTMLElement).closest("[data-print]")) print();
});
// Three thousand communes are one picture, not three thousand stops of the tab key: a press opens the one beneath.
document.addEventListener("click", (event) => {
  const point = (event.target as HTMLElement).closest<SVGElement>("circle[data-area]");
  const page = point?.closest<SVGElement>("[data-points-of]")?.dataset["pointsOf"];
  if (point && page && !point.closest("a")) location.href = `${page}${point.dataset["area"]}/`;
});
// A chosen day is shown at once: the button is for browsers without script.
document.querySelector(".lc-ask button")?.classList.add("visually-hidden");
document.getElementById("pic-day")?.addEventListener("change", (event) => {
  const box = event.target as HTMLInputElement;
  if (box.value !== "" && box.checkValidity()) box.form?.requestSubmit();
});
// The map is exchanged for another measure: its parts are new.
document.addEventListener("htmx:load", () => drawWhenSeen());
