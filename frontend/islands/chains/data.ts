/** Columns of the picture as `parts/outbreak/graph.py` writes them. */
export interface Drawing {
  /** Address of one cluster, with a case of nought in place of its own; empty for whoever sees no cases. */
  readonly data: string;
  readonly query: string;
  readonly clusters: { readonly id: string[]; readonly name: string[]; readonly size: number[] };
  readonly stages: {
    readonly cluster: number[];
    readonly generation: number[];
    readonly day: (number | null)[];
    readonly cases: number[];
    readonly inside: number[];
    readonly f1: number[];
  };
}

export interface Unfolded {
  readonly name: string;
  readonly size: number;
  readonly href: string;
  readonly code: string[];
  readonly page: string[];
  readonly area: string[];
  readonly state: string[];
  readonly day: (number | null)[];
  readonly row: number[];
  readonly parent: number[];
  readonly weight: number[];
  readonly f1: number[];
  readonly f2: number[];
}

const NOUGHT = "00000000-0000-0000-0000-000000000000";
const DAY_MS = 86_400_000;

export async function load(drawing: Drawing, id: string): Promise<Unfolded> {
  const answer = await fetch(`${drawing.data.replace(NOUGHT, id)}?${drawing.query}`, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()) as Unfolded;
}

/** A day since 1970 as people write it. */
export function dayText(day: number | null): string {
  if (day === null) return "–";
  const date = new Date(Math.floor(day) * DAY_MS);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${two(date.getUTCDate())}/${two(date.getUTCMonth() + 1)}/${date.getUTCFullYear()}`;
}
