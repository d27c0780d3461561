"""The answers of the store, from PostgreSQL itself: the same question, the same answer, some fifty times slower."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
from django.db import connection

from lachan.kernel.statements import load
from lachan.tracing.answers.truth import closed_of
from lachan.tracing.engine.joining import days
from lachan.tracing.engine.settle import settle
from lachan.tracing.engine.shapes import VISIT, Lines, Longs, Pieces, Rule
from lachan.tracing.segments.layout import DAY_S
from lachan.tracing.segments.store import Guests, Stays

_AT_ONCE: Final = 50  # F1s whose contacts are asked for together: some 100,000 rows


def f1(subjects: Sequence[int] | Longs, window: tuple[int, int], rule: Rule) -> Lines:
    """As :meth:`lachan.tracing.segments.store.Store.f1`."""
    return settle(pieces(subjects, *window), window=window, rule=rule)


def f2(subjects: Sequence[int] | Longs, f1: Lines, window: tuple[int, int], rule: Rule) -> Lines:
    """As :meth:`lachan.tracing.segments.store.Store.f2`."""
    since = f1.first + days(rule.latent_days)
    best: dict[int, list[Any]] = {}
    not_further = {*(int(subject) for subject in subjects), *f1.contact.tolist()}
    for via, begin, found in _of_each(f1.contact, since, window[1]):
        lines = settle(found, window=(begin, window[1]), rule=rule)
        for contact, first, last, seconds, place in zip(
            lines.contact.tolist(), lines.first.tolist(), lines.last.tolist(), lines.seconds.tolist(),
            lines.place.tolist(), strict=True,
        ):  # fmt: skip
            if contact in not_further:
                continue
            held = best.setdefault(contact, [first, last, -1, 0, 0])
            held[0], held[1] = min(held[0], first), max(held[1], last)
            if seconds > held[2]:
                held[2:] = seconds, place, via
    contacts = sorted(best)
    made = np.array([best[contact] for contact in contacts], np.int64).reshape(len(contacts), 5).T
    n = len(contacts)
    return Lines(
        contact=np.array(contacts, np.int64), level=np.full(n, 2, np.uint8), first=made[0], last=made[1],
        seconds=made[2], place=made[3], kind=np.zeros(n, np.uint8), score=np.zeros(n, np.float32), via=made[4],
    )  # fmt: skip


def _of_each(subjects: Longs, since: Longs, until: int) -> Iterator[tuple[int, int, Pieces]]:
    """(subject, since when, with whom they were) of each who has any time left, in the order given."""
    left = np.flatnonzero(since < until)
    for begin in range(0, len(left), _AT_ONCE):
        part = left[begin : begin + _AT_ONCE]
        asked = {
            "subjects": subjects[part].tolist(), "since": since[part].tolist(), "until": until,
            "earliest": int(since[part].min()),
        }  # fmt: skip
        rows = _rows("overlapping_stays_of_each", asked, 5)
        order = np.argsort(rows[0], kind="stable")
        rows = rows[:, order]
        for at in part.tolist():
            low, high = np.searchsorted(rows[0], [subjects[at], subjects[at] + 1])
            if high > low:
                yield int(subjects[at]), int(since[at]), _pieces(rows[1:, low:high])


def pieces(subjects: Sequence[int] | Longs, t_from: int, t_to: int) -> Pieces:
    """As :meth:`lachan.tracing.segments.store.Store.pieces`."""
    return _pieces(_rows("overlapping_stays", _span(t_from, t_to, subjects=[int(one) for one in subjects]), 4))


def stays(subjects: Sequence[int] | Longs, t_from: int, t_to: int) -> Stays:
    """As :meth:`lachan.tracing.segments.store.Store.stays`."""
    rows = _rows("stays_of_subjects", _span(t_from, t_to, subjects=[int(one) for one in subjects]), 4)
    return Stays(rows[0], rows[1], rows[2], closed_of(rows[0]), rows[3].astype(np.uint8))


def guests(place: int, t_from: int, t_to: int) -> Guests:
    """As :meth:`lachan.tracing.segments.store.Store.visits_of_place`."""
    rows = _rows("guests_of_place", _span(t_from, t_to, place=int(place)), 4)
    closed = closed_of(np.full(rows.shape[1], place, np.int64))
    return Guests(rows[0], rows[1], rows[2], closed, rows[3].astype(np.uint8))


def crowd(places: Longs, day: int) -> Longs:
    """As :meth:`lachan.tracing.segments.store.Store.crowd`."""
    asked = _span(day * DAY_S, (day + 1) * DAY_S, places=[int(place) for place in places])
    counted = dict(_rows("crowds_of_places", asked, 2).T.tolist())
    return np.array([counted.get(int(place), 0) for place in places], np.int64)


def _span(t_from: int, t_to: int, **asked: Any) -> dict[str, Any]:
    return {"since": int(t_from), "until": int(t_to), **asked}


def _rows(statement: str, asked: Mapping[str, Any], columns: int) -> Longs:
    with connection.cursor() as cursor:
        cursor.execute(load("tracing", statement), asked)
        rows = np.array(cursor.fetchall(), np.int64)
    return rows.reshape(-1, columns).T.copy()


def _pieces(rows: Longs) -> Pieces:
    n = rows.shape[1]
    return Pieces(
        other=rows[0], start=rows[1], end=rows[2], place=rows[3], kind=np.full(n, VISIT, np.uint8),
        closed=closed_of(rows[3]), distance=np.full(n, np.nan, np.float32),
    )  # fmt: skip
