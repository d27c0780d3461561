"""What is found about one case: the evidence from every source, the lines the rule makes of it, and who they are."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import numpy as np
import psycopg

from lachan.places.venues.queries import venues
from lachan.surveillance.facts import CaseFacts
from lachan.tracing import answers
from lachan.tracing.encounters import queries as encounters
from lachan.tracing.engine.rules import Anchor, LegalRule, anchor_of, compiled, end_of, rule_on
from lachan.tracing.engine.settle import settle
from lachan.tracing.engine.shapes import KINDS, Lines, Longs, Pieces, Rule
from lachan.tracing.evidence import queries as evidence
from lachan.tracing.lists import ranked
from lachan.tracing.segments.store import Store
from lachan.tracing.visits.subjects import identify, subjects_of

DAY: Final = 86_400
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
    today = now.astimezone(UTC).date()
    own = subjects_of(sorted({facts.person_id for facts in cases.values()}))
    found = {}
    for case_id, facts in cases.items():
        try:
            legal = rule_on(facts.disease, today)
            anchor = anchor_of(facts, legal)
        except LookupError:
            continue
        found[case_id] = _Case(cursor, facts, legal, anchor, own[facts.person_id]).find(actor_id, now)
    return found


class _Case:
    """One case on its way from evidence to lines."""

    def __init__(
        self, cursor: psycopg.Cursor[Any], facts: CaseFacts, legal: LegalRule, anchor: Anchor, own: Sequence[int]
    ) -> None:
        self.cursor, self.facts, self.legal, self.anchor = cursor, facts, legal, anchor
        self.own = sorted(own)
        self.rule: Rule = compiled(legal, anchor.kind)
        self.window = _window(anchor, self.rule, end_of(facts, legal))

    def find(self, actor_id: UUID, now: datetime) -> Found:
        store = answers.store()
        pieces = self._pieces(store)
        known = self._known(np.unique(pieces.other), actor_id, now)
        pieces = _of_one_person(pieces, known, self.facts.person_id)
        always = [KINDS.index(kind) for kind in self.legal.groups]
        near = settle(pieces, window=self.window, rule=self.rule, always=always)
        lines = ranked.ranked(self.cursor, near, pieces, known, self.facts.disease)
        capped = 0
        if self.rule.levels == 2 and len(near.contact):
            further = store.f2(self.own, self.window, self.rule, near)
            lines, capped = ranked.with_further(lines, further, MOST_F2)
            known |= self._known(lines.contact[lines.level == 2], actor_id, now)
        stays = store.stays(self.own, *self.window)
        places = venues(sorted({*lines.place[lines.kind == 0].tolist(), *stays.place.tolist()}))
        areas = {venue_id: venue.area_id for venue_id, venue in places.items()}
        contacts = self._contacts(lines, pieces, known, areas)
        return Found(
            self.facts, self.legal, self.anchor, self.window, contacts, _stays(stays, pieces, lines, areas), capped,
            len({int(s) for s in lines.contact if int(s) not in known}),
        )  # fmt: skip

    def _pieces(self, store: Store) -> Pieces:
        """Evidence from every source: venues, telephones, groups, interviews."""
        person_id, disease, minutes = self.facts.person_id, self.facts.disease, self.rule.min_minutes
        sources = (
            store.pieces(self.own, *self.window),
            encounters.pieces(self.cursor, self.own, *self.window),
            evidence.pieces(self.cursor, person_id, disease, self.window, self.legal, minutes),
        )
        return Pieces._make(np.concatenate([one[column] for one in sources]) for column in range(len(Pieces._fields)))

    def _known(self, subjects: Longs, actor_id: UUID, now: datetime) -> dict[int, UUID]:
        """Who was near, on the ground of this case: the pseudonyms of one person count together."""
        return identify(subjects.tolist(), ground=self.facts.case_id, actor_id=actor_id, now=now)

    def _contacts(
        self, lines: Lines, pieces: Pieces, known: Mapping[int, UUID], areas: Mapping[int, int]
    ) -> list[Contact]:
        evidence = _evidence(pieces, lines.contact, self.window)
        grade = "contact" if self.legal.person_to_person else "factor"
        contacts: dict[UUID, Contact] = {}
        for i, subject in enumerate(lines.contact.tolist()):
            person_id = known.get(subject)
            if person_id is None or person_id == self.facts.person_id or person_id in contacts:
                continue
            kind, place = KINDS[lines.kind[i]], int(lines.place[i])
            contacts[person_id] = Contact(
                person_id, int(lines.level[i]), grade if grade == "factor" else self.legal.grade,
                int(lines.first[i]), int(lines.last[i]), int(lines.seconds[i]), kind, place or None,
                areas.get(place) if kind == "visit" else None, known.get(int(lines.via[i])), float(lines.score[i]),
                len(contacts) + 1, evidence.get(subject, []),
            )  # fmt: skip
        return list(contacts.values())


def _window(anchor: Anchor, rule: Rule, end: int | None) -> tuple[int, int]:
    start, last = anchor.at - int(rule.days_before * DAY), anchor.at + int(rule.days_after * DAY)
    return start, max(start, last if rule.end is None or end is None else min(last, end))


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
                "from": _iso(int(start[i])), "to": _iso(int(end[i])),
                "metres": None if np.isnan(metres) else round(metres, 1), "closed": bool(pieces.closed[i]),
            })  # fmt: skip
    for held in found.values():
        held.sort(key=lambda piece: str(piece["from"]))
    return found


def _stays(stays: Any, pieces: Pieces, lines: Lines, areas: Mapping[int, int]) -> list[Stay]:
    """The case's own stays, with how many others were there and how many of them are listed."""
    at_venue = pieces.kind == 0
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


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()
