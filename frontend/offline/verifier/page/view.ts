import type { Outcome } from "../core/judge.ts";
import { element } from "../../../lib/dom.ts";
import { shape } from "./shape.ts";
import type { Age } from "./lists.ts";
import { fill, TEXTS, WHY, WORDS, written, type Key, type Language } from "./texts.ts";

/** A length of time as people say it. */
export function span(ms: number, language: Language, ago: boolean): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  const texts = TEXTS[language];
  if (ago && minutes < 1) return texts.now;
  const [n, unit] = minutes < 60 ? [minutes, "minutes"] : minutes < 48 * 60 ? [Math.round(minutes / 60), "hours"] : [Math.round(minutes / 1440), "days"];
  return fill(texts[(ago ? unit : `span_${unit}`) as Key], { n });
}

/** The verdict as a sheet that fills the screen. */
export function verdictSheet(outcome: Outcome, language: Language, next: () => void): { sheet: HTMLElement; countdown: HTMLElement } {
  const texts = TEXTS[language];
  const [why, advice] = WHY[language][outcome.reason];
  const rule = outcome.words?.[language] ?? outcome.words?.["en"] ?? "";
  const button = element("button", { type: "button", class: "v-next" }, texts.next, " ", element("kbd", {}, "Enter"));
  button.addEventListener("click", next);
  const countdown = element("p", { class: "v-countdown", "aria-hidden": "true" });
  const holder = outcome.holder
    ? [
        element("p", { class: "v-name", translate: "no" }, outcome.holder.name),
        element("p", { class: "v-birth" }, outcome.holder.birth ? fill(texts.born, { date: written(outcome.holder.birth) }) : ""),
      ]
    : [];
  const sheet = element(
    "section",
    { class: `v-sheet v-${outcome.kind}`, tabindex: "-1", role: "alertdialog", "aria-modal": "true", "aria-labelledby": "verdict-word", "aria-describedby": "verdict-why" },
    shape(outcome.kind),
    element("h2", { id: "verdict-word", class: "v-word" }, WORDS[language][outcome.kind]),
    ...holder,
    element("p", { id: "verdict-why", class: "v-why" }, fill(why, { rule, left: outcome.left ?? 0 })),
    element("p", { class: "v-advice" }, outcome.advice?.[language] ?? outcome.advice?.["en"] ?? advice),
    button,
    countdown,
  );
  return { sheet, countdown };
}

const AGE_TEXT: Readonly<Record<Age, Key>> = { fresh: "lists_fresh", old: "lists_old", too_old: "lists_too_old", none: "lists_none" };

/** One line about the lists: how old, and what to do about it. */
export function ageLine(age: Age, fetchedAt: number | null, now: number, language: Language): string {
  return fill(TEXTS[language][AGE_TEXT[age]], { age: fetchedAt === null ? "" : span(now - fetchedAt, language, true) });
}
