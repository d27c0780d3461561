"""The debt meter: what the tables say, whatever the order in which they came to say it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lachan.access.actors import Actor, GrantFact
from lachan.access.rules import Role
from lachan.analytics.debt import cells, checks, projection, queries
from lachan.analytics.debt.facts import Owed
from lachan.analytics.debt.queries import Days
from lachan.analytics.maps import Map
from lachan.kernel import published
from lachan.kernel.commands import Command
from lachan.kernel.database import hot_cursor
from lachan.kernel.errors import Forbidden
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED
from lachan.people.facts import VerificationChanged
from lachan.places import queries as places

from .conftest import COMMUNES, TODAY, VIETNAM, Campaign

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
VERBS = (
    "dose.recorded", "dose.voided", "dose.amended", "tally.entered", "tally.corrected", "debt.accepted",
    "session.opened", "session.closed",
)  # fmt: skip


def facility(campaign: Campaign, commune: str = COMMUNES[0]) -> int:
    code = campaign.station(commune)
    return places.facilities_by_code([code])[code].id


def session(campaign: Campaign, day: date = TODAY, commune: str = COMMUNES[0]) -> UUID:
    key = new_id()
    at = datetime.combine(day, time(7), VIETNAM)
    sent = {"session_id": str(key), "facility": campaign.station(commune), "date": day.isoformat()}
    [outcome] = campaign.send(Command(new_id(), "session.open", at, sent))
    assert outcome.status is ACCEPTED, outcome
    return key


def tally(campaign: Campaign, key: UUID, doses: int) -> None:
    lines = [{"product": "pfizer", "doses": doses}]
    [outcome] = campaign.send(campaign.command("tally.enter", session_id=str(key), lines=lines))
    assert outcome.status is ACCEPTED, outcome


def kept() -> dict[tuple[int, date], Owed]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT facility_id, day, given, recorded, matched, missing, explained, surplus, untallied, held, refused,"
            " untraced FROM analytics_debtday"
        )
        return {(row[0], row[1]): Owed(*row[2:]) for row in cursor.fetchall() if any(row[2:])}


def followed() -> dict[tuple[int, date], Owed]:
    """The meter after reading every fact, from nothing."""
    projection.recount(cells.touched(published.facts(VERBS)))
    projection.recount(cells.standing_items())
    return kept()


def wrong() -> list[str]:
    """What a recount of every day finds unequal, whatever has been read."""
    return [finding.detail for finding in checks.findings(set()) if not finding.good]


def right(person: UUID, state: str = "right") -> None:
    """The register answered; as its own part does, the row and the event."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_verification SET state = %s WHERE person_id = %s", [state, person])


def test_given_recorded_matched_missing_held_and_refused(campaign: Campaign) -> None:
    key = session(campaign)
    people = [campaign.person() for _ in range(4)]
    for person in people[:3]:
        campaign.dose(person, TODAY, session_id=str(key), facility="")
    right(people[0])
    stranger = {"identifier": {"system": "citizen_id", "value": "079180099991"}}
    campaign.send(campaign.command("dose.record", person=stranger, product="pfizer", lot="PF1", session_id=str(key)))
    campaign.send(campaign.dose_command(people[0], TODAY))  # twice on one day
    tally(campaign, key, 6)
    untallied = session(campaign)
    campaign.send(campaign.command("session.close", session_id=str(untallied)))
    [owed] = followed().values()
    assert owed == Owed(6, 3, 1, 3, 0, 0, 1, 1, 1, 1)
    assert owed.unmatched == 2
    assert owed.known == 6
    assert wrong() == []


def test_a_late_dose_and_a_void_move_it_by_themselves(campaign: Campaign) -> None:
    key, here = session(campaign), facility(campaign)
    tally(campaign, key, 2)
    assert followed()[here, TODAY].missing == 2
    person = campaign.person()
    dose = campaign.dose(person, TODAY, session_id=str(key), facility="")
    assert followed()[here, TODAY].missing == 1
    campaign.void(person, dose)
    assert followed()[here, TODAY].missing == 2
    assert wrong() == []


def test_an_amended_day_moves_both_days(campaign: Campaign) -> None:
    person = campaign.person()
    dose = campaign.dose(person, TODAY)
    followed()
    campaign.amend(person, dose, given_on=(TODAY - timedelta(days=2)).isoformat())
    assert {day: owed.recorded for (_, day), owed in followed().items()} == {TODAY - timedelta(days=2): 1}
    assert wrong() == []


def test_the_registers_answer_reaches_the_meter(campaign: Campaign) -> None:
    person = campaign.person()
    campaign.dose(person, TODAY)
    followed()
    right(person)
    with hot_cursor() as cursor:
        projection.note_verified(cursor, [VerificationChanged(person, "waiting", "right")])
        projection.note_verified(cursor, [VerificationChanged(person, None, "not_sent")])
        cursor.execute("SELECT count(*) FROM analytics_debttouch")
        assert cursor.fetchone() == (1,)
    assert checks.findings()[0].detail.endswith("1 days still to be read"), "not a difference, only not read yet"
    projection.run()
    assert kept()[facility(campaign), TODAY].matched == 1
    assert wrong() == []


def test_the_check_sees_what_was_changed_behind_its_back(campaign: Campaign) -> None:
    campaign.dose(campaign.person(), TODAY)
    followed()
    assert wrong() == []
    with connection.cursor() as cursor:
        cursor.execute("UPDATE analytics_debtday SET recorded = 7")
    assert len(wrong()) == 2


def test_thrown_away_and_counted_again_it_is_the_same(campaign: Campaign) -> None:
    key = session(campaign)
    tally(campaign, key, 5)
    for commune in COMMUNES:
        campaign.dose(campaign.person(commune), TODAY, at=commune)
    before = followed()
    assert projection.rebuild() == len(before) == 3
    assert kept() == before
    assert wrong() == []


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["dose", "loose", "void", "tally", "correct", "explain", "close", "right"]), st.integers(0, 3)
    ),
    min_size=1,
    max_size=14,
)


@given(moves=MOVES, read_after=st.sets(st.integers(0, 13), max_size=4))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_gives_what_a_recount_gives(
    campaign: Campaign, moves: list[tuple[str, int]], read_after: set[int]
) -> None:
    """Facts in any order, read in any portions: what was followed equals what is counted from the tables at once."""
    from django.db import transaction

    sid = transaction.savepoint()
    sessions = [session(campaign), session(campaign, commune=COMMUNES[1])]
    given_doses: list[tuple[UUID, UUID]] = []
    for step, (what, which) in enumerate(moves):
        _move(campaign, what, which, sessions, given_doses)
        if step in read_after:
            followed()
    followed()
    assert wrong() == []
    before = kept()
    projection.rebuild()
    assert kept() == before
    transaction.savepoint_rollback(sid)


def _move(
    campaign: Campaign, what: str, which: int, sessions: list[UUID], given_doses: list[tuple[UUID, UUID]]
) -> None:
    key, commune = sessions[which % 2], COMMUNES[which % 2]
    lines = [{"product": "pfizer", "doses": which + 1}]
    sent: dict[str, Any] = {"session_id": str(key)}
    if what in ("dose", "loose"):
        person = campaign.person(commune)
        where = {"session_id": str(key), "facility": ""} if what == "dose" else {"at": commune}
        given_doses.append((person, campaign.dose(person, TODAY, **where)))
    elif what == "void" and given_doses:
        campaign.void(*given_doses[which % len(given_doses)])
    elif what == "tally":
        campaign.send(campaign.command("tally.enter", **sent, lines=lines))
    elif what == "correct":
        campaign.send(campaign.command("tally.correct", **sent, lines=lines, reason="counted again"))
    elif what == "close":
        campaign.send(campaign.command("session.close", **sent))
    elif what == "right" and given_doses:
        person = given_doses[which % len(given_doses)][0]
        right(person)
        with hot_cursor() as cursor:
            projection.note_verified(cursor, [VerificationChanged(person, "waiting", "right")])
        projection.run()
    elif what == "explain":
        [said] = campaign.send(campaign.command("debt.explain", **sent, cause="other", reason="who knows"))
        if said.id is not None:
            above = Campaign(actor=Actor.system("above"))
            above.send(above.command("debt.accept", **sent, explanation=str(said.id)))


# reading it


def at(role: Role, facility_id: int | None = None, area_id: int | None = None) -> Actor:
    return Actor(new_id(), "user", "tests", (GrantFact(role, facility_id, area_id),))


def test_from_the_nation_to_the_station_the_sums_agree(campaign: Campaign) -> None:
    for commune, doses, days in ((COMMUNES[0], 4, 0), (COMMUNES[0], 2, 5), (COMMUNES[1], 3, 40)):
        day = TODAY - timedelta(days=days)
        tally(campaign, session(campaign, day, commune), doses)
        campaign.dose(campaign.person(commune), day, at=commune)
    followed()
    days = Days.ever(TODAY)
    national = at(Role.NATIONAL_OFFICER, area_id=1)
    nation = queries.meter(national, 1, days, Map.OF_2021)
    assert len(nation.lines) == 63
    assert nation.whole.sums[:4] == (9, 3, 0, 6)
    assert nation.whole.ages["missing"].buckets == (3, 1, 0, 2)
    assert nation.whole.ages["missing"].oldest == TODAY - timedelta(days=40)
    hcmc = next(line for line in nation.lines if line.area and line.area.code == "79")
    assert hcmc.sums[:4] == (6, 2, 0, 4)
    assert hcmc.area is not None
    province = queries.meter(national, hcmc.area.id, days)
    assert [line.sums for line in province.lines] == [hcmc.sums]
    assert province.lines[0].area is not None
    commune = queries.meter(national, province.lines[0].area.id, days)
    assert [line.sums for line in commune.lines] == [hcmc.sums]
    station = commune.lines[0].facility
    assert station is not None
    assert queries.facility(national, station.id, days).sums == hcmc.sums
    assert [line.day for line in queries.facility_days(national, station.id, days)] == [
        TODAY, TODAY - timedelta(days=5),
    ]  # fmt: skip
    # 34 provinces of today: the same doses
    later = queries.meter(national, 1, days, Map.OF_2025)
    assert len(later.lines) == 34
    assert later.whole.sums == nation.whole.sums
    # only days asked for
    recent = queries.meter(national, 1, Days(TODAY - timedelta(days=7), TODAY, TODAY), Map.OF_2021)
    assert recent.whole.sums[:4] == (6, 2, 0, 4)


def test_each_sees_their_own(campaign: Campaign) -> None:
    here, there = facility(campaign), facility(campaign, COMMUNES[1])
    row = places.facility(here)
    assert row is not None
    head, officer = at(Role.HEAD, here), at(Role.COMMUNE_OFFICER, area_id=row.area_id)
    days = Days.ever(TODAY)
    assert queries.home(head) == row
    assert queries.home(officer) == places.area(row.area_id)
    assert queries.home(at(Role.SUPPORT, area_id=1)) == places.area(1)
    assert queries.home(at(Role.VACCINATOR, here)) is None
    assert queries.facility(head, here, days).sums == Owed()
    for actor in (head, officer):
        with pytest.raises(Forbidden):
            queries.facility(actor, there, days)
        with pytest.raises(Forbidden):
            queries.meter(actor, 1, days)
