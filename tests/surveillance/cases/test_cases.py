"""A case begins, changes and goes as results do, in the transaction that recorded them."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from lachan.kernel import journal
from lachan.kernel.database import hot_cursor
from lachan.kernel.outcomes import ACCEPTED
from lachan.surveillance.cases.queries import case_facts, cases_of
from lachan.surveillance.cases.reconsider import reconsider
from lachan.surveillance.models import Case, CaseClass
from tests.surveillance.cases.conftest import Counting, Ward, rows


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
        outcomes = ward.execute(commands)
        assert {outcome.status for outcome in outcomes} == {ACCEPTED}
        return reading(people)

    def reading(people: list[UUID]) -> int:
        with hot_cursor() as cursor:
            counted = Counting(cursor)
            reconsider(counted, [(person, "covid-19") for person in people], actor_id=ward.root.id, now=ward.now)
        return counted.count

    assert statements(1) == statements(40) == 2  # cases, results: nothing changed, nothing is written
    assert Case.objects.count() == CaseClass.objects.count() == 41


def test_new_cases_of_many_people_are_written_by_one_statement_a_table(ward: Ward) -> None:
    def fresh(count: int) -> int:
        people = ward.people(count)
        taken = ward.now - timedelta(hours=5)
        ward.execute([("result.record", ward.result_body(person, "positive", taken)) for person in people])
        Case.objects.filter(person_id__in=people).delete()
        with hot_cursor() as cursor:
            counted = Counting(cursor)
            reconsider(counted, [(person, "covid-19") for person in people], actor_id=ward.root.id, now=ward.now)
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


def test_of_two_open_cases_the_table_itself_allows_one(ward: Ward) -> None:
    person = ward.person()
    ward.result(person)
    assert rows("SELECT count(*) FROM surveillance_case WHERE person_id = %s AND is_open", person) == [(1,)]
    assert cases_of([person])[person][0].is_open
