"""What the dated definitions make of results, signs and links, without a database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from lachan.surveillance.facts import ResultFact
from lachan.surveillance.laboratory.methods import catalogue as laboratory
from lachan.surveillance.rules import definitions
from lachan.surveillance.rules.definitions import RANK, Evidence, decide, definition_on, episodes
from lachan.tracing.engine.rules import catalogue as contact_rules


def found(day: str, kind: str = "pcr", outcome: str = "positive", *, hour: int = 8, **more: Any) -> ResultFact:
    taken = datetime.fromisoformat(f"{day}T{hour:02}:00:00+07:00")
    known: dict[str, Any] = {
        "result_id": uuid4(), "sample_id": uuid4(), "person_id": UUID(int=1), "disease": "", "kind": kind,
        "outcome": outcome, "taken_at": taken, "resulted_at": taken + timedelta(hours=1),
        "recorded_at": taken + timedelta(hours=2), "ct": None, "facility_id": None,
    }  # fmt: skip
    return ResultFact(**(known | more))


def covid(*results: ResultFact, **more: Any) -> tuple[str, str]:
    decision = decide("covid-19", Evidence(tuple(results), **more))
    return decision.classification, decision.code


def at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T09:00:00+07:00")


def test_every_disease_and_method_named_is_one_the_laboratory_and_the_rules_of_contacts_know() -> None:
    known = laboratory().diseases
    assert set(definitions.diseases()) == set(known) == {rule.disease for rule in contact_rules()}
    for entry in definitions.catalogue():
        methods = {assay.method for assay in known[entry.disease].assays}
        asked = {kind for clause in entry.clauses if clause.positive for kind in clause.positive.kinds}
        asked |= set(entry.ruled_out.kinds) if entry.ruled_out else set()
        assert asked <= methods, entry.id


def test_clauses_stand_from_the_gravest_down_and_periods_do_not_overlap() -> None:
    for entry in definitions.catalogue():
        ranks = [RANK[clause.gives] for clause in entry.clauses]
        assert ranks == sorted(ranks, reverse=True), entry.id
        assert entry.verified or entry.note, entry.id
    for one, other in zip(definitions.catalogue(), definitions.catalogue()[1:], strict=False):
        if (one.disease, one.authority) == (other.disease, other.authority):
            assert one.valid_to == other.valid_from - timedelta(days=1), other.id


@pytest.mark.parametrize("day", ["2020-04-01", "2021-01-10", "2021-09-01", "2022-01-10", "2022-06-01"])
def test_a_positive_pcr_confirms_in_every_period(day: str) -> None:
    assert covid(found(day)) == ("confirmed", "pcr")


@pytest.mark.parametrize(
    ("day", "link", "signs", "expected"),
    [
        ("2020-04-01", "contact", True, "suspected"),  # a rapid test alone is nothing more then
        ("2021-09-01", "contact", False, "probable"),
        ("2021-09-01", "factor", True, "suspected"),
        ("2021-12-28", "contact", False, "probable"),  # the day before
        ("2021-12-29", "contact", False, "confirmed"),  # the day it changed
        ("2022-01-10", "factor", True, "confirmed"),
        ("2022-01-10", "factor", False, "suspected"),
        ("2022-01-10", "", True, "suspected"),
        ("2022-06-01", "", True, "confirmed"),
    ],
)
def test_what_a_rapid_test_makes_depends_on_the_day(day: str, link: str, signs: bool, expected: str) -> None:
    symptoms = frozenset({"fever", "cough"}) if signs else frozenset()
    assert covid(found(day, "antigen"), link=link, symptoms=symptoms)[0] == expected


def test_two_rapid_tests_within_eight_hours_of_the_first_result_and_a_link_confirm() -> None:
    first = found("2022-01-10", "antigen", hour=8)  # known at nine
    soon = found("2022-01-10", "antigen", hour=17)
    late = found("2022-01-10", "antigen", hour=18, resulted_at=datetime(2022, 1, 10, 12, tzinfo=UTC))
    assert covid(first, soon, link="factor") == ("confirmed", "antigen_twice_and_link")
    assert covid(first, late, link="factor")[0] == "suspected"
    assert covid(first, soon)[0] == "suspected"
    same_tube = soon._replace(sample_id=first.sample_id)
    assert covid(first, same_tube, link="factor")[0] == "suspected"


def test_who_was_counted_by_the_rule_of_the_day_stays_counted_when_the_rule_changes() -> None:
    confirmed = covid(found("2022-04-10", "antigen"), found("2022-04-20", "antigen", "negative"), link="contact")
    assert confirmed == ("confirmed", "antigen_and_contact")
    later = decide("covid-19", Evidence((found("2021-12-20", "antigen"), found("2022-01-02", "antigen")), None,
                                        frozenset(), None, "contact"))  # fmt: skip
    assert (later.classification, later.definition) == ("confirmed", "vn-covid-11042-2021-12-29")


def test_a_cycle_of_forty_is_a_suspicion_and_a_clean_pcr_ends_it() -> None:
    assert covid(found("2022-01-10", ct=24.0))[0] == "confirmed"
    assert covid(found("2022-01-10", ct=40.5)) == ("suspected", "pcr_weak")
    assert covid(found("2022-01-10", ct=40.5), found("2022-01-11", outcome="negative")) == ("discarded", "negative")


def test_a_clean_pcr_outweighs_a_rapid_test_that_confirmed_nothing_and_no_confirmation() -> None:
    rapid, clean = found("2022-01-10", "antigen"), found("2022-01-10", "pcr", "negative", hour=12)
    assert covid(rapid, clean) == ("discarded", "negative")
    assert covid(rapid, clean, link="contact")[0] == "confirmed"
    before = found("2022-01-09", "pcr", "negative")
    assert covid(before, rapid)[0] == "suspected"  # taken before, it says nothing


def test_a_report_is_a_suspicion_until_a_sample_taken_after_it_is_clean() -> None:
    assert covid(reported_at=at("2022-01-10")) == ("suspected", "reported")
    assert covid(found("2022-01-11", outcome="negative"), reported_at=at("2022-01-10"))[0] == "discarded"
    assert covid(found("2022-01-02", outcome="negative"), reported_at=at("2022-01-10"))[0] == "suspected"
    assert covid() == ("", "")


def test_who_asks_for_signs_where_the_ministry_asks_for_a_link() -> None:
    decision = decide("covid-19", Evidence((found("2021-03-01", "antigen"),), None, frozenset({"fever", "cough"}),
                                           None, "factor"), authority="WHO")  # fmt: skip
    assert (decision.classification, decision.definition) == ("confirmed", "who-covid-2020-12-16")


MEASLES = frozenset({"fever", "rash", "cough"})


def test_measles() -> None:
    def measles(*results: ResultFact, **more: Any) -> str:
        return decide("measles", Evidence(tuple(results), **more)).classification

    onset = date(2024, 5, 1)
    assert measles(found("2024-05-03", "igm")) == "confirmed"
    assert measles(reported_at=at("2024-05-03"), symptoms=frozenset({"fever", "rash"})) == "suspected"
    assert measles(reported_at=at("2024-05-03"), symptoms=MEASLES) == "probable"
    assert measles(reported_at=at("2024-05-03"), symptoms=MEASLES, link="contact") == "confirmed"
    early, late = found("2024-05-03", "igm", "negative"), found("2024-05-06", "igm", "negative")
    seen = {"reported_at": at("2024-05-03"), "symptoms": MEASLES, "onset_on": onset}
    assert measles(early, **seen) == "probable"  # antibodies come later: too early to rule it out
    assert measles(late, **seen) == "discarded"
    assert measles(found("2024-05-03", "igg")) == ""


def test_dengue() -> None:
    def dengue(*results: ResultFact, **more: Any) -> str:
        return decide("dengue", Evidence(tuple(results), **more)).classification

    signs = frozenset({"fever", "headache", "rash"})
    assert dengue(found("2024-05-03", "antigen")) == "confirmed"
    assert dengue(found("2024-05-03", "igm")) == "probable"
    assert dengue(found("2024-05-03", "igm"), symptoms=signs) == "confirmed"
    assert dengue(reported_at=at("2024-05-03"), symptoms=signs) == "suspected"
    assert dengue(reported_at=at("2024-05-03"), symptoms=signs, link="factor") == "probable"


def test_a_day_before_all_definitions_and_a_disease_without_any() -> None:
    assert definition_on("covid-19", date(2019, 12, 31)).id == "vn-covid-963-2020-03-18"
    assert definition_on("covid-19", date(2030, 1, 1)).valid_to is None
    with pytest.raises(LookupError):
        definition_on("plague", date(2022, 1, 1))


def test_episodes_begin_again_after_ninety_days_and_negatives_go_with_theirs() -> None:
    results = [
        found("2022-01-05", outcome="negative"), found("2022-01-10"), found("2022-01-20", outcome="negative"),
        found("2022-04-09"), found("2022-04-11"), found("2022-04-20", outcome="negative"),
    ]  # fmt: skip
    parts = episodes("covid-19", results, [])
    assert [len(part.results) for part in parts] == [4, 2]  # 09/04 is the 89th day, 11/04 the 91st
    assert episodes("covid-19", results[:1], []) == []
    told = episodes("covid-19", results[:2], [at("2022-06-01")])
    assert [len(part.results) for part in told] == [2, 0]
