"""The same answer by brute force, to hold the engine against: plain lists, every piece looked at, nothing shared with
``trace`` but the rule's words. Slow on purpose, for files of up to some hundred thousand rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lachan.tracing.engine.shapes import Rule

Piece = tuple[int, int, str]  # begin, end, place; the place of an encounter is ""


class Stay(NamedTuple):
    person: str
    place: str
    t_in: int
    t_out: int
    closed: bool


class Meeting(NamedTuple):
    a: str
    b: str
    start: int
    end: int
    distance: float | None


class Case(NamedTuple):
    person: str
    anchor: int
    isolated_at: int | None
    rule: Rule


class Line(NamedTuple):
    """``place``: "" for an encounter; ``via``: the F1 of an F2."""

    f0: str
    contact: str
    level: int
    first: int
    last: int
    seconds: int
    place: str
    via: str


def trace(stays: Sequence[Stay], meetings: Sequence[Meeting], cases: Sequence[Case]) -> Iterator[list[Line]]:
    """For each case its lines: F1 by contact, then F2 by contact."""
    at_place: dict[str, list[Stay]] = defaultdict(list)
    of_person: dict[str, list[Stay]] = defaultdict(list)
    met: dict[str, list[Meeting]] = defaultdict(list)
    for stay in stays:
        at_place[stay.place].append(stay)
        of_person[stay.person].append(stay)
    for meeting in meetings:
        met[meeting.a].append(meeting)
        met[meeting.b].append(meeting)
    for case in cases:
        rule = case.rule
        begin = case.anchor - round(rule.days_before * 86400)
        end = case.anchor + round(rule.days_after * 86400)
        if rule.end == "isolated_at" and case.isolated_at is not None and case.isolated_at < end:
            end = case.isolated_at

        def contacts(person: str, since: int, until: int, rule: Rule = rule) -> dict[str, list[Piece]]:
            """Evidence with everybody who reaches the minutes with a person in [since, until)."""
            pieces: dict[str, list[Piece]] = defaultdict(list)
            for mine in of_person[person]:
                came, left = max(mine.t_in, since), min(mine.t_out, until)
                if came >= left or (rule.closed_only and not mine.closed):
                    continue
                for theirs in at_place[mine.place]:
                    if theirs.t_in >= left or theirs.t_out <= came or theirs.person == person:
                        continue
                    if rule.closed_only and not theirs.closed:
                        continue
                    both = (max(came, theirs.t_in), min(left, theirs.t_out), mine.place)
                    if both[0] < both[1]:
                        pieces[theirs.person].append(both)
            for meeting in met[person]:
                other = meeting.b if meeting.a == person else meeting.a
                near = meeting.distance is None or meeting.distance <= rule.max_distance_m
                both = (max(meeting.start, since), min(meeting.end, until), "")
                if other != person and near and both[0] < both[1]:
                    pieces[other].append(both)
            return {
                other: evidence
                for other, evidence in pieces.items()
                if seconds_of(evidence, rule.sum) / 60 + 1e-9 >= rule.min_minutes
            }

        f1 = contacts(case.person, begin, end)
        lines = [_line(case.person, 1, other, f1[other], rule.sum, "") for other in sorted(f1)]
        f2: dict[str, Line] = {}
        if rule.levels == 2:
            for line in list(lines):
                since = line.first + round(rule.latent_days * 86400)
                for other, evidence in contacts(line.contact, since, end).items():
                    if other == case.person or other in f1:
                        continue
                    new = _line(case.person, 2, other, evidence, rule.sum, line.contact)
                    old = f2.get(other)
                    best = new if old is None or new.seconds > old.seconds else old
                    f2[other] = best._replace(
                        first=min(new.first, old.first if old else new.first),
                        last=max(new.last, old.last if old else new.last),
                    )
        yield lines + [f2[other] for other in sorted(f2)]


def stretches(evidence: Sequence[Piece]) -> list[tuple[int, int]]:
    """The instants some evidence covers, as stretches in order; what touches is one stretch."""
    found: list[tuple[int, int]] = []
    together, begun = 0, 0
    # of two things at one instant beginnings come first, so that what touches stays one stretch
    for instant, _order, change in sorted(
        [(begin, 0, 1) for begin, _, _ in evidence] + [(end, 1, -1) for _, end, _ in evidence]
    ):
        if together == 0:
            begun = instant
        together += change
        if together == 0:
            found.append((begun, instant))
    return found


def seconds_of(evidence: Sequence[Piece], how: str) -> int:
    """The measure of some evidence: the instants it covers, each counted once, as a rule sums them."""
    covered = stretches(evidence)
    if how == "window":
        return sum(end - begin for begin, end in covered)
    if how == "single":
        return max(end - begin for begin, end in covered)
    by_day: dict[int, int] = defaultdict(int)
    for begin, end in covered:
        for day in range(begin // 86400, end // 86400 + 1):
            by_day[day] += max(0, min(end, day * 86400 + 86400) - max(begin, day * 86400))
    return max(by_day.values())


def _line(f0: str, level: int, contact: str, evidence: Sequence[Piece], how: str, via: str) -> Line:
    by_place: dict[str, list[Piece]] = defaultdict(list)
    for piece in evidence:
        by_place[piece[2]].append(piece)
    # least is best: the longest, then the earliest, then a place before an encounter
    _, _, _, place = min(
        (begin - end, begin, place == "", place)
        for place, pieces in by_place.items()
        for begin, end in stretches(pieces)
    )
    first, last = min(piece[0] for piece in evidence), max(piece[1] for piece in evidence)
    return Line(f0, contact, level, first, last, seconds_of(evidence, how), place, via)
