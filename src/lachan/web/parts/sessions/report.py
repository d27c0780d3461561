"""The report of a day: what happened in one session, from the visits and the doses themselves."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.utils.translation import get_language

from lachan.immunization.queries import board as reads
from lachan.immunization.queries import catalogue, forms
from lachan.immunization.rules.encounter import EncounterState
from lachan.kernel.database import hot_cursor
from lachan.web.parts.board import words
from lachan.web.parts.board.desk import Desk

_OBSERVED = (EncounterState.OBSERVATION, EncounterState.OVERDUE, EncounterState.REACTION)
_IN_SERVICE = (EncounterState.WAITING, EncounterState.SCREENING, EncounterState.READY)


def report_of(desk: Desk, facilities: list[int] | None) -> dict[str, Any]:
    """Figures of a session for the template; one query beyond what the desk has read."""
    with hot_cursor() as cursor:
        counts = reads.doses_of_session(cursor, desk.session.id, facilities)
    states = Counter(visit.state(desk.now) for visit in desk.visits)
    by_dose: Counter[tuple[str, int]] = Counter()
    by_lot: Counter[tuple[str, str]] = Counter()
    for count in counts:
        name = catalogue().name(count.product_id)
        by_dose[name, count.dose_number] += count.doses
        by_lot[name, count.lot_number] += count.doses
    balances = {(line.product_name, line.number): line for line in desk.stock}
    chosen = [(catalogue().name(row[1]), row[2]) for row in reads.product_choices(desk.session, desk.stock)]
    return {
        "arrived": len(desk.visits),
        "doses": sum(by_dose.values()),
        "deferred": states[EncounterState.DEFERRED] + states[EncounterState.CONTRAINDICATED],
        "not_given": states[EncounterState.REFUSED] + states[EncounterState.NOT_GIVEN],
        "reactions": sum(visit.reaction_severity is not None for visit in desk.visits),
        "still_here": sum(states[state] for state in _IN_SERVICE),
        "observed": sum(states[state] for state in _OBSERVED),
        "by_dose": [(name, number, doses) for (name, number), doses in sorted(by_dose.items())],
        "why_deferred": _why_deferred(desk),
        "why_not": _why_not(desk),
        "by_severity": [
            (word, sum(visit.reaction_severity == code for visit in desk.visits))
            for code, (_kind, word) in words.SEVERITIES.items()
        ],
        "lots": [
            (name, number, by_lot[name, number], balances.get((name, number)))
            for name, number in dict.fromkeys([*chosen, *sorted(by_lot)])
        ],
    }


def _why_deferred(desk: Desk) -> list[tuple[str, int]]:
    """What the screening of those deferred or contraindicated named, the commonest first."""
    language = "en" if (get_language() or "vi").startswith("en") else "vi"
    # where forms share a question, the words of the adults' newest: most of a day's people are asked by it
    ordered = sorted(forms(), key=lambda form: (form["min_age"], form["valid_from"]))
    labels = {entry["code"]: entry[language] for form in ordered for entry in (*form["items"], *form["measures"])}
    found: Counter[str] = Counter()
    for visit in desk.visits:
        if visit.state(desk.now) in (EncounterState.DEFERRED, EncounterState.CONTRAINDICATED):
            grave = [
                finding for finding in visit.screening_reasons if finding["outcome"] in ("defer", "contraindicated")
            ]
            found.update({labels.get(finding["item"], finding["item"]) for finding in grave})
    return found.most_common()


def _why_not(desk: Desk) -> list[tuple[Any, int]]:
    found = Counter(visit.not_given_reason for visit in desk.visits if visit.not_given_at and not visit.dosed_at)
    return [(words.NOT_GIVEN.get(reason or "", reason), count) for reason, count in found.most_common()]
