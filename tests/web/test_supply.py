"""The screens of supply: a lot's page and its recall, the call list, plans, fridges; who sees names and who counts."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from lachan.access.models import Look
from lachan.access.scopes import NATION
from lachan.immunization.models import (
    AllocationLine,
    AllocationPlan,
    ColdDevice,
    Excursion,
    Lot,
    LotStatus,
    Message,
    Stock,
    TemperatureLog,
)
from lachan.kernel.ids import new_id
from tests.web.board_days import LOT, OTHER, Day

from .conftest import SignedIn

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def vaccinated(day: Day) -> Day:
    """A session in which two people had the lot."""
    day.ready(3)
    day.inject(0, 1)
    return day


def lot_id(number: str = LOT) -> int:
    return Lot.objects.get(number=number).id


def post(page: Client, path: str, **values: Any) -> Any:
    return page.post(path, {"command_id": str(new_id()), **values}, follow=True)


def recall(page: Client, place: str = f"a{NATION}", verb: str = "lot.recall") -> str:
    answer = post(page, f"/supply/lots/{lot_id()}/mark/", verb=verb, place=place, reason="notice 12")
    return str(answer.content.decode())


def test_the_nation_recalls_sees_counts_and_no_names(vaccinated: Day, signed_in: SignedIn) -> None:
    page = signed_in("national")
    html = recall(page)
    assert "Bị thu hồi" in html
    assert "2 người đã vào hàng đợi" in html
    assert Message.objects.count() == 2
    cause = LotStatus.objects.get().id
    assert page.get(f"/supply/recalls/{cause}/people/").status_code == 403
    assert "Nguyễn Văn An" not in html
    assert Look.objects.count() == 0


def test_the_commune_s_call_list_and_what_came_of_it(vaccinated: Day, signed_in: SignedIn) -> None:
    recall(signed_in("national"))
    cause = LotStatus.objects.get().id
    head = signed_in("head")
    html = head.get(f"/supply/recalls/{cause}/people/").content.decode()
    assert "Nguyễn Văn An" in html
    assert Look.objects.filter(purpose__startswith="recall").count() == 2
    answer = post(
        head, f"/supply/recalls/{cause}/reached/", person=vaccinated.people[0], outcome="reached", how="phone"
    )
    assert "còn 1 người, đã báo 1 người" in answer.content.decode()
    assert Message.objects.get(person_id=vaccinated.people[0]).outcome == "reached"


def test_officers_of_other_places_see_none_of_it(vaccinated: Day, signed_in: SignedIn) -> None:
    recall(signed_in("national"))
    Message.objects.update(residence_id=None, facility_id=1)
    html = signed_in("commune").get(f"/supply/recalls/{LotStatus.objects.get().id}/people/").content.decode()
    assert "Nguyễn Văn An" not in html


def test_a_head_sets_a_lot_apart_at_the_own_station_and_gives_it_free(vaccinated: Day, head_page: Client) -> None:
    place = f"f{vaccinated.facility.id}"
    assert "Tạm dừng sử dụng" in recall(head_page, place, "lot.quarantine")
    assert LotStatus.objects.get().facility_id == vaccinated.facility.id
    refused = post(head_page, f"/supply/lots/{lot_id()}/mark/", verb="lot.recall", place=place, reason="notice")
    assert refused.status_code == 403
    assert "Được dùng" in recall(head_page, place, "lot.release")
    assert LotStatus.objects.get().until is not None


def test_an_officer_may_name_one_facility_that_holds_it(vaccinated: Day, signed_in: SignedIn) -> None:
    place = f"f{vaccinated.facility.id}"
    page = signed_in("province")
    assert f'value="{place}"' in page.get(f"/supply/lots/{lot_id()}/").content.decode()
    recall(page, place, "lot.quarantine")
    assert LotStatus.objects.get().facility_id == vaccinated.facility.id


def test_without_a_reason_nothing_happens(vaccinated: Day, head_page: Client) -> None:
    place = f"f{vaccinated.facility.id}"
    post(head_page, f"/supply/lots/{lot_id()}/mark/", verb="lot.quarantine", place=place, reason=" ")
    assert LotStatus.objects.count() == 0


def test_the_file_lists_where_vials_are(vaccinated: Day, signed_in: SignedIn) -> None:
    answer = signed_in("province").get(f"/supply/lots/{lot_id()}/facilities.csv")
    [head, row] = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    found = dict(zip(head, row, strict=True))
    assert (found["Số mũi đã tiêm"], found["Số liều còn lại"]) == ("2", "98")
    assert found["Cơ sở"] == vaccinated.facility.name


def test_a_lot_is_found_by_its_number(vaccinated: Day, signed_in: SignedIn) -> None:
    page = signed_in("province")
    assert page.post("/supply/find/", {"lot": LOT.lower()}).headers["Location"] == f"/supply/lots/{lot_id()}/"
    assert page.post("/supply/find/", {"lot": "%"}).headers["Location"] == "/supply/"


def test_the_board_says_so_and_the_next_dose_is_asked_about(
    vaccinated: Day, nurse_page: Client, signed_in: SignedIn
) -> None:
    before = nurse_page.get(f"{vaccinated.path}live/")
    recall(signed_in("national"))
    after = nurse_page.get(f"{vaccinated.path}live/", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200, "the board has changed"
    assert "Đã thu hồi: không được dùng" in after.content.decode()
    asked = nurse_page.post(
        vaccinated.at(2, "dose/record/"), {"command_id": str(new_id()), "choice": f"pfizer:{LOT}", "site": "left_arm"},
        headers={"HX-Request": "true"},
    )  # fmt: skip
    assert asked.status_code == 422
    assert "đã bị thu hồi" in asked.content.decode()


# plans


def plan(giver: int, available: int = 100, **more: Any) -> AllocationPlan:
    from lachan.immunization.commands import execute
    from lachan.kernel.commands import Command
    from tests.web.board_days import ROOT

    now = timezone.now()
    body = {
        "plan_id": str(new_id()), "giver_id": giver, "product": "pfizer", "title": "Đợt 1", "available": available,
        "due_on": "2099-01-01", **more,
    }  # fmt: skip
    [outcome] = execute([Command(new_id(), "allocation.plan", now, body)], actor=ROOT, now=now)
    assert outcome.reason is None, outcome
    return AllocationPlan.objects.get(id=outcome.id)


def test_a_station_asks_and_the_province_gives(day: Day, signed_in: SignedIn, head_page: Client) -> None:
    made = plan(day.facility.province_id)
    place = f"f{day.facility.id}"
    post(head_page, f"/supply/plans/{made.id}/ask/", place=place, doses="60", note="thêm điểm lưu động")
    assert post(head_page, f"/supply/plans/{made.id}/give/", **{f"give-{place}": "60"}).status_code == 403
    province = signed_in("province")
    html = province.get(f"/supply/plans/{made.id}/?fill=asked").content.decode()
    assert "thêm điểm lưu động" in html
    assert f'name="give-{place}"' in html
    assert 'value="60"' in html
    assert AllocationLine.objects.get().given is None, "a proposal is not a decision"
    html = post(province, f"/supply/plans/{made.id}/give/", **{f"give-{place}": "120"}).content.decode()
    assert "chỉ có 100 liều" in html
    post(province, f"/supply/plans/{made.id}/give/", decide="1", **{f"give-{place}": "90"})
    line = AllocationLine.objects.get()
    assert (line.asked, line.given) == (60, 90)
    made.refresh_from_db()
    assert made.state == "decided"
    day.send(
        "stock.move", facility=day.facility.code, product="pfizer", lot=LOT, kind="receive", quantity=40,
        document=made.number,
    )  # fmt: skip
    rows = list(csv.reader(io.StringIO(province.get(f"/supply/plans/{made.id}/table.csv").content.decode("utf-8-sig"))))
    mine = next(row for row in rows if row[0] == day.facility.code)
    assert mine[2:7] == ["60", "90", "40", "40", "240"]


def test_a_pasted_table_is_taken_whole_or_not_at_all(day: Day, signed_in: SignedIn) -> None:
    made = plan(day.facility.province_id)
    province = signed_in("province")
    code = day.facility.code
    wrong = post(province, f"/supply/plans/{made.id}/paste/", text=f"mã;liều\n{code};40\nNOWHERE;5\n{code};x")
    assert wrong.status_code == 422
    html = wrong.content.decode()
    for text in ("dòng 3", "NOWHERE", "dòng 4"):
        assert text in html
    assert AllocationLine.objects.count() == 0
    post(province, f"/supply/plans/{made.id}/paste/", text=f"{code}\t1.000")
    assert AllocationLine.objects.count() == 0, "more than there is"
    post(province, f"/supply/plans/{made.id}/paste/", text=f"{code}\t40")
    assert AllocationLine.objects.get().given == 40
    table = province.get(f"/supply/plans/{made.id}/table.csv").content.decode("utf-8-sig").replace(",40,", ",55,", 1)
    file = SimpleUploadedFile("plan.csv", "\n".join(table.splitlines()[:2]).encode())
    post(province, f"/supply/plans/{made.id}/paste/", file=file)
    assert AllocationLine.objects.get().given == 55, "what was downloaded can be sent back"


def test_a_plan_of_elsewhere_is_not_shown(day: Day, signed_in: SignedIn) -> None:
    from lachan.places import queries as places

    other = next(
        row.province_id for row in places.facility_table().values() if row.province_id != day.facility.province_id
    )
    made = plan(other)
    assert signed_in("province").get(f"/supply/plans/{made.id}/").status_code == 404
    assert made.title not in signed_in("province").get("/supply/").content.decode()


def test_the_nation_plans_for_provinces(day: Day, signed_in: SignedIn) -> None:
    page = signed_in("national")
    answer = post(page, "/supply/plans/", product="pfizer", title="Đợt 2", available="1000", due_on="2099-01-01")
    html = answer.content.decode()
    made = AllocationPlan.objects.get()
    assert (made.giver_id, made.number[:6]) == (NATION, "PB-TW-")
    html = page.get(f"/supply/plans/{made.id}/?fill=missing&all=1").content.decode()
    assert html.count('name="give-a') == 63
    book = page.get(f"/supply/plans/{made.id}/table.xlsx")
    assert book.content[:2] == b"PK"
    bad = post(page, "/supply/plans/", product="pfizer", title="", available="x", due_on="")
    assert bad.status_code == 422


# fridges


def fridge(head: Client, day: Day) -> ColdDevice:
    post(head, f"/supply/cold/{day.facility.id}/device/", device_id=str(new_id()), name="Tủ T1", storage="2_8")
    return ColdDevice.objects.get()


def readings(day: Day, hours: int, degrees: float) -> SimpleUploadedFile:
    """Three days by ten minutes; too warm for some hours, two days ago."""
    start = timezone.localtime(day.now - timedelta(days=3)).replace(second=0, microsecond=0)
    lines = ["Date;Time;Temp (°C)"]
    for step in range(3 * 144):
        at = start + timedelta(minutes=10 * step)
        warm = 144 <= step < 144 + 6 * hours
        lines.append(f"{at:%d/%m/%Y};{at:%H:%M};{(degrees if warm else 5.0):.1f}".replace(".", ","))
    return SimpleUploadedFile("logger.csv", "\n".join(lines).encode(), content_type="text/csv")


def test_a_logger_s_file_shows_what_happened_and_the_vials_are_decided(day: Day, head_page: Client) -> None:
    device = fridge(head_page, day)
    path = f"/supply/cold/{day.facility.id}/log/"
    answer = post(head_page, path, device=str(device.id), file=readings(day, 12, 14.0))
    found = Excursion.objects.get()
    assert (found.kind, found.highest, found.minutes) == ("high", 14.0, 720)
    html = answer.content.decode()
    for text in ("Quá nóng", "<polyline", LOT):
        assert text in html
    again = post(head_page, path, device=str(device.id), file=readings(day, 12, 14.0))
    assert "đã được nhập trước đó" in again.content.decode()
    assert (TemperatureLog.objects.count(), Excursion.objects.count()) == (1, 1)

    where = f"/supply/cold/{day.facility.id}/{found.id}/"
    post(head_page, f"{where}lots/")
    marks = LotStatus.objects.filter(facility_id=day.facility.id, until=None)
    assert marks.count() == 3, "every lot of the station"
    assert {mark.excursion_id for mark in marks} == {found.id}
    assert {mark.since for mark in marks} == {found.began_at}

    post(head_page, f"{where}decide/", decision="discard", comment=" ")
    assert Excursion.objects.get().decision == "", "never without a comment"
    body = {f"waste-{lot_id()}": "100", "decision": "discard", "comment": "Hỏi nhà sản xuất: không dùng"}
    html = post(head_page, f"{where}decide/", **body).content.decode()
    assert "Hỏi nhà sản xuất" in html
    assert Stock.objects.get(lot_id=lot_id()).balance == 0
    assert Stock.objects.get(lot_id=lot_id(OTHER)).balance == 100
    twice = post(head_page, f"{where}decide/", decision="use", comment="đổi ý").content.decode()
    assert "đã có người quyết định" in twice
    assert Excursion.objects.get().decision == "discard"


def test_a_fridge_within_its_limits_is_no_excursion(day: Day, head_page: Client) -> None:
    device = fridge(head_page, day)
    path = f"/supply/cold/{day.facility.id}/log/"
    html = post(head_page, path, device=str(device.id), file=readings(day, 9, 14.0)).content.decode()
    assert "tất cả trong giới hạn" in html, "nine hours are under the ten of the alarm"
    assert Excursion.objects.count() == 0
    bad = post(head_page, path, device=str(device.id), file=SimpleUploadedFile("x.csv", b"\x00\x01PNG"))
    assert "không phải bảng văn bản" in bad.content.decode()


def test_read_from_the_thermometer_by_hand(day: Day, head_page: Client, signed_in: SignedIn) -> None:
    device = fridge(head_page, day)
    began, ended = (timezone.localtime(day.now - timedelta(hours=n)).strftime("%Y-%m-%dT%H:%M") for n in (5, 1))
    path = f"/supply/cold/{day.facility.id}/entry/"
    sent = {"device": str(device.id), "began_at": began, "ended_at": ended}
    post(head_page, path, **sent, lowest="3", highest="7")
    assert Excursion.objects.count() == 0, "within the limits"
    post(head_page, path, **sent, lowest="-1,5", highest="4")
    assert Excursion.objects.get().kind == "freezing"
    html = signed_in("district").get("/supply/").content.decode()
    assert "Bị đông băng" in html, "the officer above sees what waits for a decision"


def test_sent_and_received_are_what_the_stock_book_says(day: Day, signed_in: SignedIn) -> None:
    from lachan.places import queries as places

    made = plan(day.facility.province_id)
    others = (row for row in places.facility_table().values() if row.province_id == day.facility.province_id)
    store = next(row for row in others if row.kind == "hospital")
    transfer = str(new_id())
    day.send("stock.move", facility=store.code, product="pfizer", lot=LOT, kind="receive", quantity=500)
    day.send(
        "transfer.send", facility=store.code, to=day.facility.code, transfer_id=transfer, document=made.number,
        lines=[{"product": "pfizer", "lot": LOT, "quantity": 60}],
    )  # fmt: skip
    page = signed_in("province")

    def mine() -> list[str]:
        text = page.get(f"/supply/plans/{made.id}/table.csv").content.decode("utf-8-sig")
        return next(row for row in csv.reader(io.StringIO(text)) if row[0] == day.facility.code)[4:6]

    assert mine() == ["60", "0"]
    lot = page.get(f"/supply/lots/{lot_id()}/").content.decode()
    assert "Đang vận chuyển" in lot
    day.send(
        "transfer.receive", facility=day.facility.code, transfer_id=transfer
    )  # fmt: skip
    assert mine() == ["60", "60"]


def test_a_head_sees_the_own_line_of_a_plan_and_no_other_station_s(day: Day, head_page: Client) -> None:
    made = plan(day.facility.province_id)
    text = head_page.get(f"/supply/plans/{made.id}/table.csv").content.decode("utf-8-sig")
    assert [row[0] for row in csv.reader(io.StringIO(text))][1:] == [day.facility.code]
