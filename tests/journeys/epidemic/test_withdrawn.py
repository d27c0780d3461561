"""A false positive is taken back at the bench: no case, nobody its contact, no order holds, no quarantine goes on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from lachan.access.rules import Role
from lachan.tracing.models import Watch
from tests.journeys.conftest import SignIn, shot
from tests.journeys.test_station_day import at
from tests.waiting import wait_for

from .conftest import CASE_NAME, City, Worker, record_positive

pytestmark = [pytest.mark.journey, pytest.mark.slow]
NEAR_NAME = "Trần Văn Gần"


def called(tracer: Page) -> None:
    """Spoken to, in quarantine from today."""
    tracer.goto("/tracing/")
    card = tracer.locator(".trace-card[open]")
    expect(card.locator(".trace-name")).to_have_text(NEAR_NAME)
    card.get_by_text("Bắt đầu cách ly từ hôm nay").click()
    card.get_by_role("button", name="Đã nói chuyện, tiếp theo").click()
    expect(tracer.get_by_text("Đã ghi cho")).to_be_visible()


def test_a_false_positive_taken_back_lets_everybody_go(city: City, worker: Worker, sign_in: SignIn) -> None:
    ill, near = city.person(CASE_NAME, "0903000001"), city.person(NEAR_NAME, "0903000111")
    for person in (ill, near):
        city.stay(person, city.bar, timezone.now() - timedelta(hours=30))
    city.tube(ill, "LAB-401", hours=5, diseases=["measles"], specimen="serum")
    bench = record_positive(sign_in, "LAB-401")
    wait_for(lambda: city.links(ill) == {near: "standing"})
    tracer = city.works_where(near, Role.TRACER)
    called(tracer)

    # the commune writes the order of quarantine, and the one that isolates the case
    commune = city.works_where(ill, Role.COMMUNE_OFFICER, width=1280, height=800)
    commune.goto("/tracing/commune/")
    commune.get_by_role("button", name="Lập tất cả").click()
    expect(commune.get_by_role("button", name="Lập tất cả")).to_have_count(0)
    commune.goto(f"/cases/{ill}/{city.case(ill).id}/")
    commune.locator("summary", has_text="Ra quyết định").click()
    commune.get_by_role("button", name="Ban hành quyết định").click()
    expect(commune.locator("aside").get_by_text("cần in")).to_be_visible()
    commune.goto("/orders/")
    expect(commune.locator("tbody tr")).to_have_count(2)
    expect(commune.locator("tbody").get_by_text("cần in")).to_have_count(2)
    shot(commune, "4-orders-before")
    phone = city.own_phone(near)
    phone.goto("/me/exposure/")
    expect(phone.get_by_text("Cách ly tại nhà đến")).to_be_visible()

    # samples were exchanged: the technician takes the result back on the page of the sample
    bench.get_by_role("tab", name="Kết quả").click()
    bench.get_by_role("link", name="LAB-401").click()
    bench.get_by_text("Sửa hoặc thu hồi").click()
    bench.get_by_label("Vì sao thu hồi").fill("Nhầm ống với mẫu bên cạnh")
    shot(bench, "4-sample")
    bench.get_by_role("button", name="Thu hồi kết quả này").click()
    expect(bench.get_by_text("Đã thu hồi kết quả.")).to_be_visible()
    wait_for(lambda: city.links(ill) == {near: "released"})
    shot(bench, "4-sample-after")

    at(commune, f"/cases/{ill}/{city.case(ill).id}/")
    expect(commune.get_by_text("Không phải ca bệnh").first).to_be_visible()
    expect(commune.locator("#contacts")).to_contain_text("Danh sách đã rút")
    expect(commune.locator("aside").get_by_text("hết hiệu lực")).to_be_visible()
    expect(commune.locator("summary", has_text="Cách ly")).to_have_count(0)
    shot(commune, "4-case")
    commune.goto("/orders/?state=all")
    expect(commune.locator("tbody tr")).to_have_count(2)
    expect(commune.locator("tbody").get_by_text("hết hiệu lực")).to_have_count(2)
    expect(commune.locator("tbody input[type=checkbox]:not([disabled])")).to_have_count(0)
    shot(commune, "4-orders")

    tracer.goto("/tracing/")
    expect(tracer.get_by_text(NEAR_NAME)).to_have_count(0)
    tracer.goto(f"/tracing/people/{near}/")
    expect(tracer.get_by_text("đã cho thôi theo dõi")).to_be_visible()
    expect(tracer.get_by_text("kết quả đã bị rút")).to_be_visible()
    shot(tracer, "4-person")
    assert Watch.objects.get(person_id=near).state == "released"
    phone.goto("/me/exposure/")
    expect(phone.get_by_text("Bạn không trong diện theo dõi")).to_be_visible()
    expect(phone.get_by_text("Cách ly tại nhà")).to_have_count(0)
    shot(phone, "4-exposure")
    officer = at(sign_in("province"), "/cases/")  # a case that is none is not among those to work on
    expect(officer.get_by_role("link", name=CASE_NAME)).to_have_count(0)
