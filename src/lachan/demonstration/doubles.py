"""What is there twice in the demonstration: doses a neighbouring station entered again, and a search of all records."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from lachan.demonstration.plan import Country, Dose, uuid_for
from lachan.immunization.operations.dose_pairs import find_dose_pairs
from lachan.kernel.commands import Command
from lachan.people.duplicates.scan import scan

ENTERED_AGAIN = 5


def entered_again(land: Country, doses: list[Dose], lots: dict[str, tuple[str, ...]], now: datetime) -> list[Command]:
    """The latest first doses of the story's station, entered by a neighbour under the day of entry."""
    neighbour = next(station for station in land.stations.values() if station.id != land.story.id)
    firsts = {dose.person: dose for dose in reversed(doses) if dose.station.id == land.story.id}
    chosen = [dose for dose in firsts.values() if dose.at < now - timedelta(days=8)][:ENTERED_AGAIN]
    return [
        Command(
            uuid_for("again", dose.person), "dose.record", dose.at + timedelta(days=2 + number % 4),
            {
                "person": {"id": str(dose.person)}, "facility": neighbour.code, "product": dose.product,
                "lot": lots[dose.product][0],
                "override": {"codes": ["interval_too_short"], "reason": "Nhập từ danh sách giấy của phường"},
            },
        )
        for number, dose in enumerate(chosen)
    ]  # fmt: skip


def search(actor_id: UUID, now: datetime) -> tuple[int, int]:
    """(pairs of records, pairs of doses) that may be one."""
    return scan(actor_id=actor_id, now=now).pairs, find_dose_pairs(now=now)
