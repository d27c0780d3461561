"""One positive result committed starts everything by itself: case, list, watches, work and messages."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import msgspec
import pytest
from django.db import connection

from lachan.tracing.engine import rules
from lachan.tracing.lists import clock, queries, telling
from lachan.tracing.lists.why import why
from lachan.tracing.models import CaseStay, Link, Request, Watch

from .conftest import FAR, NOW, Town, ago

pytestmark = pytest.mark.slow


def test_a_positive_result_becomes_lists_watches_tasks_and_messages(town: Town) -> None:
    ill, beside, brief, away, elsewhere = (
        town.person(name, residence)
        for name, residence in (
            ("Nguyễn Thị Bệnh", "26740"), ("Trần Văn Gần", "26740"), ("Lê Văn Thoáng", "26740"),
            ("Phạm Thị Xa", FAR), ("Đỗ Thị Khác", "26740"),
        )
    )  # fmt: skip
    yesterday = ago(hours=30)
    town.stay(ill, town.bar, yesterday, 60)
    town.stay(beside, town.bar, yesterday + timedelta(minutes=10), 40)
    town.stay(brief, town.bar, yesterday + timedelta(minutes=50), 12)
    town.stay(away, town.bar, yesterday - timedelta(minutes=10), 40)
    town.stay(elsewhere, town.market, yesterday, 60)
    town.result(ill)
    town.follow()

    links = town.links(ill)
    assert links[beside] == links[away] == (1, "standing")
    assert elsewhere not in links
    assert brief not in links, "twelve minutes are not fifteen"
    line = town.case_of(ill)
    assert (line.f1, line.state) == (2, "standing")
    assert line.result_at is not None
    assert line.result_at <= line.case_at <= line.list_at

    near, far = town.watch(beside), town.watch(away)
    assert near.state == far.state == "open"
    assert near.area_id != far.area_id, "each where they live"
    assert near.until >= NOW.date()
    assert "call" in town.tasks(beside)
    assert "call" in town.tasks(away)
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id, template, params::text FROM immunization_message ORDER BY template")
        messages = cursor.fetchall()
    assert {(row[0], row[1]) for row in messages} == {(beside, "exposure_f1"), (away, "exposure_f1")}
    assert not any("Bệnh" in row[2] or str(ill) in row[2] for row in messages)

    [stay] = CaseStay.objects.filter(person_id=ill)
    assert (stay.place_id, stay.others, stay.listed) == (town.bar, 3, 2)
    [first, *_] = queries.contacts_of(line.case_id, None)
    assert first[0].evidence[0]["kind"] == "visit"
    assert first[0].seconds >= 15 * 60


def test_onset_learnt_later_moves_the_window_and_releases_people_with_the_reason(town: Town) -> None:
    ill, early, late = (town.person(name) for name in ("Nguyễn Thị Bệnh", "Trần Văn Sớm", "Lê Thị Muộn"))
    town.stay(ill, town.school, ago(days=4, hours=1), 60)
    town.stay(early, town.school, ago(days=4, hours=1), 60)
    town.stay(ill, town.bar, ago(hours=20), 60)
    town.stay(late, town.bar, ago(hours=20), 60)
    town.result(ill, taken=ago(days=3))
    town.follow()
    assert town.links(ill) == {early: (1, "standing"), late: (1, "standing")}
    town.must(
        "case.onset", person={"id": str(ill)}, case_id=str(town.case_of(ill).case_id), symptomatic="yes",
        onset_on=ago(hours=10).date().isoformat(),
    )  # fmt: skip
    town.follow()
    assert town.links(ill) == {early: (1, "released"), late: (1, "standing")}
    gone = town.watch(early)
    assert (gone.state, gone.release_reason) == ("released", "onset_changed")
    assert town.tasks(early) == set()
    assert town.watch(late).state == "open"


def test_a_false_positive_withdrawn_releases_everybody(town: Town) -> None:
    ill, beside = town.person("Nguyễn Thị Bệnh"), town.person("Trần Văn Gần")
    town.stay(ill, town.bar, ago(hours=20), 60)
    town.stay(beside, town.bar, ago(hours=20), 60)
    result = town.result(ill)
    town.follow()
    assert town.watch(beside).state == "open"
    town.must("result.withdraw", result_id=str(result), person={"id": str(ill)}, reason="samples were exchanged")
    town.follow()
    assert town.links(ill) == {beside: (1, "released")}
    assert (town.watch(beside).state, town.watch(beside).release_reason) == ("released", "result_withdrawn")
    assert town.case_of(ill).state == "withdrawn"


def test_a_contact_who_becomes_a_case_is_no_longer_watched_and_has_a_list(town: Town) -> None:
    first, second, third = (town.person(name) for name in ("Ca Một", "Ca Hai", "Ca Ba"))
    town.stay(first, town.bar, ago(hours=40), 60)
    town.stay(second, town.bar, ago(hours=40), 60)
    town.stay(second, town.school, ago(hours=10), 60)
    town.stay(third, town.school, ago(hours=10), 60)
    town.result(first)
    town.follow()
    assert town.watch(second).state == "open"
    town.result(second, taken=ago(hours=1))
    town.follow()
    assert town.watch(second).state == "case"
    assert town.links(second)[third] == (1, "standing")
    assert town.watch(third).level == 1


def test_a_device_that_was_offline_brings_contacts_later(town: Town) -> None:
    ill, beside = town.person("Nguyễn Thị Bệnh"), town.person("Trần Văn Gần")
    town.stay(ill, town.bar, ago(hours=20), 60)
    town.result(ill)
    town.follow()
    assert town.links(ill) == {}
    town.stay(beside, town.bar, ago(hours=20), 60)
    town.follow()  # sees it, and waits a little for what comes with it
    town.wait_and_follow()
    assert town.links(ill) == {beside: (1, "standing")}


def test_two_cases_and_one_contact_are_one_watch_to_the_latest_end(town: Town) -> None:
    one, two, contact = (town.person(name) for name in ("Ca Một", "Ca Hai", "Người Chung"))
    town.stay(one, town.bar, ago(days=2), 60)
    town.stay(contact, town.bar, ago(days=2), 60)
    town.stay(two, town.school, ago(hours=5), 60)
    town.stay(contact, town.school, ago(hours=5), 60)
    result = town.result(one)
    town.result(two)
    town.follow()
    [watch] = Watch.objects.filter(person_id=contact)
    assert (watch.links, watch.state) == (2, "open")
    assert abs(watch.last_exposure - (ago(hours=5) + timedelta(minutes=60))) < timedelta(seconds=2)
    town.must("result.withdraw", result_id=str(result), person={"id": str(one)}, reason="samples were exchanged")
    town.follow()
    [watch] = Watch.objects.filter(person_id=contact)
    assert (watch.links, watch.state) == (1, "open")
    assert Link.objects.get(person_id=contact, case_person_id=one).state == "released"


def test_households_and_people_a_case_named_are_listed_with_their_kind(town: Town) -> None:
    ill, wife, friend = (town.person(name) for name in ("Nguyễn Văn Bệnh", "Trần Thị Vợ", "Lê Văn Bạn"))
    home = town.must("group.record", group_id=str(town.new_id()), kind="household", label="Nhà 12, hẻm 4")
    for person in (ill, wife):
        town.must("group.join", person={"id": str(person)}, group_id=str(home))
    town.result(ill)
    town.follow()
    assert town.links(ill) == {wife: (1, "standing")}
    assert Link.objects.get(person_id=wife).kind == "household"
    town.must(
        "contact.add", person={"id": str(friend)}, other={"id": str(ill)}, disease="covid-19", relation="other",
        first_at=ago(hours=9).isoformat(), last_at=ago(hours=8).isoformat(),
    )  # fmt: skip
    town.follow()
    assert town.links(ill)[friend] == (1, "standing")
    assert Link.objects.get(person_id=friend).kind == "interview"
    town.must("group.part", person={"id": str(wife)}, group_id=str(home))
    town.follow()
    assert town.links(ill)[wife] == (1, "released")


def test_why_somebody_is_listed_and_somebody_else_is_not(town: Town) -> None:
    ill, beside, brief, before, stranger = (
        town.person(name) for name in ("Ca Bệnh", "Người Gần", "Người Thoáng", "Người Trước", "Người Lạ")
    )
    town.stay(ill, town.bar, ago(hours=20), 60)
    town.stay(beside, town.bar, ago(hours=20), 60)
    town.stay(brief, town.bar, ago(hours=20), 10)
    town.stay(ill, town.school, ago(days=6), 60)
    town.stay(before, town.school, ago(days=6), 60)
    town.result(ill)
    town.follow()
    case_id = town.case_of(ill).case_id
    answers = {person: why(case_id, person, NOW) for person in (beside, brief, before, stranger)}
    assert [answers[person].answer for person in (beside, brief, before, stranger)] == [
        "listed", "too_short", "outside_window", "nothing_known",
    ]  # fmt: skip
    assert answers[beside].minutes == 60
    assert answers[brief].minutes == 10 < answers[brief].needed
    assert [piece.counts for piece in answers[before].pieces] == ["outside"]


def test_records_that_become_one_have_their_minutes_together(town: Town) -> None:
    ill, one, same = town.person("Ca Bệnh"), town.person("Trần Văn Một"), town.person("Trần Văn Mốt")
    town.stay(ill, town.bar, ago(hours=20), 60)
    town.stay(one, town.bar, ago(hours=20), 8)
    town.stay(same, town.bar, ago(hours=20) + timedelta(minutes=8), 8)
    town.result(ill)
    town.follow()
    assert town.links(ill) == {}, "eight minutes each"
    merge = town.must("person.merge", person={"id": str(one)}, other={"id": str(same)}, reason="the same papers")
    town.follow()
    assert town.links(ill) == {one: (1, "standing")}
    assert Link.objects.get(person_id=one).seconds == 16 * 60
    town.must("person.unmerge", merge_id=str(merge), reason="they are two people")
    town.follow()
    assert town.links(ill) == {one: (1, "released")}


def test_a_case_whose_record_becomes_part_of_another_keeps_its_list(town: Town) -> None:
    ill, twin, beside = town.person("Ca Bệnh"), town.person("Ca Bệnh Hai"), town.person("Người Gần")
    town.stay(ill, town.bar, ago(hours=20), 60)
    town.stay(beside, town.bar, ago(hours=20), 60)
    town.result(ill)
    town.follow()
    town.must("person.merge", person={"id": str(twin)}, other={"id": str(ill)}, reason="the same papers")
    town.follow()
    assert town.links(twin) == {beside: (1, "standing")}
    assert town.watch(beside).state == "open"


def test_a_rule_that_changes_in_mid_outbreak_is_applied_to_standing_lists(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    ill, beside = town.person("Ca Bệnh"), town.person("Người Gần")
    town.stay(ill, town.bar, ago(hours=20), 60)
    town.stay(beside, town.bar, ago(hours=20), 20)
    town.result(ill)
    town.follow()
    assert town.links(ill) == {beside: (1, "standing")}
    old = rules.rule_on("covid-19", NOW.date())
    stricter = msgspec.structs.replace(old, id="vn-thử-nghiệm", minutes=30.0, minutes_unmasked=30.0)
    everything = (*(rule for rule in rules.catalogue() if rule.id != old.id), old, stricter)
    monkeypatch.setattr(rules, "catalogue", lambda: everything)
    assert clock.apply_new_rules(NOW) == 1
    town.follow()
    assert town.links(ill) == {beside: (1, "released")}
    assert town.watch(beside).release_reason == "rule_changed"
    assert town.case_of(ill).rule == "vn-thử-nghiệm"
    assert clock.apply_new_rules(NOW) == 0


def test_a_watch_ends_after_its_last_day(town: Town) -> None:
    ill, beside = town.person("Ca Bệnh"), town.person("Người Gần")
    town.stay(ill, town.bar, ago(hours=20), 60)
    town.stay(beside, town.bar, ago(hours=20), 60)
    town.result(ill)
    town.follow()
    last = town.watch(beside).until
    assert clock.end_watches(datetime.combine(last, time(20), UTC) - timedelta(days=1)) == 0
    assert clock.end_watches(datetime.combine(last, time(20), UTC)) == 1
    assert town.watch(beside).state == "ended"
    assert town.tasks(beside) == set()


def test_a_crash_between_the_result_and_the_list_loses_nothing(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    ill, beside = town.person("Ca Bệnh"), town.person("Người Gần")
    town.stay(ill, town.bar, ago(hours=20), 60)
    town.stay(beside, town.bar, ago(hours=20), 60)
    town.result(ill)

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("the process dies here")

    with monkeypatch.context() as broken:
        broken.setattr(telling, "tell", fails)  # the last step: everything before it is written
        town.follow()
    assert not Link.objects.exists()
    assert not Watch.objects.exists()
    assert Request.objects.get().attempts == 1
    town.wait_and_follow()
    assert town.links(ill) == {beside: (1, "standing")}


def test_whom_an_officer_let_go_is_not_watched_again_for_what_was_known(town: Town) -> None:
    ill, beside = town.person("Ca Bệnh"), town.person("Người Gần")
    town.stay(ill, town.bar, ago(hours=20), 60)
    town.stay(beside, town.bar, ago(hours=20), 60)
    town.result(ill)
    town.follow()
    town.must("contact.release", person={"id": str(beside)}, reason="wore a full suit all the time")
    case = {"person": {"id": str(ill)}, "case_id": str(town.case_of(ill).case_id)}
    town.must("case.onset", **case, symptomatic="yes", onset_on=ago(hours=20).date().isoformat())
    town.follow()
    assert town.links(ill) == {beside: (1, "standing")}
    assert [watch.state for watch in Watch.objects.filter(person_id=beside)] == ["released"]
    second = town.person("Ca Khác")
    town.stay(second, town.school, ago(hours=9), 60)
    town.stay(beside, town.school, ago(hours=9), 60)
    town.result(second)
    town.follow()
    assert sorted(watch.state for watch in Watch.objects.filter(person_id=beside)) == ["open", "released"]
