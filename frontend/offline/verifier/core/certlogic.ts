/**
 * CertLogic 1.3 (ehn-dcc-development/eu-dcc-business-rules), with the limits and the strictness of
 * lachan.certificates.certlogic. Anything outside the language throws `LogicError`.
 */
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
  if (logic === null) throw new LogicError("null is not an expression");
  if (typeof logic === "string" || typeof logic === "boolean") return logic;
  if (typeof logic === "number") return integer(logic, "a literal");
  const next = (part: Json, on: Value = data): Value => run(part, on, depth + 1, budget);
  if (isList(logic)) return logic.map((part) => next(part));
  const entries = Object.entries(logic);
  if (entries.length !== 1) throw new LogicError("an operation has one name");
  const [name, given] = entries[0] as [string, Json];
  if (name === "var") return look(given, data);
  const operation = OPERATIONS.get(name);
  if (!operation) throw new LogicError("no such operation");
  const [work, least, most] = operation;
  if (!isList(given) || given.length < least || (given.length > most && !SURPLUS.has(name))) throw new LogicError(`${name}: another number of operands`);
  return work(given, next, budget);
}

/** Operations whose operands beyond their own are left unread: lachan.certificates.certlogic says why. */
const SURPLUS = new Set(["if", "!", "plusTime", "dccDateOfBirth", "reduce", "extractFromUVCI"]);

type Next = (part: Json, on?: Value) => Value;
type Operation = (given: readonly Json[], next: Next, budget: Budget) => Value;

const OPERATIONS = new Map<string, readonly [Operation, number, number]>([
  ["if", [choose, 3, 3]],
  ["and", [and, 2, MOST_STEPS]],
  ["!", [(given, next) => !truth(next(given[0]!)), 1, 1]],
  ["===", [(given, next) => equal(next(given[0]!), next(given[1]!)), 2, 2]],
  ["in", [member, 2, 2]],
  ["+", [(given, next) => integer(integer(next(given[0]!), "+") + integer(next(given[1]!), "+"), "+"), 2, 2]],
  [">", [comparing(integer, (a, b) => a > b), 2, 3]],
  ["<", [comparing(integer, (a, b) => a < b), 2, 3]],
  [">=", [comparing(integer, (a, b) => a >= b), 2, 3]],
  ["<=", [comparing(integer, (a, b) => a <= b), 2, 3]],
  ["after", [comparing(instant, (a, b) => a > b), 2, 3]],
  ["before", [comparing(instant, (a, b) => a < b), 2, 3]],
  ["not-after", [comparing(instant, (a, b) => a <= b), 2, 3]],
  ["not-before", [comparing(instant, (a, b) => a >= b), 2, 3]],
  ["plusTime", [plusTime, 3, 3]],
  ["reduce", [reduce, 3, 3]],
  ["extractFromUVCI", [uvciPart, 2, 2]],
  ["dccDateOfBirth", [(given, next) => birth(next(given[0]!)), 1, 1]],
]);

function isList<T>(value: T): value is Extract<T, readonly unknown[]> {
  return Array.isArray(value);
}

function truth(value: Value): boolean {
  if (value === null || typeof value === "boolean" || typeof value === "string") return Boolean(value);
  if (isList(value)) return value.length > 0;
  if (value instanceof Instant) throw new LogicError("neither truthy nor falsy");
  if (typeof value === "object") return Object.keys(value).length > 0;
  if (!Number.isFinite(value)) throw new LogicError("neither truthy nor falsy");
  return value !== 0;
}

function look(path: Json, data: Value): Value {
  if (typeof path !== "string") throw new LogicError("var: a path is a string");
  if (path === "") return data;
  let at: Value = data;
  for (const part of path.split(".")) {
    if (at === null || typeof at !== "object" || at instanceof Instant) return null;
    if (isList(at)) {
      at = /^\d{1,9}$/.test(part) ? (at[Number(part)] ?? null) : null;
    } else {
      at = Object.hasOwn(at, part) ? ((at as Record<string, Value>)[part] ?? null) : null;
    }
  }
  return at;
}

function choose(given: readonly Json[], next: Next): Value {
  return next(truth(next(given[0]!)) ? given[1]! : given[2]!);
}

function and(given: readonly Json[], next: Next): Value {
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

function member(given: readonly Json[], next: Next, budget: Budget): boolean {
  const [item, list] = [next(given[0]!), next(given[1]!)];
  if (!isList(list)) throw new LogicError("in: no list");
  budget.steps -= list.length >> 5;
  return list.some((each) => equal(item, each));
}

function integer(value: Value, where: string): number {
  if (!Number.isSafeInteger(value)) throw new LogicError(`${where}: an integer is wanted`);
  return value as number;
}

function instant(value: Value, where: string): number {
  if (!(value instanceof Instant)) throw new LogicError(`${where}: an instant is wanted`);
  return value.ms;
}

function comparing(read: (value: Value, where: string) => number, holds: (a: number, b: number) => boolean): Operation {
  return (given, next) => {
    const [a, b, c] = given.map((part) => read(next(part), "comparison")) as [number, number, number?];
    return holds(a, b) && (c === undefined || holds(b, c));
  };
}

const UNITS = ["year", "month", "day", "hour"];
const DATE = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/;
const DATE_TIME = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:Z|([+-])(\d{1,2}):?(\d{2})?)?$/;

/** Milliseconds since 1970 of a date, or of a date with time (UTC where it names no zone). Throws `LogicError`. */
export function instantOf(text: string): number {
  if (DATE.test(text)) return birthday(text);
  const found = DATE_TIME.exec(text);
  if (!found) throw new LogicError("not a date");
  const [year, month, date, hour, minute, second] = found.slice(1, 7).map(Number) as [number, number, number, number, number, number];
  const [decimals, sign, offsetHours, offsetMinutes] = found.slice(7) as (string | undefined)[];
  const [hours, minutes] = [Number(offsetHours ?? 0), Number(offsetMinutes ?? 0)];
  const ofDay = hour * 3_600_000 + minute * 60_000 + second * 1000 + Number(`${decimals ?? ""}000`.slice(0, 3));
  if (ofDay > 86_400_000 || minute > 59 || second > 59 || hours > 23 || minutes > 59) throw new LogicError("no such time of day");
  const ms = day(year, month, date) + ofDay;
  const offset = hours * 3_600_000 + minutes * 60_000;
  return sign === "-" ? ms + offset : ms - offset;
}

/** The last day that a birth date known to the day, the month or the year can mean. */
function birthday(text: string): number {
  const found = DATE.exec(text);
  if (!found) throw new LogicError("not a birth date");
  const [year, month] = [Number(found[1]), Number(found[2] ?? 12)];
  if (month < 1 || month > 12) throw new LogicError("no such month");
  return found[3] ? day(year, month, Number(found[3])) : utc(year, month, 0);
}

function day(year: number, month: number, date: number): number {
  if (month < 1 || month > 12 || date < 1 || date > 31) throw new LogicError("no such day");
  return utc(year, month - 1, date);
}

/** As Date.UTC, which takes the years 0 to 99 for those of the last century. */
function utc(year: number, month: number, date: number): number {
  const at = new Date(0);
  at.setUTCFullYear(year, month, date);
  return at.getTime();
}

function plusTime(given: readonly Json[], next: Next): Value {
  const [operand, count, unit] = given;
  const amount = integer(count!, "plusTime");
  if (typeof unit !== "string" || !UNITS.includes(unit)) throw new LogicError("plusTime: no such unit");
  const value = next(operand!);
  if (typeof value !== "string") throw new LogicError("plusTime: a text is wanted");
  const date = new Date(instantOf(value));
  if (unit === "year") date.setUTCFullYear(date.getUTCFullYear() + amount);
  else if (unit === "month") date.setUTCMonth(date.getUTCMonth() + amount);
  else date.setTime(date.getTime() + amount * (unit === "day" ? 86_400_000 : 3_600_000));
  if (Number.isNaN(date.getTime())) throw new LogicError("plusTime: beyond all dates");
  return new Instant(date.getTime());
}

function reduce(given: readonly Json[], next: Next): Value {
  const operand = next(given[0]!);
  const initial = next(given[2]!);
  if (operand === null) return initial;
  if (!isList(operand)) throw new LogicError("reduce: no list");
  return operand.reduce<Value>((accumulator, current) => next(given[1]!, { accumulator, current }), initial);
}

function uvciPart(given: readonly Json[], next: Next): Value {
  const index = integer(given[1]!, "extractFromUVCI");
  const uvci = next(given[0]!);
  if (uvci === null) return null;
  if (typeof uvci !== "string") throw new LogicError("extractFromUVCI: a text is wanted");
  return uvci.replace(/^URN:UVCI:/, "").split(/[/#:]/)[index] ?? null;
}

function birth(value: Value): Value {
  if (typeof value !== "string") throw new LogicError("dccDateOfBirth: a text is wanted");
  return new Instant(birthday(value));
}
