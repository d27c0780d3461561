"""Watches become tasks: once, for thousands at once, and as the watch changes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import psycopg
import pytest

from lachan.access.scopes import NATION
from lachan.kernel.ids import new_id
from lachan.tracing.models import Task
from lachan.tracing.work.facts import WatchChange
from tests.tracing.work.conftest import Ward


def test_a_watch_asks_for_a_call_its_tests_the_order_and_an_end(ward: Ward) -> None:
    an = ward.person("Nguyễn Văn An")
    change = ward.watch(an)
    found = sorted(Task.objects.filter(person_id=an).values_list("kind", "due_on", "area_id", "state"))
    today = ward.now.date()
    assert found == [
        ("call", today, ward.here, "open"),
        ("end", change.until, ward.here, "open"),
        ("order", today, ward.here, "open"),
        ("test", today + timedelta(days=1), ward.here, "open"),
        ("test", today + timedelta(days=7), ward.here, "open"),
    ]


def test_planned_again_nothing_is_made_twice(ward: Ward) -> None:
    an = ward.person("Nguyễn Văn An")
    change = ward.watch(an)
    ward.follow(change, change)
    ward.now += timedelta(hours=3)
    ward.follow(change._replace(what="extended"))
    assert Task.objects.filter(person_id=an, state="open").count() == 5


def test_a_longer_watch_moves_its_end_and_tests_and_calls_nobody_again(ward: Ward) -> None:
    an = ward.person("Nguyễn Văn An")
    change = ward.watch(an)
    ward.send("contact.call", an, outcome="reached")
    ward.now += timedelta(days=3)
    later = change.until + timedelta(days=4)
    ward.follow(change._replace(what="extended", until=later, test_days=(later,)))
    tasks = ward.tasks(an)
    assert "call" not in tasks
    assert tasks["end"].due_on == later
    assert list(Task.objects.filter(person_id=an, kind="test", state="open").values_list("due_on", flat=True)) == [
        later
    ]


def test_an_f2_who_becomes_f1_is_called_again(ward: Ward) -> None:
    an = ward.person("Nguyễn Văn An")
    change = ward.watch(an, level=2, quarantine="none", test_days=())
    ward.send("contact.call", an, outcome="reached")
    ward.now += timedelta(days=1)
    ward.follow(change._replace(what="extended", level=1, quarantine="home"))
    tasks = ward.tasks(an)
    assert tasks["call"].level == 1
    assert tasks["call"].score > 500
    assert "order" in tasks


@pytest.mark.parametrize("what", ["released", "ended", "case"])
def test_a_watch_that_is_over_leaves_nothing_to_do(ward: Ward, what: str) -> None:
    an = ward.person("Nguyễn Văn An")
    change = ward.watch(an)
    ward.follow(change._replace(what=what))
    assert set(Task.objects.filter(person_id=an).values_list("state", "outcome")) == {("dropped", what)}


def test_who_is_nowhere_stands_on_the_list_of_the_centre(ward: Ward) -> None:
    an = ward.person("Nguyễn Văn An", commune="")
    ward.store(change := ward.change(an))
    ward.follow(change._replace(area_id=None))
    assert ward.tasks(an)["call"].area_id == NATION


def test_one_telephone_in_one_commune_is_one_sitting(ward: Ward) -> None:
    mother = ward.person("Trần Thị Bình", phone="0903000111")
    father = ward.person("Nguyễn Văn Cường", phone="0903 000 111")
    child = ward.person(
        "Nguyễn Thị Dung", birth_date="2015-01-01", guardians=[{"name": "Trần Thị Bình", "relation": "mother",
                                                                "phone": "+84903000111"}])  # fmt: skip
    ward_of = ward.person(
        "Nguyễn Văn Em", birth_date="2016-01-01",
        guardians=[{"name": "Trần Thị Bình", "relation": "mother", "person_id": str(mother)}])  # fmt: skip
    aunt = ward.person("Trần Thị Giang", phone="0903000111", commune="00166")
    alone = ward.person("Lê Văn Hải")
    for person in (mother, father, child, ward_of, aunt, alone):
        ward.watch(person)
    keys = {
        person: ward.tasks(person)["call"].household_key for person in (mother, father, child, ward_of, aunt, alone)
    }
    assert keys[mother] == keys[father] == keys[child] == keys[ward_of]
    assert len({keys[mother], keys[aunt], keys[alone]}) == 3


def test_statements_do_not_grow_with_the_number_of_people(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = []
    real = psycopg.Cursor.execute

    def counted(cursor: Any, *args: Any, **more: Any) -> Any:
        sent.append(args)
        return real(cursor, *args, **more)

    monkeypatch.setattr(psycopg.Cursor, "execute", counted)  # hot statements go below Django's own count

    def count(people: int) -> int:
        changes: list[WatchChange] = [ward.change(new_id()) for _ in range(people)]
        sent.clear()
        ward.follow(*changes)
        ward.follow(*(change._replace(what="extended") for change in changes))
        ward.follow(*(change._replace(what="released") for change in changes))
        return len(sent)

    assert count(3) == count(300) <= 16  # savepoints counted
