"""F0 to F1 to F2 over columns in memory, exact to the second (the meaning: docs/reference/tracing-files.md).

Stays lie sorted by place, class of length and arrival: in each class of :data:`BOUNDS` whoever was there at an instant
came at most that long before it, which is one range of rows; among those longer than all bounds a running maximum of
departures says where the first one begins that could still be there. No bound on how long a stay may be is assumed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numba import njit

from lachan.tracing.engine.columns import Cases, Encounters, Ints, Visits, window
from lachan.tracing.engine.joining import BY_DAY, MODES, SHIFT, days, longest, measure, needed
from lachan.tracing.engine.settle import lines_of
from lachan.tracing.engine.shapes import ENCOUNTER, Bytes, Lines, Longs, Rule

BOUNDS: Final = (3600, 4 * 3600, 12 * 3600)  # seconds; longer stays are a class of their own
CLASSES: Final = len(BOUNDS) + 1
MET: Final = ENCOUNTER << SHIFT  # the source of every encounter


class Index(NamedTuple):
    """What the search reads. ``ranges``: rows of place p and class c are ranges[4p+c]..ranges[4p+c+1]; ``until``:
    running maximum of ``t_out`` over a place's rows of the last class, those of place p from ``until_at[p]``;
    ``own_ranges``, ``own``: rows of each person; ``met_ranges`` and what follows: each encounter twice, by person."""

    person: Ints
    place: Ints
    t_in: Longs
    t_out: Longs
    ranges: Longs
    until: Longs
    until_at: Longs
    own_ranges: Longs
    own: Ints
    met_ranges: Longs
    met: Ints
    met_start: Longs
    met_end: Longs


def trace(
    visits: Visits, encounters: Encounters, cases: Cases, rule: Rule | Sequence[Rule], *, people: int | None = None
) -> Iterator[tuple[int, Lines]]:
    """For each case in order its row and lines: F1 sorted by contact, then F2 sorted by contact.

    ``rule``: one for all, or several that differ in their windows only, chosen by ``cases.rule``. ``people``: one more
    than the highest number of a person. Of an F2: first and last exposure over all F1s whose contact alone reaches the
    minutes, seconds and place of the one with the most (``via``; of equals the lower number).
    """
    rules = [rule] if isinstance(rule, Rule) else list(rule)
    if len({_how(entry) for entry in rules}) > 1:
        raise ValueError("rules of one search may differ in their windows only")
    how = rules[0]
    if people is None:
        people = 1 + max(
            (int(column.max()) for column in (visits.person, encounters.a, encounters.b, cases.person) if len(column)),
            default=-1,
        )
    index = indexed(visits, encounters, how, people)
    head = np.full(people, -1, np.int32)
    skip = np.zeros(people, np.uint8)
    slot = np.full(people if how.levels == 2 else 0, -1, np.int32)
    mode, need, latent = MODES[how.sum], needed(how), days(how.latent_days)
    for row in range(len(cases.person)):
        own = rules[int(cases.rule[row]) if len(rules) > 1 else 0]
        begin, end = window(cases, row, days(own.days_before), days(own.days_after), cut=own.end is not None)
        yield row, _of_case(index, int(cases.person[row]), (begin, end), (mode, need, latent), (head, skip, slot))


def _how(rule: Rule) -> tuple[object, ...]:
    return (rule.min_minutes, rule.sum, rule.max_distance_m, rule.closed_only, rule.levels, rule.latent_days)


def _of_case(
    index: Index, person: int, span: tuple[int, int], how: tuple[int, int, int], room: tuple[Ints, Bytes, Ints]
) -> Lines:
    mode, need, latent = how
    head, skip, slot = room
    skip[person] = 1
    first_level = np.zeros((5, 0), np.int64)
    if span[1] > span[0]:
        first_level = _search(index, person, span[0], span[1], skip, head, mode, need)
        first_level = first_level[:, np.argsort(first_level[0])]
    lines = lines_of(*first_level, level=1)
    if len(slot):
        skip[lines.contact] = 1
        second = _second(index, first_level, span[1], latent, skip, head, slot, mode, need)
        skip[lines.contact] = 0
        second = second[:, np.argsort(second[0])]
        more = lines_of(*second[:5], level=2, via=second[5])
        lines = Lines._make(np.concatenate((lines[i], more[i])) for i in range(len(lines)))
    skip[person] = 0
    return lines


def indexed(visits: Visits, encounters: Encounters, rule: Rule, people: int) -> Index:
    """The index of what counts under the rule: no empty stays, closed ones only if it says so, encounters near enough
    between two different people. Rows must be fewer than 2**31."""
    counts = visits.t_out > visits.t_in
    if rule.closed_only:
        counts &= visits.closed != 0
    if not counts.all():
        visits = Visits._make(column[counts] for column in visits)
    visits, group = by_place(visits)
    person, place, t_in, t_out, _ = visits
    places = int(place[-1]) + 1 if len(place) else 0
    ranges = np.searchsorted(group, np.arange(CLASSES * places + 1))
    own_ranges, own = grouped(person, people)
    near = (encounters.end > encounters.start) & (encounters.a != encounters.b)
    near &= ~(encounters.distance > rule.max_distance_m)
    a, b = encounters.a[near], encounters.b[near]
    met_ranges, edge = grouped(np.concatenate((a, b)), people)
    return Index(
        person,
        place,
        t_in,
        t_out,
        ranges,
        *_running(t_out, ranges),
        own_ranges,
        own,
        met_ranges,
        np.concatenate((b, a))[edge],
        np.tile(encounters.start[near], 2)[edge],
        np.tile(encounters.end[near], 2)[edge],
    )


def by_place(visits: Visits) -> tuple[Visits, Longs]:
    """(stays by place, class of length and arrival; the number of each one's place and class). Those that lie so are
    left as they are."""
    group = _groups(visits)
    if _sorted(group, visits.t_in):
        return visits, group
    order = _by_group(group, visits.t_in)
    return Visits._make(column[order] for column in visits), group[order]


@njit(cache=True, nogil=True)
def _groups(visits: Any) -> Any:
    group = np.empty(len(visits.place), np.int64)
    for i in range(len(group)):
        of_length = 0
        while of_length < len(BOUNDS) and visits.t_out[i] - visits.t_in[i] > BOUNDS[of_length]:
            of_length += 1
        group[i] = np.int64(visits.place[i]) * CLASSES + of_length
    return group


@njit(cache=True, nogil=True)
def _sorted(group: Any, t_in: Any) -> bool:
    for i in range(1, len(group)):
        if group[i] < group[i - 1] or (group[i] == group[i - 1] and t_in[i] < t_in[i - 1]):
            return False
    return True


def _by_group(group: Longs, t_in: Longs) -> Longs:
    """Rows by group, then arrival. One sort of one number where both fit into it."""
    earliest = int(t_in.min())
    span = (int(t_in.max()) - earliest).bit_length()
    if span + int(group.max()).bit_length() > 62:
        return np.lexsort((t_in, group))
    key = group << span
    key += t_in
    key -= earliest
    return np.argsort(key)


@njit(cache=True, nogil=True)
def grouped(group: Any, groups: int) -> tuple[Any, Any]:
    """(ranges, rows): rows of group g are rows[ranges[g]:ranges[g + 1]], in their order."""
    ranges = np.zeros(groups + 1, np.int64)
    for value in group:
        ranges[value + 1] += 1
    for g in range(groups):
        ranges[g + 1] += ranges[g]
    at = ranges[:-1].copy()
    rows = np.empty(len(group), np.int32)
    for i in range(len(group)):
        rows[at[group[i]]] = i
        at[group[i]] += 1
    return ranges, rows


@njit(cache=True, nogil=True)
def _running(t_out: Any, ranges: Any) -> tuple[Any, Any]:
    """Running maximum of departures over each place's rows of the last class, one place behind the other, and where
    each place's begin."""
    places = len(ranges) // CLASSES
    at = np.zeros(places + 1, np.int64)
    for p in range(places):
        at[p + 1] = at[p] + ranges[CLASSES * (p + 1)] - ranges[CLASSES * (p + 1) - 1]
    until = np.empty(at[places], np.int64)
    for p in range(places):
        most = t_out[0] if at[places] else 0
        for k in range(at[p + 1] - at[p]):
            left = t_out[ranges[CLASSES * (p + 1) - 1] + k]
            most = left if k == 0 else max(most, left)
            until[at[p] + k] = most
    return until, at


@njit(cache=True, nogil=True)
def _add(found: Any, count: Any, start: Any, end: Any, source: Any, after: Any) -> Any:
    """One more piece, into room that doubles when it is full; ``after``: the piece of the same person before it."""
    if count == found.shape[0]:
        wider = np.empty((2 * count, 4), np.int64)
        wider[:count] = found
        found = wider
    found[count, 0], found[count, 1], found[count, 2], found[count, 3] = start, end, source, after
    return found


@njit(cache=True, nogil=True)
def _pieces(index: Any, person: int, lo: int, hi: int, skip: Any, head: Any) -> tuple[Any, Any, int]:
    """(pieces, people met, how many people): each piece (start, end, source, the one before it), clipped to [lo, hi);
    ``head`` holds the last piece of each person met, -1 for all others."""
    found = np.empty((1024, 4), np.int64)
    met = np.empty(1024, np.int32)
    count, people = 0, 0
    for k in range(index.own_ranges[person], index.own_ranges[person + 1]):
        row = index.own[k]
        s, e, p = max(index.t_in[row], lo), min(index.t_out[row], hi), np.int64(index.place[row])
        if s >= e:
            continue
        for c in range(CLASSES):
            a, b = index.ranges[CLASSES * p + c], index.ranges[CLASSES * p + c + 1]
            if a == b:
                continue
            if c == CLASSES - 1:
                at = index.until_at[p]
                i = a + np.searchsorted(index.until[at : at + b - a], s, side="right")
            else:
                i = a + np.searchsorted(index.t_in[a:b], s - BOUNDS[c], side="right")
            while i < b and index.t_in[i] < e:
                other = index.person[i]
                if index.t_out[i] > s and skip[other] == 0:
                    if head[other] < 0:
                        if people == len(met):
                            met = _twice(met)
                        met[people] = other
                        people += 1
                    found = _add(found, count, max(s, index.t_in[i]), min(e, index.t_out[i]), p, head[other])
                    head[other] = count
                    count += 1
                i += 1
    for k in range(index.met_ranges[person], index.met_ranges[person + 1]):
        other = index.met[k]
        s, e = max(index.met_start[k], lo), min(index.met_end[k], hi)
        if s < e and skip[other] == 0:
            if head[other] < 0:
                if people == len(met):
                    met = _twice(met)
                met[people] = other
                people += 1
            found = _add(found, count, s, e, MET, head[other])
            head[other] = count
            count += 1
    return found[:count], met, people


@njit(cache=True, nogil=True)
def _twice(column: Any) -> Any:
    wider = np.empty(2 * len(column), column.dtype)
    wider[: len(column)] = column
    return wider


@njit(cache=True, nogil=True)
def _search(index: Any, person: int, lo: int, hi: int, skip: Any, head: Any, mode: int, need: int) -> Any:
    """(5, n): contact, first, last, seconds, source of everybody not skipped who reaches the minutes with a person in
    [lo, hi); in no order. ``head`` comes and goes filled with -1."""
    pieces, met, people = _pieces(index, person, lo, hi, skip, head)
    out = np.empty((5, people), np.int64)
    size = 64
    start, end = np.empty(size, np.int64), np.empty(size, np.int64)
    source, room = np.empty(size, np.int64), np.empty(size, np.int64)
    n = 0
    for m in range(people):
        other = met[m]
        at, count = head[other], 0
        head[other] = -1
        first, last, of = pieces[at, 0], pieces[at, 1], pieces[at, 2]
        if pieces[at, 3] < 0 and mode != BY_DAY:  # most people met once
            seconds = last - first
        else:
            while at >= 0:
                if count == size:
                    size *= 2
                    start, end, source = _twice(start), _twice(end), _twice(source)
                    room = np.empty(size, np.int64)
                start[count], end[count], source[count] = pieces[at, 0], pieces[at, 1], pieces[at, 2]
                first, last = min(first, pieces[at, 0]), max(last, pieces[at, 1])
                at = pieces[at, 3]
                count += 1
            seconds = measure(start, end, count, mode, room)
            if seconds >= need and count > 1:
                of = longest(start, end, source, count, room)[1]
        if seconds >= need:
            out[0, n], out[1, n], out[2, n], out[3, n], out[4, n] = other, first, last, seconds, of
            n += 1
    return out[:, :n].copy()


@njit(cache=True, nogil=True)
def _second(index: Any, f1: Any, hi: int, latent: int, skip: Any, head: Any, slot: Any, mode: int, need: int) -> Any:
    """(6, n): as :func:`_search`, and the F1 with the most seconds, of the contacts of ``f1`` (by contact, ascending)
    from each one's first exposure and ``latent`` seconds to ``hi``. ``slot`` comes and goes filled with -1."""
    out = np.empty((1024, 6), np.int64)
    n = 0
    for k in range(f1.shape[1]):
        lo = f1[1, k] + latent
        if lo >= hi:
            continue
        lines = _search(index, f1[0, k], lo, hi, skip, head, mode, need)
        for j in range(lines.shape[1]):
            at = slot[lines[0, j]]
            if at < 0:
                if n == out.shape[0]:
                    wider = np.empty((2 * n, 6), np.int64)
                    wider[:n] = out
                    out = wider
                slot[lines[0, j]] = n
                out[n, :5] = lines[:, j]
                out[n, 5] = f1[0, k]
                n += 1
                continue
            out[at, 1], out[at, 2] = min(out[at, 1], lines[1, j]), max(out[at, 2], lines[2, j])
            if lines[3, j] > out[at, 3]:
                out[at, 3], out[at, 4], out[at, 5] = lines[3, j], lines[4, j], f1[0, k]
    for k in range(n):
        slot[out[k, 0]] = -1
    return out[:n].T.copy()
