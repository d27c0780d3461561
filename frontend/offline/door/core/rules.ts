/**
 * What a scan at one door means, as far as a device can say without a line. The server's `tracing/visits/rules.py` says the
 * same; `offline/vectors/door.json` holds the two together. Times are UNIX seconds.
 */
export type What = "in" | "out";
export type Mode = "auto" | "in" | "out";

export interface Stay {
  readonly t_in: number;
  readonly t_out: number;
  /** The last scan. */
  readonly seen: number;
  /** Nobody has seen them leave: `t_out` is the usual stay. */
  readonly provisional: boolean;
}

export interface Rule {
  /** Seconds people usually stay in such a venue. */
  readonly stay: number;
  readonly longest: number;
  /** Two scans this close are one. */
  readonly bounce: number;
}

export interface Verdict {
  readonly kind: "new" | "prolonged" | "left" | "left_only" | "known";
  readonly stay: Stay;
}

/** What a scan becomes after the last stay known at this door. */
export function judge(before: Stay | undefined, at: number, what: What, rule: Rule): Verdict {
  if (what === "out") return left(before, at, rule);
  if (before && before.t_in <= at) {
    const again = within(before, at, rule);
    if (again) return again;
  }
  const end = at + Math.min(rule.stay, rule.longest);
  return { kind: "new", stay: { t_in: at, t_out: end, seen: at, provisional: true } };
}

function within(before: Stay, at: number, rule: Rule): Verdict | undefined {
  if (at > before.t_out && at - before.seen > rule.bounce) return undefined;
  if (!before.provisional) return at < before.t_out ? { kind: "known", stay: before } : undefined;
  if (at - before.seen <= rule.bounce) return { kind: "known", stay: before };
  const end = Math.min(at + rule.stay, before.t_in + rule.longest);
  if (end <= before.t_out) return { kind: "known", stay: before };
  return { kind: "prolonged", stay: { ...before, t_out: end, seen: at } };
}

function left(before: Stay | undefined, at: number, rule: Rule): Verdict {
  if (before && before.t_in <= at) {
    if (before.provisional && at <= before.t_in + rule.longest) {
      return { kind: "left", stay: { ...before, t_out: at, seen: at, provisional: false } };
    }
    if (at <= before.t_out) return { kind: "known", stay: before };
  }
  let start = at - Math.min(rule.stay, rule.longest);
  if (before && before.t_out > start) start = Math.min(Math.max(start, before.t_out), at);
  return { kind: "left_only", stay: { t_in: start, t_out: at, seen: at, provisional: false } };
}

/** In or out: as the switch on the screen says, or the other way round than last time. */
export function whatOf(mode: Mode, before: Stay | undefined, at: number, rule: Rule): What {
  if (mode !== "auto") return mode;
  const inside = before !== undefined && before.provisional && at <= before.t_out;
  // shown twice by mistake: still the same arrival
  return inside && at - before.seen > rule.bounce ? "out" : "in";
}

export function isInside(stay: Stay, at: number): boolean {
  return stay.t_in <= at && at < stay.t_out;
}

/** The number a card or a typed text names its holder by; undefined for what is none. A personal code is itself. */
export function nameOf(text: string): string | undefined {
  const said = text.replace(/[\ufeff\r\n\t\0]/g, "").trim();
  if (said.startsWith("UAF") && said.length > 100) return said;
  const head = (said.split("|")[0] ?? "").trim();
  if (said.includes("|")) return /^\d{12}$/.test(head) || /^[A-Z]{2}[1-5]\d{12}$|^\d{10}$/.test(head) ? head : undefined;
  const bare = head.replace(/[\s.\-()/]/g, "").toUpperCase();
  if (/^\d{12}$/.test(bare) && numbersRight(bare)) return bare;
  return /^[A-Z]{2}[1-5]\d{12}$/.test(bare) || /^(?=.*\d)[A-Z][A-Z0-9]{5,8}$/.test(bare) ? bare : undefined;
}

/** A citizen id begins with a province (001 to 096) or a country (100 to 399). */
function numbersRight(bare: string): boolean {
  const place = Number(bare.slice(0, 3));
  return (place >= 1 && place <= 96) || (place >= 100 && place < 400);
}

/** Until when a personal code is good, and the number of the key that signed it; undefined for what is none. */
export function personCode(text: string): { until: number; key: number; body: Uint8Array<ArrayBuffer>; signature: Uint8Array<ArrayBuffer> } | undefined {
  let data: Uint8Array<ArrayBuffer>;
  try {
    data = Uint8Array.from(atob(text.trim().replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  } catch {
    return undefined;
  }
  if (data.length <= 73 || data[0] !== 0x50 || data[1] !== 1) return undefined;
  const view = new DataView(data.buffer);
  return { until: view.getUint32(5), key: data[4] ?? 0, body: data.slice(0, -64), signature: data.slice(-64) };
}
