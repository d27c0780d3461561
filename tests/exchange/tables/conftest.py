"""People of phường Bến Nghé whose records have to be mended, the officer who does it, and sheets as teams send them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from openpyxl import Workbook, load_workbook

from lachan.access.actors import Actor, GrantFact
from lachan.access.rules import Role
from lachan.access.scopes import forget
from lachan.exchange.tables import carrying, listing, staging, store
from lachan.exchange.tables.carrying import Progress
from lachan.exchange.tables.store import Row, SheetFacts
from lachan.immunization.commands import execute
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.people import repair_list
from lachan.people.profile import Profile, profile
from lachan.people.repair_list import Line
from lachan.people.verification.queries import open_repairs, state_of
from lachan.places import queries as places

NOW = datetime(2021, 10, 16, 1, 30, tzinfo=UTC)
TODAY = date(2021, 10, 16)
DESK = Actor.system("tests")
GROUPS = ("no_id", "malformed_id", "wrong")


def send(verb: str, body: dict[str, Any], actor: Actor = DESK) -> UUID:
    """One command through the door, accepted."""
    [outcome] = execute([Command(new_id(), verb, NOW, body)], actor=actor, now=NOW)
    assert outcome.id is not None, outcome
    return outcome.id


def person(name: str, born: str, sex: str = "F", **more: Any) -> UUID:
    """Somebody of the ward. A walk-in's card keeps a number however it is written (``card_id``)."""
    number = more.pop("card_id", "")
    if number:
        card = {"name": name, "sex": sex, "birth_date": born, "citizen_id": number, "commune_code": "26740"}
        given = {"person": {"card": card}, "product": "pfizer", "source": "elsewhere", "given_on": "2021-10-01"}
        [outcome] = execute([Command(new_id(), "dose.record", NOW, given)], actor=DESK, now=NOW)
        assert outcome.id is not None, outcome
        from lachan.people.models import Person

        return Person.objects.filter(name=name).latest("created_at").id
    numbers = [{"system": system, "value": more.pop(system)} for system in ("citizen_id", "old_id") if system in more]
    body = {"name": name, "sex": sex, "birth_date": born, "residence_code": "26740", "identifiers": numbers, **more}
    return send("person.register", body)


def amend(person_id: UUID, **changes: Any) -> None:
    """Somebody else corrects the record."""
    send("person.amend", {"person": {"id": str(person_id)}, "changes": changes, "reason": "đối chiếu căn cước"})


@dataclass
class Office:
    """The commune's officer at work with sheets."""

    actor: Actor
    area_id: int

    def lines(self) -> list[tuple[Line, str]]:
        """Everybody on the list, with the group."""
        found = [item for group in GROUPS for item in open_repairs([self.area_id], group)]
        groups = {item.person_id: item.group for item in found}
        return [(line, groups[line.person.id]) for line in repair_list.lines(list(groups), today=TODAY)]

    def file(self, edits: dict[str, dict[str, object]] | None = None, *, full: bool = True) -> bytes:
        """The list as the team sends it back: cells of people, by their name, changed."""
        book = load_workbook(io.BytesIO(listing.people(self.lines(), full=full, today=TODAY)))
        for sheet in book.worksheets:
            columns = {str(cell.value): cell.column for cell in sheet[3]}
            for row in sheet.iter_rows(min_row=4):
                for heading, value in (edits or {}).get(str(row[1].value), {}).items():
                    sheet.cell(row[0].row, columns[heading]).value = value  # type: ignore[assignment]
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    def stage(self, content: bytes) -> UUID:
        return staging.stage(content, actor=self.actor, area_id=self.area_id, now=NOW, today=TODAY)[0]

    def rows(self, sheet_id: UUID) -> dict[str, Row]:
        """Rows by the name typed."""
        found = store.rows_of(sheet_id, store_states(), limit=6_000)
        return {row.content.typed.get("name", str(row.number)): row for row in found}

    def carry_out(self, sheet_id: UUID, **more: Any) -> Progress:
        assert carrying.confirm(sheet_id, "họp tổ dân phố 3", actor=self.actor, now=NOW)
        return carrying.carry_out(sheet_id, actor=self.actor, now=NOW, **more)

    def sheet(self, sheet_id: UUID) -> SheetFacts:
        found = store.sheet(sheet_id)
        assert found is not None
        return found


def store_states() -> Sequence[str]:
    from lachan.exchange.models import ROW_STATES

    return ROW_STATES


def record(person_id: UUID) -> Profile:
    found = profile(person_id)
    assert found is not None
    return found


def numbers(person_id: UUID) -> set[tuple[str, str]]:
    return {(n.system, n.value) for n in record(person_id).numbers if n.system != "provisional"}


def state(person_id: UUID) -> str:
    return state_of([person_id])[person_id].state


def typed(*rows: Sequence[object]) -> bytes:
    """A sheet a team made itself: headings and rows."""
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture
def ward(reference: None, django_db_blocker: Any) -> int:
    with django_db_blocker.unblock():
        area = places.area_at("26740", 3, TODAY)
    assert area is not None
    forget()
    return area.id


@pytest.fixture
def office(ward: int) -> Office:
    return Office(Actor(new_id(), "user", "commune", (GrantFact(Role.COMMUNE_OFFICER, None, ward),)), ward)
