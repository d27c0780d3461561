"""An outbreak as files, CSV or Parquet: what tracers would have, and the truth beside it.

| file | columns |
|---|---|
| visits | person, place, t_in, t_out, closed: scanned stays only |
| encounters | person_a, person_b, t_start, t_end, distance_m: what telephones of cases gave |
| cases | person, anchor_kind, anchor_time, isolated_at, onset, confirmed: in order of result |
| tests | person, taken_at, result_at, result, pool |
| truth | infectee, infector, at, place, kind, onset, symptoms, infectious_from, infectious_until, isolated_at, |
|  | recorded: both stays were scanned; kind: import, household or that of the place |
| people | person, id, age, sex, commune, household, group, area, app |
| places | place, kind, area, closed |

Times are UNIX seconds. Persons and places are numbers; ``id`` is the person's in the invented population.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from lachan.synth import tables
from lachan.synth.epidemic.course import NEVER
from lachan.synth.epidemic.days import Stays
from lachan.synth.epidemic.outbreak import Told, encounters, play
from lachan.synth.epidemic.plan import DAY, Outbreak
from lachan.synth.epidemic.population import KINDS, Int32s, Places
from lachan.synth.numbers import Ints

Form = Literal["csv", "parquet"]
NAMES: Final = ("visits", "encounters", "cases", "tests", "truth", "people", "places")
IMPORTED, HOUSEHOLD = "import", "household"


class Written(NamedTuple):
    """What a run wrote. ``r``: infected by each of those whose time was over before the last day, in the mean."""

    people: int
    places: int
    stays: int
    visits: int
    encounters: int
    infected: int
    cases: int
    tests: int
    r: float


def lay(plan: Outbreak, folder: Path, form: Form) -> Written:
    """Play the outbreak into files of this folder, which is made; files of the same names are replaced at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    count = [0, 0, 0]
    with _file(folder, "visits", form) as visits:

        def each_day(stays: Stays, places: Places) -> None:
            count[0] += len(stays.person)
            count[1] += int(stays.recorded.sum())
            visits.write(visits_of(stays, places))

        told = play(plan, each_day)
    with _file(folder, "encounters", form) as file:
        for met in encounters(told):
            count[2] += len(met.one)
            file.write({
                "person_a": met.one, "person_b": met.other, "t_start": met.start, "t_end": met.end,
                "distance_m": np.round(met.distance, 2),
            })  # fmt: skip
    for name, columns in (
        ("cases", cases_of(told)),
        ("tests", _tests(told)),
        ("truth", truth_of(told)),
        ("people", _people(told)),
        ("places", _places(told)),
    ):
        with _file(folder, name, form) as file:
            file.write(columns)
    return Written(
        people=plan.people,
        places=len(told.places.kind),
        stays=count[0],
        visits=count[1],
        encounters=count[2],
        infected=len(told.infected()),
        cases=len(told.cases()),
        tests=len(told.tests.person),
        r=reproduction(told),
    )


def reproduction(told: Told) -> float:
    """Infected by each of those whose infectious time was over before the last day; NaN while there are none."""
    course = told.course
    who = told.infected()
    infector = course.infector[who]
    made = np.bincount(infector[infector >= 0], minlength=told.plan.people)
    done = who[course.ends[who] <= told.plan.first_second + told.plan.days * DAY]
    return float(made[done].mean()) if len(done) else float("nan")


def visits_of(stays: Stays, places: Places) -> dict[str, Any]:
    """The scanned stays of a day."""
    closed = np.array([kind.closed for kind in KINDS], dtype=np.uint8)
    seen = stays.recorded
    place = stays.place[seen]
    return {
        "person": stays.person[seen], "place": place, "t_in": stays.start[seen], "t_out": stays.end[seen],
        "closed": closed[places.kind[place]],
    }  # fmt: skip


def cases_of(told: Told) -> dict[str, Any]:
    """Who was found, as the tracing engine reads it: by onset where there were symptoms, else by the sample."""
    who, course = told.cases(), told.course
    ill = course.symptoms[who] & (course.infected[who] < NEVER) & (course.onset[who] <= course.result[who])
    return {
        "person": who, "anchor_kind": np.where(ill, "onset", "sample"),
        "anchor_time": np.where(ill, course.onset[who], course.sampled[who]), "isolated_at": course.isolated[who],
        "onset": _or_none(np.where(ill, course.onset[who], NEVER)), "confirmed": course.result[who],
    }  # fmt: skip


def truth_of(told: Told) -> dict[str, Any]:
    """Every infection: by whom, where and when; ``recorded``: both stays were scanned."""
    who, course = told.infected(), told.course
    place = course.place[who]
    names = np.array([kind.name for kind in KINDS])
    kind = np.where(place >= 0, names[told.places.kind[np.maximum(place, 0)]], HOUSEHOLD)
    imported = course.infector[who] < 0
    return {
        "infectee": who, "infector": pa.array(course.infector[who], mask=imported), "at": course.infected[who],
        "place": pa.array(place, mask=place < 0), "kind": np.where(imported, IMPORTED, kind),
        "onset": course.onset[who], "symptoms": course.symptoms[who].astype(np.uint8),
        "infectious_from": course.begins[who], "infectious_until": course.ends[who],
        "isolated_at": _or_none(course.isolated[who]), "recorded": course.recorded[who].astype(np.uint8),
    }  # fmt: skip


def _tests(told: Told) -> dict[str, Any]:
    order = np.lexsort((told.tests.person, told.tests.sampled))
    person, sampled, result, positive, pool = (column[order] for column in told.tests)
    return {
        "person": person, "taken_at": sampled, "result_at": result,
        "result": np.where(positive, "positive", "negative"), "pool": pa.array(pool, mask=pool < 0),
    }  # fmt: skip


def _people(told: Told) -> dict[str, Any]:
    folk, places = told.folk, tables.places(told.plan.province)
    codes = pa.array(places.codes)
    return {
        "person": np.arange(told.plan.people, dtype=np.int32),
        "id": [
            str(UUID(int=(upper << 64) | lower))
            for upper, lower in zip(folk.upper.tolist(), folk.lower.tolist(), strict=True)
        ],
        "age": folk.age, "sex": np.where(folk.male, "M", "F"), "commune": codes.take(pa.array(folk.commune)),
        "household": folk.household, "group": pa.array(folk.group, mask=folk.group < 0), "area": folk.area,
        "app": folk.app.astype(np.uint8),
    }  # fmt: skip


def _places(told: Told) -> dict[str, Any]:
    kind = told.places.kind
    return {
        "place": np.arange(len(kind), dtype=np.int32), "kind": np.array([entry.name for entry in KINDS])[kind],
        "area": told.places.area, "closed": np.array([entry.closed for entry in KINDS])[kind].astype(np.uint8),
    }  # fmt: skip


def _or_none(times: Ints | Int32s) -> Any:
    return pa.array(times, mask=times == NEVER)


class _Writer:
    """One file, portion by portion; the first portion says which columns there are."""

    def __init__(self, path: Path, form: Form) -> None:
        self.path, self.form = path, form
        self.file: Any = None

    def write(self, columns: dict[str, Any]) -> None:
        table = pa.table(columns)
        if self.file is None:
            if self.form == "csv":
                plain = pa.csv.WriteOptions(quoting_style="none", quoting_header="none")
                self.file = pa.csv.CSVWriter(self.path, table.schema, write_options=plain)
            else:
                self.file = pa.parquet.ParquetWriter(self.path, table.schema, compression="zstd")
        self.file.write_table(table)


@contextmanager
def _file(folder: Path, name: str, form: Form) -> Iterator[_Writer]:
    """A file that is there only once it is whole."""
    part = folder / f".{name}.{form}.part"
    writer = _Writer(part, form)
    try:
        yield writer
        if writer.file is None:  # an outbreak in which nobody was found has no encounters
            part.write_bytes(b"")
        else:
            writer.file.close()
        os.replace(part, folder / f"{name}.{form}")
    finally:
        part.unlink(missing_ok=True)
