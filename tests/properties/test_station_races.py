"""Whatever the order, the repetition and the number of senders: the same doses, the same counters, the same stock."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED, DUPLICATE
from tests.immunization.conftest import NOW, VIETNAM, Station, everything_adds_up, make_station, rows, stock_up, value

from .test_command_races import at_once

pytestmark = pytest.mark.slow
DAYS = ["2022-01-02", "2022-01-30", "2022-03-01"]


@pytest.fixture
def station(committed: None) -> Station:
    """Commits are real here: threads see what others wrote."""
    return stock_up(make_station())


def morning(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T08:00+07:00")


def doses_of(station: Station, people: Sequence[UUID]) -> list[Command]:
    """Three doses of Abdala each, which may be entered in any order."""
    return [
        station.command(
            "dose.record", station.dose_body(person, "abdala"), datetime.fromisoformat(f"{day}T08:00+07:00")
        )
        for person in people
        for day in DAYS
    ]


def state() -> list[tuple[Any, ...]]:
    """All that must not depend on who sent what when."""
    return (
        rows(
            "SELECT person_id, dose_number, given_on, completes, next_due_on, age_band, lot_number "
            "FROM immunization_dose WHERE status = 'active' ORDER BY 1, 2"
        )
        + rows("SELECT * FROM analytics_coverage WHERE doses <> 0 ORDER BY 1, 2, 3, 4, 5, 6, 7")
        + rows("SELECT facility_id, lot_id, received, used, adjusted, balance FROM immunization_stock ORDER BY 1, 2")
        + rows("SELECT person_id, session_id, dosed_at, released_at FROM immunization_encounter ORDER BY 1, 2")
    )


@pytest.mark.django_db
def test_any_order_and_repetition_gives_the_same_doses(db: None, reference: None) -> None:
    station = stock_up(make_station())
    people, session = station.people(3), station.session()
    sent = doses_of(station, people)
    for person in people:
        here = {"person": {"id": str(person)}, "session_id": str(session)}
        sent.append(station.command("arrival.record", here, NOW - timedelta(hours=1)))
        sent.append(station.command("release.record", here))
    with transaction.atomic():
        station.execute(sent)
        usual = state()
        transaction.set_rollback(True)

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.permutations(sent), st.lists(st.integers(0, len(sent) - 1), max_size=8), st.integers(1, len(sent)))
    def day(order: list[Command], again: list[int], size: int) -> None:
        stream = order[:]
        for number in again:
            stream.insert(number, sent[number])
        with transaction.atomic():
            answers: dict[UUID, UUID | None] = {}
            for start in range(0, len(stream), size):
                call = stream[start : start + size]
                for command, outcome in zip(call, station.execute(call), strict=True):
                    assert outcome.status in (ACCEPTED, DUPLICATE), outcome
                    assert answers.setdefault(command.id, outcome.id) == outcome.id
            assert state() == usual
            everything_adds_up(station)
            transaction.set_rollback(True)

    day()


@pytest.mark.parametrize("seed", range(4))
def test_four_senders_with_the_same_people_at_once(station: Station, seed: int) -> None:
    """Each sends most of the day, in its own order and in pieces; afterwards nothing is missing or there twice."""
    dice = random.Random(seed)
    people = station.people(12)
    sent = doses_of(station, people)
    shares = [dice.sample(sent, k=len(sent) * 3 // 4) for _ in range(3)]
    shares.append([command for command in sent if not any(command in share for share in shares)] + sent[:10])

    def upload(share: list[Command]) -> set[str]:
        found: set[str] = set()
        for start in range(0, len(share), 9):
            found |= {outcome.status for outcome in station.execute(share[start : start + 9])}
        return found

    for statuses in at_once(*(lambda share=share: upload(share) for share in shares)):
        assert statuses <= {ACCEPTED, DUPLICATE}
    assert value("SELECT count(*) FROM immunization_dose") == len(sent)
    assert rows("SELECT DISTINCT dose_number, given_on::text FROM immunization_dose ORDER BY 1") == [
        (1, DAYS[0]), (2, DAYS[1]), (3, DAYS[2]),
    ]  # fmt: skip
    assert station.balance(station.lots["abdala"]) == 1_000 - len(sent)
    everything_adds_up(station)


def test_one_dose_entered_by_two_stations_at_once_under_two_ids(station: Station) -> None:
    """The paper was typed at two desks: one is recorded, the other refused as the same dose."""
    for person in station.people(5):
        bodies = [station.dose_body(person), station.dose_body(person)]
        outcomes = at_once(
            *(lambda body=body: station.execute([station.command("dose.record", body)]) for body in bodies)
        )
        assert sorted(outcome.reason or "" for [outcome] in outcomes) == ["", "same_dose_twice"]
    assert value("SELECT count(*) FROM immunization_dose") == 5
    everything_adds_up(station)


def test_one_walk_in_at_two_desks_is_one_person(station: Station) -> None:
    card = {"name": "Phạm Thị Hoà", "sex": "F", "birth_date": "1975-04-30", "citizen_id": "079175001234"}
    session = station.session()
    at_once(
        *(
            lambda: station.send("arrival.record", person={"card": card}, session_id=str(session))
            for _ in range(4)
        )
    )  # fmt: skip
    assert value("SELECT count(*) FROM people_person") == 1
    assert value("SELECT count(*) FROM immunization_encounter") == 1
    assert value("SELECT count(*) FROM kernel_journal WHERE verb = 'person.arrived'") == 1


def test_corrections_and_new_doses_at_once(station: Station) -> None:
    """Voids, amendments and late doses of the same people and lots, crosswise."""
    people = station.people(8)
    made = station.execute(doses_of(station, people))
    first = [made[number * 3].id for number in range(8)]

    def void(numbers: Sequence[int]) -> Any:
        return station.execute(
            [
                station.command(
                    "dose.void", {"person": {"id": str(people[n])}, "dose_id": str(first[n]), "reason": "Ghi nhầm"}
                )
                for n in numbers
            ]
        )

    def amend(numbers: Sequence[int]) -> Any:
        changes = {"product": "pfizer", "lot": station.lots["pfizer"], "site": "right_arm"}
        override = {"codes": ["product_not_mixable", "interval_too_short"], "reason": "Giấy tờ ghi vậy"}
        return station.execute(
            [
                station.command(
                    "dose.amend",
                    {
                        "person": {"id": str(people[n])}, "dose_id": str(made[n * 3 + 2].id), "changes": changes,
                        "reason": "Ghi nhầm", "override": override,
                    },
                )
                for n in numbers
            ]
        )  # fmt: skip

    late = datetime(2021, 12, 1, 8, tzinfo=VIETNAM)
    entered = [station.command("dose.record", station.dose_body(person, "abdala"), late) for person in people]
    at_once(lambda: void(range(8)), lambda: amend(range(7, -1, -1)), lambda: station.execute(entered[::-1]))
    everything_adds_up(station)
    numbers = rows(
        "SELECT array_agg(dose_number ORDER BY given_on) FROM immunization_dose "
        "WHERE status = 'active' GROUP BY person_id"
    )
    assert len(numbers) == 8
    for (held,) in numbers:
        assert held == sorted(set(held))


def test_sessions_opened_by_two_desks_at_once(station: Station) -> None:
    session = new_id()
    body = {"session_id": str(session), "facility": station.facility.code, "date": "2022-03-10"}
    outcomes = at_once(*(lambda: station.send("session.open", **body) for _ in range(2)))
    assert {outcome.status for outcome in outcomes} == {ACCEPTED}
    assert value("SELECT count(*) FROM immunization_session") == 1
