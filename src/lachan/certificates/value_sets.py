"""The codes certificates may carry, with their names: ``data/value_sets.json``, made by tools/reference/value_sets.py.

Pure. What is issued, judged by rules and published to verifiers reads the same sets here.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any


def published() -> dict[str, dict[str, Any]]:
    """By name: ``{"valueSetId", "valueSetDate", "valueSetValues": {code: {"display", "lang", "active"}}}``."""
    return {
        name: {
            "valueSetId": name,
            "valueSetDate": given["date"],
            "valueSetValues": {
                code: {"display": display, "lang": "en", "active": True} for code, display in given["names"].items()
            },
        }
        for name, given in _sets().items()
    }


@cache
def codes() -> dict[str, list[str]]:
    """The codes of each value set, as rules see them at ``external.valueSets``. Shared: do not change."""
    return {name: list(given["names"]) for name, given in _sets().items()}


@cache
def _sets() -> dict[str, Any]:
    text = (resources.files("lachan.certificates") / "data/value_sets.json").read_text(encoding="utf-8")
    read: dict[str, Any] = json.loads(text)["sets"]
    return read
