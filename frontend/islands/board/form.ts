/** The screening form by keyboard: N answers everything with no, then the vital signs, then consent, then it is kept. */
export function fillVitals(scanned: (text: string) => void): void {
  document.addEventListener("click", (event) => {
    if ((event.target as HTMLElement).closest("[data-all-no]")) allNo();
  });
  document.addEventListener("keydown", (event) => {
    const target = event.target as HTMLElement;
    const form = target.closest<HTMLFormElement>("#screening");
    if (!form || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const writing = target instanceof HTMLInputElement && target.type === "text";
    if (event.key.toLowerCase() === "n" && !writing) {
      event.preventDefault();
      allNo();
    } else if (event.key === "Enter") enter(event, target, form, scanned);
  });
}

function allNo(): void {
  const form = document.querySelector<HTMLFormElement>("#screening");
  if (!form) return;
  for (const no of form.querySelectorAll<HTMLInputElement>("input[type='radio'][value='no']")) {
    const answered = form.querySelector<HTMLInputElement>(`input[name='${CSS.escape(no.name)}']:checked`);
    if (!answered) no.checked = true;
  }
  document.body.dispatchEvent(new CustomEvent("board:answered"));
  const vitals = form.querySelector<HTMLInputElement>("[data-vitals]");
  vitals?.focus();
  vitals?.select();
}

function enter(event: KeyboardEvent, target: HTMLElement, form: HTMLFormElement, scanned: (text: string) => void): void {
  if (target instanceof HTMLButtonElement) return;
  event.preventDefault();
  const consent = form.querySelector<HTMLInputElement>("[data-consent]");
  if (target.matches("[data-vitals]")) {
    const vitals = target as HTMLInputElement;
    // The next person's card was scanned while this field had the focus.
    if (vitals.value.includes("|") || /\d{9}/.test(vitals.value)) {
      const text = vitals.value;
      vitals.value = "";
      scanned(text);
      return;
    }
    if (consent && !consent.checked) {
      consent.focus();
      return;
    }
  } else if (target === consent && consent && !consent.checked) consent.checked = true;
  form.requestSubmit();
}
