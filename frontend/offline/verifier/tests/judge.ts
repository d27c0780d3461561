/**
 * The core at the end of a pipe: JSON lines {id, qr, certificate, clock} in, {id, ok, error, errors, payload} out.
 * `node frontend/offline/verifier/tests/judge.ts`; tests/certificates/verifier holds it against the server's verdicts.
 */
import { createInterface } from "node:readline";
import { sha256 } from "../core/bytes.ts";
import { instantOf } from "../core/certlogic.ts";
import { check } from "../core/hcert.ts";
import { readCertificate } from "../core/x509.ts";

interface Line {
  readonly id: string;
  readonly qr: string;
  readonly certificate: string | null;
  readonly clock: string;
}

for await (const text of createInterface({ input: process.stdin })) {
  const line = JSON.parse(text) as Line;
  const digest = line.certificate === null ? null : await digestOf(line.certificate);
  const { ok, error, errors, payload } = await check(line.qr, line.certificate, digest, instantOf(line.clock));
  process.stdout.write(`${JSON.stringify({ id: line.id, ok, error, errors, payload })}\n`);
}

async function digestOf(certificate: string): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return await sha256(readCertificate(certificate).der);
  } catch {
    return new Uint8Array(32);
  }
}
