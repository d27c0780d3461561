"""Writes what the schemas say for the browser, from the table the server uses.

``.venv/bin/python frontend/tools/verifier_facts.py``; a test holds the two equal.
"""

from __future__ import annotations

import json
from pathlib import Path

from lachan.certificates.codecs.hcert import facts

TARGET = Path(__file__).parents[1] / "offline" / "verifier" / "core" / "facts.json"


def written() -> str:
    """The file's text: rules as in ``facts.RULES``, one a line."""
    parts = {
        "versions": json.dumps(facts.VERSIONS),
        "rules": "[\n" + ",\n".join(json.dumps(rule) for rule in facts.RULES) + "\n]",
        "choices": json.dumps(facts.CHOICES),
    }  # fmt: skip
    return "{\n" + ",\n".join(f"{json.dumps(name)}: {text}" for name, text in parts.items()) + "\n}\n"


if __name__ == "__main__":
    TARGET.write_text(written())
