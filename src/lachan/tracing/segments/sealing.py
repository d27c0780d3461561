"""Writing a store: a day's visits into its file, days forgotten. Readers notice by themselves."""

from __future__ import annotations

import secrets
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from lachan.tracing.segments import files, manifest
from lachan.tracing.segments.files import Columns, Corrupt
from lachan.tracing.segments.layout import COLUMNS, Rows, Table, build, unpacked
from lachan.tracing.segments.manifest import Manifest, Sealed
from lachan.tracing.segments.people import People, nobody

PEOPLE: Final = -1  # the "day" of the file of people


def seal(folder: Path, day: int, rows: Rows, *, snapshot: str, origin: str = "") -> None:
    """Let these visits, all that began on ``day`` (days since 1970, UTC), answer for it from now on.

    ``rows``: each place, subject and ``t_in`` once. ``snapshot``: what the read of the truth saw. A store made from
    another ``origin``, or whose people are damaged, is begun anew: its days are missing until they are sealed again.
    """
    with manifest.writing(folder) as before:
        people = _people(folder, before)
        if people is None or before.origin != origin:
            before, people = Manifest(origin=origin, lineage=secrets.token_hex(8), serial=before.serial), nobody()
        serial = before.serial + 1
        more = people.extended(rows.subject)
        named = before.people
        if more is not people or not named:
            named = f"people.{serial:08d}"
            _write_people(folder / named, more, before.lineage)
        table = build(day, rows, more.find(rows.subject), len(more.subjects))
        name = f"{np.datetime64(day, 'D')}.{serial:08d}"
        write_table(folder / name, table, before.lineage, len(more.subjects))
        days = {**before.days, day: Sealed(name, len(rows.place), snapshot, int(time.time()))}
        manifest.write(folder, Manifest(origin=origin, lineage=before.lineage, serial=serial, people=named, days=days))


def advance(folder: Path, snapshots: Mapping[int, str]) -> None:
    """Nothing of these days changed until these snapshots: say so, without writing the days again."""
    with manifest.writing(folder) as before:
        days = dict(before.days)
        for day, snapshot in snapshots.items():
            if day in days:
                days[day] = msgspec.structs.replace(days[day], snapshot=snapshot)
        if days != before.days:
            manifest.write(folder, msgspec.structs.replace(before, days=days))


def forget(folder: Path, days: Collection[int]) -> int:
    """Remove the files of these days; how many were there. Whoever was only there keeps a number without a visit until
    the store is made anew."""
    with manifest.writing(folder) as before:
        kept = {day: sealed for day, sealed in before.days.items() if day not in days}
        if len(kept) < len(before.days):
            manifest.write(folder, msgspec.structs.replace(before, days=kept))
        return len(before.days) - len(kept)


def renumber(folder: Path, *, most_unused: float = 0.1) -> bool:
    """Forget the subjects who are on no day any more, when their share is above ``most_unused``; whether it was done.

    Everybody gets another number, so every day is written again. Days that are damaged are left out: missing.
    """
    with manifest.writing(folder) as before:
        people = _people(folder, before)
        if people is None or not len(people.subjects):
            return False
        used = np.zeros(len(people.subjects), np.bool_)
        for _, table in _sound_tables(folder, before):
            used[unpacked(table)[1]] = True
        if used.mean() >= 1 - most_unused:
            return False
        kept = nobody().extended(people.subjects[used])
        number = np.cumsum(used) - 1
        serial, lineage = before.serial + 1, secrets.token_hex(8)
        named = f"people.{serial:08d}"
        _write_people(folder / named, kept, lineage)
        days = {}
        for day, table in _sound_tables(folder, before):
            rows, persons = unpacked(table)
            name = f"{np.datetime64(day, 'D')}.{serial:08d}"
            write_table(
                folder / name, build(day, rows, number[persons], len(kept.subjects)), lineage, len(kept.subjects)
            )
            days[day] = msgspec.structs.replace(before.days[day], file=name)
        manifest.write(folder, Manifest(before.origin, lineage, serial, named, days))
        return True


def _sound_tables(folder: Path, of: Manifest) -> Iterator[tuple[int, Table]]:
    for day in sorted(of.days):
        with suppress(Corrupt):
            yield day, open_table(folder, of, day, check=True)[1]


def clear(folder: Path) -> None:
    """Remove everything; the next seal begins with nobody."""
    with manifest.writing(folder) as before:
        manifest.write(folder, Manifest(serial=before.serial))


def _people(folder: Path, before: Manifest) -> People | None:
    """The people so far; None when their file is damaged or missing."""
    if not before.people:
        return nobody()
    try:
        opened = open_people(folder, before, check=True)
    except Corrupt:
        return None
    return people_of(opened)


def open_people(folder: Path, of: Manifest, *, check: bool) -> Columns:
    """The file of people, Corrupt when it is damaged or of another lineage."""
    opened = Columns(folder / of.people, PEOPLE)
    if opened.head.get("kind") != "people" or opened.head.get("lineage") != of.lineage:
        raise Corrupt(PEOPLE, "is of another store")
    if check:
        opened.verify()
    return opened


def people_of(opened: Columns) -> People:
    return People(opened.columns["subjects"], opened.columns["slots"])


def _write_people(path: Path, people: People, lineage: str) -> None:
    columns: dict[str, NDArray[Any]] = {"subjects": people.subjects, "slots": people.slots}
    files.write_columns(path, {"kind": "people", "lineage": lineage}, columns)


def write_table(path: Path, table: Table, lineage: str, people: int) -> None:
    facts = {"kind": "day", "day": table.day, "shift": table.shift, "lineage": lineage, "people": people}
    files.write_columns(path, facts, {name: getattr(table, name) for name in COLUMNS})


def open_table(folder: Path, of: Manifest, day: int, *, check: bool) -> tuple[Columns, Table]:
    """The file of a day, Corrupt when it is damaged, missing or of another store."""
    opened = Columns(folder / of.days[day].file, day)
    head = opened.head
    if head.get("kind") != "day" or head.get("day") != day or head.get("lineage") != of.lineage:
        raise Corrupt(day, "is of another store")
    if check:
        opened.verify()
    return opened, Table(day, int(head["shift"]), *(opened.columns[name] for name in COLUMNS))
