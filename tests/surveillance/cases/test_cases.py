"""A case begins, changes and goes as results do, in the transaction that recorded them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lachan.kernel import journal
from lachan.kernel.database import hot_cursor
from lachan.kernel.outcomes import ACCEPTED, REFUSED
from lachan.surveillance.cases.queries import case_facts, cases_of
from lachan.surveillance.cases.reconsider import reconsider
from lachan.surveillance.models import Case, CaseClass, CaseNote
from tests.surveillance.cases.conftest import VIETNAM, Ward, rows


def test_a_positive_result_makes_a_confirmed_case_and_tells_the_house(ward: Ward) -> None:
    person = ward.person()
    result = ward.result(person, ago=6)
    case = ward.case(person)
    assert (case.classification, case.reason, case.is_open) == ("confirmed", "pcr", True)
    assert case.definition == "vn-covid-11042-2021-12-29"
    assert case.results == [str(result)]
    assert case.area_id == ward.commune
    assert case.facility_id == ward.hospital.id
    assert case.sampled_at == ward.now - timedelta(hours=6)
    assert case.result_at == ward.now
    assert case.code.startswith("79-22-")
    assert ward.heard() == ["confirmed"]
    facts = case_facts(None, [case.id])[case.id]
    assert (facts.person_id, facts.classification, facts.area_id) == (person, "confirmed", ward.commune)
    assert [entry.verb for entry in journal.history(person) if entry.verb.startswith("case.")] == ["case.classified"]


def test_a_negative_result_alone_is_no_case_and_a_positive_after_it_is(ward: Ward) -> None:
    person = ward.person()
    ward.result(person, "negative", ago=72)
    assert ward.cases(person) == []
    assert ward.heard() == []
    ward.result(person, ago=6)
    assert ward.case(person).sampled_at == ward.now - timedelta(hours=6)


def test_a_negative_after_the_positive_takes_nothing_back(ward: Ward) -> None:
    person = ward.person()
    ward.result(person, ago=72)
    ward.heard()
    ward.result(person, "negative", ago=6)
    assert ward.case(person).classification == "confirmed"
    assert ward.heard() == []


def test_pcr_then_antigen_is_one_case_and_an_earlier_sample_moves_its_anchor(ward: Ward) -> None:
    person = ward.person()
    ward.result(person, ago=30)
    first = ward.case(person)
    ward.result(person, method="antigen", ago=10)
    assert ward.case(person).sampled_at == first.sampled_at
    ward.heard()
    ward.result(person, ago=80)  # found late, taken earlier
    case = ward.case(person)
    assert (case.id, case.sampled_at) == (first.id, ward.now - timedelta(hours=80))
    assert ward.heard() == ["amended"]


def test_antigen_then_pcr_becomes_confirmed_by_the_pcr(ward: Ward) -> None:
    person = ward.person()
    ward.result(person, method="antigen", ago=30)
    assert ward.case(person).classification == "suspected"
    ward.result(person, ago=10)
    case = ward.case(person)
    assert (case.classification, case.reason) == ("confirmed", "pcr")
    assert case.sampled_at == ward.now - timedelta(hours=30)  # the first positive sample stays the anchor
    assert ward.history(case) == [("suspected", "antigen", "result"), ("confirmed", "pcr", "result")]
    assert ward.heard() == ["suspected", "confirmed"]


def test_an_antigen_that_a_pcr_does_not_bear_out_is_discarded(ward: Ward) -> None:
    person = ward.person()
    ward.result(person, method="antigen", ago=30)
    ward.result(person, "negative", ago=10)
    case = ward.case(person)
    assert (case.classification, case.reason, case.is_open) == ("discarded", "negative", False)
    assert ward.heard() == ["suspected", "discarded"]


def test_a_false_positive_withdrawn_discards_the_case_and_a_new_positive_revives_it(ward: Ward) -> None:
    person = ward.person()
    result = ward.result(person, ago=30)
    before = ward.case(person)
    ward.must("result.withdraw", result_id=str(result), person={"id": str(person)}, reason="nhiễm chéo ở giếng B4")
    case = ward.case(person)
    assert (case.id, case.classification, case.reason, case.is_open) == (before.id, "discarded", "withdrawn", False)
    assert case.sampled_at is None
    assert case.results == []
    assert ward.history(case)[-1] == ("discarded", "withdrawn", "withdrawn")
    assert ward.heard() == ["confirmed", "discarded"]
    ward.result(person, ago=5)
    again = ward.case(person)
    assert (again.id, again.classification, again.is_open) == (before.id, "confirmed", True)
    assert again.sampled_at == ward.now - timedelta(hours=5)


def test_a_corrected_result_counts_as_it_is_now(ward: Ward) -> None:
    person = ward.person()
    result = ward.result(person, ago=30)
    ward.must("result.correct", result_id=str(result), person={"id": str(person)}, reason="đọc nhầm dòng",
              changes={"outcome": "negative"})  # fmt: skip
    assert ward.case(person).classification == "discarded"
    other = ward.person()
    result = ward.result(other, "negative", ago=30)
    ward.must("result.correct", result_id=str(result), person={"id": str(other)}, reason="đọc nhầm dòng",
              changes={"outcome": "positive"})  # fmt: skip
    assert ward.case(other).classification == "confirmed"


def test_one_of_two_positives_withdrawn_leaves_the_case_on_the_other(ward: Ward) -> None:
    person = ward.person()
    first = ward.result(person, ago=60)
    second = ward.result(person, method="antigen", ago=20)
    ward.must("result.withdraw", result_id=str(first), person={"id": str(person)}, reason="nhiễm chéo ở giếng B4")
    case = ward.case(person)
    assert (case.classification, case.reason, case.results) == ("suspected", "antigen", [str(second)])
    assert case.sampled_at == ward.now - timedelta(hours=20)


def test_the_positive_of_a_pool_is_nobodys_case_until_its_samples_are_tested(ward: Ward) -> None:
    ill, well = ward.people(2)
    for person, code in ((ill, "MAU0001"), (well, "MAU0002")):
        ward.must("sample.take", person={"id": str(person)}, sample=code, facility=ward.hospital.code,
                  at=ward.now - timedelta(hours=8))  # fmt: skip
    ward.must("sample.pool", pool="GOP0001", samples=["MAU0001", "MAU0002"], facility=ward.hospital.code)
    body = {"facility": ward.hospital.code, "disease": "covid-19", "method": "pcr"}
    ward.must("result.record", sample="GOP0001", outcome="positive", **body)
    assert ward.cases(ill) == ward.cases(well) == []
    ward.must("result.record", sample="MAU0001", outcome="positive", **body)
    ward.must("result.record", sample="MAU0002", outcome="negative", **body)
    assert ward.case(ill).classification == "confirmed"
    assert ward.cases(well) == []


def test_a_positive_after_ninety_days_is_a_new_case_and_the_old_one_is_over(ward: Ward) -> None:
    person = ward.person()
    ward.result(person, ago=24 * 100)
    old = ward.case(person)
    ward.heard()
    ward.result(person, ago=6)
    new, first = ward.cases(person)
    assert (first.id, first.is_open, first.end_rule) == (old.id, False, "next_episode")
    assert (new.classification, new.is_open, new.sampled_at) == ("confirmed", True, ward.now - timedelta(hours=6))
    assert sorted(ward.heard()) == ["confirmed", "ended"]


def test_an_earlier_illness_told_late_does_not_take_the_open_place(ward: Ward) -> None:
    person = ward.person()
    ward.result(person, ago=6)
    ward.result(person, ago=24 * 120)
    latest, earlier = ward.cases(person)
    assert (latest.is_open, earlier.is_open) == (True, False)
    assert earlier.ended_at == latest.happened_at


def test_people_of_one_call_cost_the_same_statements(ward: Ward) -> None:
    def statements(count: int) -> int:
        taken = ward.now - timedelta(hours=5)
        people = ward.people(count)
        commands = [("result.record", ward.result_body(person, "positive", taken)) for person in people]
        with CaptureQueriesContext(connection):
            outcomes = ward.execute(commands)
        assert {outcome.status for outcome in outcomes} == {ACCEPTED}
        return reading(people)

    def reading(people: list[UUID]) -> int:
        with hot_cursor() as cursor:
            counted = _Counting(cursor)
            reconsider(counted, [(person, "covid-19") for person in people], actor_id=ward.root.id, now=ward.now)  # type: ignore[arg-type]
        return counted.count

    assert statements(1) == statements(40) == 2  # cases, results: nothing changed, nothing is written
    assert Case.objects.count() == CaseClass.objects.count() == 41


class _Counting:
    """A cursor that counts what goes through it."""

    def __init__(self, cursor: Any) -> None:
        self.cursor, self.count = cursor, 0

    def execute(self, *args: Any) -> Any:
        self.count += 1
        return self.cursor.execute(*args)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.cursor, name)


def test_new_cases_of_many_people_are_written_by_one_statement_a_table(ward: Ward) -> None:
    def fresh(count: int) -> int:
        people = ward.people(count)
        taken = ward.now - timedelta(hours=5)
        ward.execute([("result.record", ward.result_body(person, "positive", taken)) for person in people])
        Case.objects.filter(person_id__in=people).delete()
        with hot_cursor() as cursor:
            counted = _Counting(cursor)
            reconsider(counted, [(person, "covid-19") for person in people], actor_id=ward.root.id, now=ward.now)  # type: ignore[arg-type]
        return counted.count

    # cases, results, persons; cases, classes, journal; requests for lists of whoever listens
    assert fresh(1) == fresh(60) <= 8


def test_a_merge_makes_one_illness_of_two_cases_and_an_unmerge_two_again(ward: Ward) -> None:
    one, other = ward.people(2)
    ward.result(one, ago=30)
    ward.result(other, ago=50)
    kept, going = ward.case(one), ward.case(other)
    ward.heard()
    merged = ward.must("person.merge", person={"id": str(one)}, other={"id": str(other)}, reason="cùng một người")
    cases = {case.id: case for case in ward.cases(one)}
    assert set(cases) == {kept.id, going.id}
    assert [case.is_open for case in cases.values()].count(True) == 1
    open_one = next(case for case in cases.values() if case.is_open)
    shut = next(case for case in cases.values() if not case.is_open)
    assert (shut.classification, shut.reason, shut.joined_into) == ("discarded", "same_illness", open_one.id)
    assert open_one.sampled_at == ward.now - timedelta(hours=50)  # the earlier sample of both
    assert "discarded" in ward.heard()
    said = ward.send("case.course", person={"id": str(one)}, case_id=str(shut.id), severity="mild")
    assert said.status == ACCEPTED
    assert next(case for case in ward.cases(one) if case.is_open).severity == "mild"

    ward.must("person.unmerge", merge_id=str(merged.id), reason="hai người khác nhau")
    for person, case in ((one, kept), (other, going)):
        back = ward.case(person)
        assert (back.id, back.classification, back.is_open, back.joined_into) == (case.id, "confirmed", True, None)
    assert ward.case(other).sampled_at == ward.now - timedelta(hours=50)


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
    from lachan.access.rules import Role

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


def test_of_two_open_cases_the_table_itself_allows_one(ward: Ward) -> None:
    person = ward.person()
    ward.result(person)
    assert rows("SELECT count(*) FROM surveillance_case WHERE person_id = %s AND is_open", person) == [(1,)]
    assert cases_of([person])[person][0].is_open
