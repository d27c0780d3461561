"""What people say of a case: reports, onset, course, isolation, an officer's word; and who may say it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from lachan.access.rules import Role
from lachan.immunization.commands import execute
from lachan.kernel.commands import Command
from lachan.kernel.database import hot_cursor
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED, DUPLICATE, REFUSED
from lachan.people.models import Person
from lachan.surveillance.cases.reconsider import reconsider
from lachan.surveillance.models import CaseNote
from tests.surveillance.cases.conftest import VIETNAM, Ward, rows


def test_an_officers_word_stands_until_a_later_result_says_more(ward: Ward) -> None:
    person = ward.person()
    ward.result(person, ago=30)
    ward.heard()
    discarded = ward.say("case.discard", ward.case(person), by=ward.officer, reason="mẫu của người khác")
    assert discarded.params is not None
    assert discarded.params["class"] == "discarded"
    case = ward.case(person)
    assert (case.classification, case.reason) == ("discarded", "officer")
    with hot_cursor() as cursor:
        reconsider(cursor, [(person, "covid-19")], actor_id=ward.root.id, now=ward.now)
    assert ward.case(person).classification == "discarded"
    ward.now += timedelta(hours=4)
    ward.result(person, ago=1)
    assert ward.case(person).classification == "confirmed"
    assert ward.heard() == ["discarded", "confirmed"]


def test_an_officers_confirmation_outlives_the_result_and_can_be_taken_back(ward: Ward) -> None:
    person = ward.person()
    result = ward.result(person, method="antigen", ago=30)
    ward.say("case.classify", ward.case(person), by=ward.officer, classification="confirmed", reason="lâm sàng rõ")
    ward.must("result.withdraw", result_id=str(result), person={"id": str(person)}, reason="hết hạn sinh phẩm")
    assert ward.case(person).classification == "confirmed"
    ward.say("case.classify", ward.case(person), by=ward.officer, classification="rule", reason="xem lại hồ sơ")
    assert ward.case(person).classification == "discarded"


def test_a_report_is_a_suspicion_that_results_confirm_or_end(ward: Ward) -> None:
    ill, well = ward.people(2)
    nurse_said = ward.report(ill, symptomatic="yes", symptoms=["fever", "cough"], onset_on="2022-03-08")
    assert nurse_said.params is not None
    assert nurse_said.params["class"] == "suspected"
    ward.report(well)
    ward.now += timedelta(days=1)
    ward.result(ill, ago=5)
    ward.result(well, "negative", ago=5)
    case = ward.case(ill)
    assert (case.classification, case.symptomatic, str(case.onset_on)) == ("confirmed", True, "2022-03-08")
    assert (ward.case(well).classification, ward.case(well).reason) == ("discarded", "negative")


def test_a_second_report_adds_to_the_case_and_one_of_another_disease_is_its_own(ward: Ward) -> None:
    person = ward.person()
    first = ward.report(person, symptoms=["fever"], symptomatic="yes")
    second = ward.report(person, symptoms=["rash"], symptomatic="yes", link="contact")
    assert second.id == first.id
    case = ward.case(person)
    assert (case.symptoms, case.link) == (["fever", "rash"], "contact")
    ward.report(person, "dengue")
    assert {case.disease for case in ward.cases(person)} == {"covid-19", "dengue"}


def test_a_report_is_read_as_the_definition_of_its_disease_asks(ward: Ward) -> None:
    person = ward.person()
    told = ward.report(person, "measles", symptomatic="yes", symptoms=["fever", "rash", "cough"], link="contact")
    assert told.params is not None
    assert told.params["class"] == "confirmed"  # ill, and linked to a case
    assert ward.case(person).definition == "vn-measles-4845-2012-12-05"


def test_onset_learnt_later_moves_the_window_and_is_told_once(ward: Ward) -> None:
    person = ward.person()
    ward.result(person)
    case = ward.case(person)
    ward.heard()
    ward.say("case.onset", case, symptomatic="yes", onset_on="2022-03-04", by=ward.officer)
    assert ward.heard() == ["onset"]
    assert str(ward.case(person).onset_on) == "2022-03-04"
    nothing = ward.say("case.onset", case, symptomatic="yes", onset_on="2022-03-04", by=ward.officer)
    assert (nothing.status, nothing.reason) == (REFUSED, "case_nothing_new")
    ward.say("case.onset", case, symptomatic="no", by=ward.officer)
    assert ward.heard() == ["onset"]
    assert (ward.case(person).symptomatic, ward.case(person).onset_on) == (False, None)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"symptomatic": "no", "onset_on": "2022-03-04"}, "onset_without_signs"),
        ({"symptomatic": "yes", "onset_on": "2022-03-11"}, "happened_in_future"),
        ({"symptomatic": "yes", "onset_on": "2021-11-01"}, "onset_far"),
        ({"symptomatic": "maybe"}, "malformed"),
    ],
)
def test_an_onset_that_cannot_be_is_refused(ward: Ward, body: dict[str, Any], reason: str) -> None:
    person = ward.person()
    ward.result(person)
    refused = ward.say("case.onset", ward.case(person), **body)
    assert (refused.status, refused.reason) == (REFUSED, reason)


def test_course_outcome_and_a_death_that_is_taken_back_with_a_reason(ward: Ward) -> None:
    person = ward.person()
    ward.result(person)
    case = ward.case(person)
    ward.heard()
    assert ward.say("case.course", case, severity="severe", hospital="BV Bệnh Nhiệt đới").status == ACCEPTED
    assert ward.say("case.course", case, outcome="recovered").reason == "outcome_without_day"
    assert ward.say("case.course", case, outcome="died", outcome_on="2022-03-10").status == ACCEPTED
    dead = ward.case(person)
    assert (dead.outcome, dead.end_rule, dead.is_open) == ("died", "died", False)
    assert ward.heard() == ["ended"]
    assert ward.say("case.course", case, outcome="recovered").reason == "death_taken_back"
    assert ward.say("case.course", case, outcome="recovered", reason="nhầm hồ sơ").status == ACCEPTED
    back = ward.case(person)
    assert (back.ended_at, back.is_open, back.outcome) == (None, True, "recovered")


def test_isolation_begins_once_and_ends_by_the_rule_of_the_day(ward: Ward) -> None:
    person = ward.person()
    ward.result(person, ago=24 * 8)
    case = ward.case(person)
    since = (ward.now - timedelta(days=8)).isoformat()
    ward.heard()
    assert ward.say("case.isolate", case, isolated_at=since, kind="home", place="nhà riêng").status == ACCEPTED
    assert ward.heard() == ["isolated"]
    early = ward.say("case.end", case, by=ward.officer)
    assert (early.status, early.reason) == (REFUSED, "isolation_needs_test")
    ward.result(person, "negative", method="antigen", ago=3)
    assert ward.say("case.end", case, by=ward.officer).status == ACCEPTED
    ended = ward.case(person)
    assert (ended.end_rule, ended.is_open) == ("vn-covid-250-2022-01-28/negative_or_late_cycle", False)
    assert ward.heard() == ["ended"]
    assert ward.say("case.end", case, by=ward.officer).reason == "case_ended"


def test_an_officer_ends_it_early_with_a_reason_and_a_head_does_not(ward: Ward) -> None:
    person = ward.person()
    ward.report(person, facility=ward.station.code)
    ward.result(person, ago=24)
    case = ward.case(person)
    refused = ward.say("case.end", case, by=ward.role_at_station(), reason="xin về sớm")
    assert (refused.status, refused.reason) == (REFUSED, "isolation_too_early")
    assert refused.params is not None
    assert refused.params["earliest"] == "16/03/2022"
    assert ward.say("case.end", case, by=ward.officer, reason="chuyển viện").status == ACCEPTED
    assert ward.case(person).end_rule == "officer"


def test_source_and_cluster(ward: Ward) -> None:
    one, other = ward.people(2)
    ward.result(one, ago=40)
    ward.result(other, ago=20)
    source, case = ward.case(one), ward.case(other)
    ward.heard()
    since = datetime(2022, 3, 5, 8, tzinfo=VIETNAM)
    done = ward.say("case.source", case, source_case_id=str(source.id), infected_from=since.isoformat())
    assert done.status == ACCEPTED
    found = ward.case(other)
    assert (found.source_case_id, found.infected_from, found.link) == (source.id, since, "contact")
    assert ward.heard() == ["onset"]
    assert ward.say("case.source", case, source_case_id=str(case.id)).reason == "source_self"
    assert ward.say("case.source", case, source_case_id=str(UUID(int=5))).reason == "source_unknown"
    assert ward.say("case.cluster", case, cluster="CHO-BT").status == ACCEPTED
    assert ward.case(other).cluster == "CHO-BT"


def test_whoever_is_neither_of_the_place_nor_of_the_facility_is_refused(ward: Ward) -> None:
    person = ward.person()
    ward.result(person)
    case = ward.case(person)
    stranger = ward.role(Role.COMMUNE_OFFICER, area_id=ward.elsewhere)
    assert ward.say("case.discard", case, by=stranger, reason="không phải").reason == "not_allowed_here"
    head = ward.role(Role.HEAD, facility_id=ward.station.id)  # of the same ward, but it neither reported nor sampled
    assert ward.say("case.course", case, by=head, severity="mild").reason == "not_allowed_here"
    tracer = ward.role(Role.TRACER, area_id=ward.commune)
    assert ward.say("case.onset", case, by=tracer, symptomatic="yes").reason == "not_allowed"
    nation = ward.role(Role.NATIONAL_OFFICER, area_id=1)
    assert ward.say("case.classify", case, by=nation, classification="probable", reason="xyz").reason == "not_allowed"
    other = ward.person()
    assert ward.send("case.course", person={"id": str(other)}, case_id=str(case.id), severity="mild").reason == (
        "case_not_theirs"
    )


def test_what_was_said_is_sealed(ward: Ward) -> None:
    person = ward.person()
    ward.report(person, note="con bà Tám ở chợ Bến Thành")
    [(content,)] = CaseNote.objects.filter(person_id=person).values_list("content")
    assert "Tám".encode() not in bytes(content)
    told = rows("SELECT body::text FROM kernel_journal WHERE verb LIKE 'case.%%'")
    assert all("Tám" not in body for (body,) in told)


def test_a_late_command_of_a_facility_without_a_line_counts_when_it_happened(ward: Ward) -> None:
    person = ward.person()
    ward.result(person, "negative", ago=30)
    ward.report(person, at=ward.now - timedelta(hours=50))  # told a day later, of before the sample
    case = ward.case(person)
    assert (case.classification, case.reason) == ("discarded", "negative")


def test_the_same_command_again_has_no_second_effect(ward: Ward) -> None:
    person = ward.person()
    command = Command(new_id(), "case.report", ward.now, {"person": {"id": str(person)}, "disease": "dengue"})
    first, again = (execute([command], actor=ward.root, now=ward.now)[0] for _ in range(2))
    assert (first.status, again.status) == (ACCEPTED, DUPLICATE)
    assert first.id == again.id
    assert len(ward.cases(person)) == 1
    assert CaseNote.objects.filter(person_id=person).count() == 1


def test_a_case_goes_to_the_commune_where_the_person_is(ward: Ward) -> None:
    person = ward.person()
    ward.result(person)
    case = ward.case(person)
    ward.heard()
    moved = ward.say("case.move", case, by=ward.officer, commune="00001", reason="về quê", commune_on="2022-03-10")
    assert moved.status == ACCEPTED
    assert ward.case(person).area_id == ward.elsewhere
    assert ward.heard() == ["amended"]
    back = ward.say("case.move", case, by=ward.officer, commune="26740", reason="nhầm", commune_on="2022-03-10")
    assert back.reason == "not_allowed_here"  # it is another commune's now
    wrong = ward.say("case.move", case, commune="99999", reason="nhầm mã")
    assert wrong.reason == "commune_not_known"


def test_a_case_of_somebody_without_an_address_stands_where_they_were_seen(ward: Ward) -> None:
    person = ward.person()
    Person.objects.filter(id=person).update(residence_id=None)
    ward.result(person)
    assert ward.case(person).area_id == ward.hospital.area_id
