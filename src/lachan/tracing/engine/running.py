"""One run over three files: read, search, write; by brute force as well where somebody wants to be sure."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from lachan.tracing.engine import oracle
from lachan.tracing.engine.answer import Scorer, Writer, check_out
from lachan.tracing.engine.columns import NO_TIME
from lachan.tracing.engine.files import BadRow, FileError, Say, World, read, rule_named
from lachan.tracing.engine.shapes import ENCOUNTER, VISIT, Lines, Longs
from lachan.tracing.engine.trace import by_place, trace

TOLD: Final = 20  # malformed rows and differences that are told one by one
EVERY: Final = 2.0  # seconds between two words of progress


class Ran(NamedTuple):
    """``written``: lines; ``bad``: the first malformed rows of ``wrong_rows``, left out; ``refused``: nothing was
    written because of them; ``different``: lines only one of engine and brute force has."""

    written: int
    bad: list[BadRow]
    wrong_rows: int
    refused: bool
    different: int


def run(
    visits: Path,
    encounters: Path,
    cases: Path,
    rule: str,
    out: Path,
    *,
    by_force: bool = False,
    skip_bad: bool = False,
    say: Say,
) -> Ran:
    """The lines of every case into ``out``; FileError. Malformed rows stop it unless ``skip_bad``."""
    named = rule_named(rule)
    if out.resolve() in {path.resolve() for path in (visits, encounters, cases)}:
        raise FileError(f"{out.name} is one of the files to read")
    check_out(out)
    world = read(visits, encounters, cases, named, say=say)
    for note in world.notes:
        say(note)
    if world.wrong_rows and not skip_bad:
        return Ran(0, world.bad, world.wrong_rows, True, 0)
    world = world._replace(visits=by_place(world.visits)[0])  # once for all who read them
    scorer = Scorer(world.visits, len(world.places), closed_known="closed" in world.columns)
    different = 0
    with Writer(out, world.people, world.places, named.id, scorer) as writer:
        found = trace(world.visits, world.encounters, world.cases, world.rules, people=len(world.people))
        if by_force:
            found, different = _compared(world, list(found), say)
        begun = told = time.monotonic()
        for row, lines in found:
            writer.add(int(world.cases.person[row]), lines)
            if time.monotonic() - told > EVERY:
                told = time.monotonic()
                say(f"{row + 1:,} of {len(world.cases.person):,} cases, {told - begun:.0f} s")
    say(f"{out.name}: {writer.written:,} lines of {len(world.cases.person):,} cases")
    return Ran(writer.written, world.bad, world.wrong_rows, False, different)


def _compared(world: World, ours: list[tuple[int, Lines]], say: Say) -> tuple[Iterator[tuple[int, Lines]], int]:
    """The brute force's lines, and how many lines only one of the two has."""
    number = {name: i for i, name in enumerate(world.people)}
    place = {name: i for i, name in enumerate(world.places)}
    theirs: list[tuple[int, Lines]] = []
    different = told = 0
    for (row, lines), rough in zip(ours, oracle.trace(*_rows(world)), strict=True):
        by_force = _lines(rough, number, place)
        left, right = _as_set(lines), _as_set(by_force)
        for whose, only in (("the engine", left - right), ("the brute force", right - left)):
            different += len(only)
            for contact, level, first, last, seconds, *_ in sorted(only)[: max(0, TOLD - told)]:
                told += 1
                say(
                    f"only {whose}: case {world.people[world.cases.person[row]]}, contact {world.people[contact]}, "
                    f"level {level}, {first} to {last}, {seconds} s"
                )
        theirs.append((row, by_force))
    say(f"engine and brute force: {different or 'no'} lines differ")
    return iter(theirs), different


def _as_set(lines: Lines) -> set[tuple[int, ...]]:
    columns = (getattr(lines, name).tolist() for name in Lines._fields if name != "score")
    return set(zip(*columns, strict=True))


def _rows(world: World) -> tuple[list[oracle.Stay], list[oracle.Meeting], list[oracle.Case]]:
    people, places = world.people, world.places
    stays = [
        oracle.Stay(people[person], places[place], t_in, t_out, bool(closed))
        for person, place, t_in, t_out, closed in zip(*(column.tolist() for column in world.visits), strict=True)
    ]
    meetings = [
        oracle.Meeting(people[a], people[b], start, end, None if np.isnan(distance) else distance)
        for a, b, start, end, distance in zip(*(column.tolist() for column in world.encounters), strict=True)
    ]
    cases = [
        oracle.Case(people[person], anchor, None if isolated == NO_TIME else isolated, world.rules[rule])
        for person, anchor, isolated, rule in zip(*(column.tolist() for column in world.cases), strict=True)
    ]
    return stays, meetings, cases


def _lines(rough: list[oracle.Line], number: dict[str, int], place: dict[str, int]) -> Lines:
    """The brute force's lines in columns, as the engine has them."""

    def longs(values: Iterable[int]) -> Longs:
        return np.fromiter(values, np.int64, len(rough))

    return Lines(
        contact=longs(number[line.contact] for line in rough),
        level=longs(line.level for line in rough).astype(np.uint8),
        first=longs(line.first for line in rough),
        last=longs(line.last for line in rough),
        seconds=longs(line.seconds for line in rough),
        place=longs(place[line.place] if line.place else 0 for line in rough),
        kind=longs(VISIT if line.place else ENCOUNTER for line in rough).astype(np.uint8),
        score=np.zeros(len(rough), np.float32),
        via=longs(number[line.via] if line.via else 0 for line in rough),
    )
