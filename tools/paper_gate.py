"""Examines the templates of certificates and writes down which of them may be used.

    python tools/paper_gate.py

Run it after any change to src/lachan/certificates/paper/templates or the fonts: lachan refuses to print with a template
whose codes have not been found legible. Ends with 1 when one was not.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from lachan.certificates.paper import legible

REGISTER = Path(__file__).resolve().parents[1] / "src/lachan/certificates/paper/templates/passed.json"


def main() -> int:
    results = legible.examine_all()
    for form, found in results.items():
        print(form)
        for entry in found:
            borne = "nothing" if entry.borne is None else f"{entry.borne:g}"
            mark = " " if entry.enough else "!"
            print(f" {mark} {entry.stress:12} {borne:>8} {entry.unit} (required {entry.required:g})")
    passed = legible.findings(results)
    REGISTER.write_text(json.dumps(passed, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0 if len(passed) == len(results) else 1


if __name__ == "__main__":
    sys.exit(main())
