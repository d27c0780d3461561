"""The day of onset is learnt late: whoever met the case before it could infect is let go, and everybody sees so."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from lachan.access.rules import Role
from tests.journeys.conftest import SignIn, shot
from tests.waiting import wait_for

from .conftest import City, Worker, open_case, record_positive

pytestmark = [pytest.mark.journey, pytest.mark.slow]
EARLY_NAME, LATE_NAME = "Trần Văn Sớm", "Lê Thị Muộn"


def test_an_onset_learnt_late_releases_who_was_met_before(city: City, worker: Worker, sign_in: SignIn) -> None:
    now = timezone.now()
    ill = city.person("Nguyễn Thị Bệnh", "0903000001")
    early, late = city.person(EARLY_NAME, "0903000111"), city.person(LATE_NAME, "0903000222")
    for contact, since in ((early, now - timedelta(days=4, hours=1)), (late, now - timedelta(hours=20))):
        city.stay(ill, city.bar, since)
        city.stay(contact, city.bar, since)
    city.tube(ill, "LAB-201", hours=72)
    record_positive(sign_in, "LAB-201", ct="18,4")
    wait_for(lambda: len(city.links(ill)) == 2)

    tracer = city.works_where(early, Role.TRACER)
    tracer.goto("/tracing/")
    for name in (EARLY_NAME, LATE_NAME):
        expect(tracer.get_by_text(name).first).to_be_visible()
    phone = city.own_phone(early)
    phone.goto("/me/")
    expect(phone.get_by_text("Theo dõi đến")).to_be_visible()

    # the officer writes down when it began: ten hours ago, not three days before the sample
    officer = open_case(sign_in)
    form = officer.locator("form", has=officer.get_by_role("button", name="Ghi nhận khởi phát"))
    form.get_by_label("có", exact=True).check()
    form.get_by_label("Ngày khởi phát").fill(timezone.localdate(now - timedelta(hours=10)).isoformat())
    form.get_by_label("Sốt", exact=True).check()
    shot(officer, "2-onset")
    form.get_by_role("button", name="Ghi nhận khởi phát").click()
    expect(officer.get_by_text("Đã ghi").first).to_be_visible()
    wait_for(lambda: city.links(ill) == {early: "released", late: "standing"})
    officer.reload()
    contacts = officer.locator("#contacts")
    expect(contacts.get_by_role("link", name=LATE_NAME)).to_be_visible()
    expect(contacts.get_by_role("link", name=EARLY_NAME)).to_have_count(0)
    shot(officer, "2-case")
    contacts.get_by_role("link", name="Toàn bộ danh sách").click()
    officer.wait_for_url("**/outbreak/cases/**")
    officer.goto(officer.url + "?show=all")
    expect(officer.get_by_role("row", name=EARLY_NAME)).to_contain_text("ngày khởi phát")
    shot(officer, "2-list")

    tracer.goto("/tracing/")
    expect(tracer.get_by_text(LATE_NAME).first).to_be_visible()
    expect(tracer.get_by_text(EARLY_NAME)).to_have_count(0)
    shot(tracer, "2-tracing")
    tracer.goto(f"/tracing/people/{early}/")
    expect(tracer.get_by_text("ngày khởi phát")).to_be_visible()
    shot(tracer, "2-person")

    phone.goto("/me/")
    expect(phone.get_by_text("Theo dõi đến")).to_have_count(0)
    phone.goto("/me/exposure/")
    expect(phone.get_by_text("(F1)")).to_have_count(0)
    expect(phone.get_by_text("Bạn không trong diện theo dõi")).to_be_visible()
    shot(phone, "2-exposure")
