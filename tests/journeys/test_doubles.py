"""Two stations entered the same dose: under two records of one person, and twice in one record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from lachan.immunization.models import Dose
from lachan.immunization.operations.dose_pairs import find_dose_pairs
from lachan.people.duplicates.scan import scan
from lachan.people.models import Person

from .conftest import SignIn
from .test_people import CITIZEN, register, send

pytestmark = [pytest.mark.journey, pytest.mark.slow]
PHONE = [{"kind": "phone", "value": "0903123456"}]
BEN_NGHE, DA_KAO = "TYT26740", "TYT26737"


def deliver(facility: str) -> None:
    send("stock.move", facility=facility, product="pfizer", lot="FG3524", kind="receive", quantity=60,
         expires_on=f"{timezone.localdate().year + 2}-01-31", document="PX-1")  # fmt: skip


def give(person: Any, facility: str, days_ago: int, **more: Any) -> Any:
    day = timezone.localdate() - timedelta(days=days_ago)
    body = {"product": "pfizer", "lot": "FG3524", "facility": facility, "given_on": day.isoformat()}
    return send("dose.record", person={"id": str(person)}, **body, **more)


def search() -> None:
    scan(actor_id=register("Người Tìm", "1970-01-01"), now=timezone.now())
    find_dose_pairs(now=timezone.now())


def test_a_dose_under_two_records_becomes_one_when_the_officer_merges_them(sign_in: SignIn) -> None:
    deliver(BEN_NGHE)
    deliver(DA_KAO)
    card = register("Nguyễn Văn An", "1980-05-17", contacts=PHONE,
                    identifiers=[{"system": "citizen_id", "value": CITIZEN}])  # fmt: skip
    paper = register("NGUYEN VAN AN", "1980", contacts=PHONE, force_new=True)
    first = give(card, BEN_NGHE, 40)
    give(paper, DA_KAO, 40)
    search()
    page = sign_in("province")
    page.goto("/duplicates/")
    pair = page.locator(".duplicates-pair")
    expect(pair).to_have_count(1)
    expect(pair).to_contain_text("1 mũi cùng ngày")
    pair.get_by_role("button", name="So sánh và gộp").click()
    page.fill("#merge-reason", "Đã gọi điện, ông An xác nhận")
    page.locator("form:has(#merge-reason) button").click()
    page.wait_for_url("**/duplicates/")
    expect(page.locator("body")).to_contain_text("Không có ai bị trùng")
    assert Person.objects.get(id=paper).merged_into == card
    active = Dose.objects.filter(status="active")
    assert [(dose.id, dose.person_id, dose.dose_number) for dose in active] == [(first, card, 1)]


def test_a_dose_entered_again_under_the_day_of_entry_is_voided(sign_in: SignIn) -> None:
    deliver(BEN_NGHE)
    deliver(DA_KAO)
    person = register("Lê Thị Hoa", "1979-02-03", "F")
    first = give(person, BEN_NGHE, 40)
    give(person, DA_KAO, 36, override={"codes": ["interval_too_short"], "reason": "Theo danh sách giấy"})
    search()
    page = sign_in("province")
    page.goto("/duplicates/doses/")
    pair = page.locator(".duplicates-pair")
    expect(pair).to_contain_text("cùng số lô")
    page.fill("#reason-1", "Trạm Đa Kao nhập lại từ danh sách giấy")
    pair.get_by_role("button", name="Hủy mũi 2").click()
    expect(page.locator("body")).to_contain_text("Không có mũi nào bị nhập trùng")
    assert [dose.id for dose in Dose.objects.filter(person_id=person, status="active")] == [first]
