"""Rows of one slice of doses and everything that follows from them, written by one statement a table."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from lachan.immunization.batch import Batch, Item
from lachan.immunization.bodies.day import DoseIn
from lachan.immunization.facts import DOSES_COUNTED, CountedDose
from lachan.immunization.operations.book import settle, use
from lachan.immunization.operations.shelf import Shelf
from lachan.immunization.rules.bands import age_band
from lachan.immunization.rules.encounter import observe_until
from lachan.immunization.rules.facts import Decision, DoseFacts
from lachan.immunization.rules.series import PriorDose, Shift
from lachan.kernel import arrays, events
from lachan.kernel.arrays import columns
from lachan.kernel.ids import new_id
from lachan.kernel.statements import load
from lachan.places import queries as places

__all__ = ["DoseWriter", "StoredDose", "columns", "stored_doses"]

# Columns of a row to insert that a later shift in the same slice may still change.
_NUMBER, _DUE, _COMPLETES = 6, 18, 19


class StoredDose(msgspec.Struct, frozen=True):
    """A dose as it stands in the table."""

    id: UUID
    person_id: UUID
    product_id: int
    lot_id: int | None
    lot_number: str
    dose_number: int
    given_on: date
    happened_at: datetime
    facility_id: int | None
    session_id: UUID | None
    residence_id: int | None
    age_band: int
    sex: str
    site: str
    route: str
    vaccinator_id: UUID | None
    source: str
    country: str
    completes: bool
    status: str
    vial_id: UUID | None = None


class DoseWriter:
    """Collects the doses of a slice, then writes doses, encounters, stock and counters."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self.rows: list[list[Any]] = []
        self.row_of: dict[UUID, int] = {}
        self.encounters: dict[tuple[UUID, UUID], tuple[Any, ...]] = {}
        self.counted: list[CountedDose] = []
        self.stock: Counter[tuple[int, int]] = Counter()
        self.renumbered: dict[UUID, tuple[UUID, UUID, int, bool, date | None]] = {}
        self.facilities = places.facility_table()
        self.shelf: Shelf | None = None

    def add(
        self, dose_id: UUID, item: Item, body: DoseIn, facts: DoseFacts, decision: Decision, lot_id: int | None,
        vial_id: UUID | None = None,
    ) -> None:  # fmt: skip
        """A dose the rules accepted."""
        person = item.person
        facility = item.facility if body.source == "here" else None
        facility_id = None if facility is None else facility.id
        happened_at = facts.given_at or item.command.happened_at
        session = item.session if body.source == "here" else None
        overridden = [str(finding.code) for finding in decision.overridden]
        number = facts.lot.number if facts.lot is not None else body.lot
        self.row_of[dose_id] = len(self.rows)
        self.rows.append(
            [
                dose_id, person.id, happened_at, facts.product_id, lot_id, number, decision.dose_number,
                facts.given_on, facility_id, None if session is None else session.id, person.residence_id,
                age_band(person.birth_date, facts.given_on), person.sex, body.site, body.route, body.vaccinator,
                body.source, body.country, decision.next_due_on, decision.completes,
                msgspec.json.encode(overridden).decode() if overridden else None,
                body.override.reason if overridden and body.override else None, item.command.id, vial_id,
            ]
        )  # fmt: skip
        if facility_id is not None and lot_id is not None:
            self.stock[facility_id, lot_id] += 1
        if session is not None and facts.given_at is not None:
            self.encounters[person.id, session.id] = (
                new_id(), person.id, session.id, session.facility_id, happened_at, dose_id, facts.product_id, number,
                observe_until(facts.given_at, facts.given_on),
            )  # fmt: skip

    def shift(self, person_id: UUID, history: list[PriorDose], shifts: tuple[Shift, ...]) -> list[PriorDose]:
        """New standings of later doses: in the rows of this slice where they still are, else in the table."""
        moved: dict[UUID, PriorDose] = {}
        for shift in shifts:
            dose_id = shift.dose.id
            assert dose_id is not None
            moved[dose_id] = shift.dose._replace(dose_number=shift.dose_number)
            if dose_id in self.row_of:
                row = self.rows[self.row_of[dose_id]]
                row[_NUMBER], row[_DUE], row[_COMPLETES] = shift.dose_number, shift.next_due_on, shift.completes
            else:
                self.renumbered[dose_id] = (
                    person_id, dose_id, shift.dose_number, shift.completes, shift.next_due_on
                )  # fmt: skip
        return [moved.get(dose.id, dose) if dose.id is not None else dose for dose in history]

    def count(self, dose: StoredDose, sign: int) -> None:
        """Tell the rooms above that a stored dose begins or ceases to count under its headings."""
        self._count(
            dose.facility_id, dose.given_on, dose.residence_id, dose.product_id, dose.dose_number, dose.age_band,
            dose.sex, dose.completes, sign,
        )  # fmt: skip

    def write(self) -> None:
        """One statement a table; later doses are parked first so that no number is held twice."""
        batch = self.batch
        before = self._park() if self.renumbered else {}
        if self.rows:
            first = [batch.actor.id, batch.now, batch.catalogue.version]
            arrays.execute(batch.cursor, load("immunization", "insert_doses"), first + columns(self.rows))
            self._tell()
        if self.renumbered:
            self._renumber(before)
        if self.encounters:
            arrays.execute(
                batch.cursor,
                load("immunization", "dosed_encounters"),
                [batch.actor.id, batch.now, *columns(list(self.encounters.values()))],
            )
        self._use_stock()
        events.publish(batch.cursor, DOSES_COUNTED, self.counted)

    def _use_stock(self) -> None:
        """Stock and vials in one statement; what was given back may lift a lot above zero again."""
        batch, shelf = self.batch, self.shelf
        used = [(facility, lot, count) for (facility, lot), count in sorted(self.stock.items()) if count]
        drawn = shelf.changed() if shelf is not None else []
        if drawn:
            arrays.execute(
                batch.cursor, load("immunization", "use_stock_and_vials"),
                [
                    batch.actor.id, batch.now, *columns(drawn), *(columns(used) or [[], [], []]), batch.actor.id,
                    batch.now,
                ],
            )  # fmt: skip
        elif used:
            use(batch.cursor, used, actor_id=batch.actor.id, now=batch.now)
        if shelf is not None:
            shelf.write_back()
        returned = [(facility, lot) for facility, lot, count in used if count < 0]
        if returned:
            settle(batch, returned)

    def _tell(self) -> None:
        """Journal and counters of the new doses, after every shift of the slice is known."""
        for row in self.rows:
            (
                dose_id, person_id, happened_at, product_id, _, _, number, day, facility_id, _, residence_id, band, sex,
                *_, completes, _, _, _, _,
            ) = row  # fmt: skip
            self._count(facility_id, day, residence_id, product_id, number, band, sex, completes, 1)
            self.batch.record(
                "dose.recorded", person_id, happened_at,
                f'{{"dose":"{dose_id}","facility":{facility_id or 0},"day":"{day}","residence":{residence_id or 0},'
                f'"product":{product_id},"number":{number},"band":{band},"sex":"{sex}",'
                f'"completes":{"true" if completes else "false"}}}',
            )  # fmt: skip

    def _count(
        self, facility_id: int | None, day: date, residence_id: int | None, product_id: int, number: int, band: int,
        sex: str, completes: bool, sign: int,
    ) -> None:  # fmt: skip
        facility = self.facilities.get(facility_id) if facility_id is not None else None
        province_id = 0 if facility is None else facility.province_id
        self.counted.append(
            CountedDose(
                facility_id or 0, province_id, day, residence_id or 0, product_id, number, band, sex, completes, sign
            )
        )

    def _park(self) -> dict[UUID, StoredDose]:
        rows = list(self.renumbered.values())
        pairs = [[row[0] for row in rows], [row[1] for row in rows]]
        before = stored_doses(self.batch, pairs)
        arrays.execute(self.batch.cursor, load("immunization", "park_dose_numbers"), pairs)
        return before

    def _renumber(self, before: dict[UUID, StoredDose]) -> None:
        """Give later doses their new numbers, and count them under these."""
        rows = list(self.renumbered.values())
        arrays.execute(self.batch.cursor, load("immunization", "renumber_doses"), columns(rows))
        for person_id, dose_id, number, completes, _due in rows:
            old = before[dose_id]
            if (old.dose_number, old.completes) == (number, completes):
                continue
            self.count(old, -1)
            self.count(msgspec.structs.replace(old, dose_number=number, completes=completes), 1)
            body = (
                f'{{"dose":"{dose_id}","from":{old.dose_number},"to":{number},'
                f'"completes":{"true" if completes else "false"}}}'
            )
            self.batch.record("dose.renumbered", person_id, self.batch.now, body)


def stored_doses(batch: Batch, pairs: list[list[UUID]]) -> dict[UUID, StoredDose]:
    """Doses by (person ids, dose ids), whole; one query."""
    arrays.execute(batch.cursor, load("immunization", "doses_to_correct"), pairs)
    return {row[0]: StoredDose(*row) for row in batch.cursor.fetchall()}
