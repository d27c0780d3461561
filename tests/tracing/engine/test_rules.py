"""Legal rules: what held when, what each compiles into, who is watched how long."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise
from typing import NamedTuple

import msgspec
import pytest

from lachan.tracing.engine import rules
from lachan.tracing.engine.shapes import KINDS, Rule


class Facts(NamedTuple):
    symptomatic: bool | None = None
    onset_on: date | None = None
    sampled_at: datetime | None = None
    infected_from: datetime | None = None
    isolated_at: datetime | None = None
    ended_at: datetime | None = None


def test_every_rule_compiles_and_survives_as_json() -> None:
    for legal in rules.catalogue():
        for kind in legal.anchors:
            for unmasked in (False, True):
                compiled = rules.compiled(legal, kind, unmasked=unmasked)
                assert msgspec.json.decode(msgspec.json.encode(compiled), type=Rule) == compiled
        assert set(legal.groups) | set(legal.factors) <= set(KINDS)
        assert not set(legal.groups) & set(legal.factors)
        assert legal.reference
        assert legal.reference_vi
        assert legal.verified or legal.note, "what was not checked says so"
    assert len({legal.id for legal in rules.catalogue()}) == len(rules.catalogue())


def test_each_day_of_the_ladder_has_one_rule() -> None:
    held = [legal for legal in rules.catalogue() if (legal.disease, legal.authority) == ("covid-19", "VN")]
    for before, after in pairwise(held):
        assert before.valid_to is not None
        assert (after.valid_from - before.valid_to).days == 1
    assert rules.rule_on("covid-19", date(2021, 12, 28)).id == "vn-3638-2021-07-30"
    assert rules.rule_on("covid-19", date(2021, 12, 29)).id == "vn-11042-2021-12-29"
    assert rules.rule_on("covid-19", date(2030, 1, 1)).id == "vn-1909-2022-04-15"
    assert rules.rule_on("covid-19", date(2020, 5, 1), authority="WHO").id == "who-2020-03-20"
    with pytest.raises(LookupError):
        rules.rule_on("covid-19", date(2019, 1, 1))
    with pytest.raises(LookupError):
        rules.by_id("vn-0")


def test_what_is_from_memory_says_so() -> None:
    for legal in rules.catalogue():
        if legal.from_memory or not legal.verified:
            assert "from memory" in legal.note + legal.source, legal.id
    assert "watch" in rules.by_id("vn-11042-2021-12-29").from_memory


def test_before_the_days_were_shortened_to_14_they_were_21() -> None:
    days = [rules.rule_on("covid-19", day).watch["f1"].days for day in (date(2021, 7, 13), date(2021, 7, 14))]
    assert days == [21, 14]


def test_what_the_texts_say_is_what_they_compile_into() -> None:
    rule = rules.compiled(rules.by_id("vn-11042-2021-12-29"))
    assert (rule.days_before, rule.min_minutes, rule.max_distance_m, rule.closed_only, rule.levels) == (
        2,
        15,
        2,
        True,
        1,
    )
    assert rules.compiled(rules.by_id("vn-11042-2021-12-29"), unmasked=True).min_minutes == 0
    assert rules.compiled(rules.by_id("vn-1909-2022-04-15")).max_distance_m == 1
    asymptomatic = rules.compiled(rules.by_id("vn-3638-2021-07-30"), "sample")
    assert (asymptomatic.days_before, asymptomatic.levels) == (14, 2)
    with pytest.raises(LookupError):
        rules.compiled(rules.by_id("vn-1909-2022-04-15"), "source")


def test_dengue_makes_nobody_a_contact_by_minutes() -> None:
    legal = rules.rule_on("dengue", date(2022, 1, 1))
    rule = rules.compiled(legal)
    assert rule.min_minutes > (rule.days_before + rule.days_after) * 1440
    assert (legal.grade, legal.person_to_person) == ("factor", False)


NIGHT = datetime(2021, 8, 1, 20, tzinfo=UTC)  # the second of August in Viet Nam


def test_the_anchor_is_onset_then_source_then_sample() -> None:
    legal = rules.by_id("vn-3638-2021-07-30")
    onset = int(datetime(2021, 7, 31, 17, tzinfo=UTC).timestamp())
    both = Facts(True, date(2021, 8, 1), NIGHT, NIGHT)
    assert rules.anchor_of(both, legal) == ("onset", onset)
    assert rules.anchor_of(both._replace(symptomatic=False), legal) == ("source", int(NIGHT.timestamp()))
    assert rules.anchor_of(Facts(sampled_at=NIGHT), legal) == ("sample", int(NIGHT.timestamp()))
    assert rules.anchor_of(both._replace(onset_on=None), rules.by_id("vn-1909-2022-04-15")).kind == "sample"
    with pytest.raises(LookupError):
        rules.anchor_of(Facts(), legal)


def test_what_ends_a_window() -> None:
    later = NIGHT.replace(day=9)
    facts = Facts(isolated_at=later, ended_at=NIGHT)
    assert rules.end_of(facts, rules.by_id("vn-3638-2021-07-30")) == int(later.timestamp())
    assert rules.end_of(facts, rules.by_id("vn-11042-2021-12-29")) == int(NIGHT.timestamp())
    assert rules.end_of(facts, rules.rule_on("dengue", date(2021, 1, 1))) is None
    assert rules.end_of(Facts(), rules.by_id("vn-3638-2021-07-30")) is None


def test_a_watch_counts_days_in_viet_nam() -> None:
    legal = rules.by_id("vn-5599-2021-07-14")
    watch = rules.watch_of(legal, int(NIGHT.timestamp()), vaccinated=False, level=1)
    assert watch == (date(2021, 8, 16), (date(2021, 8, 3), date(2021, 8, 9), date(2021, 8, 16)), "home")
    later = rules.by_id("vn-11042-2021-12-29")
    spared = rules.watch_of(later, int(NIGHT.timestamp()), vaccinated=True, level=1)
    assert spared.until < rules.watch_of(later, int(NIGHT.timestamp()), vaccinated=False, level=1).until
