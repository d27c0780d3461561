"""The class of a declaration by the rules of its day: the table of the data, read as a person would."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lachan.surveillance.declarations.form import by_code, form_on
from lachan.surveillance.declarations.form import versions as forms
from lachan.surveillance.rules import risk
from lachan.surveillance.rules.risk import CLASSES, Said, judge, rules_on, versions

DELTA = date(2021, 10, 16)
LATER = date(2022, 6, 1)


def judged(day: date, kind: str = "domestic", *, symptoms: tuple[str, ...] = (), yes: tuple[str, ...] = (),
           began: date | None = None, **measures: float) -> tuple[str, tuple[str, ...]]:  # fmt: skip
    said = Said(kind, day, tuple((group, began) for group in symptoms), frozenset(yes), measures)
    found = judge(said, rules_on(day))
    return CLASSES[found.risk], found.reasons


def test_all_no_is_low_and_says_by_which_rules() -> None:
    assert judged(DELTA) == ("low", ())
    assert judge(Said("domestic", DELTA), rules_on(DELTA)).rule == "risk-2021-07-14"


@pytest.mark.parametrize(
    ("day", "wanted"), [(DELTA, "high"), (date(2022, 4, 29), "high"), (date(2022, 4, 30), "watch"), (LATER, "watch")]
)
def test_contact_with_a_case_weighs_by_the_rules_of_the_day(day: date, wanted: str) -> None:
    assert judged(day, yes=("contact_case",)) == (wanted, ("contact_case",))


def test_an_alarm_stands_above_everything() -> None:
    for day in (date(2020, 4, 1), DELTA, LATER):
        assert judged(day, symptoms=("alarm",))[0] == "high"


def test_symptom_alone_is_watched_and_with_an_exposure_high() -> None:
    assert judged(DELTA, symptoms=("other",)) == ("watch", ("symptom",))
    assert judged(DELTA, symptoms=("main",), yes=("outbreak_area",)) == ("high", ("symptom_and_exposure",))
    assert judged(DELTA, symptoms=("other",), yes=("outbreak_area",))[0] == "watch"


def test_one_under_watch_with_a_symptom_is_called() -> None:
    assert judged(DELTA, "daily", symptoms=("main",)) == ("high", ("symptom_under_watch",))
    assert judged(DELTA, "daily", temperature=37.4) == ("low", ())
    assert judged(DELTA, "daily", temperature=37.5) == ("high", ("fever_under_watch",))
    assert judged(DELTA, "daily", spo2=96) == ("low", ())
    assert judged(DELTA, "daily", spo2=95) == ("high", ("oxygen_low",))


def test_a_symptom_of_long_ago_does_not_count_and_one_without_a_day_does() -> None:
    assert judged(DELTA, symptoms=("main",), began=DELTA - timedelta(days=14))[0] == "watch"
    assert judged(DELTA, symptoms=("main",), began=DELTA - timedelta(days=15))[0] == "low"
    assert judged(DELTA, symptoms=("main",))[0] == "watch"


def test_every_reason_and_class_has_words_in_both_languages() -> None:
    for rules in versions():
        for language in ("vi", "en"):
            assert all(rules.word(place, language) and rules.advice(place, language) for place in range(3))
            assert all(rules.reason(rule["code"], language) != rule["code"] for rule in rules.body["rules"])
        assert len({rule["code"] for rule in rules.body["rules"]}) == len(rules.body["rules"])
        assert rules.body["reference"]
        assert isinstance(rules.body["verified"], bool)
    assert [rules.valid_from for rules in versions()] == sorted((r.valid_from for r in versions()), reverse=True)


def test_rules_name_only_what_the_forms_ask() -> None:
    questions = {question["code"] for form in forms() for question in form.body["questions"]}
    groups = {group for form in forms() for group in form.groups().values()}
    kinds = {kind["code"] for form in forms() for kind in form.body["kinds"]}
    for rules in versions():
        for rule in rules.body["rules"]:
            when = rule["when"]
            assert set(when.get("yes", ())) <= questions
            assert set(when.get("groups", {}).get("names", ())) <= groups
            assert set(when.get("kinds", ())) <= kinds


def test_the_law_asked_until_a_day() -> None:
    form = form_on(DELTA)
    assert form.required("domestic", DELTA) is not None
    assert form.required("domestic", date(2022, 4, 29)) is not None
    assert form.required("domestic", date(2022, 4, 30)) is None
    assert form.required("entry", date(2022, 4, 27)) is None
    assert by_code(form.code) == form
    assert by_code("nobody's") is None
    assert form_on(date(2019, 1, 1)) == forms()[-1]


def test_an_unknown_version_is_an_error() -> None:
    with pytest.raises(LookupError):
        risk.by_code("risk-1999")
