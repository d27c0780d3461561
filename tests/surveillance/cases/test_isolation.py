"""When isolation may end, by the dated rules, without a database."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from lachan.surveillance.rules import definitions
from lachan.surveillance.rules.isolation import Course, catalogue, release_on, rule_on
from tests.surveillance.cases.test_definitions import found

VIETNAM = timezone(timedelta(hours=7))


def course(day: str, *, vaccinated: bool = False, symptomatic: bool | None = True) -> Course:
    since = datetime.fromisoformat(f"{day}T08:00:00+07:00")
    return Course(since, since, since.date() - timedelta(days=2), symptomatic, vaccinated)


def test_seven_days_and_a_clean_rapid_test_of_the_seventh() -> None:
    rule, ill = rule_on("covid-19", date(2022, 3, 1)), course("2022-03-01")
    assert rule.id == "vn-covid-250-2022-01-28"
    sixth = found("2022-03-07", "antigen", "negative")
    seventh = found("2022-03-08", "antigen", "negative")
    assert not release_on(rule, ill, [sixth], date(2022, 3, 8)).may_end  # taken a day too early
    assert not release_on(rule, ill, [seventh], date(2022, 3, 7)).may_end
    done = release_on(rule, ill, [seventh], date(2022, 3, 8))
    assert (done.may_end, done.way) == (True, "negative_or_late_cycle")


def test_without_a_test_ten_days_for_who_is_vaccinated_and_fourteen_else() -> None:
    rule = rule_on("covid-19", date(2022, 3, 1))
    for vaccinated, day in ((True, date(2022, 3, 11)), (False, date(2022, 3, 15))):
        ill = course("2022-03-01", vaccinated=vaccinated)
        assert not release_on(rule, ill, [], day - timedelta(days=1)).may_end
        assert release_on(rule, ill, [], day).may_end
        waiting = release_on(rule, ill, [], date(2022, 3, 2))
        assert (waiting.earliest, waiting.by_test_from) == (day, date(2022, 3, 8))


def test_a_late_cycle_is_as_good_as_a_clean_test_and_a_positive_after_it_is_not() -> None:
    rule, ill, day = rule_on("covid-19", date(2022, 3, 1)), course("2022-03-01"), date(2022, 3, 9)
    late, early = found("2022-03-08", "pcr", ct=30.0), found("2022-03-08", "pcr", ct=29.9)
    assert release_on(rule, ill, [late], day).may_end
    assert not release_on(rule, ill, [early], day).may_end
    clean, again = found("2022-03-08", "antigen", "negative"), found("2022-03-09", "antigen")
    assert not release_on(rule, ill, [clean, again], day).may_end


def test_in_2020_two_clean_samples_a_day_apart() -> None:
    rule, ill, day = rule_on("covid-19", date(2020, 6, 1)), course("2020-06-01"), date(2020, 6, 10)
    one, soon = found("2020-06-05", "pcr", "negative"), found("2020-06-05", "pcr", "negative", hour=20)
    next_day = found("2020-06-06", "pcr", "negative", hour=9)
    assert not release_on(rule, ill, [one, soon], day).may_end
    assert release_on(rule, ill, [one, next_day], day).may_end


def test_who_counts_from_onset_for_the_ill_and_from_the_sample_for_the_others() -> None:
    rule = rule_on("covid-19", date(2021, 1, 1), "WHO")
    assert release_on(rule, course("2021-01-10"), [], date(2021, 1, 12)).earliest == date(2021, 1, 21)
    well = course("2021-01-10", symptomatic=False)
    assert release_on(rule, well, [], date(2021, 1, 12)).earliest == date(2021, 1, 20)


def test_measles_four_days_after_onset_and_dengue_not_at_all() -> None:
    ill = course("2024-05-03")  # ill since the first
    assert release_on(rule_on("measles", date(2024, 5, 3)), ill, [], date(2024, 5, 5)).may_end
    assert not release_on(rule_on("measles", date(2024, 5, 3)), ill, [], date(2024, 5, 4)).may_end
    assert release_on(rule_on("dengue", date(2024, 5, 3)), ill, [], date(2024, 5, 3)).may_end


def test_nobody_is_let_go_who_was_never_seen_to_begin() -> None:
    unknown = Course(None, None, None, None, False)
    found_ = release_on(rule_on("covid-19", date(2022, 3, 1)), unknown, [], date(2022, 6, 1))
    assert (found_.may_end, found_.earliest) == (False, None)


def test_every_disease_has_a_rule_and_what_was_not_read_says_so() -> None:
    for disease in definitions.diseases():
        assert rule_on(disease, date(2022, 3, 1)).disease == disease
    assert all(rule.verified or rule.note for rule in catalogue())
    with pytest.raises(LookupError):
        rule_on("plague", date(2022, 1, 1))
