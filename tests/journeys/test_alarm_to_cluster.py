"""An alarm of the night followed to its cluster: acknowledged with a reason, tied to the cases that belong to it, its
cluster looked at, closed with what came of it; every step stays, with who took it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from lachan.forecasting import checks
from lachan.forecasting.models import Alarm, AlarmStep
from lachan.places import queries as places
from tests.tracing.work.conftest import MAP, Ward
from tests.web import forecasts

from .conftest import PHONE, SignIn, hindrances, shot
from .test_outbreak_chains import outbreak

pytestmark = [pytest.mark.journey, pytest.mark.slow]
CALLED, FOUND = "Đã gọi trung tâm y tế Quận 1, đang lấy mẫu quanh chợ.", "Ổ dịch ở chợ, đã khoanh vùng."


def _raised(ward: Ward) -> Alarm:
    """The alarm of the city in which the outbreak is."""
    city = places.area_at("79", 1, MAP)
    assert city is not None
    today = timezone.localdate()
    run = forecasts.run(today - timedelta(days=1))
    return forecasts.alarm(city.id, run.id, opened_on=today - timedelta(days=6), last_on=today - timedelta(days=1))


def _acknowledge(page: Page, alarm: Alarm) -> None:
    """A button without a reason does nothing: the browser asks for one."""
    page.goto("/alarms/")
    page.locator("tbody a", has_text="Hồ Chí Minh").click()
    expect(page.locator("h1")).to_contain_text("Thành phố Hồ Chí Minh")
    page.get_by_role("button", name="Tiếp nhận").click()
    assert Alarm.objects.get().state == "open"
    page.locator("#alarm-reason").fill(CALLED)
    assert hindrances(page) == []
    shot(page, "alarm")
    page.get_by_role("button", name="Tiếp nhận").click()
    expect(page.locator(".fc-steps li")).to_have_count(1)
    expect(page.locator(".fc-steps")).to_contain_text(CALLED)
    expect(page.locator(".fc-steps")).to_contain_text("Đỗ Thị Mai Phương")


def _follow(page: Page) -> str:
    """To the largest cluster of the place, and on to its page; the name it goes by."""
    page.locator(".fc-clusters li").first.get_by_role("button", name="Theo dõi ở đây").click()
    expect(page.locator(".fc-steps li")).to_have_count(2)
    followed = page.locator("#alarm-clusters ~ .lc-aside a")
    code = followed.inner_text()
    followed.click()
    expect(page).to_have_url(re.compile("/outbreak/clusters/"))
    expect(page.locator("tbody tr")).to_have_count(7)
    shot(page, "alarm-cluster")
    page.go_back()
    return code


def _close(page: Page) -> None:
    page.locator("#alarm-reason").fill(FOUND)
    page.locator("input[name=outcome][value=outbreak]").check()
    page.get_by_role("button", name="Đóng cảnh báo").click()
    expect(page.locator(".fc-steps li")).to_have_count(3)
    expect(page.locator(".fc-steps")).to_contain_text("Có ổ dịch, đang theo dõi")
    expect(page.locator("#alarm-reason")).to_have_count(0)
    page.goto("/alarms/?state=closed")
    expect(page.locator("tbody a", has_text="Hồ Chí Minh")).to_be_visible()


def test_an_alarm_is_acknowledged_followed_to_its_cluster_and_closed(ward: Ward, sign_in: SignIn) -> None:
    outbreak(ward)
    alarm = _raised(ward)
    page = sign_in("province")
    _acknowledge(page, alarm)
    code = _follow(page)
    _close(page)
    alarm.refresh_from_db()
    assert (alarm.state, alarm.cluster, alarm.outcome, alarm.reason) == ("closed", code, "outbreak", FOUND)
    steps = list(AlarmStep.objects.order_by("at").values_list("state", flat=True))
    assert steps == ["acknowledged", "followed", "closed"]
    assert [one for one in checks.check_all() if not one.good and "alarm" in one.name] == []
    page.set_viewport_size(PHONE)
    page.goto(f"/alarms/{alarm.id}/")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
