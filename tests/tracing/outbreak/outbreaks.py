"""Made-up outbreaks written as rows: cases, links between them, places they shared."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from lachan.kernel.ids import new_id
from lachan.surveillance.models import Case
from lachan.tracing.models import Link

NOON = timedelta(hours=5)


def case(
    person: UUID, area: int, onset: datetime | None, *, sampled: datetime | None = None, code: str = "", **more: object
) -> UUID:
    """A case of COVID-19 that began on this day, confirmed by an officer's word."""
    at = sampled or onset
    assert at is not None
    case_id = new_id()
    usual: dict[str, object] = {
        "id": case_id, "person_id": person, "actor_id": uuid4(), "happened_at": at, "recorded_at": at,
        "code": code or f"79-21-{case_id.hex[-6:].upper()}", "disease": "covid-19", "classification": "confirmed",
        "sampled_at": sampled, "onset_on": onset.date() if onset is not None else None, "area_id": area,
        "changed_at": at, "held_class": "confirmed", "held_at": at,
    }  # fmt: skip
    Case.objects.create(**(usual | more))
    return case_id


def link(
    contact: UUID, case_id: UUID, case_person: UUID, at: datetime, *, minutes: int = 300, level: int = 1,
    **more: object,
) -> None:  # fmt: skip
    """Somebody on the list of a case."""
    usual: dict[str, object] = {
        "person_id": contact, "case_id": case_id, "case_person_id": case_person, "disease": "covid-19", "level": level,
        "rule": "vn-11042-2021-12-29", "first_exposure": at, "last_exposure": at + timedelta(minutes=minutes),
        "seconds": 60 * minutes, "kind": "visit", "score": 1.0, "rank": 1, "listed_at": at, "changed_at": at,
    }  # fmt: skip
    Link.objects.create(**(usual | more))


def chain(area: int, start: datetime, gaps: Sequence[int] = (5, 5, 5)) -> list[tuple[UUID, UUID]]:
    """(person, case) one after the other, these days apart; each met the one before two days after that one's onset."""
    day, made = start, []
    for n in range(len(gaps) + 1):
        person = uuid4()
        made.append((person, case(person, area, day)))
        if n:
            (before, before_case), met = made[n - 1], day - timedelta(days=gaps[n - 1]) + timedelta(days=1) + NOON
            link(person, before_case, before, met)
        if n < len(gaps):
            day += timedelta(days=gaps[n])
    return made


def midnight(year: int, month: int, day: int) -> datetime:
    """Of UTC: a day whose date is the same in Viet Nam."""
    return datetime(year, month, day, tzinfo=UTC)
