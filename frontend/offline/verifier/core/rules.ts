import type { Decision } from "./judge.ts";
import type { Payload } from "./schema.ts";

/** What people may come in for, with the rules' own words. */
export interface Purpose {
  readonly id: string;
  readonly names: Readonly<Record<string, string>>;
}

export interface RuleBook {
  readonly issuedAt: number;
  readonly purposes: readonly Purpose[];
  readonly decide: (purpose: string, payload: Payload, now: number) => Decision;
}

export function readRules(rules: Readonly<Record<string, unknown>>, values: Readonly<Record<string, unknown>>): RuleBook {
  throw new RangeError(`rules: of another form ${Object.keys(rules).length}${Object.keys(values).length}`);
}
