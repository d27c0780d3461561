"""The stock book on screens: what is asked before it is entered, who sees whose book, and the book of a lot."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from lachan.immunization.models import Discrepancy, Lot, Stock, StockMovement, TradeItem, Transfer, Vial
from lachan.immunization.rules.gs1 import check_digit
from lachan.kernel.ids import new_id
from lachan.kernel.models import WorklistItem
from lachan.places import queries as places

from .board_days import LOT, OLD_LOT, OTHER, Day, press

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SignedIn = Callable[[str], Client]
GTIN = "0950600013435" + str(check_digit("0950600013435"))


def row(**values: str) -> dict[str, str]:
    """One row of a delivery as the page sends it."""
    return {"command_id": str(new_id()), "row": "1", **{f"{name}-1": value for name, value in values.items()}}


def balance(day: Day, lot: str) -> int:
    return Stock.objects.get(facility_id=day.facility.id, lot_id=Lot.objects.get(number=lot).id).balance


def test_a_scan_fills_a_row_and_a_bad_one_says_why(day: Day, head_page: Client) -> None:
    scan = f"]d201{GTIN}1799123110AB-12\x1d21S9"
    html = press(head_page, "/stock/receive/scan/", q=scan).content.decode()
    assert 'value="AB-12"' in html
    assert "S9" in html
    assert "còn mới" in html
    answer = press(head_page, "/stock/receive/scan/", q="079080000001||Nguyễn Văn An")
    assert answer.status_code == 422
    assert "Đây không phải mã trên hộp" in answer.content.decode()


def test_another_expiry_is_asked_before_anything_is_sent(day: Day, head_page: Client) -> None:
    wrong = str(timezone.localdate() + timedelta(days=61))
    values = row(product="pfizer", lot=LOT.lower(), expires_on=wrong, quantity="1.170")
    answer = head_page.post("/stock/receive/", values)
    assert answer.status_code == 422
    assert "Hãy xem lại" in answer.content.decode()
    assert not WorklistItem.objects.exists()
    assert head_page.post("/stock/receive/", {**values, "anyway": "Phiếu ghi nhầm"}).status_code == 302
    assert balance(day, LOT) == 1_270


def test_the_head_states_what_a_code_means(day: Day, head_page: Client) -> None:
    later = str(timezone.localdate() + timedelta(days=300))
    values = row(
        product="pfizer", lot="NEW1", expires_on=later, quantity="120", gtin=GTIN, serials="A1 A2", teach="yes"
    )  # fmt: skip
    assert head_page.post("/stock/receive/", values).status_code == 302
    item = TradeItem.objects.get()
    assert (item.gtin, item.product_id, item.doses, item.vial_doses) == (GTIN, 2, 60, 6)


def test_waste_needs_a_reason_and_leaves_the_balance(day: Day, head_page: Client) -> None:
    lot = Lot.objects.get(number=OTHER).id
    values = {"command_id": str(new_id()), "kind": "waste", "lot": lot, "quantity": "10", "reason": ""}
    assert head_page.post("/stock/out/", values).status_code == 422
    assert head_page.post("/stock/out/", {**values, "reason": "broken"}).status_code == 302
    assert balance(day, OTHER) == 90


def test_a_count_that_differs_waits_and_is_explained(day: Day, head_page: Client) -> None:
    lot = Lot.objects.get(number=LOT).id
    values = {"command_id": str(new_id()), f"counted-{lot}": "94"}
    assert head_page.post("/stock/count/", values).status_code == 302
    html = head_page.get("/stock/").content.decode()
    assert "Kiểm kê lệch" in html
    assert "−6 liều" in html
    item = Discrepancy.objects.get()
    worklist = head_page.get("/worklist/").content.decode()
    assert "Có 1 chênh lệch trong sổ kho" in worklist
    answer = head_page.post(f"/stock/explain/{item.id}/", {"reason": "broken", "note": "Rơi một lọ"})
    assert answer.status_code == 302
    assert Discrepancy.objects.get().closed_at is not None


def test_goods_sent_are_received_by_the_other_side_only(day: Day, head_page: Client, signed_in: SignedIn) -> None:
    there = next(row for row in places.facility_table().values() if row.id != day.facility.id)
    lot = Lot.objects.get(number=LOT).id
    values = {"command_id": str(new_id()), "transfer_id": str(uuid4()), "to": there.code, f"doses-{lot}": "500"}
    assert "Hãy xem lại" in head_page.post("/stock/transfers/", values).content.decode()
    nowhere = head_page.post("/stock/transfers/", {**values, "to": "Trạm", f"doses-{lot}": "60"})
    assert "Hãy chọn cơ sở nhận" in nowhere.content.decode(), "a name that many share is none"
    assert head_page.post("/stock/transfers/", {**values, f"doses-{lot}": "60"}).status_code == 302
    transfer = Transfer.objects.get()
    html = head_page.get(f"/stock/transfers/{transfer.id}/").content.decode()
    assert "Đã đến nơi" not in html
    assert head_page.post(f"/stock/transfers/{transfer.id}/", {f"received-{lot}": "60"}).status_code == 403
    assert head_page.post(f"/stock/transfers/{transfer.id}/cancel/", {"reason": "Xe hỏng"}).status_code == 302
    assert balance(day, LOT) == 100


def test_the_book_of_a_lot_ends_at_its_balance(day: Day, head_page: Client) -> None:
    day.ready(3)
    day.inject(0, 1, 2)
    lot = Lot.objects.get(number=LOT).id
    html = head_page.get(f"/stock/lots/{lot}/").content.decode()
    assert "Đã tiêm" in html
    assert "<strong>97</strong>" in html
    assert StockMovement.objects.filter(lot_id=lot).count() == 1


def test_an_open_vial_stands_on_the_board_and_in_the_stock(day: Day, head_page: Client) -> None:
    day.ready(1)
    lot = {"product": "pfizer", "lot": OLD_LOT}
    press(head_page, "/stock/vials/open/", session=str(day.session_id), **lot)
    assert Vial.objects.get().doses == 6
    assert "lọ: còn 6 liều" not in head_page.get(day.path).content.decode(), "the board shows the lots of today"
    press(head_page, "/stock/vials/open/", session=str(day.session_id), product="pfizer", lot=LOT, anyway="Lô kia ở xa")
    assert "lọ: còn 6 liều" in head_page.get(day.path).content.decode()
    vial = Vial.objects.get(lot_id=Lot.objects.get(number=LOT).id)
    values = {"session": str(day.session_id), "vial": str(vial.id), "reason": "broken", "from": "stock"}
    assert head_page.post("/stock/vials/discard/", values).status_code == 302
    assert balance(day, LOT) == 94


def test_an_officer_reads_sums_and_writes_nothing(day: Day, signed_in: SignedIn) -> None:
    page = signed_in("province")
    html = page.get("/stock/").content.decode()
    assert day.facility.name in html
    assert page.get(f"/stock/?facility={day.facility.code}").status_code == 200
    assert page.get("/stock/receive/").status_code == 403
    assert signed_in("national").get("/stock/").status_code == 403


def test_another_stations_book_is_not_there(day: Day, head_page: Client) -> None:
    other = next(row for row in places.facility_table().values() if row.id != day.facility.id)
    assert head_page.get(f"/stock/?facility={other.code}").status_code == 404
