"""Several senders at one vial, one lot, one transfer: nothing twice, nothing lost, and the book agrees."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import OperationalError, connection

from lachan.immunization.checks import check_all
from lachan.immunization.operations import book
from lachan.kernel.commands import Command
from lachan.kernel.outcomes import ACCEPTED
from tests.immunization.conftest import NOW, Station, everything_adds_up, make_station, rows, stock_up, value

from .test_command_races import at_once

pytestmark = pytest.mark.slow


@pytest.fixture
def station(committed: None) -> Station:
    return stock_up(make_station())


def all_agrees(station: Station) -> None:
    everything_adds_up(station)
    assert [str(finding) for finding in check_all() if not finding.good] == []


def test_many_hands_at_one_vial_draw_each_dose_once(station: Station) -> None:
    session, vial = str(station.session()), str(uuid4())
    station.must(
        "vial.open", session_id=session, vial_id=vial, product="pfizer", lot="PF1001", at=NOW - timedelta(hours=1)
    )  # fmt: skip
    people = station.people(16)
    parts = [
        [station.command("dose.record", station.dose_body(person, session_id=session)) for person in people[n::4]]
        for n in range(4)
    ]
    outcomes = at_once(*[lambda part=part: station.execute(part) for part in parts])
    assert {outcome.status for part in outcomes for outcome in part} == {ACCEPTED}
    assert rows("SELECT drawn, doses FROM immunization_vial WHERE id = %s", vial) == [(6, 6)]
    assert value("SELECT sum(drawn) FROM immunization_vial") == 16
    assert station.balance("PF1001") == 984
    all_agrees(station)


def test_a_lot_falls_below_zero_once_however_many_notice(station: Station) -> None:
    station.receive("moderna", "M9", 1)
    people = station.people(12)
    parts = [
        [station.command("dose.record", station.dose_body(person, "moderna", lot="M9")) for person in people[n::4]]
        for n in range(4)
    ]
    at_once(*[lambda part=part: station.execute(part) for part in parts])
    assert rows("SELECT kind, closed_at FROM immunization_discrepancy") == [("below_zero", None)]
    assert station.balance("M9") == -11
    all_agrees(station)


def test_goods_are_received_or_called_back_never_both(station: Station) -> None:
    transfer = str(uuid4())
    lines = [{"product": "pfizer", "lot": "PF1001", "quantity": 60}]
    station.must(
        "transfer.send", transfer_id=transfer, facility=station.facility.code, to=station.other.code, lines=lines
    )  # fmt: skip
    receive = {"transfer_id": transfer, "facility": station.other.code}
    cancel = {"transfer_id": transfer, "facility": station.facility.code, "reason": "Xe hỏng"}
    sent: list[tuple[str, dict[str, Any]]] = [("transfer.receive", receive), ("transfer.cancel", cancel)] * 2
    commands: list[Command] = [station.command(verb, body) for verb, body in sent]
    outcomes = at_once(*[lambda one=one: station.execute([one]) for one in commands])
    assert sum(outcome.status is ACCEPTED for [outcome] in outcomes) == 1
    assert value("SELECT sum(balance) FROM immunization_stock WHERE facility_id = ANY(%s)",
                 [station.facility.id, station.other.id]) == 5_000  # fmt: skip
    all_agrees(station)


def test_a_line_that_breaks_in_the_middle_of_an_entry_leaves_nothing_half_done(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection dies between the entry and its balance: nothing stands; sent again, all of it does."""
    body = {
        "facility": station.facility.code, "product": "pfizer", "lot": "PF1001", "kind": "waste", "quantity": 6,
        "reason": "broken",
    }  # fmt: skip
    command = station.command("stock.move", body)
    settle = book.settle

    def dies(batch: Any, pairs: Any) -> None:
        monkeypatch.setattr(book, "settle", settle)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    monkeypatch.setattr(book, "settle", dies)
    with pytest.raises((psycopg.OperationalError, OperationalError)):
        station.execute([command])
    connection.close()
    assert station.balance("PF1001") == 1_000
    assert station.execute([command])[0].status is ACCEPTED
    assert station.balance("PF1001") == 994
    all_agrees(station)
