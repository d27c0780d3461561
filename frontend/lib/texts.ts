/** Texts come with the page, in its language: `{{ texts|json_script:"<id>" }}`. */
export type Texts = Readonly<Record<string, string>>;

export function textsOf(id: string): Texts {
  const element = document.getElementById(id);
  return element ? (JSON.parse(element.textContent ?? "{}") as Texts) : {};
}

/** Fills `{name}` in a text; a name without a value stays as it is, so that the fault is seen. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}

/** A text of the shell; its key when there is none, which a test of the page would show. */
export function say(key: string, values: Readonly<Record<string, string | number>> = {}): string {
  shellTexts ??= textsOf("lachan-texts");
  return fill(shellTexts[key] ?? key, values);
}

let shellTexts: Texts | undefined;
