"""Who is on the list of a case, and why: written, changed and released; never deleted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import psycopg

from lachan.kernel import arrays
from lachan.kernel.ids import new_id
from lachan.kernel.statements import load
from lachan.tracing.lists.found import Contact, Found
from lachan.tracing.lists.requests import Asked
from lachan.tracing.lists.sight import at

# Why somebody leaves a list, by what was changed; the first that applies. Words: sentences of the room.
REASONS: Final = (
    ("discarded", "result_withdrawn"),
    ("onset", "onset_changed"),
    ("isolated", "isolation_changed"),
    ("rule", "rule_changed"),
    ("merge", "records_changed"),
    ("late", "evidence_changed"),
)


class Listed(NamedTuple):
    """Somebody newly on a list, or on it again."""

    person_id: UUID
    case_id: UUID
    disease: str
    level: int
    rule: str

    def told(self) -> str:
        """For the journal; never who the case is."""
        return json.dumps({"disease": self.disease, "level": self.level, "rule": self.rule})


class Released(NamedTuple):
    """Somebody no longer on a list."""

    person_id: UUID
    case_id: UUID
    disease: str
    reason: str

    def told(self) -> str:
        """For the journal; never who the case is."""
        return json.dumps({"disease": self.disease, "reason": self.reason})


class Changed(NamedTuple):
    """What became of the links of some cases; ``touched``: everybody with a link that is new or another now."""

    listed: list[Listed]
    released: list[Released]
    touched: frozenset[tuple[UUID, str]]

    def people(self, disease: str) -> set[UUID]:
        return {person_id for person_id, of in self.touched if of == disease}

    @property
    def reasons(self) -> dict[UUID, str]:
        """Why each was released, last of several."""
        return {gone.person_id: gone.reason for gone in self.released}


class _Known(NamedTuple):
    id: UUID
    state: str
    said: tuple[Any, ...]


def write(cursor: psycopg.Cursor[Any], asked: Sequence[Asked], found: dict[UUID, Found], *, now: datetime) -> Changed:
    """Bring the links of these cases to what was found; who is on a list without being found is released."""
    known = _known(cursor, [one.case_id for one in asked])
    listed: list[Listed] = []
    released: list[Released] = []
    rows: list[tuple[Any, ...]] = []
    touched: set[tuple[UUID, str]] = set()
    for one in asked:
        before = known.get(one.case_id, {})
        made = found.get(one.case_id)
        for contact in made.contacts if made is not None else ():
            link = before.get(contact.person_id)
            assert made is not None
            if link is not None and link.state == "standing" and link.said == _said(made, contact):
                continue
            rows.append(_row(one, made, contact, link.id if link is not None else new_id()))
            touched.add((contact.person_id, one.disease))
            if link is None or link.state != "standing":
                listed.append(Listed(contact.person_id, one.case_id, one.disease, contact.level, made.legal.id))
        still = {contact.person_id for contact in made.contacts} if made is not None else set()
        reason = _reason(one, made)
        for person_id, link in before.items():
            if link.state == "standing" and person_id not in still:
                released.append(Released(person_id, one.case_id, one.disease, reason))
                touched.add((person_id, one.disease))
    _keep(cursor, rows, released, now)
    return Changed(listed, released, frozenset(touched))


def write_lines(
    cursor: psycopg.Cursor[Any],
    asked: Sequence[Asked],
    found: dict[UUID, Found],
    *,
    gone: Sequence[UUID],
    now: datetime,
) -> None:
    """The one line of each case, with its clock; those that are no case any more are withdrawn."""
    rows = [
        (one.person_id, one.case_id, one.disease, made.legal.id, made.anchor.kind, at(made.anchor.at),
         at(made.window[0]), at(made.window[1]), made.count(1), made.count(2), made.capped, made.facts.result_at,
         one.asked_at)
        for one in asked if (made := found.get(one.case_id)) is not None
    ]  # fmt: skip
    if rows:
        arrays.execute(cursor, load("tracing", "write_caselists"), [now, now, *arrays.columns(rows)])
    if gone:
        arrays.execute(cursor, load("tracing", "withdraw_caselists"), [now, list(gone)])


def _known(cursor: psycopg.Cursor[Any], cases: list[UUID]) -> dict[UUID, dict[UUID, _Known]]:
    arrays.execute(cursor, load("tracing", "links_of_cases"), [cases])
    known: dict[UUID, dict[UUID, _Known]] = {}
    for case_id, person_id, link_id, state, *said in cursor.fetchall():
        known.setdefault(case_id, {})[person_id] = _Known(link_id, state, tuple(said))
    return known


def _said(made: Found, contact: Contact) -> tuple[Any, ...]:
    """What a link says, in the order of the statement ``links_of_cases``."""
    return (
        contact.level, contact.grade, made.legal.id, at(contact.first), at(contact.last), contact.seconds,
        contact.kind, contact.place_id, contact.rank,
    )  # fmt: skip


def _row(one: Asked, made: Found, contact: Contact, link_id: UUID) -> tuple[Any, ...]:
    return (
        contact.person_id, link_id, one.case_id, one.person_id, one.disease, contact.level, contact.grade,
        made.legal.id, at(contact.first), at(contact.last), contact.seconds, contact.kind, contact.place_id,
        contact.area_id, contact.via_id, contact.score, contact.rank, json.dumps(contact.evidence),
    )  # fmt: skip


def _keep(cursor: psycopg.Cursor[Any], rows: list[tuple[Any, ...]], released: list[Released], now: datetime) -> None:
    if rows:  # in one order everywhere: two processes cannot wait for each other
        rows.sort(key=lambda row: (row[0], row[2]))
        arrays.execute(cursor, load("tracing", "write_links"), [now, now, *arrays.columns(rows)])
    if released:
        gone = sorted((item.person_id, item.case_id, item.reason) for item in released)
        people = sorted({item[0] for item in gone})
        arrays.execute(cursor, load("tracing", "release_links"), [now, *arrays.columns(gone), people])


def _reason(one: Asked, made: Found | None) -> str:
    """Why whoever is no longer found leaves this list."""
    if made is None:
        return "result_withdrawn"
    said = one.what.split(",")
    return next((reason for what, reason in REASONS if what in said), "evidence_changed")
