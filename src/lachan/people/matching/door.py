"""The matcher at the station's door: someone stands there, and the records that a search found are put in order.

Only an equal trusted number lets the machine decide. Everything else that looks alike is shown side by side, and a
person decides; who cannot be decided gets a provisional record, so the queue never waits.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from lachan.people.matching import vietnamese
from lachan.people.matching.dates import Dates
from lachan.people.matching.decision import Decision, decided
from lachan.people.matching.person_names import Names
from lachan.people.matching.record import Record
from lachan.people.matching.vietnamese import Evidence, Ids

MOST_CANDIDATES: Final = 200  # a search that finds more has to be narrowed first

_ORDER: Final = {"match": 0, "possible": 1, "no": 2}


class Ranked(msgspec.Struct, frozen=True):
    """`index` is the candidate's place in the list that was given."""

    index: int
    decision: Decision


class TooManyCandidatesError(ValueError):
    """More than MOST_CANDIDATES records to compare; the search must be narrowed."""


def rank(candidates: Sequence[Record], asked: Record) -> list[Ranked]:
    """All candidates, best first; equal ones in the order given. At most one of them is a `match`.

    Two candidates that would both match (one number on two records) are both `possible`: a person has to merge them.
    """
    if len(candidates) > MOST_CANDIDATES:
        raise TooManyCandidatesError(f"{len(candidates)} candidates; narrow the search to {MOST_CANDIDATES}")
    ranked = [Ranked(index, at_the_door(candidate, asked)) for index, candidate in enumerate(candidates)]
    if sum(r.decision.decision == "match" for r in ranked) > 1:
        ranked = [_undecided(r) for r in ranked]
    return sorted(ranked, key=lambda r: (_ORDER[r.decision.decision], -r.decision.score, r.index))


def rank_many(questions: Iterable[tuple[Sequence[Record], Record]]) -> list[list[Ranked]]:
    """One ranking for each (candidates, asked), in order: a batch from a station that was offline."""
    return [rank(candidates, asked) for candidates, asked in questions]


def at_the_door(candidate: Record, asked: Record) -> Decision:
    """A match by an equal trusted number and a near name and date; `possible` by three of four; else no.

    The four: name, sex, birth date, commune or contact. Records whose trusted numbers differ are two people.
    """
    evidence = vietnamese.compare(candidate, asked)
    full = vietnamese.decide(candidate, asked)
    if full.decision == "match" and evidence.ids is Ids.EQUAL:
        return full
    if full.decision != "no" or (evidence.ids is not Ids.DIFFER and three_of_four(evidence)):
        reason = "three_of_four" if three_of_four(evidence) else full.reasons[0]
        return decided("possible", vietnamese.weight(evidence), (reason, *full.reasons))
    return full


def three_of_four(e: Evidence) -> bool:
    """Whether three of name, sex, birth date and (commune or contact) agree, slips of the pen allowed."""
    name = e.names < Names.DIFFER
    date = e.dates < Dates.DIFFER
    return name + (e.sex is True) + date + (e.commune is True or e.phone is True) >= 3


def _undecided(ranked: Ranked) -> Ranked:
    if ranked.decision.decision != "match":
        return ranked
    reasons = ("one_id_on_two_records", *ranked.decision.reasons)
    return Ranked(ranked.index, Decision("possible", 0.8999, reasons))
