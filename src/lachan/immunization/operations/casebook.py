"""The cases of the people of a slice: read whole, added to, written together with what was said. Persons are locked."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from lachan.immunization.batch import Batch, Item
from lachan.immunization.operations.dose_writer import StoredDose
from lachan.immunization.queries.harm import CONTENT_CONTEXT, fact_of
from lachan.immunization.reaction_form import form_on
from lachan.immunization.rules import harm
from lachan.immunization.rules.facts import VIETNAM
from lachan.kernel import arrays
from lachan.kernel.arrays import columns
from lachan.kernel.ids import new_id
from lachan.kernel.sealing import sealer
from lachan.kernel.statements import load
from lachan.places import queries as places

_LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that reads like another


class Held(msgspec.Struct):
    """A case with everything that was said about it."""

    id: UUID
    person_id: UUID
    code: str
    dose_id: UUID | None
    session_id: UUID | None
    facility_id: int | None
    residence_id: int | None
    product_id: int | None
    lot_id: int | None
    lot_number: str
    dose_number: int | None
    given_at: datetime | None
    age_band: int | None
    sex: str
    source: str
    actor_id: UUID
    happened_at: datetime
    recorded_at: datetime
    facts: list[harm.Fact] = []
    case: harm.Case = msgspec.field(default_factory=harm.Case)

    def refold(self) -> None:
        day = (self.facts[0].known_at if self.facts else self.happened_at).astimezone(VIETNAM).date()
        self.case = harm.fold(self.facts, form_on(day).deadline)

    def row(self) -> tuple[Any, ...]:
        """As the table holds it."""
        case, fields = self.case, self.case.fields
        return (
            self.id, self.person_id, self.actor_id, self.happened_at, self.recorded_at, self.code, self.dose_id,
            self.session_id, self.facility_id, self.residence_id, self.product_id, self.lot_id, self.lot_number,
            self.dose_number, self.given_at, self.age_band, self.sex, self.source, *summary(case, fields),
        )  # fmt: skip


def summary(case: harm.Case, fields: dict[str, Any]) -> tuple[Any, ...]:
    """The columns that follow from the facts alone, in the order of the table; ``lachan db check`` compares them."""
    onset = fields.get("onset_at")
    return (
        case.severity, case.serious, _json(case.seriousness), _json(list(fields.get("symptoms") or ())),
        str(fields.get("outcome") or "unknown"), datetime.fromisoformat(onset) if onset else None, case.causality,
        case.state.value, case.known_at, case.due_at, case.notified_at, case.acknowledged_at, case.investigated_at,
        case.classified_at, case.closed_at, case.reminded_at, case.escalated_at, case.version,
    )  # fmt: skip


class CaseBook:
    """Cases of some persons; ``add`` says something new, ``write`` stores it: four statements however many."""

    def __init__(self, batch: Batch, persons: set[UUID]) -> None:
        self.batch = batch
        self.cases: dict[UUID, list[Held]] = defaultdict(list)
        self.touched: dict[UUID, Held] = {}
        self.rows: list[tuple[Any, ...]] = []
        if persons:
            self._read(sorted(persons))

    def _read(self, persons: list[UUID]) -> None:
        cursor = self.batch.cursor
        arrays.execute(cursor, load("immunization", "cases_of_persons"), [persons])
        by_id: dict[UUID, Held] = {}
        for row in cursor.fetchall():
            by_id[row[0]] = Held(*row)
            self.cases[row[1]].append(by_id[row[0]])
        if not by_id:
            return
        arrays.execute(cursor, load("immunization", "facts_of_persons"), [persons])
        for row in cursor.fetchall():
            if row[1] in by_id:
                by_id[row[1]].facts.append(fact_of(row))
        for held in by_id.values():
            held.refold()

    def of_id(self, person_id: UUID, case_id: UUID) -> Held | None:
        return next((held for held in self.cases[person_id] if held.id == case_id), None)

    def of_dose(self, person_id: UUID, dose_id: UUID | None) -> Held | None:
        return next((held for held in self.cases[person_id] if dose_id is not None and held.dose_id == dose_id), None)

    def open(self, item: Item, dose: StoredDose | None, *, case_id: UUID | None, source: str) -> Held:
        """A new case, about a dose where one is known."""
        person, at = item.person, item.command.happened_at
        case_id = case_id or new_id()
        facility_id = dose.facility_id if dose is not None else None
        if facility_id is None and dose is None and item.facility is not None:
            facility_id = item.facility.id
        session_id = dose.session_id if dose is not None else (item.session.id if item.session else None)
        held = Held(
            case_id, person.id, case_code(case_id, facility_id, at), dose.id if dose else None, session_id, facility_id,
            person.residence_id, dose.product_id if dose else None, dose.lot_id if dose else None,
            dose.lot_number if dose else "", dose.dose_number if dose else None, dose.happened_at if dose else None,
            dose.age_band if dose else None, person.sex, source, self.batch.actor.id, at, self.batch.now, [],
        )  # fmt: skip
        self.cases[person.id].append(held)
        return held

    def add(self, held: Held, item: Item, kind: harm.Kind, known_at: datetime, fields: dict[str, Any]) -> None:
        """One more thing said; the case is made anew from all of them, the journal learns what kind it was."""
        at = item.command.happened_at
        form = form_on(at.astimezone(VIETNAM).date()).body["code"]
        sealed = sealer().seal(msgspec.json.encode(fields), CONTENT_CONTEXT)
        version = len(held.facts) + 1
        self.rows.append((new_id(), held.person_id, at, held.id, version, kind.value, known_at, form, sealed))
        held.facts = [*held.facts, harm.Fact(kind.value, at, known_at, fields)]
        held.refold()
        self.touched[held.id] = held
        body = {
            "case": held.id, "version": version, "severity": held.case.severity, "serious": held.case.seriousness,
            "state": held.case.state.value, "facility": held.facility_id or 0,
        }  # fmt: skip
        self.batch.record(f"reaction.{_PAST[kind]}", held.person_id, at, msgspec.json.encode(body).decode())

    def write(self) -> None:
        """What was said, then the cases as they are now."""
        batch = self.batch
        if not self.rows:
            return
        first = [batch.actor.id, batch.now]
        arrays.execute(batch.cursor, load("immunization", "insert_reaction_facts"), first + columns(self.rows))
        cases = [held.row() for _, held in sorted(self.touched.items())]
        arrays.execute(batch.cursor, load("immunization", "put_reaction_cases"), columns(cases))


_PAST: Final = {
    harm.Kind.REPORT: "reported",
    harm.Kind.FOLLOW_UP: "followed_up",
    harm.Kind.NOTIFY: "notified",
    harm.Kind.ACKNOWLEDGE: "acknowledged",
    harm.Kind.INVESTIGATE: "investigated",
    harm.Kind.CLASSIFY: "classified",
    harm.Kind.CLOSE: "closed",
    harm.Kind.REMIND: "reminded",
    harm.Kind.ESCALATE: "escalated",
}


def case_code(case_id: UUID, facility_id: int | None, at: datetime) -> str:
    """What people call a case by: province, year, six letters of its id: ``79-22-K7Q2MD``. Not a secret, not a name."""
    facility = places.facility(facility_id) if facility_id else None
    province = places.area(facility.province_id) if facility is not None else None
    number = int.from_bytes(hashlib.blake2b(case_id.bytes, digest_size=4).digest(), "big")
    letters = "".join(_LETTERS[number >> shift & 31] for shift in range(0, 30, 5))
    return f"{province.code if province else '00'}-{at.astimezone(VIETNAM):%y}-{letters}"


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
