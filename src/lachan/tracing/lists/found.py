"""What is found about one case: the evidence from every source, the lines the rule makes of it, and who they are."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import numpy as np
import psycopg

from lachan.places.venues.queries import venues
from lachan.surveillance.facts import CaseFacts
from lachan.tracing import answers
from lachan.tracing.engine.rules import Anchor, LegalRule
from lachan.tracing.engine.settle import settle
from lachan.tracing.engine.shapes import KINDS, VISIT, Lines, Longs, Pieces
from lachan.tracing.lists import ranked
from lachan.tracing.lists.sight import Sight, at, sight
from lachan.tracing.visits.subjects import identify, subjects_of

MOST_EVIDENCE: Final = 20  # pieces kept beside a line; the minutes count them all
MOST_F2: Final = 300  # lines of the second level a case: ranked, the rest is counted


class Contact(NamedTuple):
    """Somebody the rule puts on the list; times are UNIX seconds. ``area_id``: of the place of the longest piece."""

    person_id: UUID
    level: int
    grade: str
    first: int
    last: int
    seconds: int
    kind: str
    place_id: int | None
    area_id: int | None
    via_id: UUID | None
    score: float
    rank: int
    evidence: list[dict[str, Any]]


class Stay(NamedTuple):
    """A stay of the case in its window; ``others``: people there at the time, ``listed``: of them on the list."""

    place_id: int
    t_in: int
    t_out: int
    others: int
    listed: int
    area_id: int | None


class Found(NamedTuple):
    """One case's list. ``capped``: lines of the second level beyond what is kept; ``unknown``: contacts of whom nobody
    knows who they are."""

    facts: CaseFacts
    legal: LegalRule
    anchor: Anchor
    window: tuple[int, int]
    contacts: list[Contact]
    stays: list[Stay]
    capped: int
    unknown: int

    def count(self, level: int) -> int:
        return sum(contact.level == level for contact in self.contacts)

    def told(self, what: str) -> str:
        """For the journal: counts, no names."""
        return json.dumps({
            "rule": self.legal.id, "because": what, "f1": self.count(1), "f2": self.count(2), "capped": self.capped,
            "unknown": self.unknown,
        })  # fmt: skip


def find(
    cursor: psycopg.Cursor[Any], cases: Mapping[UUID, CaseFacts], *, actor_id: UUID, now: datetime
) -> dict[UUID, Found]:
    """The list of each case under the rule in force today. A case of a disease without a rule, or with neither onset
    nor sample, has none yet."""
    own = subjects_of(sorted({facts.person_id for facts in cases.values()}))
    seen = {case_id: sight(facts, own[facts.person_id], now) for case_id, facts in cases.items()}
    return {case_id: _Case(cursor, one).find(actor_id, now) for case_id, one in seen.items() if one is not None}


class _Case:
    """One case on its way from evidence to lines."""

    def __init__(self, cursor: psycopg.Cursor[Any], seen: Sight) -> None:
        self.cursor, self.seen, self.facts = cursor, seen, seen.facts

    def find(self, actor_id: UUID, now: datetime) -> Found:
        seen, store = self.seen, answers.store()
        pieces = seen.evidence(self.cursor)
        known = self._known(np.unique(pieces.other), actor_id, now)
        pieces = _of_one_person(pieces, known, self.facts.person_id)
        near = settle(pieces, window=seen.window, rule=seen.rule, always=seen.always)
        lines = ranked.ranked(self.cursor, near, pieces, known, self.facts.disease)
        capped = 0
        if seen.rule.levels == 2 and len(near.contact):
            further = store.f2(seen.own, near, seen.window, seen.rule)
            lines, capped = ranked.with_further(lines, further, MOST_F2)
            known |= self._known(lines.contact[lines.level == 2], actor_id, now)
        stays = store.stays(seen.own, *seen.window)
        places = venues(sorted({*lines.place[lines.kind == VISIT].tolist(), *stays.place.tolist()}))
        areas = {venue_id: venue.area_id for venue_id, venue in places.items()}
        contacts = self._contacts(lines, pieces, known, areas)
        return Found(
            self.facts, seen.legal, seen.anchor, seen.window, contacts, _stays(stays, pieces, lines, areas), capped,
            len({int(s) for s in lines.contact if int(s) not in known}),
        )  # fmt: skip

    def _known(self, subjects: Longs, actor_id: UUID, now: datetime) -> dict[int, UUID]:
        """Who was near, on the ground of this case: the pseudonyms of one person count together."""
        return identify(subjects.tolist(), ground=self.facts.case_id, actor_id=actor_id, now=now)

    def _contacts(
        self, lines: Lines, pieces: Pieces, known: Mapping[int, UUID], areas: Mapping[int, int]
    ) -> list[Contact]:
        legal = self.seen.legal
        evidence = _evidence(pieces, lines.contact, self.seen.window)
        grade = legal.grade if legal.person_to_person else "factor"
        contacts: dict[UUID, Contact] = {}
        for i, subject in enumerate(lines.contact.tolist()):
            person_id = known.get(subject)
            if person_id is None or person_id == self.facts.person_id or person_id in contacts:
                continue
            kind, place = KINDS[lines.kind[i]], int(lines.place[i])
            contacts[person_id] = Contact(
                person_id, int(lines.level[i]), grade,
                int(lines.first[i]), int(lines.last[i]), int(lines.seconds[i]), kind, place or None,
                areas.get(place) if kind == "visit" else None, known.get(int(lines.via[i])), float(lines.score[i]),
                len(contacts) + 1, evidence.get(subject, []),
            )  # fmt: skip
        return list(contacts.values())


def _of_one_person(pieces: Pieces, known: Mapping[int, UUID], case_person: UUID) -> Pieces:
    """Evidence under the several pseudonyms of one person (a merged record, a number of before they were registered)
    as that of the first of them; what is the case's own goes."""
    first: dict[UUID, int] = {}
    moved = {s: first.setdefault(person, s) for s, person in sorted(known.items())}
    other = pieces.other.copy()
    for subject, canonical in moved.items():
        if subject != canonical:
            other[pieces.other == subject] = canonical
    keep = other != first.get(case_person, 0)
    return Pieces(other[keep], *(column[keep] for column in pieces[1:]))


def _evidence(pieces: Pieces, contacts: Longs, window: tuple[int, int]) -> dict[int, list[dict[str, Any]]]:
    """The longest pieces of each contact, in order of time, as people read them."""
    start, end = np.maximum(pieces.start, window[0]), np.minimum(pieces.end, window[1])
    keep = np.flatnonzero(np.isin(pieces.other, contacts) & (end > start))
    order = keep[np.lexsort((start[keep] - end[keep], pieces.other[keep]))]
    found: dict[int, list[dict[str, Any]]] = {}
    for i in order.tolist():
        held = found.setdefault(int(pieces.other[i]), [])
        if len(held) < MOST_EVIDENCE:
            metres = float(pieces.distance[i])
            held.append({
                "kind": KINDS[pieces.kind[i]], "place": int(pieces.place[i]) or None,
                "from": at(int(start[i])).isoformat(), "to": at(int(end[i])).isoformat(),
                "metres": None if np.isnan(metres) else round(metres, 1), "closed": bool(pieces.closed[i]),
            })  # fmt: skip
    for held in found.values():
        held.sort(key=lambda piece: str(piece["from"]))
    return found


def _stays(stays: Any, pieces: Pieces, lines: Lines, areas: Mapping[int, int]) -> list[Stay]:
    """The case's own stays, with how many others were there and how many of them are listed."""
    at_venue = pieces.kind == VISIT
    there = Counter[tuple[int, int]]()
    listed = Counter[tuple[int, int]]()
    on_list = set(lines.contact.tolist())
    spans = [(int(p), int(a), int(b)) for p, a, b in zip(stays.place, stays.t_in, stays.t_out, strict=True)]
    for place, t_in, t_out in spans:
        here = at_venue & (pieces.place == place) & (pieces.start < t_out) & (pieces.end > t_in)
        others = set(np.unique(pieces.other[here]).tolist())
        there[place, t_in], listed[place, t_in] = len(others), len(others & on_list)
    return [
        Stay(place, t_in, t_out, there[place, t_in], listed[place, t_in], areas.get(place))
        for place, t_in, t_out in spans
    ]
