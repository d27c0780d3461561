"""The stock book: what comes and goes, goods on the way, counts, and what cannot be accounted for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from lachan.access.rules import Role
from lachan.immunization.checks import check_all
from lachan.kernel.outcomes import ACCEPTED, DUPLICATE, HELD, REFUSED

from .conftest import NOW, Station, everything_adds_up, rows, value

pytestmark = pytest.mark.django_db
GTIN = "09506000134352"


def lot(station: Station, number: str = "PF1001", **more: Any) -> dict[str, Any]:
    return {"facility": station.facility.code, "product": "pfizer", "lot": number, **more}


def discrepancies() -> list[tuple[Any, ...]]:
    return rows(
        "SELECT kind, quantity, closed_at IS NOT NULL, reason FROM immunization_discrepancy ORDER BY happened_at, id"
    )


def all_agrees(station: Station) -> None:
    everything_adds_up(station)
    assert [str(finding) for finding in check_all() if not finding.good] == []


def test_a_lot_is_one_however_it_is_written(station: Station) -> None:
    station.receive("pfizer", " pf1001 ", 10)
    assert station.balance("PF1001") == 1_010
    person = station.person()
    assert station.dose(person, lot="pf1001").status is ACCEPTED
    assert value("SELECT lot_number FROM immunization_dose WHERE person_id = %s", person) == "PF1001"


def test_another_expiry_on_the_note_is_asked(station: Station) -> None:
    body = lot(station, kind="receive", quantity=10, expires_on="2023-01-31")
    asked = station.send("stock.move", **body)
    assert (asked.status, asked.reason) == (HELD, "lot_expiry_differs")
    assert station.balance("PF1001") == 1_000
    assert station.send("stock.move", **body, anyway="Phiếu ghi nhầm").status is ACCEPTED
    assert value("SELECT expires_on::text FROM immunization_lot WHERE number = 'PF1001'") == "2022-12-31"
    all_agrees(station)


def test_the_same_box_twice_is_asked(station: Station) -> None:
    body = lot(station, kind="receive", quantity=195, boxes=[{"gtin": GTIN, "serial": "A1"}])
    assert station.send("stock.move", **body).status is ACCEPTED
    again = station.send("stock.move", **body)
    assert (again.status, again.reason, (again.params or {})["serial"]) == (HELD, "box_received_before", "A1")
    assert station.send("stock.move", **body, anyway="Hộp được trả lại").status is ACCEPTED
    assert station.balance("PF1001") == 1_390
    all_agrees(station)


def test_below_zero_is_taken_and_stands_on_the_list_once_until_the_note_comes(station: Station) -> None:
    station.receive("moderna", "M9", 1)
    for person in station.people(3):
        assert station.dose(person, "moderna", lot="M9").status is ACCEPTED
    assert station.balance("M9") == -2
    assert discrepancies() == [("below_zero", 0, False, "")]
    all_agrees(station)
    station.receive("moderna", "M9", 10)
    assert discrepancies() == [("below_zero", 0, True, "settled")]
    assert value("SELECT count(*) FROM kernel_journal WHERE verb = 'discrepancy.settled'") == 1
    all_agrees(station)


def test_a_voided_dose_lifts_a_lot_above_zero(station: Station) -> None:
    station.receive("moderna", "M9", 1)
    people = station.people(2)
    doses = [station.dose(person, "moderna", lot="M9").id for person in people]
    station.must("dose.void", person={"id": str(people[0])}, dose_id=str(doses[0]), reason="Ghi nhầm")
    assert discrepancies() == [("below_zero", 0, True, "settled")]
    all_agrees(station)


def test_below_zero_is_not_explained_away_but_counted(station: Station) -> None:
    station.receive("moderna", "M9", 1)
    for person in station.people(2):
        station.dose(person, "moderna", lot="M9")
    item = str(value("SELECT id FROM immunization_discrepancy"))
    body = {"facility": station.facility.code, "discrepancy_id": item, "reason": "other"}
    assert station.send("stock.explain", **body).reason == "discrepancy_needs_count"
    count = lot(station, "M9", counted=0) | {"product": "moderna", "reason": "entry_missing"}
    counted = station.send("stock.count", **count)
    assert counted.params == {"expected": -1, "difference": 1}
    assert sorted(discrepancies()) == [("below_zero", 0, True, "settled"), ("count", 1, True, "entry_missing")]
    all_agrees(station)


def test_a_difference_waits_for_whoever_can_explain_it(station: Station) -> None:
    counted = station.send("stock.count", **lot(station, counted=995))
    assert counted.params == {"expected": 1_000, "difference": -5}
    assert discrepancies() == [("count", -5, False, "")]
    item = str(value("SELECT id FROM immunization_discrepancy"))
    body = {"facility": station.facility.code, "discrepancy_id": item, "reason": "broken", "note": "Rơi một lọ"}
    elsewhere = body | {"facility": station.other.code}
    assert station.send("stock.explain", **elsewhere).reason == "discrepancy_unknown"
    assert station.send("stock.explain", **body, by=station.role(Role.OBSERVER)).reason == "not_allowed"
    assert station.send("stock.explain", **body).status is ACCEPTED
    assert discrepancies() == [("count", -5, True, "broken")]
    all_agrees(station)


def test_a_count_is_held_against_the_book_of_its_moment(station: Station) -> None:
    station.must("stock.move", **lot(station, kind="waste", quantity=6, reason="broken"), at=NOW - timedelta(hours=3))
    station.must("stock.move", **lot(station, kind="receive", quantity=60), at=NOW - timedelta(hours=1))
    moved = "UPDATE immunization_stockmovement SET happened_at = %s WHERE quantity = 1000 RETURNING 1"
    assert rows(moved, NOW - timedelta(hours=9))
    counted = station.send("stock.count", **lot(station, counted=994), at=NOW - timedelta(hours=2))
    assert counted.params == {"expected": 994, "difference": 0}
    assert station.balance("PF1001") == 1_054


def test_into_a_session_and_back_changes_no_balance(station: Station) -> None:
    session = str(station.session())
    station.must("stock.move", **lot(station, kind="issue", quantity=60, session_id=session))
    station.must("stock.move", **lot(station, kind="session_return", quantity=48, session_id=session))
    assert station.balance("PF1001") == 1_000
    assert station.send("stock.move", **lot(station, kind="issue", quantity=6)).reason == "session_missing_in_stock"
    assert station.dose(station.person(), session_id=session).status is ACCEPTED
    assert value("SELECT count(*) FROM immunization_vial WHERE automatic") == 1
    all_agrees(station)


def send_goods(station: Station, quantity: int = 120, **more: Any) -> str:
    transfer = str(uuid4())
    lines = [{"product": "pfizer", "lot": "PF1001", "quantity": quantity}]
    body = {"facility": station.facility.code, "to": station.other.code, "lines": lines, "document": "PX-7"}
    station.must("transfer.send", transfer_id=transfer, **body, **more)
    return transfer


def balance_at(station: Station, facility_id: int) -> int:
    return int(value("SELECT coalesce(sum(balance), 0) FROM immunization_stock WHERE facility_id = %s", facility_id))


def test_goods_on_the_way_are_nobodys_until_they_arrive(station: Station) -> None:
    transfer = send_goods(station)
    assert (station.balance("PF1001"), balance_at(station, station.other.id)) == (880, 0)
    body = {"transfer_id": transfer, "facility": station.other.code}
    outcome = station.send("transfer.receive", **body)
    assert outcome.params == {"differences": 0}
    assert balance_at(station, station.other.id) == 120
    assert station.send("transfer.receive", **body).reason == "transfer_not_on_way"
    assert station.send("transfer.cancel", **body, reason="Thu hồi").reason == "transfer_unknown"
    all_agrees(station)


def test_what_did_not_arrive_is_the_receivers_to_explain(station: Station) -> None:
    transfer = send_goods(station)
    lines = [{"product": "pfizer", "lot": "pf1001", "quantity": 114}]
    station.must("transfer.receive", transfer_id=transfer, facility=station.other.code, lines=lines)
    assert rows("SELECT facility_id, kind, quantity, closed_at FROM immunization_discrepancy") == [
        (station.other.id, "transfer", -6, None)
    ]
    all_agrees(station)


def test_goods_called_back_are_the_senders_again(station: Station) -> None:
    transfer = send_goods(station)
    station.must("transfer.cancel", transfer_id=transfer, facility=station.facility.code, reason="Xe hỏng")
    assert station.balance("PF1001") == 1_000
    body = {"transfer_id": transfer, "facility": station.other.code}
    assert station.send("transfer.receive", **body).reason == "transfer_not_on_way"
    all_agrees(station)


def test_more_than_there_is_is_asked(station: Station) -> None:
    lines = [{"product": "pfizer", "lot": "PF1001", "quantity": 2_000}]
    body: dict[str, Any] = {"facility": station.facility.code, "to": station.other.code, "lines": lines}
    asked = station.send("transfer.send", transfer_id=str(uuid4()), **body)
    assert (asked.status, asked.reason) == (HELD, "stock_short")
    station.must("transfer.send", transfer_id=str(uuid4()), **body, anyway="Phiếu nhập đến sau")
    assert discrepancies() == [("below_zero", 0, False, "")]
    all_agrees(station)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"to": "nowhere"}, "facility_unknown"),
        ({"lines": [{"product": "pfizer", "lot": "NONE", "quantity": 1}]}, "lot_unknown_in_stock"),
        ({"lines": []}, "malformed"),
        ({"lines": [{"product": "pfizer", "lot": "PF1001", "quantity": 0}]}, "malformed"),
    ],
)
def test_a_transfer_that_cannot_be(station: Station, change: dict[str, Any], reason: str) -> None:
    body: dict[str, Any] = {
        "facility": station.facility.code, "to": station.other.code,
        "lines": [{"product": "pfizer", "lot": "PF1001", "quantity": 1}],
    }  # fmt: skip
    outcome = station.send("transfer.send", transfer_id=str(uuid4()), **(body | change))
    assert outcome.status in (REFUSED, HELD)
    assert outcome.reason == reason
    assert rows("SELECT 1 FROM immunization_transfer") == []


def test_the_same_command_twice_is_one(station: Station) -> None:
    transfer = str(uuid4())
    lines = [{"product": "pfizer", "lot": "PF1001", "quantity": 6}]
    body = {"transfer_id": transfer, "facility": station.facility.code, "to": station.other.code, "lines": lines}
    command = station.command("transfer.send", body)
    assert [station.execute([command])[0].status for _ in range(2)] == [ACCEPTED, DUPLICATE]
    assert station.balance("PF1001") == 994
    all_agrees(station)


def test_only_the_head_says_what_a_code_means(station: Station) -> None:
    body = {"facility": station.facility.code, "gtin": GTIN, "product": "pfizer", "doses": 1_170, "vial_doses": 6}
    assert station.send("gtin.teach", by=station.role(Role.VACCINATOR), **body).reason == "not_allowed"
    assert station.send("gtin.teach", by=station.role(Role.HEAD), **body).status is ACCEPTED
    assert rows("SELECT product_id, doses, vial_doses FROM immunization_tradeitem") == [(2, 1_170, 6)]
    assert value("SELECT count(*) FROM kernel_journal WHERE verb = 'gtin.taught'") == 1


@pytest.mark.parametrize(
    ("tamper", "name"),
    [
        ("UPDATE immunization_stock SET adjusted = adjusted + 1 RETURNING 1", "stock against the entries of its book"),
        ("DELETE FROM immunization_stockmovement RETURNING 1", "stock against the entries of its book"),
        ("UPDATE immunization_transferline SET sent = sent + 1 RETURNING 1", "transfers against the book"),
        ("UPDATE immunization_stock SET used = 99999 RETURNING 1", "lots below zero on the list of discrepancies"),
    ],
)
def test_the_checks_find_what_was_tampered_with(station: Station, tamper: str, name: str) -> None:
    send_goods(station)
    all_agrees(station)
    rows(tamper)
    assert name in [finding.name for finding in check_all() if not finding.good]
