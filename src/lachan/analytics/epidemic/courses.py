"""How a case counts, from everything that was said of it: pure. The same history gives the same intervals, whenever it
is folded, so a figure as known on a day follows from the facts' own times."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any, Final, NamedTuple
from uuid import UUID

from lachan.places import queries as places
from lachan.places.rules import COMMUNE
from lachan.surveillance.cases.histories import History, Sample, Told
from lachan.surveillance.cases.rows import CaseRow

ZONE: Final = timezone(timedelta(hours=7))
COUNTED: Final = {"confirmed": "cases", "probable": "probable"}
GRAVE: Final = frozenset({"severe", "critical"})
Key = tuple[str, int]  # measure, weight


class Interval(NamedTuple):
    """Something of a case that counts, by what was known from ``since`` (included) to ``until``; None: to this day.

    ``area_id`` None: where the person lives. ``weight`` -1: of a stock, on the day of leaving.
    """

    person_id: UUID
    fact_id: UUID
    measure: str
    weight: int
    disease: str
    day: date
    area_id: int | None
    since: datetime
    until: datetime | None


@dataclass(slots=True)
class _Known:
    """What is known of a case after some of what was said."""

    row: CaseRow
    area_id: int | None
    samples: list[datetime]  # taken, of positive results that stand
    reported_at: datetime | None = None
    classification: str = ""
    onset_on: date | None = None
    admitted_on: date | None = None
    left_on: date | None = None
    severe_on: date | None = None
    critical_on: date | None = None
    outcome: str = ""
    outcome_on: date | None = None

    def counted(self) -> dict[Key, tuple[date, int | None]]:
        measure = COUNTED.get(self.classification)
        if measure is None:
            return {}
        found: dict[Key, date | None] = {
            (measure, 1): self.onset_on or _day(min(self.samples, default=self.reported_at or self.row.happened_at)),
            ("admissions", 1): self.admitted_on,
            ("in_hospital", 1): self.admitted_on,
            ("severe", 1): self.severe_on,
            ("critical", 1): self.critical_on,
            ("deaths", 1): self.outcome_on if self.outcome == "died" else None,
            ("recovered", 1): self.outcome_on if self.outcome == "recovered" else None,
        }
        if self.admitted_on is not None:
            left = self.outcome_on if self.outcome and self.outcome != "lost" else self.left_on
            found["in_hospital", -1] = max(left, self.admitted_on) if left is not None else None
        return {key: (day, self.area_id) for key, day in found.items() if day is not None}


def intervals(history: History) -> list[Interval]:
    """Everything a case ever counted as, each with the time in which it was known so."""
    row = history.row
    moved = any(said.kind == "move" for said in history.told)
    known = _Known(row, None if moved else row.area_id, [])
    open_since: dict[Key, tuple[tuple[date, int | None], datetime]] = {}
    found: list[Interval] = []
    for at in _moments(known, history):
        now = known.counted()
        for key in open_since.keys() | now.keys():
            before = open_since.get(key)
            if before is not None and before[0] == now.get(key):
                continue
            if before is not None:
                found.append(_interval(row, key, *before, at))
                del open_since[key]
            if key in now:
                open_since[key] = (now[key], at)
    found += [_interval(row, key, what, since, None) for key, (what, since) in open_since.items()]
    return [one for one in found if one.until is None or one.until > one.since]


def _interval(
    row: CaseRow, key: Key, what: tuple[date, int | None], since: datetime, until: datetime | None
) -> Interval:
    return Interval(row.person_id, row.id, *key, row.disease, *what, since, until)


def _moments(known: _Known, history: History) -> Iterator[datetime]:
    """Apply what was recorded, moment by moment; at the end what the case says now, which no note may have said."""
    happened: list[tuple[datetime, int, Any]] = [(at, 0, given) for at, given in history.classes]
    happened += [(said.recorded_at, 1, said) for said in history.told]
    happened += [(sample.since, 2, sample) for sample in history.samples]
    happened += [(sample.until, 3, sample) for sample in history.samples if sample.until is not None]
    happened.sort(key=lambda one: (one[0], one[1]))
    for index, (at, kind, what) in enumerate(happened):
        if isinstance(what, Told):
            _STEPS[what.kind](known, what)
        elif isinstance(what, Sample):
            (known.samples.append if kind == 2 else known.samples.remove)(what.taken_at)
        else:
            known.classification = what
        if index + 1 == len(happened) or happened[index + 1][0] != at:
            yield at
    if happened and _settle(known):
        yield max(known.row.changed_at, happened[-1][0] + timedelta(microseconds=1))


def _settle(known: _Known) -> bool:
    """What stands in the case is right: an outcome taken back by a note that did not name it. Whether it changed."""
    row, before = known.row, known.counted()
    known.outcome, known.outcome_on = row.outcome, row.outcome_on
    known.onset_on = row.onset_on
    known.classification = row.classification
    return known.counted() != before


def _report(known: _Known, said: Told) -> None:
    known.onset_on = known.onset_on or _date(said.content, "onset_on")
    known.reported_at = min(known.reported_at or said.happened_at, said.happened_at)
    _course(known, said)


def _onset(known: _Known, said: Told) -> None:
    known.onset_on = _date(said.content, "onset_on")


def _course(known: _Known, said: Told) -> None:
    content, day = said.content, _day(said.happened_at)
    severity = content.get("severity", "")
    if content.get("hospital") or severity in GRAVE:
        known.admitted_on = known.admitted_on or day
    if severity in GRAVE:
        known.severe_on = known.severe_on or day
    if severity == "critical":
        known.critical_on = known.critical_on or day
    if "outcome" in content:
        known.outcome, known.outcome_on = content["outcome"], _date(content, "outcome_on") or known.outcome_on or day
    elif known.outcome == "died" and "reason" in content:  # a death taken back: the empty outcome is not in the note
        known.outcome, known.outcome_on = "", None
    elif "outcome_on" in content:
        known.outcome_on = _date(content, "outcome_on")


def _isolate(known: _Known, said: Told) -> None:
    day = _day(datetime.fromisoformat(said.content["isolated_at"]))
    if said.content["kind"] == "hospital":
        known.admitted_on, known.left_on = min(known.admitted_on or day, day), None
    elif known.admitted_on is not None:
        known.left_on = day


def _move(known: _Known, said: Told) -> None:
    on = _date(said.content, "commune_on") or _day(said.recorded_at)
    area = places.area_at(said.content["commune"], COMMUNE, on)
    known.area_id = area.id if area is not None else known.row.area_id


def _end(known: _Known, said: Told) -> None:
    known.left_on = known.left_on or _day(said.happened_at)


_STEPS: Final = {
    "report": _report, "onset": _onset, "course": _course, "isolate": _isolate, "move": _move, "end": _end,
}  # fmt: skip


def _date(content: Mapping[str, Any], name: str) -> date | None:
    value = content.get(name)
    return date.fromisoformat(value) if value else None


def _day(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()
