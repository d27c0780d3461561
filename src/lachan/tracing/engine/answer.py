"""Lines on their way into a file: scored, ordered, written as CSV or Parquet."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet
from numba import njit

from lachan.tracing.engine import ranking
from lachan.tracing.engine.columns import Doubles, Visits
from lachan.tracing.engine.files import FileError
from lachan.tracing.engine.shapes import ENCOUNTER, VISIT, Lines, Longs
from lachan.tracing.engine.trace import by_place

SCHEMA: Final = pa.schema(
    [
        ("f0", pa.string()),
        ("contact", pa.string()),
        ("level", pa.int8()),
        ("rule", pa.string()),
        ("first_exposure", pa.string()),
        ("last_exposure", pa.string()),
        ("minutes", pa.float64()),
        ("place_or_kind", pa.string()),
        ("score", pa.float64()),
    ]
)
PORTION: Final = 1 << 16  # lines written at once
HOUR: Final = 3600
MOST_STEPS: Final = 4400  # of a crowd's clock: half a year of hours


class Scorer:
    """Scores lines by what a file of visits says of its places: how many are there at a time, and if under a roof."""

    def __init__(self, visits: Visits, places: int, *, closed_known: bool) -> None:
        self.crowd, closed = crowds(visits, places)
        self.closed = closed if closed_known else np.full(places, np.nan)

    def scored(self, lines: Lines) -> Lines:
        at: Any = np.where(lines.kind == VISIT, lines.place, -1)
        return lines._replace(
            score=ranking.score(lines, crowd=_of(self.crowd, at), closed=_of(self.closed, at)),
        )


def check_out(path: Path) -> None:
    """FileError when a file of that name cannot be written."""
    if path.suffix.lower() not in (".csv", ".parquet", ".pq"):
        raise FileError(f"{path.name} is neither .csv nor .parquet")
    if not path.parent.is_dir():
        raise FileError(f"there is no folder {path.parent}")


def crowds(visits: Visits, places: int) -> tuple[Doubles, Doubles]:
    """(how many are at each place at a time, as those who are there meet it; the share of its stays that were in a
    closed space). The first is the mean over everybody's seconds, in steps of an hour or, for files over half a year,
    longer. NaN where nobody was."""
    if not len(visits.place):
        return np.full(places, np.nan), np.full(places, np.nan)
    visits, _ = by_place(visits)
    earliest = int(visits.t_in.min())
    step = max(HOUR, -(-(int(visits.t_out.max()) - earliest) // MOST_STEPS))
    found: tuple[Doubles, Doubles] = _crowds(visits, places, earliest, step)
    return found


@njit(cache=True, nogil=True)
def _crowds(visits: Any, places: int, earliest: int, step: int) -> Any:
    seconds = np.zeros(MOST_STEPS + 3)  # of people, in each step
    crowd, closed = np.full(places, np.nan), np.full(places, np.nan)
    row = 0
    while row < len(visits.place):
        place, first, indoors = visits.place[row], row, 0
        low, high = MOST_STEPS, 0
        while row < len(visits.place) and visits.place[row] == place:
            begin, end = visits.t_in[row] - earliest, visits.t_out[row] - earliest
            at = begin // step
            low = min(low, at)
            while begin < end:
                until = min(end, (at + 1) * step)
                seconds[at] += until - begin
                high = max(high, at)
                begin, at = until, at + 1
            indoors += visits.closed[row]
            row += 1
        total, squares = 0.0, 0.0
        for at in range(low, high + 1):
            total += seconds[at]
            squares += seconds[at] * seconds[at]
            seconds[at] = 0.0
        if total > 0:
            crowd[place] = squares / total / step
        closed[place] = indoors / (row - first)
    return crowd, closed


def _of(column: Doubles, at: Any) -> Any:
    return np.append(column, np.nan)[at].astype(np.float32)


class Writer:
    """A file that is there whole or not at all: written beside, then moved into place."""

    def __init__(self, path: Path, people: Sequence[str], places: Sequence[str], rule: str, scorer: Scorer) -> None:
        check_out(path)
        self.path, self.beside, self.rule = path, path.with_name(f".{path.name}.part"), rule
        self.people, self.places = pa.array(people, pa.string()), pa.array([*places, "encounter"], pa.string())
        self.scorer, self.written = scorer, 0
        self._waiting: list[tuple[int, Lines]] = []
        self._count = 0
        self._out: Any
        self._file = self.beside.open("wb")
        if path.suffix.lower() == ".csv":
            plain = not any(map(_quoted, (self.people, self.places, pa.array([rule]))))
            self._file.write(",".join(SCHEMA.names).encode() + b"\n")
            options = pa.csv.WriteOptions(include_header=False, quoting_style="none" if plain else "needed")
            self._out = pa.csv.CSVWriter(self._file, SCHEMA, write_options=options)
        else:
            self._out = pa.parquet.ParquetWriter(self._file, SCHEMA)

    def add(self, f0: int, lines: Lines) -> None:
        """Lines of the next case."""
        self._waiting.append((f0, lines))
        self._count += len(lines.contact)
        if self._count >= PORTION:
            self._write()

    def _write(self) -> None:
        """What waits, scored and put in its order: case after case as given, in each as people are called."""
        if not self._count:
            return
        lengths = [len(lines.contact) for _, lines in self._waiting]
        case = np.repeat(np.arange(len(lengths)), lengths)
        f0 = np.repeat([f0 for f0, _ in self._waiting], lengths)
        lines = Lines._make(np.concatenate([entry[i] for _, entry in self._waiting]) for i in range(len(Lines._fields)))
        lines = self.scorer.scored(lines)
        # in the order of what is written: equal scores on paper go by name, whatever the decimals behind them
        score = np.round(lines.score.astype(np.float64), 6)
        rows = np.lexsort((lines.contact, -score, lines.level, case))
        lines, f0 = Lines._make(column[rows] for column in lines), f0[rows]
        place = np.where(lines.kind == ENCOUNTER, len(self.places) - 1, lines.place)
        table = pa.table(
            [
                self.people.take(pa.array(f0)),
                self.people.take(pa.array(lines.contact)),
                pa.array(lines.level.astype(np.int8)),
                pa.array([self.rule]).take(pa.array(np.zeros(len(f0), np.int8))),
                _iso(lines.first),
                _iso(lines.last),
                pa.array(np.round(lines.seconds / 60, 6)),
                self.places.take(pa.array(place)),
                pa.array(score[rows]),
            ],
            schema=SCHEMA,
        )
        self._out.write_table(table)
        self.written += len(f0)
        self._waiting, self._count = [], 0

    def __enter__(self) -> Writer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trail: TracebackType | None
    ) -> None:
        if kind is None:
            self._write()
        self._out.close()
        self._file.close()
        if kind is None:
            os.replace(self.beside, self.path)
        else:
            self.beside.unlink(missing_ok=True)


def _iso(seconds: Longs) -> Any:
    """ISO 8601 in UTC. Arrow writes a moment without a zone ten times as fast as one with it."""
    words = pc.replace_substring(pa.array(seconds.astype("datetime64[s]")).cast(pa.string()), " ", "T")
    return pc.binary_join_element_wise(words, "Z", "")


def _quoted(names: Any) -> bool:
    """Whether a name among these needs quotes in CSV."""
    return bool(pc.any(pc.match_substring_regex(names, '[",\\r\\n]')).as_py())
