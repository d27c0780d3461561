import { fromBase64, toHex, type Bytes } from "./bytes.ts";
import { instantOf } from "./certlogic.ts";
import type { ListKey } from "./jws.ts";
import { keyOfJwk } from "./keys.ts";
import { readCertificate, type Certificate, type PublicKey, type Use } from "./x509.ts";

/** The keys whose signatures are believed (docs/reference/trust-list.md), each only for what it may sign. */
export interface TrustList {
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly health: (keyId: Bytes) => readonly Certificate[];
  readonly domestic: (keyId: Bytes) => readonly Certificate[];
  readonly smart: (keyId: string) => readonly PublicKey[];
  /** Keys that may sign the next lists. */
  readonly listKeys: readonly ListKey[];
}

const MOST_KEYS = 50_000;
const USES: readonly Use[] = ["v", "t", "r"];

interface Entry {
  readonly kid: string;
  readonly usage: readonly string[];
  readonly certificate: string | null;
  readonly jwk: Readonly<Record<string, unknown>>;
  readonly source: string;
}

/** Reads the payload of a trust list whose signature holds. A key that cannot be read is left out: others still count. */
export function readTrustList(list: Readonly<Record<string, unknown>>): TrustList {
  const { keys, issued_at: issued, expires_at: expires } = list;
  if (!Array.isArray(keys) || keys.length > MOST_KEYS || typeof issued !== "string" || typeof expires !== "string") {
    throw new RangeError("trust list: of another form");
  }
  const health = new Map<string, Certificate[]>();
  const domestic = new Map<string, Certificate[]>();
  const smart = new Map<string, PublicKey[]>();
  const listKeys: ListKey[] = [];
  for (const entry of keys as Entry[]) {
    try {
      const kid = toHex(fromBase64(entry.kid));
      const certificate = certificateOf(entry);
      const may = USES.filter((use) => entry.usage.includes(use));
      if (may.length > 0) add(health, kid, narrowed(certificate, may));
      if (entry.usage.includes("d") && entry.source === "own") add(domestic, kid, certificate);
      if (entry.usage.includes("s")) add(smart, String(entry.jwk["kid"]), certificate.key);
      if (entry.usage.includes("l") && entry.source === "own" && entry.certificate) {
        listKeys.push({ kid: entry.kid, certificate: entry.certificate, key: certificate.key });
      }
    } catch {
      continue;
    }
  }
  return {
    issuedAt: instantOf(issued),
    expiresAt: instantOf(expires),
    health: (keyId) => health.get(toHex(keyId)) ?? [],
    domestic: (keyId) => domestic.get(toHex(keyId)) ?? [],
    smart: (keyId) => smart.get(keyId) ?? [],
    listKeys,
  };
}

function certificateOf(entry: Entry): Certificate {
  if (entry.certificate) return readCertificate(entry.certificate);
  return { der: new Uint8Array(0), key: keyOfJwk(entry.jwk), uses: null, notBefore: null, notAfter: null };
}

/** The list may allow less than the certificate does, never more. */
function narrowed(certificate: Certificate, may: readonly Use[]): Certificate {
  if (may.length === USES.length) return certificate;
  return { ...certificate, uses: new Set(may.filter((use) => certificate.uses?.has(use) ?? true)) };
}

function add<T>(into: Map<string, T[]>, key: string, value: T): void {
  const known = into.get(key);
  if (known) known.push(value);
  else into.set(key, [value]);
}
