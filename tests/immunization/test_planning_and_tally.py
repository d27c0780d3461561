"""Sessions to come, the paper's count at closing time, and what is owed between the two."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection

from lachan.access import operations
from lachan.access.rules import Role
from lachan.immunization.models import Explanation, Session, SessionPlan, Tally
from lachan.immunization.queries import debt
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED, HELD, REFUSED

from .conftest import NOW, Station, actor

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
TODAY = date(2022, 3, 10)


def colleague(station: Station, name: str, *facilities: int) -> UUID:
    """A user with a role at these facilities."""
    [made] = operations.create_users([operations.NewUser(name, name.title())], actor=station.actor, now=NOW)
    assert made.id is not None
    given = operations.grant(
        [operations.NewGrant(Role.VACCINATOR, user_id=made.id, facility_id=place) for place in facilities],
        actor=station.actor,
        now=NOW,
    )
    assert all(outcome.reason is None for outcome in given), given
    return made.id


def planned(station: Station, on: date = TODAY + timedelta(days=1), **more: object) -> UUID:
    body = {"session_id": str(new_id()), "facility": station.facility.code, "date": on.isoformat(), **more}
    return station.must("session.plan", **body)


def owed(station: Station, on: date = TODAY) -> tuple[int, int, int, int]:
    """(by tally, recorded, explained, missing) of the station's day."""
    found = debt.day(station.facility.id, on)
    return (
        sum(line.given for line in found.standings),
        found.recorded,
        sum(line.explained for line in found.standings),
        sum(line.missing for line in found.standings),
    )


def lines(doses: int, product: str = "pfizer", **more: object) -> list[dict[str, object]]:
    return [{"product": product, "doses": doses, **more}]


class TestPlanning:
    def test_a_planned_session_is_opened_under_its_own_id_and_keeps_its_staff(self, station: Station) -> None:
        nurse = colleague(station, "thu", station.facility.id)
        session_id = planned(
            station, part="morning", doses={"pfizer": 80}, staff=[{"user": str(nurse), "desk": "vaccination"}]
        )
        session = Session.objects.get(id=session_id)
        assert (session.status, session.part, session.opened_at) == ("planned", "morning", None)
        assert SessionPlan.objects.get(session_id=session_id).doses == {"pfizer": 80}
        station.must(
            "session.open", session_id=str(session_id), facility=station.facility.code,
            date=(TODAY + timedelta(days=1)).isoformat(), part="morning", lots={"pfizer": station.lots["pfizer"]},
        )  # fmt: skip
        session.refresh_from_db()
        assert session.status == "open"
        assert session.lots == {"pfizer": station.lots["pfizer"]}
        assert [(entry["name"], entry["desk"]) for entry in session.staff] == [("Thu", "vaccination")]
        assert Session.objects.filter(facility_id=station.facility.id).count() == 1

    def test_changed_and_called_off_with_a_reason(self, station: Station) -> None:
        session_id = planned(station, capacity=100)
        later = (TODAY + timedelta(days=3)).isoformat()
        station.must("session.replan", session_id=str(session_id), date=later, capacity=60, reason="half the vaccine")
        session = Session.objects.get(id=session_id)
        assert (session.date.isoformat(), session.capacity) == (later, 60)
        assert station.send("session.cancel", session_id=str(session_id), reason="").reason == "malformed"
        station.must("session.cancel", session_id=str(session_id), reason="storm")
        station.must("session.cancel", session_id=str(session_id), reason="storm")
        session.refresh_from_db()
        assert session.status == "cancelled"
        plan = SessionPlan.objects.get(session_id=session_id)
        assert plan.reason == "storm"
        assert plan.cancelled_at is not None
        again = station.send("session.replan", session_id=str(session_id), capacity=10, reason="after all")
        assert again.reason == "session_cancelled_already"

    def test_an_open_session_is_not_planned_again(self, station: Station) -> None:
        session_id = station.session()
        outcome = station.send("session.cancel", session_id=str(session_id), reason="storm")
        assert (outcome.status, outcome.reason) == (REFUSED, "session_open_already")

    def test_nobody_is_at_two_sessions_at_once_unless_someone_says_why(self, station: Station) -> None:
        nurse = colleague(station, "thu", station.facility.id, station.other.id)
        staff = [{"user": str(nurse), "desk": "vaccination"}]
        day = TODAY + timedelta(days=1)
        planned(station, day, part="morning", staff=staff)
        body = {
            "session_id": str(new_id()), "facility": station.other.code, "date": day.isoformat(), "staff": staff,
        }  # fmt: skip
        assert station.send("session.plan", **body, part="day").reason == "staff_elsewhere"
        assert station.send("session.plan", **body, part="day").status is HELD
        assert station.send("session.plan", **body, part="afternoon").status is ACCEPTED
        body["session_id"] = str(new_id())
        assert station.send("session.plan", **body, part="morning", double_duty="same building").status is ACCEPTED

    def test_staff_hold_a_role_at_the_place(self, station: Station) -> None:
        stranger = colleague(station, "khach", station.other.id)
        outcome = station.send(
            "session.plan", session_id=str(new_id()), facility=station.facility.code, date="2022-03-11",
            staff=[{"user": str(stranger), "desk": "reception"}],
        )  # fmt: skip
        assert outcome.reason == "staff_without_role"

    def test_a_day_that_is_over_is_not_planned(self, station: Station) -> None:
        outcome = station.send(
            "session.plan", session_id=str(new_id()), facility=station.facility.code, date="2022-03-01"
        )
        assert outcome.reason == "plan_in_the_past"


class TestTally:
    def test_two_more_on_paper_are_owed_until_the_records_come(self, station: Station) -> None:
        session = station.session()
        people = station.people(3)
        station.dose(people[0], session_id=str(session))
        station.must("session.close", session_id=str(session))
        station.must("tally.enter", session_id=str(session), lines=lines(3, vials=1))
        assert owed(station) == (3, 1, 0, 2)
        late = NOW - timedelta(hours=1)
        station.dose(people[1], at=late, session_id=str(session), given_at=late.isoformat())
        assert owed(station) == (3, 2, 0, 1)
        # from paper, without a session: it fills what is missing of its product on that day
        station.dose(people[2], at=late, given_on=TODAY.isoformat())
        assert owed(station) == (3, 3, 0, 0)

    def test_another_product_fills_nothing(self, station: Station) -> None:
        session = station.session()
        station.must("tally.enter", session_id=str(session), lines=lines(1, "moderna"))
        station.dose(station.person(), session_id=str(session))
        found = debt.day(station.facility.id, TODAY)
        assert sorted((line.given, line.recorded, line.missing, line.surplus) for line in found.standings) == [
            (0, 1, 0, 1), (1, 0, 1, 0),
        ]  # fmt: skip

    def test_entered_once_then_corrected_with_the_history_kept(self, station: Station) -> None:
        session = station.session()
        assert station.send("tally.correct", session_id=str(session), lines=lines(4), reason="new").reason == (
            "tally_missing"
        )
        station.must("tally.enter", session_id=str(session), lines=lines(5))
        assert station.send("tally.enter", session_id=str(session), lines=lines(6)).reason == "tally_there"
        station.must("tally.correct", session_id=str(session), lines=lines(4), reason="counted again")
        assert owed(station)[0] == 4
        kept = debt.tallies(station.facility.id, session)
        assert [(row.doses, row.current) for row in kept] == [(4, True), (5, False)]
        assert Tally.objects.filter(current=True).count() == 1

    @pytest.mark.parametrize(
        ("sent", "reason"),
        [
            (lines(5, numbers={"1": 2, "2": 2}), "tally_numbers_differ"),
            (lines(5) + lines(1), "tally_product_twice"),
            (lines(5, "aspirin"), "product_unknown"),
            (lines(-1), "malformed"),
        ],
    )
    def test_what_cannot_be_a_tally_is_refused(
        self, sent: list[dict[str, object]], reason: str, station: Station
    ) -> None:
        session = station.session()
        assert station.send("tally.enter", session_id=str(session), lines=sent).reason == reason
        assert not Tally.objects.exists()

    def test_explained_by_the_head_and_accepted_by_someone_else(self, station: Station) -> None:
        session = station.session()
        station.must("tally.enter", session_id=str(session), lines=lines(2))
        head = station.role(Role.HEAD)
        above = actor(Role.COMMUNE_OFFICER, area_id=station.facility.area_id)
        said = {"session_id": str(session), "cause": "miscounted", "reason": "two children only weighed"}
        outcome = station.send("debt.explain", by=head, **said)
        assert outcome.status is ACCEPTED
        assert owed(station) == (2, 0, 0, 2), "explained is not accepted"
        assert station.send("debt.explain", by=head, **said).reason == "explanation_waits"
        answer = {"session_id": str(session), "explanation": str(outcome.id)}
        assert station.send("debt.accept", by=head, **answer).reason == "not_allowed"
        assert station.send("debt.accept", by=above, **answer, accepted=False).reason == "reason_missing"
        assert station.send("debt.accept", by=above, **answer).status is ACCEPTED
        assert owed(station) == (2, 0, 2, 0)
        assert station.send("debt.accept", by=above, **answer).reason == "explanation_answered"
        assert station.send("debt.explain", by=head, **said).reason == "nothing_owed"
        # a record that comes after all takes its place; nothing is counted twice
        station.dose(station.person(), session_id=str(session))
        assert owed(station) == (2, 1, 1, 0)

    def test_who_explains_does_not_accept_even_with_both_roles(self, station: Station) -> None:
        session = station.session()
        station.must("tally.enter", session_id=str(session), lines=lines(2))
        both = station.actor
        outcome = station.send("debt.explain", by=both, session_id=str(session), cause="other", reason="who knows")
        sent = {"session_id": str(session), "explanation": str(outcome.id)}
        assert station.send("debt.accept", by=both, **sent).reason == "explanation_own"
        returned = station.send(
            "debt.accept", by=actor(Role.COMMUNE_OFFICER, area_id=station.facility.area_id), **sent, accepted=False,
            reason="count again",
        )  # fmt: skip
        assert returned.status is ACCEPTED
        assert owed(station) == (2, 0, 0, 2)
        assert Explanation.objects.get().state == "returned"
        assert station.send("debt.explain", session_id=str(session), cause="other", reason="again").status is ACCEPTED

    def test_an_explanation_of_nothing_known_is_refused(self, station: Station) -> None:
        session = station.session()
        above = actor(Role.COMMUNE_OFFICER, area_id=station.facility.area_id)
        sent = {"session_id": str(session), "explanation": str(uuid4())}
        assert station.send("debt.accept", by=above, **sent).reason == "explanation_unknown"

    def test_the_journal_has_every_write(self, station: Station) -> None:
        session = station.session()
        station.must("tally.enter", session_id=str(session), lines=lines(2))
        station.must("tally.correct", session_id=str(session), lines=lines(1), reason="counted again")
        station.must("debt.explain", session_id=str(session), cause="other", reason="who knows")
        with connection.cursor() as cursor:
            cursor.execute("SELECT verb, body->>'day' FROM kernel_journal WHERE subject = %s ORDER BY id", [session])
            found = cursor.fetchall()
        assert found[1:] == [
            ("tally.entered", "2022-03-10"), ("tally.corrected", "2022-03-10"), ("debt.explained", "2022-03-10"),
        ]  # fmt: skip
