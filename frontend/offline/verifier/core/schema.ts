import type { Json } from "./certlogic.ts";
import facts from "./facts.json" with { type: "json" };

/** A health certificate as JSON. */
export type Payload = { readonly [member: string]: Json };
export type Kind = "v" | "t" | "r";

const KINDS: readonly Kind[] = ["v", "t", "r"];

/** path; version from which; must be there; kind; least; most; pattern */
type Rule = readonly [string, string, boolean, string | null, number | null, number | null, string | null];

interface Member {
  readonly name: string;
  readonly required: boolean;
  readonly whole: boolean;
  readonly least: number;
  readonly most: number;
  readonly pattern: RegExp | null;
}

interface Version {
  readonly members: ReadonlyMap<string, readonly Member[]>;
  readonly mostEntries: ReadonlyMap<string, number>;
  readonly oneOf: readonly string[];
  readonly anyOf: readonly string[];
}

const compiled = new Map<string, Version>();

/** Kinds of entry the payload holds. */
export function kindsOf(payload: Payload): ReadonlySet<Kind> {
  return new Set(KINDS.filter((kind) => Object.hasOwn(payload, kind) && holds(payload[kind]!)));
}

function holds(value: Json): boolean {
  if (value !== null && typeof value === "object") return Object.keys(value).length > 0;
  return Boolean(value);
}

/** Whether the payload keeps the schema of its own version and holds exactly one entry, as `hcert.schema` has it. */
export function schemaHolds(payload: Payload): boolean {
  const version = versionOf(nearest(payload["ver"] ?? null));
  const name = payload["nam"];
  if (!membersHold(payload, version.members.get("")!)) return false;
  if (!isMap(name) || !membersHold(name, version.members.get("nam")!)) return false;
  if (version.anyOf.length > 0 && !version.anyOf.some((member) => Object.hasOwn(name, member))) return false;
  let entries = 0;
  for (const kind of KINDS) {
    if (!Object.hasOwn(payload, kind)) continue;
    const group = payload[kind]!;
    if (!Array.isArray(group) || group.length < 1 || group.length > version.mostEntries.get(kind)!) return false;
    entries += group.length;
    if (!group.every((entry: Json) => isMap(entry) && membersHold(entry, version.members.get(kind)!))) return false;
  }
  if (version.oneOf.length > 0 && version.oneOf.filter((member) => Object.hasOwn(payload, member)).length !== 1) return false;
  return entries === 1;
}

function isMap(value: Json | undefined): value is Payload {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function membersHold(held: Payload, members: readonly Member[]): boolean {
  return members.every((member) => {
    if (!Object.hasOwn(held, member.name)) return !member.required;
    const value = held[member.name]!;
    if (member.whole) return typeof value === "number" && Number.isInteger(value) && value >= member.least && value <= member.most;
    // letters, not halves of letters
    return typeof value === "string" && [...value].length <= member.most && (member.pattern?.test(value) ?? true);
  });
}

/** The same version, or the nearest older one; the newest for what is no version. */
function nearest(version: Json): string {
  const { versions } = facts;
  if (typeof version === "string" && versions.includes(version)) return version;
  if (typeof version !== "string" || !/^\d{1,4}\.\d{1,4}\.\d{1,4}$/.test(version)) return versions.at(-1)!;
  return versions.filter((known) => rank(known) <= rank(version)).at(-1) ?? versions[0]!;
}

function rank(version: string): number {
  const [major, minor, patch] = version.split(".").map(Number) as [number, number, number];
  return (major * 10_000 + minor) * 10_000 + patch;
}

function versionOf(name: string): Version {
  let found = compiled.get(name);
  if (!found) compiled.set(name, (found = compile(name)));
  return found;
}

function compile(name: string): Version {
  const holdsIn = (since: string): boolean => facts.versions.indexOf(since) <= facts.versions.indexOf(name);
  const rules = new Map<string, Rule>();
  for (const rule of facts.rules as unknown as Rule[]) if (holdsIn(rule[1])) rules.set(rule[0], rule);
  const members = new Map<string, Member[]>(["", "nam", ...KINDS].map((place) => [place, []]));
  for (const [path, , required, kind, least, most, pattern] of rules.values()) {
    if (kind !== "text" && kind !== "whole") continue;
    const dot = path.lastIndexOf(".");
    members.get(path.slice(0, Math.max(dot, 0)))!.push({
      name: path.slice(dot + 1),
      required,
      whole: kind === "whole",
      least: least ?? -Infinity,
      most: most ?? Infinity,
      pattern: pattern === null ? null : new RegExp(pattern),
    });
  }
  const choice = (path: string): readonly string[] =>
    (facts.choices as unknown as [string, string, boolean, string[]][]).findLast(([at, since]) => at === path && holdsIn(since))?.[3] ?? [];
  const mostEntries = new Map(KINDS.map((kind) => [kind, rules.get(kind)?.[5] ?? Infinity]));
  return { members, mostEntries, oneOf: choice(""), anyOf: choice("nam") };
}
