"""A reaction becomes a case: by itself at the station, from home, from a hospital; its history and its clock."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from lachan.access.rules import Role
from lachan.immunization.models import Encounter, ReactionCase, ReactionFact, Session
from lachan.kernel.ids import new_id
from lachan.kernel.models import Journal, WorklistItem
from lachan.kernel.outcomes import ACCEPTED, HELD, REFUSED
from lachan.places import queries as places

from .conftest import Station, actor

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def vaccinated(station: Station) -> tuple[UUID, UUID, UUID]:
    """(person, session, dose) twelve minutes ago."""
    person, session = station.person(), station.session()
    at = station.now - timedelta(minutes=12)
    station.send("arrival.record", at=at, person={"id": str(person)}, session_id=str(session))
    outcome = station.dose(person, session_id=str(session), at=at)
    assert outcome.status is ACCEPTED
    assert outcome.id is not None
    return person, session, outcome.id


def who(person: UUID) -> dict[str, Any]:
    return {"id": str(person)}


def province() -> int:
    area = places.area_at("79", 1, __import__("datetime").date(2021, 12, 1))
    assert area is not None
    return area.id


def test_a_severe_reaction_at_minute_12_is_a_case_with_its_clock(
    station: Station, vaccinated: tuple[UUID, UUID, UUID]
) -> None:
    person, session, dose = vaccinated
    outcome = station.send(
        "reaction.record", person=who(person), session_id=str(session), severity="severe", symptoms=["anaphylaxis"]
    )
    assert outcome.status is ACCEPTED
    case = ReactionCase.objects.get()
    assert (case.dose_id, case.session_id, case.facility_id) == (dose, session, station.facility.id)
    assert (case.serious, case.seriousness, case.state) == (True, ["medically_important"], "new")
    assert case.due_at == station.now + timedelta(hours=24)
    assert case.lot_number == station.lots["pfizer"]
    assert (outcome.params or {})["code"] == case.code
    item = WorklistItem.objects.get(reason="reaction_serious")
    assert (item.facility_id, item.person_id) == (station.facility.id, person)
    assert Journal.objects.filter(verb="reaction.reported", subject=person).count() == 1


def test_a_mild_reaction_is_noted_and_no_case(station: Station, vaccinated: tuple[UUID, UUID, UUID]) -> None:
    person, session, _ = vaccinated
    station.must("reaction.record", person=who(person), session_id=str(session), severity="mild", symptoms=["pain"])
    assert not ReactionCase.objects.exists()


def test_a_reaction_known_by_its_dose_alone_belongs_to_the_session(
    station: Station, vaccinated: tuple[UUID, UUID, UUID]
) -> None:
    person, _, dose = vaccinated
    station.must("reaction.record", person=who(person), dose_id=str(dose), severity="moderate")
    assert Encounter.objects.get(person_id=person).reaction_severity == "moderate"
    [row] = station_rows("SELECT encounter_id, facility_id FROM immunization_reaction")
    assert row == (Encounter.objects.get(person_id=person).id, station.facility.id)
    other = actor(Role.VACCINATOR, facility_id=station.other.id)
    elsewhere = station.send("reaction.record", by=other, person=who(person), dose_id=str(dose), severity="mild")
    assert (elsewhere.status, elsewhere.reason) == (REFUSED, "not_allowed_here")
    lost = station.send("reaction.record", person=who(person), severity="mild")
    assert (lost.status, lost.reason) == (REFUSED, "facility_missing")


def station_rows(sql: str) -> list[tuple[Any, ...]]:
    from .conftest import rows

    return rows(sql)


def test_what_is_noted_later_adds_and_never_makes_milder(station: Station, vaccinated: tuple[UUID, UUID, UUID]) -> None:
    person, session, _ = vaccinated
    about = {"person": who(person), "session_id": str(session)}
    station.must("reaction.record", **about, severity="severe", symptoms=["anaphylaxis"])
    station.must("reaction.record", **about, severity="mild", symptoms=["rash"])
    case = ReactionCase.objects.get()
    assert (case.severity, case.symptoms, case.version) == ("severe", ["anaphylaxis", "rash"], 2)
    said = {"person": who(person), "case_id": str(case.id)}
    milder = station.send("reaction.follow_up", **said, severity="mild")
    assert (milder.status, milder.reason) == (REFUSED, "milder_without_reason")
    assert ReactionCase.objects.get().severity == "severe"
    station.must(
        "reaction.follow_up", **said, severity="moderate", seriousness=[], milder_reason="Fainting, not anaphylaxis"
    )
    case = ReactionCase.objects.get()
    assert (case.severity, case.serious) == ("moderate", False)
    assert case.due_at is not None, "the clock that began stays in the record"
    assert [fact.version for fact in ReactionFact.objects.order_by("version")] == [1, 2, 3]


def test_a_case_goes_its_way_and_each_step_has_its_place(station: Station, vaccinated: tuple[UUID, UUID, UUID]) -> None:
    person, _, dose = vaccinated
    officer = actor(Role.PROVINCE_OFFICER, area_id=province())
    case_id = new_id()
    station.must(
        "reaction.report", person=who(person), dose_id=str(dose), case_id=str(case_id), source="hospital",
        severity="severe", seriousness=["hospitalisation"], symptoms=["thrombosis"], reporter_phone="0900000000",
    )  # fmt: skip
    step = {"person": who(person), "case_id": str(case_id)}
    decided = {"causality": "B1", "committee": "Hội đồng tỉnh", "decided_on": "2022-03-10", "reason": "Trong thời gian"}
    assert station.send("reaction.classify", by=officer, **step, **decided).reason == "case_not_investigated"
    assert station.send("reaction.acknowledge", by=station.role(Role.HEAD), **step).reason == "not_allowed"
    assert station.send("reaction.notify", by=station.role(Role.HEAD), **step).status is ACCEPTED
    assert station.send("reaction.acknowledge", by=officer, **step).status is ACCEPTED
    assert station.send("reaction.acknowledge", by=officer, **step).reason == "case_already_acknowledged"
    assert station.send("reaction.close", by=officer, **step, reason="Xong").reason == "case_not_classified"
    elsewhere = actor(Role.PROVINCE_OFFICER, area_id=places.area_at("01", 1, station.now.date()).id)  # type: ignore[union-attr]
    assert station.send("reaction.investigate", by=elsewhere, **step, conclusion="Không").reason == "not_allowed_here"
    assert station.send("reaction.investigate", by=officer, **step, conclusion="Đúng quy trình").status is ACCEPTED
    assert station.send("reaction.classify", by=officer, **step, **decided).status is ACCEPTED
    assert station.send("reaction.close", by=officer, **step, reason="Đã hồi phục").status is ACCEPTED
    case = ReactionCase.objects.get()
    assert (case.state, case.causality) == ("closed", "B1")
    station.must("reaction.follow_up", **step, outcome="sequelae")
    assert ReactionCase.objects.get().state == "classified", "what is new opens it again"


def test_a_death_is_serious_whatever_else_was_said(station: Station, vaccinated: tuple[UUID, UUID, UUID]) -> None:
    person, _, dose = vaccinated
    outcome = station.send("reaction.report", person=who(person), severity="mild", outcome="died", source="family")
    assert outcome.status is ACCEPTED
    case = ReactionCase.objects.get()
    assert (case.dose_id, case.serious, case.seriousness, case.outcome) == (dose, True, ["death"], "died")
    alive = station.send("reaction.follow_up", person=who(person), case_id=str(case.id), outcome="recovered")
    assert alive.reason == "milder_without_reason"


def test_the_clock_runs_from_when_the_station_knew(station: Station, vaccinated: tuple[UUID, UUID, UUID]) -> None:
    person, _, _ = vaccinated
    knew = station.now - timedelta(minutes=11)
    station.must("reaction.report", person=who(person), severity="severe", known_at=knew.isoformat())
    assert ReactionCase.objects.get().due_at == knew + timedelta(hours=24)


def test_two_reports_of_one_dose_are_one_case(station: Station, vaccinated: tuple[UUID, UUID, UUID]) -> None:
    person, _, _ = vaccinated
    station.must("reaction.report", person=who(person), severity="severe", symptoms=["seizure"])
    station.must("reaction.report", person=who(person), severity="mild", symptoms=["fever"], source="person")
    case = ReactionCase.objects.get()
    assert (case.severity, case.symptoms, case.version) == ("severe", ["fever", "seizure"], 2)


def test_an_unknown_symptom_and_an_unknown_case_are_refused(
    station: Station, vaccinated: tuple[UUID, UUID, UUID]
) -> None:
    person, _, _ = vaccinated
    wrong = station.send("reaction.report", person=who(person), severity="mild", symptoms=["hiccups"])
    assert (wrong.status, wrong.reason) == (REFUSED, "symptom_unknown")
    nobody = station.send("reaction.notify", person=who(person), case_id=str(new_id()))
    assert (nobody.status, nobody.reason) == (REFUSED, "case_unknown")
    unknown = {"identifier": {"system": "citizen_id", "value": "079180099991"}}
    assert station.send("reaction.report", person=unknown, severity="mild").status is HELD


def test_a_case_follows_a_dose_that_was_written_with_another_lot(
    station: Station, vaccinated: tuple[UUID, UUID, UUID]
) -> None:
    person, _, dose = vaccinated
    station.must("reaction.report", person=who(person), severity="severe")
    station.receive("pfizer", "FK0112")
    amended = station.must(
        "dose.amend", person=who(person), dose_id=str(dose), changes={"lot": "FK0112"}, reason="Ghi nhầm lô"
    )
    case = ReactionCase.objects.get()
    assert (case.dose_id, case.lot_number) == (amended, "FK0112")


def test_a_session_is_stopped_with_its_reason(station: Station, vaccinated: tuple[UUID, UUID, UUID]) -> None:
    _, session, _ = vaccinated
    observer = station.role(Role.OBSERVER)
    stopped = station.send("session.halt", by=observer, session_id=str(session), reason="Ba người phản vệ")
    assert stopped.status is ACCEPTED
    kept = Session.objects.get(id=session)
    assert (kept.status, kept.halt_reason, kept.closed_at) == ("closed", "Ba người phản vệ", station.now)
    late = station.send("arrival.record", person=who(station.person("Lê Thị Hoa")), session_id=str(session),
                        at=station.now)  # fmt: skip
    assert late.status is ACCEPTED, "at the minute of the stop"
    other = actor(Role.OBSERVER, facility_id=station.other.id)
    assert station.send("session.halt", by=other, session_id=str(session), reason="Không").reason == "not_allowed_here"


def test_a_reaction_costs_as_many_statements_alone_as_in_a_crowd(station: Station) -> None:
    from tests.web.board_days import statements

    session = station.session()
    people = station.people(12)
    doses = [station.dose(person, session_id=str(session)) for person in people]
    assert {dose.status for dose in doses} == {ACCEPTED}

    def send(some: list[UUID]) -> int:
        body = {"session_id": str(session), "severity": "severe", "symptoms": ["anaphylaxis"]}
        commands = [station.command("reaction.record", {**body, "person": who(person)}) for person in some]
        with statements() as seen:
            assert {outcome.status for outcome in station.execute(commands)} == {ACCEPTED}
        return len(seen)

    assert send(people[:1]) == send(people[1:])


def test_the_clock_reminds_the_station_then_the_nation_once_each(
    station: Station, vaccinated: tuple[UUID, UUID, UUID]
) -> None:
    from lachan.immunization.operations.watch import watch

    person, _, _ = vaccinated
    station.must("reaction.report", person=who(person), severity="severe")
    assert watch(station.actor, station.now + timedelta(hours=23)) == 0
    late = station.now + timedelta(hours=25)
    assert watch(station.actor, late) == 1
    assert watch(station.actor, late) == 0
    item = WorklistItem.objects.get(reason="reaction_late")
    assert item.facility_id == station.facility.id
    assert watch(station.actor, late + timedelta(hours=7)) == 1
    case = ReactionCase.objects.get()
    assert case.escalated_at is not None
    passed_on = WorklistItem.objects.get(reason="reaction_escalated")
    assert passed_on.area_id == station.facility.province_id
    assert watch(station.actor, late + timedelta(days=9)) == 0


def test_the_check_finds_a_case_that_is_not_what_its_facts_make_it(
    station: Station, vaccinated: tuple[UUID, UUID, UUID]
) -> None:
    from lachan.immunization.checks.harm import check_all

    person, session, _ = vaccinated
    station.must("reaction.record", person=who(person), session_id=str(session), severity="severe", symptoms=["rash"])
    case = ReactionCase.objects.get()
    station.must("reaction.notify", person=who(person), case_id=str(case.id))
    assert [finding.good for finding in check_all()] == [True, True]
    ReactionCase.objects.update(severity="mild")
    assert [finding.good for finding in check_all()] == [False, True]
    ReactionCase.objects.update(severity="severe", dose_id=new_id())
    assert [finding.good for finding in check_all()] == [True, False]


def test_a_case_follows_its_person_into_a_merge_and_out_of_it(
    station: Station, vaccinated: tuple[UUID, UUID, UUID]
) -> None:
    from lachan.immunization.checks.harm import check_all

    person, session, _ = vaccinated
    twin = station.person()
    station.must("reaction.record", person=who(person), session_id=str(session), severity="severe")
    merged = station.must("person.merge", person=who(twin), other=who(person), reason="Một người, hai hồ sơ")
    case = ReactionCase.objects.get()
    assert case.person_id == twin
    assert {fact.person_id for fact in ReactionFact.objects.all()} == {twin}
    station.must("reaction.notify", person=who(person), case_id=str(case.id))
    assert [finding.good for finding in check_all()] == [True, True]
    station.must("person.unmerge", merge_id=str(merged), reason="Hai người khác nhau")
    case = ReactionCase.objects.get()
    assert (case.person_id, case.version) == (person, 2)
    assert {fact.person_id for fact in ReactionFact.objects.all()} == {person}
    assert [finding.good for finding in check_all()] == [True, True]
