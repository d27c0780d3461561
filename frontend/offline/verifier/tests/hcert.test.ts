import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { sha256 } from "../core/bytes.ts";
import { instantOf } from "../core/certlogic.ts";
import { check } from "../core/hcert.ts";
import { readCertificate } from "../core/x509.ts";

interface Case {
  readonly id: string;
  readonly qr: string;
  readonly certificate: string;
  readonly clock: string;
  readonly errors: readonly string[];
}

const { certificates, cases } = JSON.parse(readFileSync(new URL("../../vectors/hcert.json", import.meta.url), "utf8")) as {
  certificates: Record<string, string>;
  cases: readonly Case[];
};

test("every vector has the verdict that the server gave", async () => {
  expect(cases.length).toBeGreaterThan(80);
  for (const each of cases) {
    const certificate = certificates[each.certificate]!;
    const verdict = await check(each.qr, certificate, await digestOf(certificate), instantOf(each.clock));
    expect(verdict.errors, each.id).toEqual(each.errors);
  }
});

async function digestOf(certificate: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await sha256(readCertificate(certificate).der);
  } catch {
    return new Uint8Array(32);
  }
}
