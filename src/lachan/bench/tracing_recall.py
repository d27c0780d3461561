"""How many of the people worth a call are among the first fifty, measured on real contacts.

The data sets lie beside a checkout, never in it: two of them are for non-commercial use. Each ``measure`` reads what is
there and leaves out what is not.

- School and workplace: sensors saw who was face to face, every twenty seconds. A case's list is made of what a centre
  would have, no stay of it from the sensors' pairs: whoever was there that day was in the room of their class or
  office from their first record to their last, and all of the house in one hall at noon; encounters only of the three
  in ten who carry the application, each heard with a chance of one in two. Truth is fifteen minutes face to face in a
  day, and whoever reached that is worth a call.
- Korea: published routes of cases with a known infector. The infector's list is everybody with whom a place and a day
  are shared; worth a call is whom they infected.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from lachan.tracing.engine import ranking
from lachan.tracing.engine.answer import Scorer
from lachan.tracing.engine.columns import NO_TIME, Cases, Encounters, Visits
from lachan.tracing.engine.shapes import Lines, Longs, Rule
from lachan.tracing.engine.trace import trace

CALLS: Final = 50
STEP: Final = 20  # seconds a record of the sensors covers
NOON: Final = (12 * 3600, 13 * 3600)  # local time, in the hall
ZONE_OF_FRANCE: Final = 3600  # of the school's clock; the office's is local
CARRIES: Final = 0.3
HEARD: Final = 0.5
MET: Final = 15.0  # minutes in a day that make somebody worth a call
DAY: Final = 86_400
WIDE: Final = Rule(
    id="any", days_before=30, days_after=30, min_minutes=0, sum="window", max_distance_m=2, closed_only=False
)
TRUE: Final = Rule(
    id="met", days_before=30, days_after=30, min_minutes=MET, sum="day", max_distance_m=2, closed_only=False
)


class Recall(NamedTuple):
    """Shares of those worth a call within the calls: by our ranking, by minutes alone, by chance; on the list at all;
    how long lists are on average; how many people are worth a call, over all cases."""

    ranked: float
    minutes: float
    chance: float
    listed: float
    length: float
    people: float


class Sensors(NamedTuple):
    """``a``, ``b``: people from 0; ``at``: the end of twenty seconds; ``room``: the class or office of each person;
    ``zone``: seconds local time is ahead of ``at``."""

    a: Longs
    b: Longs
    at: Longs
    room: Longs
    zone: int


def measure(folder: Path, *, calls: int = CALLS, seed: int = 5) -> dict[str, float]:
    """Recall at ``calls`` on every data set found in ``folder``: keys ``highschool_ranked`` and so on, ``calls``."""
    answer: dict[str, float] = {"calls": float(calls)}
    found: dict[str, Recall] = {}
    school, school_people = folder / "highschool2013_days1-3_contacts.csv.gz", folder / "highschool2013_metadata.txt"
    if school.is_file() and school_people.is_file():
        found["highschool"] = _of_sensors(read_sensors(school, school_people, zone=ZONE_OF_FRANCE), calls, seed)
    work, work_people = folder / "workplace_InVS15_contacts.dat.gz", folder / "workplace_InVS15_metadata.txt"
    if work.is_file() and work_people.is_file():
        found["workplace"] = _of_sensors(read_sensors(work, work_people), calls, seed)
    info, route = folder / "ds4c_patientinfo_dev.csv.gz", folder / "ds4c_patientroute_dev.csv.gz"
    if info.is_file() and route.is_file():
        found["korea"] = _of_routes(info, route, calls)
    for name, recall in found.items():
        answer |= {f"{name}_{field}": round(value, 4) for field, value in recall._asdict().items()}
    return answer


def encounters_of(sensors: Sensors) -> Encounters:
    """What the sensors saw, as encounters of twenty seconds without a distance."""
    distance = np.full(len(sensors.a), np.nan)
    return Encounters(
        sensors.a.astype(np.int32), sensors.b.astype(np.int32), sensors.at - STEP, sensors.at.copy(), distance
    )


def read_sensors(contacts: Path, people: Path, *, zone: int = 0) -> Sensors:
    """A data set of the SocioPatterns kind."""
    with gzip.open(contacts, "rt") as file:
        rows = np.array([[int(word) for word in line.split()[:3]] for line in file], np.int64)
    rooms = dict(line.split()[:2] for line in people.read_text().splitlines() if line.strip())
    names, numbers = np.unique(rows[:, 1:], return_inverse=True)
    pairs = numbers.reshape(-1, 2)
    room = np.unique([rooms.get(str(name), "") for name in names], return_inverse=True)[1]
    return Sensors(pairs[:, 0], pairs[:, 1], rows[:, 0], room, zone)


def _of_sensors(sensors: Sensors, calls: int, seed: int) -> Recall:
    people = len(sensors.room)
    dice = np.random.default_rng(seed)
    everything = encounters_of(sensors)
    carries = dice.random(people) < CARRIES
    heard = carries[everything.a] & carries[everything.b] & (dice.random(len(everything.a)) < HEARD)
    some = Encounters._make(column[heard] for column in everything)
    stays = _stays(sensors)
    cases = Cases(
        np.arange(people, dtype=np.int32),
        np.full(people, int(sensors.at.mean())),
        np.full(people, NO_TIME),
        np.zeros(people, np.uint8),
    )
    truth = [set(lines.contact.tolist()) for _, lines in trace(_no_visits(), everything, cases, TRUE, people=people)]
    scorer = Scorer(stays, int(sensors.room.max()) + 2, closed_known=True)
    lists = [scorer.scored(lines) for _, lines in trace(stays, some, cases, WIDE, people=people)]
    return _recall(lists, truth, calls, dice)


def _stays(sensors: Sensors) -> Visits:
    """In their room from the first record of a day to the last, but at noon in the hall."""
    people = np.concatenate((sensors.a, sensors.b))
    at = np.tile(sensors.at + sensors.zone, 2)
    days, which = np.unique(people * 100_000 + at // DAY, return_inverse=True)
    first, last = np.full(len(days), 1 << 60), np.zeros(len(days), np.int64)
    np.minimum.at(first, which, at - STEP)
    np.maximum.at(last, which, at)
    person = days // 100_000
    noon, after = days % 100_000 * DAY + NOON[0], days % 100_000 * DAY + NOON[1]
    room, hall = sensors.room[person], np.full(len(days), sensors.room.max() + 1)
    parts = [
        (person, room, first, np.minimum(last, noon)),
        (person, hall, np.maximum(first, noon), np.minimum(last, after)),
        (person, room, np.maximum(first, after), last),
    ]
    whole = [np.concatenate([part[i] for part in parts]) for i in range(4)]
    there = whole[3] > whole[2]
    person, place, t_in, t_out = (column[there] for column in whole)
    return Visits(
        person.astype(np.int32),
        place.astype(np.int32),
        t_in - sensors.zone,
        t_out - sensors.zone,
        np.ones(len(person), np.uint8),
    )


def _of_routes(info: Path, route: Path, calls: int) -> Recall:
    infector = {row["patient_id"]: row["infected_by"] for row in _csv(info) if row["infected_by"].strip()}
    rows = [row for row in _csv(route) if row["latitude"] and row["longitude"]]
    names = sorted({row["patient_id"] for row in rows})
    number = {name: i for i, name in enumerate(names)}
    spots = [f"{float(row['latitude']):.3f} {float(row['longitude']):.3f}" for row in rows]
    place = np.unique(spots, return_inverse=True)[1]
    begin = np.array([int(datetime.fromisoformat(row["date"]).replace(tzinfo=UTC).timestamp()) for row in rows])
    stays = Visits(
        np.array([number[row["patient_id"]] for row in rows], np.int32),
        place.astype(np.int32),
        begin,
        begin + DAY,
        np.array([row["type"] not in ("park", "beach", "etc") for row in rows], np.uint8),
    )
    pairs = [(number[by], number[one]) for one, by in infector.items() if by in number and one in number]
    sources = sorted({by for by, _ in pairs})
    truth = [{one for by, one in pairs if by == source} for source in sources]
    cases = Cases(
        np.array(sources, np.int32),
        np.full(len(sources), int(begin.mean())),
        np.full(len(sources), NO_TIME),
        np.zeros(len(sources), np.uint8),
    )
    rule = Rule(id="day", days_before=400, days_after=400, min_minutes=0, sum="window", max_distance_m=2)
    scorer = Scorer(stays, int(place.max()) + 1, closed_known=True)
    lists = [scorer.scored(lines) for _, lines in trace(stays, _no_encounters(), cases, rule, people=len(names))]
    return _recall(lists, truth, calls, np.random.default_rng(0))


def _csv(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path) as file:
        yield from csv.DictReader(io.TextIOWrapper(file, "utf-8-sig"))


def _recall(lists: list[Lines], truth: list[set[int]], calls: int, dice: Any) -> Recall:
    worth = sum(map(len, truth))
    ranked = minutes = chance = listed = 0
    for lines, wanted in zip(lists, truth, strict=True):
        ranked += _hits(lines, ranking.order(lines)[:calls], wanted)
        minutes += _hits(lines, np.argsort(-lines.seconds, kind="stable")[:calls], wanted)
        chance += _hits(lines, dice.permutation(len(lines.contact))[:calls], wanted)
        listed += len(wanted.intersection(lines.contact.tolist()))
    length = float(np.mean([len(lines.contact) for lines in lists])) if lists else 0.0
    ours, long, lucky, there = (found / max(worth, 1) for found in (ranked, minutes, chance, listed))
    return Recall(ours, long, lucky, there, length, float(worth))


def _hits(lines: Lines, rows: Longs, wanted: set[int]) -> int:
    return len(wanted.intersection(lines.contact[rows].tolist()))


def _no_visits() -> Visits:
    none, seconds = np.zeros(0, np.int32), np.zeros(0, np.int64)
    return Visits(none, none, seconds, seconds, np.zeros(0, np.uint8))


def _no_encounters() -> Encounters:
    none, seconds = np.zeros(0, np.int32), np.zeros(0, np.int64)
    return Encounters(none, none, seconds, seconds, np.zeros(0))
