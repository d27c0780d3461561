"""Counts by week, age band, place and vaccination state, of everything that was known at the end of a day.

One statement a design (``sql/effectiveness.sql``): people are counted in the database and never leave it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import psycopg

from lachan.analytics.epidemic.courses import ZONE
from lachan.analytics.maps import Map, provinces_on
from lachan.forecasting.effectiveness.facts import Span
from lachan.forecasting.engines.effectiveness.states import STATES
from lachan.kernel.statements import load
from lachan.places import queries as places

AGES: Final = (0, 5, 12, 18, 30, 40, 50, 60, 70, 80)
"""Lower bounds, some of those of the epidemic's figures; column 0 of an array is of people without a birth date."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Asked:
    """Which cells: ``area_ids`` are the provinces of a map; behind their columns one for people of no known place."""

    disease: str
    as_of: date
    span: Span
    area_ids: tuple[int, ...]
    stored: tuple[int, ...]
    cols: tuple[int, ...]

    @property
    def shape(self) -> tuple[int, int, int, int]:
        return self.span.weeks, len(AGES) + 1, len(self.area_ids) + 1, len(STATES)

    def parameters(self) -> dict[str, Any]:
        steps = [(state.dose, state.since, state.until, at) for at, state in enumerate(STATES)]
        names = ("steps", "froms", "tos", "ats")
        return {
            "disease": self.disease, "since": self.span.since, "until": self.span.until, "ages": list(AGES),
            "known": datetime.combine(self.as_of + timedelta(days=1), time(), ZONE),
            "stored": list(self.stored), "cols": list(self.cols),
            **{name: list(column) for name, column in zip(names, zip(*steps, strict=True), strict=True)},
        }  # fmt: skip


def asked(disease: str, as_of: date, span: Span, of: Map) -> Asked:
    """The provinces of a map, each with every province of either map whose facts are its own."""
    inside = provinces_on(of)
    area_ids = tuple(area.id for area in places.provinces(of.day))
    pairs = [(stored, col) for col, area_id in enumerate(area_ids) for stored in sorted(inside.get(area_id, ()))]
    pairs.append((0, len(area_ids)))  # where nobody knows
    stored, cols = zip(*pairs, strict=True)
    return Asked(disease, as_of, span, area_ids, stored, cols)


@dataclass(frozen=True)
class Tested:
    """People tested [W, G, A, V]: first infections, those of them that became severe, negative ones; beside them people
    tested who were known to be infected before, and of whom nobody knows who they are."""

    positive: Floats
    severe: Floats
    negative: Floats
    before: Floats
    unlinked: Floats


@dataclass(frozen=True)
class Followed:
    """First infections, those that became severe, and person-days at risk [W, G, A, V]; people followed at all, and
    those left out as infected before they could be, by place and first state [A, V]."""

    cases: Floats
    severe: Floats
    person_days: Floats
    began: Floats
    before: Floats


def tested(cursor: psycopg.Cursor[Any], wanted: Asked) -> Tested:
    """The test-negative design's cells. One statement."""
    cursor.execute(load("forecasting", "effectiveness_tests"), wanted.parameters())
    found = {kind: np.zeros(wanted.shape) for kind in ("positive", "severe", "negative", "before", "unlinked")}
    for kind, week, age, area, state, count, grave in cursor.fetchall():
        found[kind][week, age, area, state] += count
        if kind == "positive":
            found["severe"][week, age, area, state] += grave
    return Tested(**found)


def followed(cursor: psycopg.Cursor[Any], wanted: Asked) -> Followed:
    """The cohort's cells. One statement; people by day are summed up here from who came and who left."""
    cursor.execute(load("forecasting", "effectiveness_cohort"), wanted.parameters())
    weeks, ages, areas, states = wanted.shape
    flow, cases, severe = (np.zeros((7 * weeks + 1, ages, areas, states)) for _ in range(3))
    began, before = np.zeros((areas, states)), np.zeros((areas, states))
    for day, age, area, state, people, ill, grave, begun, infected in cursor.fetchall():
        at = (day, age, area, state)
        flow[at] += people
        cases[at] += ill
        severe[at] += grave
        began[area, state] += begun
        before[area, state] += infected
    present = np.cumsum(flow, axis=0)
    return Followed(_by_week(cases), _by_week(severe), _by_week(present), began, before)


def _by_week(days: Floats) -> Floats:
    """[D + 1, …] → [W, …]; the day after the last is of nobody."""
    whole: Floats = days[:-1].reshape(-1, 7, *days.shape[1:]).sum(axis=1)
    return whole


def digest(arrays: Iterable[Floats], about: Sequence[object]) -> str:
    """sha256 in hex over cells and what they are of."""
    made = sha256("|".join(map(str, about)).encode())
    for cells in arrays:
        made.update(f"|{cells.shape}|".encode())
        made.update(np.ascontiguousarray(cells).tobytes())
    return made.hexdigest()
