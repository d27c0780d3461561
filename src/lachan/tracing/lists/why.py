"""Why somebody is on the list of a case, and why somebody else is not: the evidence between the two, and the rule."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import numpy as np

from lachan.kernel.database import hot_cursor
from lachan.surveillance.cases.queries import case_facts
from lachan.tracing.engine.rules import LegalRule
from lachan.tracing.engine.settle import settle
from lachan.tracing.engine.shapes import KINDS, VISIT, Pieces
from lachan.tracing.lists.sight import Sight, at, sight_of
from lachan.tracing.visits.subjects import subjects_of

MARGIN_S: Final = 21 * 86_400  # how far outside the window evidence is looked for, to say that it is outside
KIND_NUMBERS: Final = tuple(range(len(KINDS)))


class Together(NamedTuple):
    """One piece of evidence between the two. ``counts``: empty when it does, else why not: outside, far, open_air."""

    kind: str
    place_id: int | None
    start: datetime
    end: datetime
    metres: float | None
    counts: str


class Why(NamedTuple):
    """``answer``: listed, too_short, outside_window, too_far, open_air, nothing_known, no_list."""

    answer: str
    minutes: float
    needed: float
    legal: LegalRule | None
    window: tuple[datetime, datetime] | None
    pieces: list[Together]


def why(case_id: UUID, person_id: UUID, now: datetime) -> Why:
    """What is known of these two, worked out anew from the evidence: it answers for whoever is on no list as well."""
    with hot_cursor() as cursor:
        facts = case_facts(cursor, [case_id]).get(case_id)
        seen = sight_of(facts, now) if facts is not None else None
        if seen is None or facts is None:
            return Why("no_list", 0, 0, None, None, [])
        others = subjects_of([person_id])[person_id]
        start, end = seen.window
        pieces = seen.evidence(cursor, (start - MARGIN_S, end + MARGIN_S))
    chosen = np.isin(pieces.other, others)
    between = Pieces._make(column[chosen] for column in pieces)
    between = between._replace(other=np.full(len(between.other), others[0], np.int64))
    lines = settle(between, window=seen.window, rule=seen.rule, always=seen.always)
    told = [_together(between, row, seen) for row in np.argsort(between.start, kind="stable").tolist()]
    anything = settle(between, window=seen.window, rule=seen.rule, always=KIND_NUMBERS)
    minutes = float(anything.seconds[0]) / 60 if len(anything.seconds) else 0.0
    window = (at(start), at(end))
    return Why(_answer(len(lines.contact), told), minutes, seen.rule.min_minutes, seen.legal, window, told)


def _answer(listed: int, pieces: list[Together]) -> str:
    if listed:
        return "listed"
    if not pieces:
        return "nothing_known"
    reasons = {piece.counts for piece in pieces}
    if "" in reasons:
        return "too_short"
    order = (("open_air", "open_air"), ("far", "too_far"), ("outside", "outside_window"))
    return next(answer for reason, answer in order if reason in reasons)


def _together(pieces: Pieces, row: int, seen: Sight) -> Together:
    metres: Any = float(pieces.distance[row])
    kind = int(pieces.kind[row])
    start, end = int(pieces.start[row]), int(pieces.end[row])
    if min(end, seen.window[1]) <= max(start, seen.window[0]):
        counts = "outside"
    elif metres > seen.rule.max_distance_m:
        counts = "far"
    elif seen.rule.closed_only and kind == VISIT and not pieces.closed[row]:
        counts = "open_air"
    else:
        counts = ""
    known = None if np.isnan(metres) else round(metres, 1)
    return Together(KINDS[kind], int(pieces.place[row]) or None, at(start), at(end), known, counts)
