"""What a health declaration means: a class with its reasons, by rules that are dated data. No database, no clock."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from importlib import resources
from typing import Any, Final, NamedTuple

CLASSES: Final = ("low", "watch", "high")  # in this order; a table keeps the place in it
HIGH: Final = CLASSES.index("high")


class Said(NamedTuple):
    """A declaration as the rules read it.

    ``symptoms``: (group of the form, day it began or None) of each. ``yes``: questions answered with yes.
    ``measures``: ``temperature`` in °C, ``spo2`` in %, where taken.
    """

    kind: str
    day: date
    symptoms: tuple[tuple[str, date | None], ...] = ()
    yes: frozenset[str] = frozenset()
    measures: Mapping[str, float] = {}


class Judged(NamedTuple):
    """``risk``: place in :data:`CLASSES`. ``reasons``: codes of the rules of that class which held, in their order.
    ``rule``: the version that judged."""

    risk: int
    reasons: tuple[str, ...]
    rule: str


class RiskRules(NamedTuple):
    """One version of the rules. ``body`` as in ``data/risk.json``."""

    valid_from: date
    body: dict[str, Any]

    @property
    def code(self) -> str:
        return str(self.body["code"])

    def word(self, risk: int, language: str) -> str:
        """The name of a class, ``language`` "vi" or "en"."""
        return str(self.body["names"][CLASSES[risk]][language])

    def reason(self, code: str, language: str) -> str:
        """A reason in words; the code itself when this version has no such rule."""
        return next((str(rule[language]) for rule in self.body["rules"] if rule["code"] == code), code)

    def advice(self, risk: int, language: str) -> list[str]:
        """What to do now, in the order of the data."""
        return [str(entry[language]) for entry in self.body["advice"][CLASSES[risk]]]


def judge(said: Said, rules: RiskRules) -> Judged:
    """The class of a declaration: the highest of the rules that hold, low when none does."""
    groups = _groups(said, int(rules.body["symptom_days"]))
    held = [rule for rule in rules.body["rules"] if _holds(rule["when"], said, groups)]
    risk = max((CLASSES.index(rule["class"]) for rule in held), default=0)
    return Judged(risk, tuple(rule["code"] for rule in held if CLASSES.index(rule["class"]) == risk), rules.code)


def _groups(said: Said, days: int) -> dict[str, int]:
    """How many symptoms of each group began recently enough, or nobody said when."""
    found: dict[str, int] = {}
    for group, began in said.symptoms:
        if began is None or (said.day - began).days <= days:
            found[group] = found.get(group, 0) + 1
    return found


def _holds(when: Mapping[str, Any], said: Said, groups: Mapping[str, int]) -> bool:
    return all(_TESTS[name](wanted, said, groups) for name, wanted in when.items())


def _enough(wanted: Mapping[str, Any], _said: Said, groups: Mapping[str, int]) -> bool:
    return sum(groups.get(name, 0) for name in wanted["names"]) >= int(wanted["at_least"])


def _any_yes(wanted: Iterable[str], said: Said, _groups: Mapping[str, int]) -> bool:
    return not said.yes.isdisjoint(wanted)


def _of_kind(wanted: Iterable[str], said: Said, _groups: Mapping[str, int]) -> bool:
    return said.kind in wanted


def _above(wanted: Mapping[str, Any], said: Said, _groups: Mapping[str, int]) -> bool:
    value = said.measures.get(wanted["measure"])
    return value is not None and value > float(wanted["limit"])


def _below(wanted: Mapping[str, Any], said: Said, _groups: Mapping[str, int]) -> bool:
    value = said.measures.get(wanted["measure"])
    return value is not None and value < float(wanted["limit"])


_TESTS: Final = {"groups": _enough, "yes": _any_yes, "kinds": _of_kind, "above": _above, "below": _below}


@cache
def versions() -> tuple[RiskRules, ...]:
    """Newest first."""
    document = json.loads((resources.files("lachan.surveillance") / "data" / "risk.json").read_text("utf-8"))
    found = [RiskRules(date.fromisoformat(body["valid_from"]), body) for body in document["versions"]]
    return tuple(sorted(found, key=lambda rules: rules.valid_from, reverse=True))


def rules_on(day: date) -> RiskRules:
    """The rules in force on a day; the oldest for a day before all."""
    return next((rules for rules in versions() if rules.valid_from <= day), versions()[-1])


def by_code(code: str) -> RiskRules:
    """The version a declaration was judged by. LookupError for a code that was never in the data."""
    for rules in versions():
        if rules.code == code:
            return rules
    raise LookupError(f"no rules {code!r} in data/risk.json")
