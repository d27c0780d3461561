"""A station that was offline sends its whole day at once, more than once; and how many statements that may take."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from lachan.access.rules import Role
from lachan.kernel.commands import SLICE, Command
from lachan.kernel.errors import Problem
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED, DUPLICATE

from .conftest import HEALTHY_ADULT, NOW, Station, everything_adds_up, rows, value

OPENED = NOW.replace(hour=7)


def offline_day(station: Station, people: int = 100) -> list[Command]:
    """Two sessions, ``people`` registered under ids of the device, each served from the door to the release."""
    mornings = [new_id(), new_id()]
    day = []
    for part, session in zip(("morning", "afternoon"), mornings, strict=True):
        body = {"session_id": str(session), "facility": station.facility.code, "date": "2022-03-10", "part": part}
        day.append(station.command("session.open", body, OPENED))
    for number in range(people):
        person, session = new_id(), mornings[number % 2]
        begun = OPENED + timedelta(minutes=number / 2)
        here: dict[str, Any] = {"person": {"id": str(person)}, "session_id": str(session)}
        someone = {
            "person_id": str(person), "name": f"Người Thứ {chr(65 + number // 26)}{chr(65 + number % 26)}", "sex": "M",
            "birth_date": "1985-06-01", "residence_code": "26740",
            "identifiers": [{"system": "citizen_id", "value": f"079085{number:06}"}],
        }  # fmt: skip
        dose = station.dose_body(person, session_id=str(session))
        form = {"answers": HEALTHY_ADULT, "measures": {"temperature_c": 36.5}, "consent": True}
        for minutes, verb, body in (
            (0, "person.register", someone),
            (0, "arrival.record", here),
            (5, "screening.record", here | form),
            (9, "dose.record", dose),
            (39, "release.record", here),
        ):
            day.append(station.command(verb, body, begun + timedelta(minutes=minutes)))
    for session in mornings:
        closed = OPENED + timedelta(hours=2)
        day.append(station.command("session.close", {"session_id": str(session)}, closed))
    return day


def whole(station: Station, people: int) -> None:
    """Nobody is lost, nobody is there twice, everybody went home."""
    assert rows("SELECT count(*), count(DISTINCT person_id) FROM immunization_dose") == [(people, people)]
    assert value("SELECT count(*) FROM people_person") == people
    assert rows(
        "SELECT count(*) FILTER (WHERE screening_outcome = 'eligible' AND consent_at IS NOT NULL), "
        "count(*) FILTER (WHERE dose_id IS NOT NULL), count(*) FILTER (WHERE released_at > dosed_at), count(*) "
        "FROM immunization_encounter"
    ) == [(people, people, people, people)]
    assert value("SELECT count(*) FROM immunization_session WHERE status = 'closed'") == 2
    assert value("SELECT count(*) FROM kernel_worklistitem") == 0
    assert station.balance("PF1001") == 1_000 - people
    verbs = dict(rows("SELECT verb, count(*) FROM kernel_journal WHERE verb <> 'stock.moved' GROUP BY 1"))
    assert verbs == {
        "session.opened": 2, "session.closed": 2, "person.registered": people, "person.arrived": people,
        "person.screened": people, "dose.recorded": people, "person.released": people,
    }  # fmt: skip
    everything_adds_up(station)


@pytest.mark.slow
@pytest.mark.django_db
def test_a_whole_day_in_one_call_twice(station: Station) -> None:
    device = station.role(Role.STATION_DEVICE)
    day = offline_day(station)
    assert SLICE < len(day) <= 1_000
    first = station.execute(day, device)
    assert {outcome.status for outcome in first} == {ACCEPTED}
    whole(station, 100)
    again = station.execute(day, device)
    assert {outcome.status for outcome in again} == {DUPLICATE}
    assert [outcome.id for outcome in again] == [outcome.id for outcome in first]
    whole(station, 100)


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("size", [1, 7, 60])
def test_a_day_in_pieces_that_overlap(station: Station, size: int) -> None:
    """The line breaks after every piece and the device sends the last one again with the next."""
    device, day = station.role(Role.STATION_DEVICE), offline_day(station, 12)
    for start in range(0, len(day), size):
        station.execute(day[max(0, start - size) : start + size], device)
    whole(station, 12)


@pytest.mark.slow
@pytest.mark.django_db
def test_a_day_sorted_by_kind_instead_of_by_time(station: Station) -> None:
    day = offline_day(station, 30)
    station.execute(sorted(day, key=lambda command: command.verb))
    whole(station, 30)


@pytest.mark.django_db
def test_more_than_a_thousand_is_a_problem_of_the_whole_call(station: Station) -> None:
    command = station.command("release.record", {})
    with pytest.raises(Problem, match="at most 1000"):
        station.execute([command] * 1_001)
    assert value("SELECT count(*) FROM kernel_worklistitem") == 0


@contextmanager
def counting(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every statement that goes to the server."""
    seen: list[str] = []
    plain = psycopg.Cursor.execute

    def execute(self: Any, query: Any, *args: Any, **more: Any) -> Any:
        seen.append(re.sub(r'"s\d+_x\d+"', "here", str(query))[:80])
        return plain(self, query, *args, **more)

    with monkeypatch.context() as patch:
        patch.setattr(psycopg.Cursor, "execute", execute)
        yield seen


def doses_of(station: Station, count: int, session: Any) -> list[Command]:
    return [
        station.command("dose.record", station.dose_body(person, session_id=str(session)))
        for person in station.people(count)
    ]


@pytest.mark.slow
@pytest.mark.django_db
def test_two_hundred_doses_take_as_many_statements_as_twenty(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    session, device = station.session(), station.role(Role.STATION_DEVICE)
    taken = {}
    for count in (5, 20, 200):
        sent = doses_of(station, count, session)
        station.execute(doses_of(station, 1, session), device)  # what a process remembers is remembered
        with counting(monkeypatch) as seen:
            outcomes = station.execute(sent, device)
        assert {outcome.status for outcome in outcomes} == {ACCEPTED}
        taken[count] = seen
    assert taken[200] == taken[20] == taken[5]
    assert len(taken[200]) <= 24, taken[200]


@pytest.mark.slow
@pytest.mark.django_db
def test_a_day_of_forty_takes_as_many_statements_as_one_of_ten(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = []
    station.execute(offline_day(station, 1))
    for people in (10, 40):
        day = [command for command in offline_day(station, people) if command.verb != "person.register"]
        for command, person in zip(
            [command for command in day if command.verb == "arrival.record"], station.people(people), strict=True
        ):
            old = command.body["person"]["id"]
            for other in day:
                if other.body.get("person") == {"id": old}:
                    other.body["person"] = {"id": str(person)}
        with counting(monkeypatch) as seen:
            assert {outcome.status for outcome in station.execute(day)} == {ACCEPTED}
        taken.append(seen)
    assert taken[0] == taken[1]
