import "./me.scss";
import { onScan } from "../../lib/scan";

/** The card's code goes into the box for the number; what else the card says is not kept. */
onScan((scan, event) => {
  const box = document.querySelector<HTMLInputElement>("#number");
  if (!box) return;
  event.preventDefault();
  box.value = scan.text.split("|")[0] ?? "";
  document.querySelector<HTMLInputElement>("#contact")?.focus();
});

// A page that comes back from the browser's memory after signing out shows nothing: it is asked for again.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

document.documentElement.classList.add("has-script");

/** While a code is shown the screen stays on; where the browser cannot promise that, nothing is lost. */
async function stayAwake(): Promise<void> {
  if (document.visibilityState !== "visible" || !("wakeLock" in navigator)) return;
  try {
    await navigator.wakeLock.request("screen");
  } catch {
    // the battery is low, or the browser does not want to
  }
}

if (document.body.hasAttribute("data-awake")) {
  void stayAwake();
  document.addEventListener("visibilitychange", () => void stayAwake());
}
