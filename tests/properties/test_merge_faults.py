"""A merge that is killed half-way leaves nothing behind, and a dose never lands on a record that is gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from lachan.kernel import movers
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.kernel.movers import Move
from lachan.kernel.outcomes import ACCEPTED, DUPLICATE
from lachan.people import queries as people
from tests.immunization.conftest import Station, make_station, rows, stock_up, value
from tests.immunization.test_merging import adds_up, merge, officer, snapshot, unmerge
from tests.properties.test_command_races import at_once

pytestmark = pytest.mark.slow
CHECKOUT = Path(__file__).resolve().parents[2]

# A worker of its own that merges and, half-way through the movers, waits to be killed.
WORKER = """
import os, sys, time
from datetime import datetime
from uuid import UUID
import django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from lachan.kernel import movers
from lachan.access.actors import Actor, GrantFact
from lachan.access.rules import Role
from lachan.immunization.commands import execute
from lachan.kernel.commands import Command

def halt(cursor, move):
    cursor.execute("SELECT 1")
    cursor.fetchall()
    print("half-way", flush=True)
    time.sleep(60)

movers.register(movers.Mover("tests", ("tests_halt.person_id",), halt, lambda *a: None))
stays, goes, area, command = sys.argv[2:6]
actor = Actor(UUID(int=5), "user", "officer", (GrantFact(Role.COMMUNE_OFFICER, None, int(area)),))
now = datetime.fromisoformat(sys.argv[6])
body = {"person": {"id": stays}, "other": {"id": goes}, "reason": "the same papers"}
execute([Command(UUID(command), "person.merge", now, body)], actor=actor, now=now)
"""


@pytest.fixture
def station(committed: None) -> Station:
    return stock_up(make_station())


def two_with_doses(station: Station) -> tuple[UUID, UUID]:
    first, second = station.person(), station.person()
    station.must("dose.record", **station.dose_body(first, given_on="2021-08-01"))
    station.must("dose.record", **station.dose_body(second, given_on="2021-10-01"))
    station.must("dose.record", **station.dose_body(second, "pfizer", given_on="2021-08-01"))
    return first, second


def half_way(station: Station, stays: UUID, goes: UUID, command: UUID) -> subprocess.Popen[str]:
    area = officer().grants[0].area_id
    database = str(settings.DATABASES["default"]["NAME"])
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "lachan.config.settings_for_tests"}
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, database, str(stays), str(goes), str(area), str(command),
         station.now.isoformat()],
        stdout=subprocess.PIPE, text=True, cwd=CHECKOUT, env=environment,
    )  # fmt: skip
    assert worker.stdout is not None
    assert worker.stdout.readline().strip() == "half-way"
    return worker


@pytest.mark.parametrize("how", ["the worker", "its connection"])
def test_a_killed_merge_leaves_nothing_and_is_sent_again(station: Station, how: str) -> None:
    first, second = two_with_doses(station)
    before, command = snapshot(first, second), new_id()
    worker = half_way(station, first, second, command)
    try:
        if how == "the worker":
            worker.send_signal(signal.SIGKILL)
        else:
            with psycopg.connect(settings.EMBEDDED.dsn("postgres"), autocommit=True) as admin:
                admin.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> %s "
                    "AND state = 'idle in transaction'",
                    [settings.DATABASES["default"]["NAME"], connection.connection.info.backend_pid],
                )
            worker.send_signal(signal.SIGKILL)
        worker.wait(20)
    finally:
        worker.kill()
        if worker.stdout is not None:
            worker.stdout.close()
    assert snapshot(first, second) == before
    assert value("SELECT count(*) FROM people_merge") == 0
    adds_up()

    body = {"person": {"id": str(first)}, "other": {"id": str(second)}, "reason": "the same papers"}
    sent = Command(command, "person.merge", station.now, body)
    [again] = station.execute([sent], officer())  # the screen sends it again, under the same id
    assert again.status is ACCEPTED, again
    [twice] = station.execute([sent], officer())
    assert twice.status is DUPLICATE
    assert value("SELECT count(*) FROM people_merge") == 1
    assert [number for number, _ in station.active(first)] == [1, 2]
    adds_up()
    assert unmerge(station, again.id).status is ACCEPTED
    assert snapshot(first, second) == before


def test_a_dose_sent_while_its_person_is_merged_stands_with_the_survivor(station: Station) -> None:
    """The dose is looked up before the merge commits, and locked after it: it must not land on the record that went."""
    first, second = station.person(), station.person()
    moved = movers.move_all

    def slow(cursor: psycopg.Cursor[Any], move: Move) -> dict[str, Any]:
        time.sleep(0.4)  # the other sender has looked its person up by now, and waits for the lock
        return moved(cursor, move)

    def give() -> Any:
        time.sleep(0.15)
        return station.dose(second, given_on="2022-01-05")

    movers.move_all = slow
    try:
        done, dose = at_once(lambda: merge(station, first, second), give)
    finally:
        movers.move_all = moved
    assert (done.status, dose.status) == (ACCEPTED, ACCEPTED)
    assert people.persons([second])[second].id == first
    assert rows("SELECT DISTINCT person_id FROM immunization_dose") == [(first,)]
    adds_up()


def test_two_officers_merge_the_two_the_other_way_round(station: Station) -> None:
    first, second = two_with_doses(station)
    outcomes = at_once(lambda: merge(station, first, second), lambda: merge(station, second, first))
    assert sorted(outcome.reason or "" for outcome in outcomes) == ["", "same_record"]
    assert value("SELECT count(*) FROM people_merge WHERE status = 'merged'") == 1
    assert value("SELECT count(*) FROM people_person WHERE merged_into IS NOT NULL") == 1
    adds_up()
