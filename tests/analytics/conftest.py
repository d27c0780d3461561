"""Two stations, people of three communes, and doses through the one door."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest

from lachan.access import scopes
from lachan.access.actors import Actor
from lachan.analytics import checks, maps
from lachan.immunization.commands import execute
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED, Outcome
from lachan.places import queries as places

VIETNAM = timezone(timedelta(hours=7))
NOW = datetime(2022, 6, 15, 10, 0, tzinfo=VIETNAM)
TODAY = date(2022, 6, 15)
# Bến Nghé (TP Hồ Chí Minh), Phúc Xá (Hà Nội), Mỹ Bình (Long Xuyên, An Giang)
COMMUNES = ("26740", "00001", "30280")


@dataclass
class Campaign:
    """People and doses by short words; ``now`` is the middle of June 2022."""

    actor: Actor = field(default_factory=lambda: Actor.system("tests"))
    names: int = 0

    def area(self, code: str, level: int = 3, on: date = TODAY) -> int:
        found = places.area_at(code, level, on)
        assert found is not None, code
        return found.id

    def station(self, commune: str) -> str:
        area = self.area(commune)
        rows = places.facilities(sorted(places.facilities_in(area)))
        return next(row.code for row in rows if row.kind == "station" and row.area_id == area)

    def send(self, *commands: Command) -> list[Outcome]:
        return execute(list(commands), actor=self.actor, now=NOW)

    def command(self, verb: str, **body: Any) -> Command:
        return Command(new_id(), verb, NOW, body)

    def stock(self) -> None:
        sent = [
            self.command(
                "stock.move", facility=self.station(commune), product=product, lot=lot, kind="receive", quantity=1_000,
                expires_on="2023-06-30",
            )
            for commune in COMMUNES
            for product, lot in (("pfizer", "PF1"), ("astrazeneca", "AZ1"), ("janssen", "JA1"), ("abdala", "AB1"))
        ]  # fmt: skip
        assert {outcome.status for outcome in self.send(*sent)} == {ACCEPTED}

    def person(self, commune: str = COMMUNES[0], sex: str = "F", born: str = "1980-05-17") -> UUID:
        self.names += 1
        name = f"Lê Thị {chr(65 + self.names % 26)}{chr(97 + self.names // 26 % 26)}"
        sent = self.command(
            "person.register", name=name, sex=sex, birth_date=born, residence_code=commune, force_new=True
        )
        [outcome] = self.send(sent)
        assert outcome.id is not None, outcome
        return outcome.id

    def dose_command(
        self, person: UUID, day: date, product: str = "pfizer", at: str = COMMUNES[0], **more: Any
    ) -> Command:
        lots = {"pfizer": "PF1", "astrazeneca": "AZ1", "janssen": "JA1", "abdala": "AB1"}
        given_at = datetime.combine(day, time(9, 0), VIETNAM)
        body: dict[str, Any] = {"person": {"id": str(person)}, "product": product, "lot": lots.get(product, "")}
        if more.get("source", "here") == "here":
            body["facility"] = self.station(at)
        return Command(new_id(), "dose.record", given_at, {**body, **more})

    def dose(self, person: UUID, day: date, product: str = "pfizer", **more: Any) -> UUID:
        [outcome] = self.send(self.dose_command(person, day, product, **more))
        assert outcome.status is ACCEPTED, outcome
        assert outcome.id is not None
        return outcome.id

    def void(self, person: UUID, dose: UUID) -> Outcome:
        [outcome] = self.send(
            self.command("dose.void", person={"id": str(person)}, dose_id=str(dose), reason="wrong person")
        )
        return outcome

    def amend(self, person: UUID, dose: UUID, **changes: Any) -> Outcome:
        [outcome] = self.send(
            self.command(
                "dose.amend", person={"id": str(person)}, dose_id=str(dose), changes=changes, reason="written wrongly"
            )
        )
        return outcome

    def wrong(self) -> list[str]:
        """What the recount finds unequal."""
        return [f"{finding.name}: {finding.detail}" for finding in checks.check_all() if not finding.good]


@pytest.fixture
def campaign(db: None, reference: None) -> Iterator[Campaign]:
    maps.forget()
    scopes.forget()
    made = Campaign()
    made.stock()
    yield made
    scopes.forget()
