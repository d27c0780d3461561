"""Screening forms and the class they give."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import lachan.immunization
from lachan.immunization.rules.screening import Outcome, Screening, ScreeningReason, evaluate, form_for

FORMS = json.loads(
    (Path(lachan.immunization.__file__).parent / "data" / "screening_forms.json").read_text(encoding="utf-8")
)["forms"]
ADULT = next(form for form in FORMS if form["code"] == "adult-5785")
ADULT_2021 = next(form for form in FORMS if form["code"] == "adult-4355")
CHILD = next(form for form in FORMS if form["code"] == "child-5002")


def screen(form: dict[str, Any], yes: str = "", measures: dict[str, float] | None = None, **facts: Any) -> Screening:
    answers: dict[str, bool | str | None] = {item["code"]: False for item in form["items"]}
    answers |= dict.fromkeys(yes.split(), True)
    taken = {"temperature_c": 36.6, "pulse": 80} | (measures or {})
    return evaluate(form, answers, taken, **({"age": 40, "sex": "F"} | facts))


def codes(screening: Screening) -> list[tuple[str, str]]:
    return [(finding.code.value, finding.item) for finding in screening.findings]


@pytest.mark.parametrize(
    ("age", "on", "code"),
    [
        (40, date(2021, 12, 21), "adult-5785"),
        (40, date(2021, 12, 20), "adult-4355"),
        (18, date(2022, 1, 1), "adult-5785"),
        (17, date(2022, 1, 1), "child-5002"),
        (12, date(2021, 10, 29), "child-5002"),
        (12, date(2021, 10, 28), None),
        (4, date(2022, 1, 1), None),
        (40, date(2021, 9, 9), None),
    ],
)
def test_the_form_of_the_day_for_the_age(age: int, on: date, code: str | None) -> None:
    form = form_for(FORMS, age, on)
    assert (form["code"] if form is not None else None) == code


def test_everything_no_and_a_normal_temperature_is_eligible() -> None:
    screening = screen(ADULT)
    assert (screening.outcome, screening.findings, screening.complete) == (Outcome.ELIGIBLE, (), True)
    assert screening.may_vaccinate
    assert (screening.form, screening.reference) == ("adult-5785", "5785/QĐ-BYT")


@pytest.mark.parametrize(
    ("yes", "outcome"),
    [
        ("anaphylaxis_covid_vaccine", Outcome.CONTRAINDICATED),
        ("acute_illness", Outcome.DEFER),
        ("pregnant_under_13_weeks", Outcome.DEFER),
        ("pregnant_13_weeks_or_more", Outcome.CAUTION),
        ("allergy_any", Outcome.CAUTION),
        ("allergy_any acute_illness", Outcome.DEFER),
        ("allergy_any acute_illness anaphylaxis_covid_vaccine", Outcome.CONTRAINDICATED),
    ],
)
def test_the_strictest_answer_decides(yes: str, outcome: Outcome) -> None:
    screening = screen(ADULT, yes)
    assert screening.outcome is outcome
    assert {item for _, item in codes(screening)} == set(yes.split())


def test_a_hospital_case_is_sent_on_from_a_station_and_vaccinated_with_caution_in_a_hospital() -> None:
    station = screen(ADULT, "anaphylaxis_grade_3_any")
    hospital = screen(ADULT, "anaphylaxis_grade_3_any", at_hospital=True)
    assert (station.outcome, hospital.outcome) == (Outcome.DEFER, Outcome.CAUTION)
    assert codes(station) == codes(hospital) == [("refer_to_hospital", "anaphylaxis_grade_3_any")]


def test_sputnik_is_never_given_in_pregnancy() -> None:
    sputnik = screen(ADULT, "pregnant_13_weeks_or_more", product="sputnikv", product_name="Sputnik V")
    assert sputnik.outcome is Outcome.CONTRAINDICATED
    assert sputnik.findings[0].params == {"product": "Sputnik V"}
    assert screen(ADULT, "pregnant_13_weeks_or_more", product="pfizer").outcome is Outcome.CAUTION


def test_a_man_is_not_asked_about_pregnancy_and_a_person_of_unknown_sex_is() -> None:
    answers: dict[str, bool | str | None] = {item["code"]: False for item in ADULT["items"] if item["sex"] is None}
    assert evaluate(ADULT, answers, {"temperature_c": 36.6}, age=40, sex="M").outcome is Outcome.ELIGIBLE
    unknown = evaluate(ADULT, answers, {"temperature_c": 36.6}, age=40)
    assert unknown.outcome is None
    assert {code for code, _ in codes(unknown)} == {"answer_missing"}


def test_missing_answers_and_measures_are_named() -> None:
    screening = evaluate(ADULT, {"allergy_any": True}, {}, age=70, sex="M")
    assert screening.outcome is None
    assert not screening.complete
    named = codes(screening)
    assert ("answer_missing", "acute_illness") in named
    assert ("answer_yes", "allergy_any") in named
    assert [item for code, item in named if code == "measure_missing"] == [
        "temperature_c",
        "systolic_bp",
        "diastolic_bp",
    ]


def test_what_defers_already_needs_no_more_answers() -> None:
    screening = evaluate(ADULT, {"anaphylaxis_covid_vaccine": True}, {}, age=40, sex="M")
    assert (screening.outcome, screening.complete) == (Outcome.CONTRAINDICATED, False)


@pytest.mark.parametrize(
    ("measures", "reasons"),
    [
        ({"temperature_c": 35.5}, []),
        ({"temperature_c": 37.5}, []),
        ({"temperature_c": 35.4}, [("measure_low", "temperature_c")]),
        ({"temperature_c": 37.6}, [("measure_high", "temperature_c")]),
        ({"temperature_c": 366}, [("measure_implausible", "temperature_c")]),
        ({"systolic_bp": 140, "diastolic_bp": 90}, []),
        ({"systolic_bp": 150, "diastolic_bp": 95}, [("measure_high", "systolic_bp"), ("measure_high", "diastolic_bp")]),
        ({"systolic_bp": 138, "systolic_bp_usual": 108}, []),
        ({"systolic_bp": 139, "systolic_bp_usual": 108}, [("measure_over_usual", "systolic_bp")]),
        ({"pulse": 101}, [("measure_high", "pulse")]),
        ({"respiratory_rate": 26}, [("measure_high", "respiratory_rate")]),
    ],
)
def test_limits_of_the_vital_signs(measures: dict[str, float], reasons: list[tuple[str, str]]) -> None:
    screening = screen(ADULT, measures=measures)
    assert codes(screening) == reasons
    if reasons and reasons[0][0] != ScreeningReason.MEASURE_IMPLAUSIBLE:
        assert screening.outcome is Outcome.CAUTION


def test_a_measure_is_asked_of_those_the_decision_names() -> None:
    assert codes(screen(ADULT, age=65)) == []
    assert codes(screen(ADULT, age=66)) == [("measure_missing", "systolic_bp"), ("measure_missing", "diastolic_bp")]
    heart = screen(ADULT, "heart_failure_or_dyspnoea")
    assert codes(heart) == [("measure_missing", "respiratory_rate")]
    assert screen(ADULT, "heart_failure_or_dyspnoea", {"respiratory_rate": 20}).outcome is Outcome.ELIGIBLE


def test_a_child_with_fever_is_deferred() -> None:
    assert screen(CHILD, age=13, measures={"temperature_c": 38.5}).outcome is Outcome.DEFER
    assert screen(CHILD, "abnormal_heart_or_lung_sounds", age=13).outcome is Outcome.DEFER
    assert screen(CHILD, age=13).outcome is Outcome.ELIGIBLE


@pytest.mark.parametrize(("said", "yes"), [("penicillin", True), ("yes", True), ("No", False), ("no", False)])
def test_the_detail_of_a_yes_is_a_yes(said: str, yes: bool) -> None:
    answers: dict[str, bool | str | None] = {item["code"]: False for item in ADULT_2021["items"]}
    screening = evaluate(ADULT_2021, answers | {"allergy_any": said}, {"temperature_c": 36.6}, age=40)
    assert screening.outcome is (Outcome.CAUTION if yes else Outcome.ELIGIBLE)


RANK = {None: -1} | {outcome: rank for rank, outcome in enumerate(Outcome)}


@given(st.sampled_from(FORMS), st.sets(st.integers(0, 12)), st.integers(0, 12), st.integers(5, 99))
def test_one_more_yes_never_makes_a_class_milder(form: dict[str, Any], said: set[int], more: int, age: int) -> None:
    asked = [item["code"] for item in form["items"]]
    every = {"systolic_bp": 120.0, "diastolic_bp": 80.0, "respiratory_rate": 18.0}
    before = screen(form, " ".join(asked[n] for n in said if n < len(asked)), every, age=age)
    after = screen(form, " ".join(asked[n] for n in {*said, more} if n < len(asked)), every, age=age)
    assert RANK[after.outcome] >= RANK[before.outcome]


def test_a_finding_becomes_plain_json() -> None:
    finding = screen(ADULT, measures={"temperature_c": 38.2}).findings[0]
    assert json.loads(json.dumps(finding.plain())) == {
        "code": "measure_high",
        "item": "temperature_c",
        "number": finding.number,
        "outcome": "caution",
        "params": {"value": 38.2, "limit": 37.5},
    }
