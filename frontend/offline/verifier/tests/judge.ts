/**
 * The core at the end of a pipe, JSON lines in and out, in order; tests/certificates/verifier holds it against the server.
 *
 * {id, qr, certificate, clock} → {id, ok, error, errors, payload}; {id, logic, data} → {id, result} or {id, error};
 * {id, book: {rules, values}} is kept for {id, purpose, payload, clock} → {id, verdict, results, words, advice}.
 */
import { createInterface } from "node:readline";
import { sha256 } from "../core/bytes.ts";
import { evaluate, Instant, instantOf, LogicError, type Json, type Value } from "../core/certlogic.ts";
import { check } from "../core/hcert.ts";
import { readRules, type RuleBook } from "../core/rules.ts";
import type { Payload } from "../core/schema.ts";
import { readCertificate } from "../core/x509.ts";

interface Card {
  readonly qr: string;
  readonly certificate: string | null;
  readonly clock: string;
}
interface Expression {
  readonly logic: Json;
  readonly data: Json;
}
interface Book {
  readonly book: { readonly rules: Record<string, unknown>; readonly values: Record<string, unknown> };
}
interface Matter {
  readonly purpose: string;
  readonly payload: Payload;
  readonly clock: string;
}

let book: RuleBook | undefined;

async function answer(line: Card | Expression | Book | Matter): Promise<unknown> {
  if ("qr" in line) {
    const digest = line.certificate === null ? null : await digestOf(line.certificate);
    const { ok, error, errors, payload } = await check(line.qr, line.certificate, digest, instantOf(line.clock));
    return { ok, error, errors, payload };
  }
  if ("logic" in line) {
    try {
      return { result: evaluate(line.logic, line.data) };
    } catch (error) {
      if (error instanceof LogicError) return { error: true };
      throw error;
    }
  }
  if ("book" in line) {
    book = readRules(line.book.rules, line.book.values);
    return { purposes: book.purposes.map(({ id }) => id) };
  }
  return book!.decide(line.purpose, line.payload, instantOf(line.clock));
}

async function digestOf(certificate: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await sha256(readCertificate(certificate).der);
  } catch {
    return new Uint8Array(32);
  }
}

for await (const text of createInterface({ input: process.stdin })) {
  const line = JSON.parse(text) as { readonly id: string } & (Card | Expression | Book | Matter);
  const found = (await answer(line)) as Record<string, unknown>;
  const written = JSON.stringify({ id: line.id, ...found }, (_, value: Value) => (value instanceof Instant ? new Date(value.ms).toISOString() : value));
  process.stdout.write(`${written}\n`);
}
