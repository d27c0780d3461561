import { textsOf } from "../../lib/texts";

/** What the page hands its script, see `Scene._data` in parts/picture/views.py. */
export interface Data {
  readonly live: string;
  readonly communes: string;
  readonly page: string;
  readonly query: string;
  readonly doses: number;
  readonly provinces: Readonly<Record<string, number>>;
  readonly names: Readonly<Record<string, string>>;
}

export type Measure = "first" | "completed" | "boosters";

export function data(): Data | undefined {
  const text = document.getElementById("pic-data")?.textContent;
  return text ? (JSON.parse(text) as Data) : undefined;
}

export const texts = textsOf("pic-texts");

const language = document.documentElement.lang || "vi";

export function number(value: number, digits = 0): string {
  return value.toLocaleString(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** The same as `words.percent` on the server: as many decimals as a reader can use. */
export function percent(value: number): string {
  const digits = value === 0 ? 0 : value >= 10 ? 1 : value >= 0.1 ? 2 : 3;
  return `${number(value, digits)}\u202f%`;
}

export function clock(moment: Date): string {
  return moment.toLocaleTimeString("en-GB", { timeZone: "Asia/Ho_Chi_Minh" });
}
