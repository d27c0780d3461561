"""Makes ``frontend/offline/vectors/hcert.json``: cards and forgeries under throwaway keys, with the server's verdict.

``.venv/bin/python frontend/tools/verifier_vectors.py``. The file changes with every run, since keys and signatures do;
it is made anew only when the forger's workshop has learned something.
"""

from __future__ import annotations

import base64
import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from lachan.certificates.codecs import hcert  # noqa: E402
from tests.certificates.hcert import makers  # noqa: E402
from tests.certificates.hcert.forgeries import Card, forgeries  # noqa: E402

TARGET = ROOT / "frontend" / "offline" / "vectors" / "hcert.json"
EVERY = 5  # one forgery in five: the file is read by people too
MOST_LETTERS = 1_200


def main() -> None:
    certificates: dict[str, str] = {}
    cases: list[dict[str, Any]] = []

    def add(name: str, card: Card) -> None:
        data = base64.b64encode(card.certificate).decode()
        label = next((known for known, held in certificates.items() if held == data), f"signer {len(certificates)}")
        certificates[label] = data
        verdict = hcert.check(card.text, certificate=card.certificate, clock=card.clock)
        cases.append(
            {
                "id": f"{len(cases)} {name}",
                "qr": card.text,
                "certificate": label,
                "clock": card.clock.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "errors": list(verdict.errors),
            }
        )

    for kind in ("P-256", "P-384", "RSA"):
        good = Card(makers.text(kind=kind), makers.certificate(kind), makers.CLOCK)
        add(f"good, {kind}", good)
        if kind != "P-384":
            for number, forgery in enumerate(forgeries(good, seed=4)):
                if number % EVERY == 0 and len(forgery.card.text) <= MOST_LETTERS:
                    add(f"{kind}: {forgery.how}", forgery.card)
    for use in ("1", "2", "3"):
        uses = (makers.STEM + use,)
        add(f"usage {use}", Card(makers.text(uses=uses), makers.certificate(uses=uses), makers.CLOCK))
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    held = ",\n".join(f"{json.dumps(label)}: {json.dumps(data)}" for label, data in certificates.items())
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(f'{{"certificates": {{\n{held}\n}},\n"cases": [\n{lines}\n]}}\n')


if __name__ == "__main__":
    main()
