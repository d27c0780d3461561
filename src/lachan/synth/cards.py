"""Single invented persons with the cards they carry, made again from the plan, not unsealed from the database."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from lachan.synth import faults, people, tables
from lachan.synth.plan import CHUNK, Plan

DAY_ZERO = datetime.date(1970, 1, 1)


class SyntheticPerson(NamedTuple):
    """One invented person. Card data are the truth; ``recorded_*`` is what the database holds, faults and all."""

    number: int  # in the population
    id: uuid.UUID
    name: str
    sex: str
    born: datetime.date
    citizen_id: str
    old_id: str
    insurance: str
    phone: str
    commune_id: int
    commune_code: str  # as of synth.plan.AS_OF
    province_code: str
    address: str
    fault: faults.Fault
    twin_of: int | None  # index of the person this is a second record of
    recorded_name: str
    recorded_born: datetime.date
    recorded_precision: str
    recorded_numbers: tuple[tuple[str, str, bool], ...]

    def scan(self) -> str:
        """The code of the chip card: seven fields joined by ``|``; empty for a person without a card."""
        if not self.citizen_id:
            return ""
        sex = "Nam" if self.sex == "M" else "Nữ"
        issued = max(self.born + datetime.timedelta(days=14 * 366), datetime.date(2021, 4, 15))
        return "|".join(
            (self.citizen_id, self.old_id, self.name, f"{self.born:%d%m%Y}", sex, self.address, f"{issued:%d%m%Y}")
        )

    def card(self) -> dict[str, Any]:
        """Body of a person reference by card, as a walk-in's device sends it."""
        card = {
            "name": self.name,
            "sex": self.sex,
            "birth_date": self.born.isoformat(),
            "citizen_id": self.citizen_id,
            "old_id": self.old_id,
            "address": self.address,
            "commune_code": self.commune_code,
            "phone": self.phone,
        }
        return {key: value for key, value in card.items() if value}


@lru_cache(maxsize=8)
def _chunk(plan: Plan, chunk: int) -> tuple[people.Truth, people.Records]:
    truth = people.generate(plan, chunk)
    return truth, people.records(truth)


def people_for(plan: Plan, indices: Iterable[int]) -> list[SyntheticPerson]:
    """Persons by their number in the population, in the order asked. Ask in rising order: a chunk is made once."""
    return [_person(plan, index) for index in indices]


def _person(plan: Plan, index: int) -> SyntheticPerson:
    truth, records = _chunk(plan, index // CHUNK)
    at = index % CHUNK
    places = tables.places(plan.province)
    place = int(truth.place[at])
    twin = int(truth.twin_of[at])
    return SyntheticPerson(
        number=index,
        id=uuid.UUID(int=int(truth.upper[at]) << 64 | int(truth.lower[at])),
        name=truth.name[at],
        sex="M" if truth.male[at] else "F",
        born=DAY_ZERO + datetime.timedelta(days=int(truth.born[at])),
        citizen_id=faults.card_id(truth.citizen_id[at], int(truth.fault[at]), int(truth.bits[at])),
        old_id=truth.old_id[at],
        insurance=truth.insurance[at],
        phone=truth.phone[at],
        commune_id=int(places.ids[place]),
        commune_code=places.codes[place],
        province_code=places.province_codes[int(places.province[place])],
        address=f"Tổ {int(truth.bits[at] % 30) + 1}, {places.addresses[place]}",
        fault=faults.Fault(int(truth.fault[at])),
        twin_of=truth.first + twin if twin >= 0 else None,
        recorded_name=records.name[at],
        recorded_born=DAY_ZERO + datetime.timedelta(days=int(records.born[at])),
        recorded_precision=records.precision[at],
        recorded_numbers=tuple(records.numbers[at]),
    )
