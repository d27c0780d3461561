"""Small worlds of visits: part of them sealed, part sealed as they were believed to be before, part come since."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st

from lachan.tracing.engine.shapes import Rule
from lachan.tracing.segments import sealing
from lachan.tracing.segments.layout import DAY_S, LONGEST_S, REPLACES, Rows
from lachan.tracing.segments.manifest import Snapshot
from lachan.tracing.segments.store import Store
from lachan.tracing.segments.tail import Batch

FIRST = 20_000  # days since 1970
DAYS = 3
MINUTE = 60
SEEN = Snapshot(10, 10, frozenset())
PEOPLE = 6


class Visit(NamedTuple):
    """``state``: 0 sealed, 1 sealed with another end and corrected since, 2 come since."""

    place: int
    subject: int
    t_in: int
    t_out: int
    closed: bool
    state: int
    before: int


@st.composite
def _visit(draw: st.DrawFn) -> Visit:
    # quarters of an hour meet, touch and repeat; odd seconds do not
    t_in = FIRST * DAY_S + draw(st.integers(0, DAYS * 96 - 1)) * 900 + draw(st.sampled_from([0, 0, 0, 1, 899]))
    stay = draw(st.one_of(st.integers(0, 6).map(lambda n: n * 900), st.sampled_from([1, 899, LONGEST_S])))
    before = draw(st.sampled_from([0, 900, LONGEST_S]))
    closed, state = draw(st.booleans()), draw(st.integers(0, 2))
    return Visit(draw(st.integers(1, 3)), draw(st.integers(1, PEOPLE)) << 40, t_in, t_in + stay, closed, state, before)


visits = st.lists(_visit(), max_size=40, unique_by=lambda visit: visit[:3])
rules = st.builds(
    Rule, id=st.just("r"), days_before=st.just(1.0), days_after=st.just(1.0), max_distance_m=st.just(2.0),
    min_minutes=st.sampled_from([0.0, 15.0, 60.0]), sum=st.sampled_from(["single", "day", "window"]),
    closed_only=st.booleans(), levels=st.just(2), latent_days=st.sampled_from([0.0, 0.25]),
)  # fmt: skip
windows = st.tuples(st.integers(0, DAYS * 96), st.integers(1, 2 * 96)).map(
    lambda pair: (FIRST * DAY_S + pair[0] * 900 - 450, FIRST * DAY_S + (pair[0] + pair[1]) * 900 - 450)
)


def rows(made: Sequence[Visit], *, as_before: bool = False) -> Rows:
    ends = [visit.t_in + visit.before if as_before and visit.state == 1 else visit.t_out for visit in made]
    columns = [[visit.place for visit in made], [visit.subject for visit in made], [visit.t_in for visit in made], ends]
    flags = [visit.closed | (0 if as_before else REPLACES * (visit.state == 1)) for visit in made]
    return Rows(*(np.array(column, np.int64) for column in columns), flags=np.array(flags, np.uint8))


def seal_days(folder: Path, made: Sequence[Visit]) -> None:
    for day in range(FIRST, FIRST + DAYS + 1):
        its = [visit for visit in made if visit.t_in // DAY_S == day and visit.state < 2]
        sealing.seal(folder, day, rows(its, as_before=True), snapshot="10:10:")


@contextmanager
def store_of(made: Sequence[Visit], batches: int = 2) -> Iterator[Store]:
    """The world as a store: what is to be sealed is, the rest comes in so many batches."""
    folder = Path(mkdtemp())
    try:
        seal_days(folder, made)
        store = Store(folder)
        since = [visit for visit in made if visit.state > 0]
        for number in range(batches):
            store.add([Batch(11 + number, number, rows(since[number::batches]))])
        yield store
    finally:
        shutil.rmtree(folder)
