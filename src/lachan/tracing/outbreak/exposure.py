"""Places: those recent cases shared before they fell ill, beyond what so popular a place shows; and those where cases
were while they could infect, whose staff is to be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

import numpy as np

from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load
from lachan.tracing import answers
from lachan.tracing.answers.current import Answers
from lachan.tracing.chains import backward
from lachan.tracing.chains.backward import Popularity, Shared, Stays
from lachan.tracing.chains.clusters import Presence
from lachan.tracing.chains.shapes import DAY, Days, Longs
from lachan.tracing.segments.files import Corrupt
from lachan.tracing.visits.subjects import subjects_of

ZONE_DAYS: Final = 7 / 24  # days of onset begin at midnight in Viet Nam
MOST_CASES: Final = 1_000  # of the latest, whose sources are looked for
LOOKS_BACK: Final = 35.0  # days of onset: what was before lies beyond the 21 days that visits are kept
MOST_PLACES: Final = 300  # shared by most of them, whose visitors are counted
MOST_SHOWN: Final = 50
SURE: Final = 0.05  # of places shown as a source, at most this share is there by chance
SAMPLE: Final = 64  # one pseudonym in so many says how many people go to how many places
_REST: Final = 1 << 62  # numbers of places no case went to: only how many they are matters


@dataclass(frozen=True, slots=True)
class SharedPlaces:
    """``found``: places as :func:`backward.shared` ranks them; ``members``: positions of the cases at each; ``looked``:
    how many cases had any visit in their source window; ``people``: whose visits say what is usual, about."""

    found: Shared
    members: tuple[tuple[int, ...], ...]
    day: Days
    looked: int
    people: int

    def presence(self) -> Presence:
        """Cases at places that mean something, for clusters."""
        rows = [
            (case, int(place)) for place, q, cases in zip(self.found.place, self.found.q, self.members, strict=True)
            if q <= SURE for case in cases
        ]  # fmt: skip
        case = np.array([row[0] for row in rows], dtype=np.int64)
        return Presence(case, np.array([row[1] for row in rows], dtype=np.int64), self.day[case])


def shared_places(person_ids: Sequence[UUID], day: Days) -> SharedPlaces:
    """Places the latest of these cases shared in their source windows; ``day``: when each fell ill, days since 1970.

    Two queries for pseudonyms; the rest comes from the answer store. A place only shared by as many as its popularity
    explains ranks low: its ``q`` says so.
    """
    recent = _recent(day)
    stays = _stays(person_ids, day, recent)
    looked = len(np.unique(stays.case))
    places, counts = np.unique(np.unique(np.column_stack([stays.place, stays.case]), axis=0)[:, 0], return_counts=True)
    if not (counts >= backward.FEWEST).any():
        nothing = np.empty(0, np.int64)
        none = Shared(nothing, nothing, np.empty(0), np.empty(0), np.empty(0), nothing, nothing)
        return SharedPlaces(none, (), day, looked, 0)
    order = np.lexsort((places, -counts))
    order = order[counts[order] >= backward.FEWEST][:MOST_PLACES]
    popularity = _popularity(np.sort(places[order]), stays)
    found = backward.shared(stays, popularity, most=MOST_SHOWN)
    members = tuple(tuple(np.unique(stays.case[stays.place == place]).tolist()) for place in found.place.tolist())
    return SharedPlaces(found, members, day, looked, int(popularity.people[0]))


def _recent(day: Days) -> Longs:
    """The latest cases whose source windows visits may still be kept of."""
    dated = np.flatnonzero(~np.isnan(day))
    if not len(dated):
        return dated
    near = dated[day[dated] >= day[dated].max() - LOOKS_BACK]
    latest: Longs = near[np.argsort(-day[near], kind="stable")][:MOST_CASES]
    return latest


def _stays(person_ids: Sequence[UUID], day: Days, recent: Longs) -> Stays:
    """Where each case was between fourteen and two days before it fell ill."""
    known = subjects_of([person_ids[case] for case in recent.tolist()])
    store, parts = answers.store(), []
    for case in recent.tolist():
        begin = (day[case] - ZONE_DAYS - backward.SOURCE_FROM) * DAY
        end = (day[case] - ZONE_DAYS - backward.SOURCE_TO) * DAY
        own = store.stays(known.get(person_ids[case], []), int(begin), int(end))
        if len(own.place):
            parts.append(Stays(np.full(len(own.place), case), own.place, own.t_in, own.t_out))
    if not parts:
        nothing = np.empty(0, np.int64)
        return Stays(nothing, nothing, nothing, nothing)
    joined = Stays(*(np.concatenate(column) for column in zip(*parts, strict=True)))
    return backward.in_source_window(joined, day - ZONE_DAYS)


def _popularity(places: Longs, stays: Stays) -> Popularity:
    """Visitors of these places in the time of all the windows, counted; of all others, only how many go how often, from
    one person in :data:`SAMPLE` (pseudonyms are random numbers)."""
    store = answers.store()
    start, end = int(stays.start.min()), int(stays.end.max())
    visitors = np.array(
        [len(np.unique(store.visits_of_place(place, start, end).subject)) for place in places.tolist()], dtype=np.int64
    )
    people, pairs, number = _usual(store, start // DAY, -(-end // DAY))
    people = max(people, int(visitors.max()), 1)
    number = max(number - len(places), 1)
    rest = max(pairs - int(visitors.sum()), 0)
    others = np.full(number, rest // number, dtype=np.int64)
    others[: rest % number] += 1
    return Popularity(
        np.concatenate([places, _REST + np.arange(number)]), np.concatenate([visitors, others]),
        np.zeros(len(places) + number, dtype=np.int64), np.array([people]),
    )  # fmt: skip


def _usual(store: Answers, first: int, last: int) -> tuple[int, int, int]:
    """(people, pairs of person and place, places) in these days, about; without days that are damaged until healed."""
    parts = []
    factor = 1
    for day in range(first, last):
        try:
            rows = store.store.day(day)
        except Corrupt:
            continue
        parts.append((rows.subject, rows.place))
    if not parts:
        return 0, 0, 0
    subject = np.concatenate([part[0] for part in parts])
    place = np.concatenate([part[1] for part in parts])
    number = len(np.unique(place))
    if len(subject) > 1_000_000:  # by the low digits of a keyed digest: a fair choice of people, all of their visits
        chosen = subject % SAMPLE == 0
        subject, place, factor = subject[chosen], place[chosen], SAMPLE
    people = len(np.unique(subject))
    pairs = len(np.unique(np.column_stack([subject, place]), axis=0)) if len(subject) else 0
    return people * factor, pairs * factor, number


LATELY: Final = timedelta(days=14)
MOST_LISTED: Final = 300


class Exposed(NamedTuple):
    """A place where cases were lately; ``others``: people there at the same time, over all stays; ``listed``: of them
    on lists; ``untold``: stays whose staff nobody told yet."""

    place_id: int
    area_id: int | None
    cases: int
    stays: int
    first: datetime
    last: datetime
    others: int
    listed: int
    untold: int
    told_at: datetime | None


class ByArea(NamedTuple):
    """Figures of a commune; ``untold``: places whose staff was not told."""

    area_id: int | None
    places: int
    cases: int
    others: int
    listed: int
    untold: int


def places_exposed(areas: list[int] | None, now: datetime, disease: str = "") -> list[Exposed]:
    """Places in these areas (None: all) where cases were in the last fourteen days, the latest first. One query."""
    asked = {"areas": areas, "since": now - LATELY, "disease": disease, "most": MOST_LISTED}
    with hot_cursor() as cursor:
        cursor.execute(load("tracing", "stays_in_areas"), asked, prepare=False)
        return [Exposed(*row) for row in cursor.fetchall()]


def by_area(areas: list[int] | None, now: datetime, disease: str = "") -> list[ByArea]:
    """The same counted by commune, naming no place. One query."""
    with hot_cursor() as cursor:
        asked = {"areas": areas, "since": now - LATELY, "disease": disease}
        cursor.execute(load("tracing", "stays_by_area"), asked, prepare=False)
        return [ByArea(*row) for row in cursor.fetchall()]
