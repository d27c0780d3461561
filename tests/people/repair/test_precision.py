"""How often a proposal is right, on labelled pairs of one person: one side is the record, the other what is true.

The other side is damaged at times as well, so the figures are a lower bound; README of the package states them.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lachan.people.names import display_form, fold_tone_marks, search_form
from lachan.people.repair import Held, Proposal, propose

TODAY = date(2022, 9, 1)
# Least share of right proposals by reason; a rule that falls below it is guessing.
LEAST = {
    "id_leading_zero": 0.99,
    "sex_by_id": 0.99,
    "id_of_guardian": 0.99,
    "id_digits_repaired": 0.9,
    "name_family_last": 0.9,
    "name_marks_lost": 0.9,
    "name_telex": 0.9,
}


def held(record: dict[str, Any]) -> Held:
    numbers = tuple((system, record[system]) for system in ("citizen_id", "old_id") if record.get(system))
    return Held(record["full_name"], record.get("sex", "U"), record.get("dob", ""), numbers)


def is_right(found: Proposal, truth: dict[str, Any]) -> bool | None:
    """None when the other side does not say. Writing alone (capitals, spaces) is right when the letters stay."""
    after = found.after or ""
    if found.field == "name":
        if found.safe:
            return search_form(after) == search_form(found.before)
        return _letters(after) == _letters(truth["full_name"])
    if found.field == "sex":
        return truth["sex"] == after if truth.get("sex") else None
    if found.field == "birth_date":
        return truth["dob"] == after if len(truth.get("dob", "")) == len(after) else None
    number = truth.get(found.to_system or "citizen_id", "")
    if len(number) != {"old_id": 9}.get(found.to_system, 12):
        return None
    return number == after if found.to_system else number != found.before


def _letters(name: str) -> str:
    return fold_tone_marks(display_form(name)).lower().replace("y", "i")


@pytest.mark.slow
def test_proposals_are_right_as_often_as_they_claim(shared: Path) -> None:
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for line in (shared / "matching-data" / "vietnamese.jsonl").read_text(encoding="utf-8").splitlines():
        pair = json.loads(line)
        if pair["truth"] != "same":
            continue
        for record, truth in ((pair["a"], pair["b"]), (pair["b"], pair["a"])):
            for found in propose(held(record), today=TODAY):
                verdict = is_right(found, truth) if found.after is not None else None
                if verdict is not None:
                    asked[found.reason] += 1
                    right[found.reason] += verdict
                    if found.safe and found.reason != "id_is_old_id":
                        assert verdict, found
    shares = {reason: right[reason] / asked[reason] for reason in asked}
    print({reason: (asked[reason], round(share, 3)) for reason, share in sorted(shares.items())})
    assert {reason: shares[reason] for reason, least in LEAST.items() if shares[reason] < least} == {}
