import "./outbreak.scss";
import { fill, textsOf } from "../../lib/texts";

/** "Choose all" of the line list. */
function wireList(root: ParentNode): void {
  const all = root.querySelector<HTMLInputElement>(".out-table [data-all]");
  all?.addEventListener("change", () => {
    for (const box of root.querySelectorAll<HTMLInputElement>('.out-table input[name="watch"]')) box.checked = all.checked;
  });
}

/** A file that comes row by row says how far it is; without script the browser's own download does. */
function wireExport(form: HTMLFormElement): void {
  const texts = textsOf("export-texts");
  const shown = form.querySelector<HTMLElement>("[data-progress]")!;
  const bar = shown.querySelector("progress")!;
  const said = shown.querySelector<HTMLElement>("[data-done]")!;
  const expected = Number(form.dataset.rows ?? 0);
  form.addEventListener("submit", (event) => {
    const button = (event as SubmitEvent).submitter as HTMLButtonElement | null;
    if (button?.value !== "csv") return;
    event.preventDefault();
    const body = new FormData(form);
    body.set("form", "csv");
    shown.hidden = false;
    button.disabled = true;
    void fetched(form.action, body, (rows) => {
      if (expected > 0) bar.value = Math.min(rows / expected, 1);
      else bar.removeAttribute("value");
      said.textContent = fill(texts.rows ?? "{n}", { n: rows });
    })
      .then((rows) => {
        bar.value = 1;
        said.textContent = fill(texts.done ?? "{n}", { n: rows });
      })
      .catch(() => {
        said.textContent = texts.failed ?? "";
      })
      .finally(() => {
        button.disabled = false;
      });
  });
}

/** Reads the answer to its end, counting lines, and hands it to the person as a file; resolves with the rows. */
async function fetched(address: string, body: FormData, told: (rows: number) => void): Promise<number> {
  const answer = await fetch(address, { method: "POST", body, credentials: "same-origin" });
  if (!answer.ok || !answer.body || !(answer.headers.get("Content-Type") ?? "").startsWith("text/csv")) throw new Error("file");
  const parts: BlobPart[] = [];
  const reader = answer.body.getReader();
  let lines = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value as BlobPart);
    for (const byte of value) if (byte === 10) lines += 1;
    told(Math.max(lines - 1, 0));
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(parts, { type: "text/csv" }));
  link.download = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1] ?? "lachan.csv";
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  return Math.max(lines - 1, 0);
}

wireList(document);
for (const form of document.querySelectorAll<HTMLFormElement>("form[data-export]")) wireExport(form);
