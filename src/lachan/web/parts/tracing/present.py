"""Households as the tracer's screen shows them: names, ages, why in general words, what is due, what was said."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from lachan.immunization.queries.published import doses_that_count
from lachan.immunization.rules.bands import age_on
from lachan.kernel.database import hot_cursor
from lachan.kernel.ids import new_id
from lachan.people.facts import PersonFacts
from lachan.people.households import Number, telephones
from lachan.people.queries import persons
from lachan.surveillance.declarations.form import form_on
from lachan.surveillance.declarations.queries import DiaryDay, diary
from lachan.tracing.work.calls import CallRow
from lachan.tracing.work.facts import Kind, TaskRow
from lachan.tracing.work.queries import Known, Sitting, Why, known_of
from lachan.tracing.work.rules import HERE
from lachan.tracing.work.watchbook import WatchRow
from lachan.web.parts.declarations.forms import tongue
from lachan.web.parts.tracing import words

OPEN: Final = 3  # households whose form is on the page: work goes on when the line is lost
DIARY: Final = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Line:
    """A household in the list: who is first, how many, what is due, since when it was tried."""

    sitting: Sitting
    person: PersonFacts | None
    age: int | None
    kinds: list[Any]
    level: int
    tried: int
    outcome: tuple[str, Any] | None
    below: bool = False  # the line of what can be called today

    @property
    def others(self) -> int:
        return len(self.sitting.tasks) - 1


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of a household that is called, with what the tracer needs while speaking."""

    person: PersonFacts
    age: int | None
    watch: WatchRow
    tasks: list[TaskRow]
    kinds: list[Any]
    why: Any
    last: date | None
    doses: int
    latest_dose: date | None
    calls: list[tuple[CallRow, tuple[str, Any], list[Any]]]
    said: list[tuple[DiaryDay, list[Any]]]
    numbers: list[Number]

    @property
    def verb(self) -> str:
        return "contact.call" if any(task.kind is Kind.CALL for task in self.tasks) else "contact.follow_up"

    @property
    def disease(self) -> Any:
        return words.DISEASES.get(self.watch.disease, self.watch.disease)

    @property
    def to_test(self) -> bool:
        return any(task.kind is Kind.TEST for task in self.tasks)

    @property
    def to_quarantine(self) -> bool:
        return self.watch.quarantine != "none" and self.watch.quarantined_at is None


@dataclass(frozen=True, slots=True)
class Card:
    """A household ready to be called."""

    sitting: Sitting
    members: list[Member]
    command_id: UUID = field(default_factory=new_id)

    @property
    def key(self) -> UUID:
        return self.sitting.key

    @property
    def numbers(self) -> list[Number]:
        """Every telephone of the household once, with whose it is."""
        found: dict[str, Number] = {}
        for member in self.members:
            for number in member.numbers:
                found.setdefault(number.value, Number(number.value, number.whose or member.person.name))
        return list(found.values())


def age_of(person: PersonFacts | None, on: date) -> int | None:
    """Completed years, the most they may be where the birth date is not exact."""
    born = person.birth_date if person is not None else None
    return age_on(born, person.birth_precision, on).most if person is not None and born is not None else None


def lines(sittings: Sequence[Sitting], people: dict[UUID, PersonFacts], now: datetime, room: int | None) -> list[Line]:
    """Households in words; those beyond ``room`` stand below the line."""
    day = now.astimezone(HERE).date()
    found = []
    for place, sitting in enumerate(sittings):
        first = sitting.first
        person = people.get(first.person_id)
        kinds = list(dict.fromkeys(task.kind for tasks in sitting.tasks.values() for task in tasks))
        found.append(
            Line(
                sitting, person, age_of(person, day), [words.KINDS[kind] for kind in kinds],
                min(task.level for tasks in sitting.tasks.values() for task in tasks), first.attempts,
                words.OUTCOMES.get(first.outcome), room is not None and place >= room,
            )
        )  # fmt: skip
    return found


def names(sittings: Sequence[Sitting]) -> dict[UUID, PersonFacts]:
    """Whoever is shown; one query, two when a record was merged."""
    ids = {person for sitting in sittings for person in sitting.persons}
    return persons(ids) if ids else {}


def cards(sittings: Sequence[Sitting], people: dict[UUID, PersonFacts], now: datetime) -> list[Card]:
    """Households with everything a call needs. Seven queries; numbers are open, so log the look."""
    ids = sorted({person for sitting in sittings for person in sitting.persons})
    if not ids:
        return []
    day = now.astimezone(HERE).date()
    known = known_of(ids)
    phones = telephones(ids)
    said = diary(ids, day - DIARY)
    doses = _doses(ids)
    found = []
    for sitting in sittings:
        members = [
            _member(people[person], tasks, known, phones, said, doses, day)
            for person, tasks in sitting.tasks.items()
            if person in people and any(watch.id == tasks[0].watch_id for watch in known.watches.get(person, ()))
        ]
        if members:
            found.append(Card(sitting, members))
    return found


def _doses(ids: list[UUID]) -> dict[UUID, tuple[int, date]]:
    """How many doses of each person count, and the day of the latest."""
    found: dict[UUID, tuple[int, date]] = {}
    with hot_cursor() as cursor:
        for dose in doses_that_count(cursor, ids):
            count, latest = found.get(dose.person_id, (0, dose.given_on))
            found[dose.person_id] = (count + 1, max(latest, dose.given_on))
    return found


def _member(
    person: PersonFacts, tasks: list[TaskRow], known: Known, phones: dict[UUID, list[Number]],
    said: dict[UUID, list[DiaryDay]], doses: dict[UUID, tuple[int, date]], day: date,
) -> Member:  # fmt: skip
    watch = next(watch for watch in known.watches[person.id] if watch.id == tasks[0].watch_id)
    reason = known.why.get((person.id, watch.disease))
    count, latest = doses.get(person.id, (0, None))
    return Member(
        person, age_of(person, day), watch, tasks, [words.KINDS[task.kind] for task in tasks], why_of(reason),
        reason.last_exposure.astimezone(HERE).date() if reason else None, count, latest,
        spoken(known.calls.get(person.id, ())[:2]), diary_lines(said.get(person.id, ())), phones.get(person.id, []),
    )  # fmt: skip


def why_of(reason: Why | None) -> Any:
    return words.WHY.get(reason.kind, words.WHY_OTHER) if reason is not None else words.WHY_OTHER


def spoken(calls: Sequence[CallRow]) -> list[tuple[CallRow, tuple[str, Any], list[Any]]]:
    """Calls with outcome and symptoms in words."""
    return [(call, words.OUTCOMES[call.outcome], words.symptoms_of(call.symptoms)) for call in calls]


def diary_lines(days: Collection[DiaryDay]) -> list[tuple[DiaryDay, list[Any]]]:
    """What the person declared, in the words of the form, the latest day first."""
    return [
        (entry, [form_on(entry.day).symptom(code, tongue()) for code in entry.symptoms])
        for entry in reversed(list(days))
    ]
