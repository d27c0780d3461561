// Others doing the same work, for the table: reads {texts, certificate, rules, data} from standard input, answers
// calls a second as JSON. A library that fails says so in place of its figure.
const ROUNDS = 5;

async function best(calls, run) {
  let shortest = Infinity;
  for (let round = 0; round < ROUNDS; round += 1) {
    const begun = process.hrtime.bigint();
    await run();
    shortest = Math.min(shortest, Number(process.hrtime.bigint() - begun) / 1e9);
  }
  return calls / shortest;
}

async function verify({ texts, certificate }) {
  const { DCC } = require("dcc-utils");
  const check = async () => {
    for (const text of texts) {
      const card = await DCC.fromRaw(text);
      if (!(await card.checkSignatureWithCertificate(certificate))) throw new Error("a good card is refused");
    }
  };
  return best(texts.length, check);
}

async function judge({ rules, data }) {
  const { evaluate } = require("certlogic-js");
  const calls = 200;
  return best(calls * rules.length, async () => {
    for (let call = 0; call < calls; call += 1) for (const logic of rules) evaluate(logic, data);
  });
}

async function main() {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const given = JSON.parse(Buffer.concat(chunks).toString());
  const found = {};
  for (const [name, run] of [["dcc_utils_verify_per_s", verify], ["certlogic_js_per_s", judge]]) {
    try {
      found[name] = await run(given);
    } catch (error) {
      found[name] = null;
      process.stderr.write(`${name}: ${error.message}\n`);
    }
  }
  process.stdout.write(JSON.stringify(found));
}

main();
