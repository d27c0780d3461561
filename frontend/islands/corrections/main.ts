import { element } from "../../lib/dom";
import { textsOf } from "../../lib/texts";
import "./corrections.scss";

/** Photos are made small before they are sent; a dose is chosen by its mark; arrows go from request to request. */
const LONGEST_SIDE = 2_000;
const SMALL_ENOUGH = 1_500_000; // bytes: sent as it is
const texts = document.getElementById("correction-texts") ? textsOf("correction-texts") : {};

/** The picture as a JPEG of at most LONGEST_SIDE, on a canvas that is its preview as well. */
async function drawn(file: File): Promise<HTMLCanvasElement> {
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = element("canvas", { role: "img", "aria-label": file.name });
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return canvas;
}

async function take(input: HTMLInputElement, preview: HTMLElement): Promise<void> {
  preview.replaceChildren();
  preview.hidden = true;
  const file = input.files?.[0];
  if (!file) return;
  preview.hidden = false;
  try {
    const canvas = await drawn(file);
    if (file.size > SMALL_ENOUGH) {
      const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", 0.85));
      if (blob) {
        const smaller = new DataTransfer();
        smaller.items.add(new File([blob], "photo.jpg", { type: "image/jpeg" }));
        input.files = smaller.files;
        preview.append(element("p", { class: "lc-hint" }, texts["photo_smaller"] ?? ""));
      }
    }
    const remove = element("button", { type: "button", class: "btn btn-sm" }, texts["photo_remove"] ?? "");
    remove.addEventListener("click", () => {
      input.value = "";
      preview.replaceChildren();
      preview.hidden = true;
    });
    preview.prepend(canvas);
    preview.append(remove);
  } catch {
    input.value = "";
    preview.append(element("p", { class: "lc-text-stop", role: "alert" }, texts["photo_unreadable"] ?? ""));
  }
}

for (const input of document.querySelectorAll<HTMLInputElement>("input[data-photo]")) {
  const preview = input.closest(".lc-field")?.querySelector<HTMLElement>("[data-preview]");
  if (preview) input.addEventListener("change", () => void take(input, preview));
}

for (const mark of document.querySelectorAll<HTMLInputElement>("input[data-goto]"))
  mark.addEventListener("change", () => location.assign(mark.dataset["goto"] ?? ""));

document.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  if ((event.target as HTMLElement).matches("input, select, textarea")) return;
  const links = [...document.querySelectorAll<HTMLAnchorElement>("a[data-row]")];
  const at = links.indexOf(document.activeElement as HTMLAnchorElement);
  const next = links[at < 0 ? 0 : at + (event.key === "ArrowDown" ? 1 : -1)];
  if (!next) return;
  next.focus();
  event.preventDefault();
});
