"""The script of a day: the same for the same seed, and with the faults it promises."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from lachan.immunization.rules.facts import VIETNAM
from lachan.rehearsal.day import Planned, Script, Station, window
from lachan.rehearsal.play import Ledger
from lachan.synth.cards import people_for
from lachan.synth.plan import Plan

NOON = datetime(2026, 3, 3, 5, 0, tzinfo=UTC)  # twelve o'clock in Hà Nội
FORM: dict[str, Any] = {"code": "adult-5785", "items": [{"code": "acute_illness", "sex": None}]}


def written(seed: int, people: int = 1_500) -> tuple[Script, list[Station]]:
    script = Script(seed, window(NOON), FORM, NOON)
    stations = script.stations([f"TYT{number:05d}" for number in range(10)])
    persons = [person for person in people_for(Plan(1), range(people)) if person.born.year < 2003]
    for number, station in enumerate(stations):
        script.open(station, 100)
        for person in persons[number :: len(stations)]:
            script.visit(station, person, walk_in=person.number % 7 == 0)
    return script, stations


def bodies(stations: list[Station]) -> list[bytes]:
    return [planned.body for station in stations for planned in station.planned]


@pytest.mark.slow
def test_the_same_seed_writes_the_same_day_and_another_seed_another():
    assert bodies(written(4)[1]) == bodies(written(4)[1])
    assert bodies(written(4)[1]) != bodies(written(5)[1])


@pytest.mark.slow
def test_a_day_has_every_kind_of_station_reference_and_fault():
    _, stations = written(4, 6_000)
    assert {station.kind for station in stations} == {"live", "offline", "paper"}
    sent = [(planned, msgspec.json.decode(planned.body)) for station in stations for planned in station.planned]
    references = {key for _, command in sent for key in command["body"].get("person", {})}
    assert references == {"id", "identifier", "card", "scan"}
    expected = Counter(reason for planned, _ in sent for reason in planned.expected)
    for reason in (
        "lot_unknown", "lot_expired", "lot_other_product", "person_unknown", "same_dose_twice", "happened_in_future",
        "malformed", "content_changed",
    ):  # fmt: skip
        assert expected[reason], reason


@pytest.mark.slow
def test_honest_clocks_are_in_the_past_and_within_one_day():
    _, stations = written(4)
    for station in stations:
        for planned in station.planned:
            command = msgspec.json.decode(planned.body)
            at = datetime.fromisoformat(command["happened_at"])
            if planned.expected == {"accepted"} and command["verb"] != "stock.move":
                assert at <= NOON + timedelta(minutes=10)
                assert at.astimezone(VIETNAM).date() == window(NOON).begin.date()


@pytest.mark.slow
def test_calls_hold_everything_in_order_and_changed_content_comes_behind_the_first():
    script, stations = written(4)
    repeated = 0
    for station in stations:
        calls = list(script.calls(station, 10))
        first = {}
        for number, call in enumerate(calls):
            assert len(call) <= 10
            for planned in call:
                if not planned.changed:
                    first.setdefault(planned.id, number)
        assert first.keys() == {planned.id for planned in station.planned if not planned.changed}
        for number, call in enumerate(calls):
            assert all(first[planned.id] < number for planned in call if planned.changed)
        repeated += sum(map(len, calls)) - len(station.planned)
    assert repeated > 0


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-03-03T05:00+00:00", 3),  # noon: today, up to now
        ("2026-03-03T00:30+00:00", 3),  # half past seven in the morning
        ("2026-03-02T18:00+00:00", 2),  # one o'clock at night: the day before
    ],
)
def test_the_hours_played_are_past_and_of_one_day(now: str, day: int):
    hours = window(datetime.fromisoformat(now))
    assert hours.begin < hours.end <= datetime.fromisoformat(now)
    assert hours.begin.day == hours.end.astimezone(VIETNAM).day == day


def planned(number: int, *, changed: bool = False, expected: str = "accepted") -> Planned:
    return Planned(UUID(int=number), "dose.record", b"{}", frozenset({expected}), changed)


def test_the_ledger_keeps_the_first_answer_and_notices_another():
    ledger, [station] = Ledger(), Script(1, window(NOON), FORM, NOON).stations(["TYT00001"])
    ledger.note(station, [planned(1)], [{"status": "accepted", "record_id": "a"}], 0.1)
    ledger.note(
        station, [planned(1)], [{"status": "duplicate", "record_id": "a", "params": {"first": "accepted"}}], 0.1
    )
    assert (ledger.contradictions, ledger.heard[UUID(int=1)].status) == (0, "accepted")
    ledger.note(
        station, [planned(1)], [{"status": "duplicate", "record_id": "b", "params": {"first": "accepted"}}], 0.1
    )
    assert ledger.contradictions == 1


def test_an_answer_nobody_expected_is_a_surprise():
    ledger, [station] = Ledger(), Script(1, window(NOON), FORM, NOON).stations(["TYT00001"])
    wrong = {"status": "held", "reason": "lot_unknown", "record_id": None}
    ledger.note(station, [planned(1), planned(2, expected="lot_unknown")], [wrong, wrong], 0.1)
    assert sum(ledger.surprises.values()) == 1
