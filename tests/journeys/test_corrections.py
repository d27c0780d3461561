"""From a wrong birth date to a new certificate, in browsers: the person, the head, the officer, the person again."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from lachan.certificates import follower, keys
from lachan.certificates.corrections import operations, queries
from lachan.certificates.models import Card
from lachan.people.self_service import sessions
from lachan.web.person_door import COOKIE
from tests.certificates.corrections.conftest import Case, made_case, picture
from tests.tracing.answers.writing import settled

from .conftest import SignIn

pytestmark = [pytest.mark.journey, pytest.mark.slow]


@pytest.fixture
def case(site: str) -> Case:
    """Somebody with two doses, and their first card."""
    keys.forget()
    keys.ensure(timezone.now())
    made = made_case()
    settled()
    follower.follow_once()
    return made


def test_a_wrong_birth_date(site: str, case: Case, browser: Browser, sign_in: SignIn, tmp_path: Path) -> None:
    before = {card.id: card.state for card in Card.objects.filter(person_id=case.person_id)}
    assert before, "the person shows a card already"

    phone = browser.new_context(base_url=site, locale="vi-VN", viewport={"width": 360, "height": 740})
    token = sessions.begin(case.person_id, shared=False, device="", now=timezone.now())
    phone.add_cookies([{"name": COOKIE, "value": token, "url": f"{site}/me/"}])
    me = phone.new_page()
    me.goto("/me/requests/")
    me.get_by_role("link", name="Có điều chưa đúng").click()
    me.get_by_role("link", name="Ngày sinh").click()
    me.fill('[name="right-birth_date"]', "17/05/1981")
    me.reload()
    expect(me.locator('[name="right-birth_date"]')).to_have_value("17/05/1981")  # the draft survives
    paper = tmp_path / "giay.jpg"
    paper.write_bytes(picture("JPEG", (3_600, 2_700)))
    me.set_input_files('[name="photo"]', paper)
    expect(me.locator("[data-preview] canvas")).to_be_visible()
    me.get_by_role("button", name="Gửi yêu cầu").click()
    expect(me.get_by_text("Tình trạng xử lý")).to_be_visible()
    [row] = queries.requests_of([case.person_id])
    assert max(queries.photos(row)[0][1:3]) <= 2_000

    head = sign_in("head")
    head.goto("/corrections/")
    head.locator("a[data-row]").first.click()
    expect(head.locator(".correct-photos img")).to_be_visible()
    expect(head.locator('[name="birth_date"]')).to_have_value("17/05/1981")
    head.fill('#propose [name="words"]', "Đã xem giấy khai sinh")
    head.get_by_role("button", name="Đề xuất").click()
    expect(head.get_by_text("Bạn là người đề xuất")).to_be_visible()
    expect(head.locator('[data-dialog-open="approve"]')).to_have_count(0)

    officer = sign_in("commune")
    officer.goto("/corrections/?show=decide")
    officer.locator("a[data-row]").first.click()
    expect(officer.locator("ins")).to_have_text("17/05/1981")
    officer.locator("main").press("d")  # by keyboard
    officer.locator("dialog#approve .btn-primary").click()
    expect(officer.get_by_text("Người duyệt")).to_be_visible()
    assert str(case.person.birth_date) == "1981-05-17"

    settled()
    follower.follow_once()  # what the worker's thread does by itself
    operations.finish(timezone.now())
    for card_id in before:
        assert Card.objects.get(person_id=case.person_id, id=card_id).state == "revoked"
    assert Card.objects.filter(person_id=case.person_id, state="current").exists()
    me.reload()
    expect(me.get_by_text("Trả lời: đã chỉnh sửa")).to_be_visible()
    expect(me.get_by_role("link", name="Xem giấy xác nhận mới")).to_be_visible()
    officer.reload()
    expect(officer.get_by_text("giấy xác nhận mới có sau")).to_be_visible()
