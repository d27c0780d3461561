"""The lines of a case in the order in which people are called: what the engine weighs, gathered for many at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import numpy as np
import psycopg

from lachan.surveillance.laboratory.queries import standing_results
from lachan.tracing.engine import ranking
from lachan.tracing.engine.shapes import VISIT, Floats, Lines, Longs, Pieces
from lachan.tracing.lists.protection import completed, protected
from lachan.tracing.lists.sight import at


def ranked(cursor: psycopg.Cursor[Any], lines: Lines, pieces: Pieces, known: Mapping[int, UUID], disease: str) -> Lines:
    """The lines with their scores, highest first. Two queries."""
    if not len(lines.contact):
        return lines
    people = [known.get(subject) for subject in lines.contact.tolist()]
    score = ranking.score(
        lines,
        crowd=_crowd(lines, pieces),
        closed=_closed(lines, pieces),
        vaccinated=_vaccinated(cursor, people, lines.last),
        tested=_tested(cursor, people, lines.first, disease),
    )
    return _ordered(lines._replace(score=score))


def with_further(lines: Lines, further: Lines, most: int) -> tuple[Lines, int]:
    """Contacts of contacts behind the lines, the ``most`` likeliest of them; and how many are beyond."""
    kept = _ordered(further._replace(score=ranking.score(further)))
    beyond = max(0, len(kept.contact) - most)
    kept = Lines._make(column[:most] for column in kept)
    return Lines._make(np.concatenate([a, b]) for a, b in _pairs(lines, kept)), beyond


def _pairs(lines: Lines, others: Lines) -> Iterator[tuple[Any, Any]]:
    return zip(lines, others, strict=True)


def _ordered(lines: Lines) -> Lines:
    order = ranking.order(lines)
    return Lines._make(column[order] for column in lines)


def _crowd(lines: Lines, pieces: Pieces) -> Floats:
    """Others who met the case at the place of each line; NaN where the line is not of a place."""
    at_place = pieces.kind == VISIT
    pairs = np.unique(np.stack([pieces.place[at_place], pieces.other[at_place]], axis=1), axis=0)
    places, counts = np.unique(pairs[:, 0], return_counts=True)
    found = np.full(len(lines.contact), np.nan, np.float32)
    if len(places):
        row = np.minimum(np.searchsorted(places, lines.place), len(places) - 1)
        here = (lines.kind == VISIT) & (places[row] == lines.place)
        found[here] = counts[row[here]]
    return found


def _closed(lines: Lines, pieces: Pieces) -> Floats:
    """The share of each contact's time that was in closed spaces; NaN where there is none at a place."""
    at_place = pieces.kind == VISIT
    row = np.searchsorted(np.sort(lines.contact), pieces.other[at_place])
    row = np.minimum(row, len(lines.contact) - 1)
    sort = np.argsort(lines.contact)
    here = lines.contact[sort][row] == pieces.other[at_place]
    length = (pieces.end - pieces.start)[at_place][here].astype(np.float64)
    inside = length * (pieces.closed[at_place][here] != 0)
    count = len(lines.contact)
    whole = np.bincount(sort[row[here]], length, count)
    with np.errstate(invalid="ignore", divide="ignore"):
        share: Floats = (np.bincount(sort[row[here]], inside, count) / whole).astype(np.float32)
    return share


def _vaccinated(cursor: psycopg.Cursor[Any], people: list[UUID | None], last: Longs) -> Any:
    since = completed(cursor, {person for person in people if person is not None})
    return np.array([
        person is not None and protected(since.get(person), at(exposed))
        for person, exposed in zip(people, last.tolist(), strict=True)
    ])  # fmt: skip


def _tested(cursor: psycopg.Cursor[Any], people: list[UUID | None], first: Longs, disease: str) -> Longs:
    """1 where a test since the exposure was positive, -1 where the latest was negative, 0 where there is none."""
    results = standing_results(cursor, {(person, disease) for person in people if person is not None})
    found = np.zeros(len(people), np.int64)
    for row, (person, exposed) in enumerate(zip(people, first.tolist(), strict=True)):
        since = [one for one in results.get((person, disease), ()) if one.taken_at.timestamp() >= exposed]  # type: ignore[arg-type]
        if any(one.outcome == "positive" for one in since):
            found[row] = 1
        elif any(one.outcome == "negative" for one in since):
            found[row] = -1
    return found
