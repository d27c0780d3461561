"""Chains of an outbreak as a picture: cases of an area and some days, who most likely infected whom, their clusters.

Worked out from PostgreSQL when asked for, and kept while no case and no list changed. Names nobody: cases go by code.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import numpy as np
import psycopg

from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load
from lachan.surveillance.cases import outlines
from lachan.surveillance.cases.outlines import Outline
from lachan.tracing.chains import clusters, estimates
from lachan.tracing.chains.candidates import Candidates, dated, parents, weigh
from lachan.tracing.chains.clusters import Clusters
from lachan.tracing.chains.intervals import timing_from
from lachan.tracing.chains.shapes import DAY, ELSEWHERE, Cases, Contacts, Days, Links, Longs, Timing
from lachan.tracing.chains.tree import generations
from lachan.tracing.engine.rules import ZONE
from lachan.tracing.outbreak import exposure

MOST_CASES: Final = 20_000
MOST_DAYS: Final = 366
KEPT: Final = 12  # pictures a process remembers, about 3 MB each with 5,000 cases
MEMORY_S: Final = 600.0  # visits change without a case changing: a picture is not believed longer
SEED: Final = 1
# From case to case, days. COVID-19: as chains/shapes.py; measles: Vink et al. 2014 (mean serial interval 11.7 days),
# Lessler et al. 2009 (incubation 12.5 days); its spread is taken wide. Dengue goes by mosquitoes: clusters, no R.
TIMINGS: Final = {"covid-19": Timing(), "measles": Timing(11.7, 3.0, 0.0, 12.5, 2.5)}


@dataclass(frozen=True, slots=True)
class Wish:
    """Which cases: of one disease, begun in these days, of these areas (None: the nation)."""

    disease: str
    since: date
    until: date
    areas: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything by the position of a case, in order of day.

    ``day``: days since 1970 it began, measured or estimated; ``parent``: position of the most likely infector, below
    zero for nobody known; ``weight``: how likely that one is; ``f1``, ``f2``: people on its list now; ``summary``: None
    where a disease does not go from one to the next, or there is no case; ``shared``: places of the sources.
    ``cut``: there are more cases than a picture holds.
    """

    cases: tuple[Outline, ...]
    day: Days
    parent: Longs
    weight: Days
    generation: Longs
    label: Longs
    clusters: Clusters
    f1: Longs
    f2: Longs
    summary: estimates.Summary | None
    shared: exposure.SharedPlaces
    cut: bool

    def position(self, case_id: UUID) -> int | None:
        """Where a case lies; None when it is none of these."""
        return next((n for n, case in enumerate(self.cases) if case.id == case_id), None)

    def members(self, label: int) -> Longs:
        """Positions of the cases of a cluster, by day."""
        return np.flatnonzero(self.label == label)


class _Memory:
    """Pictures by what was asked and the state they were of; the oldest goes first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[Wish, tuple[tuple[Any, ...], float, Picture]] = OrderedDict()

    def get(self, wish: Wish, state: tuple[Any, ...]) -> Picture | None:
        with self._lock:
            kept = self._kept.get(wish)
            if kept is None or kept[0] != state or time.monotonic() - kept[1] > MEMORY_S:
                return None
            self._kept.move_to_end(wish)
            return kept[2]

    def put(self, wish: Wish, state: tuple[Any, ...], picture: Picture) -> None:
        with self._lock:
            self._kept[wish] = (state, time.monotonic(), picture)
            self._kept.move_to_end(wish)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()


_memory = _Memory()


def forget() -> None:
    """Drop what this process remembers, between tests."""
    _memory.clear()


def picture(wish: Wish) -> Picture:
    """The chains of these cases. Two small queries while nothing changed, else about eight and the calculation."""
    with hot_cursor() as cursor:
        state = _state(cursor, wish)
        known = _memory.get(wish, state)
        if known is not None:
            return known
        found = _read(cursor, wish)
    made = _worked(wish, *found)
    _memory.put(wish, state, made)
    return made


def _state(cursor: psycopg.Cursor[Any], wish: Wish) -> tuple[Any, ...]:
    of_cases = outlines.state(wish.areas, wish.disease, cursor)
    cursor.execute(load("tracing", "lists_state"), {"disease": wish.disease})
    return (*of_cases, *cursor.fetchall()[0])


class _Met(NamedTuple):
    """A close contact who is a case too."""

    case_id: UUID
    person_id: UUID
    first: float
    last: float
    seconds: int


def _read(cursor: psycopg.Cursor[Any], wish: Wish) -> tuple[list[Outline], list[_Met], dict[UUID, tuple[int, int]]]:
    found = outlines.outlines(wish.areas, wish.disease, wish.since, wish.until, limit=MOST_CASES, cursor=cursor)
    ids = [case.id for case in found]
    asked = {"cases": ids, "people": [case.person_id for case in found], "disease": wish.disease}
    cursor.execute(load("tracing", "links_between_cases"), asked, prepare=False)
    met = [_Met(*row) for row in cursor.fetchall()]
    cursor.execute(load("tracing", "contacts_by_case"), {"cases": ids}, prepare=False)
    return found, met, {row[0]: (row[1], row[2]) for row in cursor.fetchall()}


def _worked(
    wish: Wish, found: list[Outline], met: list[_Met], listed: dict[UUID, tuple[int, int]]
) -> Picture:  # fmt: skip
    found.sort(key=lambda case: (began(case), case.id))
    cases = _cases(found)
    links, contacts = _links(found), _contacts(found, met)
    usual = TIMINGS.get(wish.disease)
    timing = timing_from(_days(cases, links), usual) if usual is not None else Timing()
    weighed = weigh(cases, links, contacts, timing)
    day = dated(cases, timing).day
    parent = parents(len(found), weighed) if usual is not None else np.full(len(found), -1, dtype=np.int64)
    shared = exposure.shared_places([case.person_id for case in found], day)
    grouped = _grouped(found, day, weighed, shared, float(wish.until.toordinal() - _EPOCH))
    return Picture(
        cases=tuple(found), day=day, parent=parent, weight=_weights(len(found), weighed),
        generation=generations(parent), label=grouped.label, clusters=grouped,
        f1=np.array([listed.get(case.id, (0, 0))[0] for case in found], dtype=np.int64),
        f2=np.array([listed.get(case.id, (0, 0))[1] for case in found], dtype=np.int64),
        summary=estimates.summarise(cases, weighed, timing, seed=SEED, until=float(wish.until.toordinal() - _EPOCH))
        if usual is not None and found else None,
        shared=shared, cut=len(found) >= MOST_CASES,
    )  # fmt: skip


_EPOCH: Final = date(1970, 1, 1).toordinal()


def began(case: Outline) -> date:
    """The day it is put at in lists: onset, else sample, else report."""
    return case.onset_on or (case.sampled_at or case.happened_at).astimezone(ZONE).date()


def _cases(found: Sequence[Outline]) -> Cases:
    return Cases(
        onset=np.array([_day(case.onset_on) for case in found], dtype=np.float64),
        confirmed=np.array([_moment(case.sampled_at or case.happened_at) for case in found], dtype=np.float64),
        exposed=np.array([_moment(case.infected_from) for case in found], dtype=np.float64),
        group=_groups(found),
    )


def _day(day: date | None) -> float:
    return float(day.toordinal() - _EPOCH) if day is not None else np.nan


def _moment(at: datetime | None) -> float:
    """The day of Việt Nam, as onsets are days of Việt Nam."""
    return _day(at.astimezone(ZONE).date()) if at is not None else np.nan


def _groups(found: Sequence[Outline]) -> Longs:
    """A number for each cluster an officer named; -1 for none."""
    names = {name: number for number, name in enumerate(sorted({case.cluster for case in found if case.cluster}))}
    return np.array([names.get(case.cluster, -1) for case in found], dtype=np.int64)


def _links(found: Sequence[Outline]) -> Links:
    """Sources that somebody established; one outside the picture is elsewhere."""
    at = {case.id: number for number, case in enumerate(found)}
    pairs = [
        (at.get(case.source_case_id, ELSEWHERE), number)
        for number, case in enumerate(found) if case.source_case_id is not None and case.source_case_id != case.id
    ]  # fmt: skip
    rows = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return Links(rows[:, 0].copy(), rows[:, 1].copy())


def _contacts(found: Sequence[Outline], met: Sequence[_Met]) -> Contacts:
    """Each may have infected the other: who was listed for whom says only who was found first."""
    at = {case.id: number for number, case in enumerate(found)}
    of = {case.person_id: number for number, case in enumerate(found)}
    rows = [(at[one.case_id], of[one.person_id], one) for one in met if at[one.case_id] != of[one.person_id]]
    return Contacts(
        left=np.array([row[0] for row in rows], dtype=np.int64),
        right=np.array([row[1] for row in rows], dtype=np.int64),
        first=np.array([row[2].first / DAY for row in rows], dtype=np.float64),
        last=np.array([row[2].last / DAY for row in rows], dtype=np.float64),
        minutes=np.array([row[2].seconds / 60 for row in rows], dtype=np.float64),
        directed=np.zeros(len(rows), dtype=np.bool_),
    )


def _days(cases: Cases, links: Links) -> Days:
    """Serial intervals of established links."""
    here = links.infector >= 0
    found: Days = cases.onset[links.infectee[here]] - cases.onset[links.infector[here]]
    return found


def _weights(size: int, weighed: Candidates) -> Days:
    found = np.zeros(size)
    found[weighed.infectee[weighed.chosen]] = weighed.weight[weighed.chosen]
    return found


def _grouped(
    found: Sequence[Outline], day: Days, weighed: Candidates, shared: exposure.SharedPlaces, until: float
) -> Clusters:
    """By links worth believing, by places that mean something, and by the names officers gave."""
    first: dict[str, int] = {}
    own = [(first.setdefault(case.cluster, n), n) for n, case in enumerate(found) if case.cluster]
    together = np.array(own, dtype=np.int64).reshape(-1, 2)
    return clusters.find(
        day, np.concatenate([weighed.infector, together[:, 0]]), np.concatenate([weighed.infectee, together[:, 1]]),
        np.concatenate([np.where(weighed.known, 1.0, weighed.weight), np.ones(len(together))]),
        shared.presence(), until=until,
    )  # fmt: skip
