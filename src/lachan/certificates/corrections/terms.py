"""How long each step may take, and which days are worked on: dated data."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

import msgspec

from lachan.certificates.corrections.rules import Calendar, DaysOff, Terms


def terms_on(day: date) -> Terms:
    """What holds that day; the earliest for a day before all of them."""
    known = _all()
    for terms in known:
        if terms.valid_from <= day and (terms.valid_to is None or day < terms.valid_to):
            return terms
    return known[0]


@cache
def calendar() -> Calendar:
    """The working days of the country."""
    read = _data()
    return Calendar(frozenset(read["days_off_each_year"]), msgspec.convert(read["days_off"], tuple[DaysOff, ...]))


@cache
def _all() -> tuple[Terms, ...]:
    return msgspec.convert(_data()["terms"], tuple[Terms, ...])


def _data() -> dict[str, Any]:
    text = (resources.files("lachan.certificates") / "data" / "correction_terms.json").read_text(encoding="utf-8")
    return dict(json.loads(text))
