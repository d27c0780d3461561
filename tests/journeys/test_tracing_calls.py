"""A tracer with a telephone: a household in one call, no answer that comes back, a slip, and a line that is lost."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from lachan.tracing.models import Call, Task
from tests.tracing.work.conftest import Ward
from tests.waiting import wait_for

from .conftest import SignIn, shot

pytestmark = [pytest.mark.journey, pytest.mark.slow]
WIDE, HIGH = 360, 740


def household(ward: Ward) -> list[UUID]:
    """Three of a family with one telephone, the most pressing of all."""
    names = ("Trần Thị Bình", "Nguyễn Văn Dũng", "Nguyễn Thị Mai")
    people = [ward.person(name, phone="0903000111") for name in names]
    for person in people:
        ward.watch(person, score=9.0)
    return people


def on_screen(page: Page) -> None:
    """Nothing is wider than the telephone."""
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDE


def test_three_in_a_household_and_one_who_does_not_answer(ward: Ward, sign_in: SignIn) -> None:
    family = household(ward)
    silent, third = (ward.person(name, phone=phone) for name, phone in (("Lê Văn Hải", "0903000222"),
                                                                       ("Phạm Thị Kiều", "0903000333")))  # fmt: skip
    ward.watch(silent, score=2.0)
    ward.watch(third, score=1.0)

    page = sign_in("tracer", width=WIDE, height=HIGH)
    page.goto("/tracing/")
    card = page.locator(".trace-card[open]")
    expect(card.locator(".trace-name")).to_have_text("Trần Thị Bình")
    expect(card.locator("a[href='tel:0903000111']")).to_be_visible()
    on_screen(page)

    # one call, three people; the son feels ill, all stay at home from today
    son = card.locator("fieldset", has_text="Nguyễn Văn Dũng").first
    son.locator("summary", has_text="Có triệu chứng").click()
    son.get_by_label("Sốt", exact=True).check()
    for box in card.get_by_text("Bắt đầu cách ly từ hôm nay").all():
        box.click()
    shot(page, "tracing-household")
    card.get_by_role("button", name="Đã nói chuyện, tiếp theo").click()
    expect(page.get_by_text("Đã ghi cho 3 người")).to_be_visible()
    assert [ward.watch_of(person).quarantined_at is not None for person in family] == [True] * 3
    assert [call.symptoms for person in family for call in ward.calls(person)] == [[], ["fever"], []]

    # the next one does not answer: one tap, and the one after is open
    card = page.locator(".trace-card[open]")
    expect(card.locator(".trace-name")).to_have_text("Lê Văn Hải")
    card.get_by_role("button", name="Không nghe máy").click()
    expect(page.locator(".trace-card[open] .trace-name")).to_have_text("Phạm Thị Kiều")
    shot(page, "tracing-next")

    # a slip: what was tapped is taken back within six seconds
    page.locator(".trace-card[open]").get_by_role("button", name="Sai số").click()
    expect(page.locator(".trace-card")).to_have_count(0)
    page.locator(".lc-toast", has_text="Lần gọi tiếp theo").last.get_by_role("button", name="Hoàn tác").click()
    expect(page.get_by_text("Đã hoàn tác").first).to_be_visible()
    expect(page.locator(".trace-card[open] .trace-name")).to_have_text("Phạm Thị Kiều")
    assert ward.calls(third) == []

    # half an hour later the silent one stands in front again
    assert ward.tasks(silent)["call"].due_at > timezone.now()
    Task.objects.filter(person_id=silent, kind="call").update(due_at=timezone.now() - timedelta(minutes=1))
    page.goto("/tracing/")
    card = page.locator(".trace-card[open]")
    expect(card.locator(".trace-name")).to_have_text("Lê Văn Hải")
    expect(card.get_by_text("Không nghe máy").first).to_be_visible()
    card.get_by_role("button", name="Người nhà trả lời thay").click()
    expect(page.locator(".trace-card[open] .trace-name")).to_have_text("Phạm Thị Kiều")
    wait_for(lambda: ward.watch_of(silent).reached_at is not None)  # the next card opens before the answer


def test_a_lost_line_stops_nobody(ward: Ward, sign_in: SignIn) -> None:
    family = household(ward)
    next_one = ward.person("Lê Văn Hải", phone="0903000222")
    ward.watch(next_one, score=1.0)
    page = sign_in("tracer", width=WIDE, height=HIGH)
    page.goto("/tracing/")
    expect(page.locator(".trace-card[open] .trace-name")).to_have_text("Trần Thị Bình")

    page.context.set_offline(True)
    page.locator(".trace-card[open]").get_by_role("button", name="Đã nói chuyện, tiếp theo").click()
    expect(page.locator("#network")).to_contain_text("1")
    card = page.locator(".trace-card[open]")
    expect(card.locator(".trace-name")).to_have_text("Lê Văn Hải")
    card.locator("input[name=note]").fill("nhà có người già")
    assert not Call.objects.exists()

    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_text("Đã ghi cho 3 người")).to_be_visible()
    assert len([call for person in family for call in ward.calls(person)]) == 3
    # what was being typed about the next one is still there
    card = page.locator(".trace-card[open]")
    expect(card.locator(".trace-name")).to_have_text("Lê Văn Hải")
    expect(card.locator("input[name=note]")).to_have_value("nhà có người già")
