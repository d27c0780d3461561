/** CertLogic 1.3 (eu-dcc-business-rules, specification/README.md). Anything outside the language throws `LogicError`. */
export class LogicError extends Error {}

/** An instant: what plusTime and dccDateOfBirth make, and what before, after and their opposites compare. */
export class Instant {
  readonly ms: number;

  constructor(ms: number) {
    this.ms = ms;
  }
}

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type Value = Json | Instant | readonly Value[] | { readonly [key: string]: Value };

const MOST_DEPTH = 64;
const MOST_STEPS = 50_000;

interface Budget {
  steps: number;
}

/** The value of the expression over the data. Bounded in depth and steps, since rules come from outside. */
export function evaluate(logic: Json, data: Value): Value {
  return run(logic, data, 0, { steps: MOST_STEPS });
}

function run(logic: Json, data: Value, depth: number, budget: Budget): Value {
  if (depth > MOST_DEPTH || --budget.steps < 0) throw new LogicError("too deep or too long");
  if (logic === null || typeof logic === "string" || typeof logic === "boolean") return logic;
  if (typeof logic === "number") {
    if (!Number.isInteger(logic)) throw new LogicError("a number that is not an integer");
    return logic;
  }
  const next = (part: Json, on: Value = data): Value => run(part, on, depth + 1, budget);
  if (isList(logic)) return logic.map((part) => next(part));
  const entries = Object.entries(logic);
  if (entries.length !== 1) throw new LogicError("an operation has one name");
  const [name, given] = entries[0] as [string, Json];
  if (name === "var") return look(given, data);
  if (!isList(given) || given.length === 0) throw new LogicError(`${name}: operands missing`);
  const operation = OPERATIONS[name];
  if (!operation) throw new LogicError(`no such operation: ${name}`);
  return operation(given, next, data);
}

type Next = (part: Json, on?: Value) => Value;
type Operation = (given: readonly Json[], next: Next, data: Value) => Value;

const OPERATIONS: Readonly<Record<string, Operation>> = Object.assign(Object.create(null) as Record<string, Operation>, {
  if: choose,
  and,
  "!": (given, next) => !truth(next(given[0]!)),
  "===": (given, next) => equal(...pair(given, next)),
  in: (given, next) => {
    const [item, list] = pair(given, next);
    if (!isList(list)) throw new LogicError("in: no list");
    return list.some((each) => equal(item, each));
  },
  "+": (given, next) => given.map((part) => integer(next(part), "+")).reduce((a, b) => a + b, 0),
  ">": comparing(integers, (a, b) => a > b),
  "<": comparing(integers, (a, b) => a < b),
  ">=": comparing(integers, (a, b) => a >= b),
  "<=": comparing(integers, (a, b) => a <= b),
  after: comparing(instants, (a, b) => a > b),
  before: comparing(instants, (a, b) => a < b),
  "not-after": comparing(instants, (a, b) => a <= b),
  "not-before": comparing(instants, (a, b) => a >= b),
  plusTime,
  reduce,
  extractFromUVCI: uvciPart,
  dccDateOfBirth: (given, next) => birth(next(given[0]!)),
} satisfies Record<string, Operation>);

function isList<T>(value: T): value is Extract<T, readonly unknown[]> {
  return Array.isArray(value);
}

function pair(given: readonly Json[], next: Next): [Value, Value] {
  if (given.length !== 2) throw new LogicError("two operands are wanted");
  return [next(given[0]!), next(given[1]!)];
}

function truth(value: Value): boolean {
  if (value === null || value === false || value === "" || value === 0) return false;
  if (isList(value)) return value.length > 0;
  if (typeof value === "object" && !(value instanceof Instant)) return Object.keys(value).length > 0;
  return true;
}

function look(path: Json, data: Value): Value {
  if (typeof path !== "string") throw new LogicError("var: a path is a string");
  if (path === "") return data;
  let at: Value = data;
  for (const part of path.split(".")) {
    if (at === null || typeof at !== "object" || at instanceof Instant) return null;
    if (isList(at)) {
      at = /^\d+$/.test(part) ? (at[Number(part)] ?? null) : null;
    } else {
      at = Object.hasOwn(at, part) ? ((at as Record<string, Value>)[part] ?? null) : null;
    }
  }
  return at;
}

function choose(given: readonly Json[], next: Next): Value {
  if (given.length !== 3) throw new LogicError("if: three operands are wanted");
  return next(truth(next(given[0]!)) ? given[1]! : given[2]!);
}

function and(given: readonly Json[], next: Next): Value {
  if (given.length < 2) throw new LogicError("and: two operands at least");
  let value: Value = true;
  for (const part of given) {
    value = next(part);
    if (!truth(value)) return value;
  }
  return value;
}

function equal(a: Value, b: Value): boolean {
  if (a instanceof Instant || b instanceof Instant) return a instanceof Instant && b instanceof Instant && a.ms === b.ms;
  return a === b;
}

function integer(value: Value, where: string): number {
  if (typeof value !== "number" || !Number.isInteger(value)) throw new LogicError(`${where}: an integer is wanted`);
  return value;
}

function integers(values: readonly Value[]): number[] {
  return values.map((value) => integer(value, "comparison"));
}

function instants(values: readonly Value[]): number[] {
  return values.map((value) => {
    if (!(value instanceof Instant)) throw new LogicError("comparison: an instant is wanted");
    return value.ms;
  });
}

function comparing(read: (values: readonly Value[]) => number[], holds: (a: number, b: number) => boolean): Operation {
  return (given, next) => {
    if (given.length !== 2 && given.length !== 3) throw new LogicError("comparison: two or three operands");
    const [a, b, c] = read(given.map((part) => next(part))) as [number, number, number?];
    return holds(a, b) && (c === undefined || holds(b, c));
  };
}

const UNITS = ["year", "month", "day", "hour"];
const INSTANT = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/;

const PARTIAL = /^(\d{4})(?:-(\d{2}))?$/;

/** Milliseconds since 1970 of a date or a date with time; without a zone UTC. A year or month alone is its last day. */
export function instantOf(text: string): number {
  const partial = PARTIAL.exec(text);
  if (partial) return Date.UTC(Number(partial[1]), partial[2] ? Number(partial[2]) : 12, 0);
  const found = INSTANT.exec(text);
  if (!found) throw new LogicError("not a date");
  const [, year, month, day, hour, minute, second, fraction, zone] = found;
  const ms = Number(`0.${fraction ?? "0"}`) * 1000;
  const at = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0), ms);
  const back = new Date(at);
  if (back.getUTCMonth() !== Number(month) - 1 || back.getUTCDate() !== Number(day)) throw new LogicError("no such day");
  if (!zone || zone === "Z") return at;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(3).replace(":", "") || 0)];
  return at - (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

function plusTime(given: readonly Json[], next: Next): Value {
  const [operand, amount, unit] = given;
  if (given.length !== 3 || typeof amount !== "number" || !Number.isInteger(amount)) throw new LogicError("plusTime: an amount is an integer");
  if (typeof unit !== "string" || !UNITS.includes(unit)) throw new LogicError("plusTime: no such unit");
  const value = next(operand!);
  const ms = value instanceof Instant ? value.ms : typeof value === "string" ? instantOf(value) : undefined;
  if (ms === undefined) throw new LogicError("plusTime: a date is wanted");
  const date = new Date(ms);
  if (unit === "year") date.setUTCFullYear(date.getUTCFullYear() + amount);
  else if (unit === "month") date.setUTCMonth(date.getUTCMonth() + amount);
  else date.setTime(ms + amount * (unit === "day" ? 86_400_000 : 3_600_000));
  if (Number.isNaN(date.getTime())) throw new LogicError("plusTime: beyond all dates");
  return new Instant(date.getTime());
}

function reduce(given: readonly Json[], next: Next, data: Value): Value {
  if (given.length !== 3) throw new LogicError("reduce: three operands are wanted");
  const operand = next(given[0]!);
  const initial = next(given[2]!);
  if (operand === null) return initial;
  if (!isList(operand)) throw new LogicError("reduce: no list");
  return operand.reduce<Value>((accumulator, current) => next(given[1]!, { accumulator, current, data }), initial);
}

function uvciPart(given: readonly Json[], next: Next): Value {
  const [operand, index] = given;
  if (given.length !== 2 || typeof index !== "number" || !Number.isInteger(index)) throw new LogicError("extractFromUVCI: an index is an integer");
  const uvci = next(operand!);
  if (uvci === null) return null;
  if (typeof uvci !== "string") throw new LogicError("extractFromUVCI: a text is wanted");
  return uvci.replace(/^URN:UVCI:/, "").split(/[/#:]/)[index] ?? null;
}

function birth(value: Value): Value {
  if (typeof value !== "string" || value.includes("T")) throw new LogicError("dccDateOfBirth: a birth date is wanted");
  return new Instant(instantOf(value));
}
