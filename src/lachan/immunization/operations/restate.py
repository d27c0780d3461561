"""Doses that count under another heading than before: another number, age, sex or commune, or not at all for now.

One place for a merge, an un-merge and a corrected person: rows, counters, stock and journal change together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
import psycopg

from lachan.immunization.facts import DOSES_COUNTED, CountedDose
from lachan.immunization.operations.book import recount_vials, use
from lachan.immunization.rules.series import PriorDose
from lachan.kernel import arrays, events, journal
from lachan.kernel.arrays import columns
from lachan.kernel.statements import load
from lachan.places import queries as places

ACTIVE, SET_ASIDE = "active", "set_aside"


class WholeDose(msgspec.Struct, frozen=True):
    """A dose with what a heading is made of."""

    id: UUID
    person_id: UUID
    product_id: int
    lot_id: int | None
    lot_number: str
    dose_number: int
    given_on: date
    facility_id: int | None
    encounter_id: UUID | None
    residence_id: int | None
    age_band: int
    sex: str
    completes: bool
    next_due_on: date | None
    status: str
    recorded_at: datetime
    command_id: UUID

    @property
    def prior(self) -> PriorDose:
        return PriorDose(self.given_on, self.product_id, self.dose_number, self.id)

    @property
    def heading(self) -> tuple[Any, ...]:
        """What the counters keep of it."""
        return (self.dose_number, self.completes, self.age_band, self.sex, self.residence_id, self.status)


def whole_doses(cursor: psycopg.Cursor[Any], persons: Iterable[UUID]) -> list[WholeDose]:
    """Every dose of these persons, corrected ones too, by person, day and id; one query."""
    arrays.execute(cursor, load("immunization", "doses_of_persons"), [list(persons)])
    return [WholeDose(*row) for row in cursor.fetchall()]


class Restating:
    """Collects changed doses, then writes them with one statement a table."""

    def __init__(self, cursor: psycopg.Cursor[Any], actor_id: UUID, now: datetime) -> None:
        self.cursor, self.actor_id, self.now = cursor, actor_id, now
        self.changes: list[tuple[WholeDose, WholeDose]] = []

    def change(self, old: WholeDose, **new: Any) -> None:
        """``old`` is to stand with these fields; a change of nothing is none."""
        after: WholeDose = msgspec.structs.replace(old, **new)
        if (after.heading, after.next_due_on) != (old.heading, old.next_due_on):
            self.changes.append((old, after))

    def write(self, between: Callable[[], None] = lambda: None) -> None:
        """Park the numbers, let ``between`` move the rows to another person, then write every dose as it is to stand.

        Whoever changes ``person_id`` there gives the new one to :meth:`change` as well.
        """
        parked = [(old.person_id, old.id, -place) for place, (old, _) in enumerate(self.changes, 1)]
        if parked:
            arrays.execute(self.cursor, load("immunization", "park_doses_apart"), columns(parked))
        between()
        if not self.changes:
            return
        rows = [
            (
                new.person_id, new.id, new.dose_number, new.completes, new.next_due_on, new.age_band, new.sex,
                new.residence_id, new.status,
            )
            for _, new in self.changes
        ]  # fmt: skip
        arrays.execute(self.cursor, load("immunization", "restate_doses"), columns(rows))
        self._count()
        journal.append(self.cursor, [self._entry(old, new) for old, new in self.changes if old.heading != new.heading])

    def _count(self) -> None:
        counted: list[CountedDose] = []
        stock: Counter[tuple[int, int]] = Counter()
        for old, new in self.changes:
            if old.heading == new.heading:
                continue
            for dose, sign in ((old, -1), (new, 1)):
                if dose.status == ACTIVE:
                    counted.append(_counted(dose, sign))
                    if dose.facility_id is not None and dose.lot_id is not None:
                        stock[dose.facility_id, dose.lot_id] += sign
        used = [(facility, lot, count) for (facility, lot), count in sorted(stock.items()) if count]
        if used:
            use(self.cursor, used, actor_id=self.actor_id, now=self.now)
            recount_vials(self.cursor, [(new.person_id, new.id) for _, new in self.changes])
        events.publish(self.cursor, DOSES_COUNTED, counted)

    def _entry(self, old: WholeDose, new: WholeDose) -> journal.Entry:
        body: dict[str, Any] = {"dose": str(new.id)}
        if new.status != ACTIVE:
            return self._fact("dose.set_aside", new, body)
        if old.heading[2:] == new.heading[2:]:
            body |= {"from": old.dose_number, "to": new.dose_number, "completes": new.completes}
            return self._fact("dose.renumbered", new, body)
        body |= {
            "facility": new.facility_id or 0, "day": new.given_on.isoformat(), "residence": new.residence_id or 0,
            "product": new.product_id, "number": new.dose_number, "band": new.age_band, "sex": new.sex,
            "completes": new.completes,
        }  # fmt: skip
        return self._fact("dose.recounted", new, body)

    def _fact(self, verb: str, dose: WholeDose, body: dict[str, Any]) -> journal.Entry:
        return journal.Entry(verb, dose.person_id, self.now, self.actor_id, msgspec.json.encode(body).decode())


def _counted(dose: WholeDose, sign: int) -> CountedDose:
    facility = places.facility_table().get(dose.facility_id) if dose.facility_id is not None else None
    return CountedDose(
        dose.facility_id or 0, 0 if facility is None else facility.province_id, dose.given_on, dose.residence_id or 0,
        dose.product_id, dose.dose_number, dose.age_band, dose.sex, dose.completes, sign,
    )  # fmt: skip
