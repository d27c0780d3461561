"""A person at a terminal that others use: in with a code from a real mail server, the code shown, the PDF, out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from procrastinate.contrib.django import app

from lachan.certificates import keys
from lachan.certificates.codecs import pictures
from lachan.certificates.queries.cards import cards_of, wire
from lachan.people.self_service import sessions
from lachan.web.person_door import COOKIE
from tests.immunization.conftest import make_station, stock_up
from tests.web.letters import Letters, mail_server
from tests.web.test_me import EMAIL, NUMBER
from tests.web.test_me_cards import given, signed

pytestmark = [pytest.mark.journey, pytest.mark.slow]
NAME = "Nguyễn Thị Đào"


@pytest.fixture
def letters(site: str, settings: Any, tmp_path: Path) -> Iterator[Letters]:
    with mail_server(settings, tmp_path) as found:
        yield found


@pytest.fixture
def person(site: str) -> UUID:
    """Somebody with a complete course, signed by the head of the station."""
    station = stock_up(make_station())
    keys.forget()
    keys.ensure(timezone.now())
    made = station.person(
        NAME, identifiers=[{"system": "citizen_id", "value": NUMBER}], contacts=[{"kind": "email", "value": EMAIL}]
    )
    given(station, made, "janssen")
    signed(station)
    return made


def work() -> None:
    """The worker for codes does what is waiting, in a thread: the browser's driver has an event loop in this one."""

    def run() -> None:
        with app.replace_connector(app.connector.get_worker_connector()) as worker:  # type: ignore[attr-defined]
            worker.run_worker(queues=["at_once"], wait=False, install_signal_handlers=False, listen_notify=False)
        connections.close_all()

    thread = Thread(target=run)
    thread.start()
    thread.join(30)


def kept(page: Page) -> tuple[list[str], str, str]:
    """Names of cookies, and what lies in the browser's stores."""
    cookies = [str(cookie.get("name")) for cookie in page.context.cookies()]
    local, session = (page.evaluate(f"JSON.stringify({store})") for store in ("localStorage", "sessionStorage"))
    return [name for name in cookies if name.startswith("lachan")], local, session


def test_in_shown_printed_and_out_leaving_nothing(
    site: str, browser: Browser, person: UUID, letters: Letters, tmp_path: Path
) -> None:
    context = browser.new_context(base_url=site, locale="vi-VN", viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.set_default_timeout(15_000)
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    page.goto("/accounts/login/")
    page.get_by_role("link", name="Tôi là người dân").click()

    page.get_by_label("Số căn cước công dân").fill(NUMBER)
    page.get_by_label("Số điện thoại hoặc thư điện tử của bạn").fill(EMAIL)
    page.get_by_role("button", name="Gửi mã cho tôi").click()
    expect(page.get_by_role("heading", name="Nhập mã")).to_be_visible()
    work()
    page.get_by_label("Mã", exact=True).fill(letters.code())
    page.get_by_role("button", name="Mở hồ sơ của tôi").click()

    expect(page.get_by_role("heading", name=NAME)).to_be_visible()
    expect(page.get_by_text("Mũi 1 · ")).to_be_visible()
    page.get_by_role("link", name="Đưa giấy xác nhận").click()
    passport = page.locator("article", has_text="Hộ chiếu vắc xin")
    passport.get_by_role("link", name="Đưa mã QR").click()
    expect(page.get_by_text("17/05/1980")).to_be_visible()
    [said] = pictures.texts_in(page.screenshot())
    [card] = [card for card in cards_of([person])[person] if card.kind == "hcert"]
    assert said == wire(person, card.id), "what a guard's camera reads is the card that was signed"

    page.get_by_role("link", name="Quay lại").click()
    with page.expect_download() as coming:
        passport.get_by_role("link", name="Tờ A4").click()
    paper = tmp_path / "card.pdf"
    coming.value.save_as(paper)
    assert said in pictures.texts_in(paper.read_bytes())

    page.get_by_role("button", name="Đăng xuất", exact=True).click()
    expect(page.get_by_role("heading", name="Hồ sơ của tôi")).to_be_visible()
    # htmx notes the page it is on, which is the door
    assert kept(page) == ([], "{}", '{"htmx-current-path-for-history":"/me/sign-in/"}')
    for _ in range(3):
        page.go_back()
        page.wait_for_load_state("networkidle")
        assert NAME not in page.content()
        assert NUMBER not in page.content()
    assert all(NUMBER not in address and EMAIL not in address and str(person) not in address for address in addresses)
    context.close()


def test_the_code_is_shown_without_script_and_on_white_in_the_dark(site: str, browser: Browser, person: UUID) -> None:
    [card] = [card for card in cards_of([person])[person] if card.kind == "domestic"]
    context = browser.new_context(
        base_url=site, locale="vi-VN", viewport={"width": 360, "height": 740}, color_scheme="dark",
        java_script_enabled=False,
    )  # fmt: skip
    token = sessions.begin(person, shared=True, device="", now=timezone.now())
    context.add_cookies([{"name": COOKIE, "value": token, "url": f"{site}/me/"}])
    page = context.new_page()
    page.goto(f"/me/certificates/{card.id}/")
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()
    [said] = pictures.texts_in(page.screenshot())
    assert said == wire(person, card.id)
    context.close()
