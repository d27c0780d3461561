"""The shell in a real browser: scanner, camera, lost line, drafts, undo, themes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import segno
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from lachan.access import operations, scopes
from tests import browsing

from . import urls_of_trials

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.urls(urls_of_trials.__name__)]
CARD = "079180001234|225123456|Nguyễn Thị Đào|05031980|Nữ|12 Lê Lợi, Bến Nghé|01052021"
SCANS = """window.scans = []; document.addEventListener('lachan:scan', (event) => {
    window.scans.push(event.detail); event.preventDefault(); });"""


@pytest.fixture
def site(committed: None, django_db_blocker: Any) -> Iterator[str]:
    """The house on a port of its own, with the cast of the demonstration really in the database."""
    urls_of_trials.received.clear()
    urls_of_trials.undone.clear()
    with django_db_blocker.unblock():
        scopes.forget()
        operations.create_demo_users(timezone.now())
        with browsing.served() as address:
            yield address


def _card_video(folder: Path) -> Path:
    """A camera that sees the card: one frame of raw video with its QR code, 640 by 480."""
    code = [list(row) for row in segno.make(CARD, error="m", boost_error=False).matrix_iter(scale=6, border=4)]
    left, top = (640 - len(code[0])) // 2, (480 - len(code)) // 2
    light = bytearray(b"\xeb" * (640 * 480))
    for y, row in enumerate(code):
        for x, dark in enumerate(row):
            if dark:
                light[(top + y) * 640 + left + x] = 16
    video = folder / "card.y4m"
    frame = b"FRAME\n" + bytes(light) + b"\x80" * (640 * 480 // 2)
    video.write_bytes(b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420jpeg\n" + frame * 2)
    return video


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One browser for all of them, with a camera before which a card lies."""
    film = _card_video(tmp_path_factory.mktemp("camera"))
    with browsing.browser("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
                          f"--use-file-for-fake-video-capture={film}") as opened:  # fmt: skip
        yield opened


@pytest.fixture
def browser(chromium: Browser, site: str) -> Iterator[Browser]:
    yield from browsing.emptied(chromium)


@pytest.fixture
def page(site: str, browser: Browser) -> Iterator[Page]:
    """Signed in as the nurse, on the page of trials. Any script error or breach of the policy fails the test."""
    faults: list[str] = []
    opened = browsing.watched(browser.new_context(base_url=site, locale="vi-VN").new_page(), faults)
    opened.goto("/accounts/login/")
    opened.click('[data-demo-user="nurse"]')
    opened.wait_for_url(site + "/")
    opened.goto("/trial/")
    opened.wait_for_load_state("networkidle")
    yield opened
    assert faults == []


def _until(page: Page, condition: str) -> None:
    """Playwright's own wait_for_function needs eval in the page, which the content policy forbids."""
    for _ in range(150):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(100)
    raise AssertionError(condition)


def test_a_scan_works_anywhere_and_presses_nothing(page: Page) -> None:
    page.evaluate(SCANS)
    page.evaluate("document.querySelector('#mark').addEventListener('click', () => { window.pressed = true; })")
    page.focus("#mark")
    page.keyboard.type("079180001234kkkk", delay=5)
    page.keyboard.press("Enter")
    assert page.evaluate("window.scans") == [{"text": "079180001234kkkk", "source": "scanner"}]
    page.wait_for_timeout(200)
    assert page.evaluate("window.pressed") is None
    page.keyboard.press("k")
    _until(page, "window.pressed === true")


def test_typing_a_number_in_the_bar_is_a_scan_too(page: Page) -> None:
    page.evaluate(SCANS)
    page.keyboard.press("/")
    expect(page.locator("#scan-box")).to_be_focused()
    page.locator("#scan-box").press_sequentially("079180001234", delay=90)
    page.keyboard.press("Enter")
    assert page.evaluate("window.scans") == [{"text": "079180001234", "source": "typed"}]
    expect(page.locator("#scan-box")).to_have_value("")


def test_the_camera_reads_a_card(page: Page) -> None:
    page.evaluate(SCANS)
    page.click("[data-camera]")
    _until(page, "window.scans.length > 0")
    assert page.evaluate("window.scans") == [{"text": CARD, "source": "camera"}]
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_without_camera_the_number_is_typed(page: Page) -> None:
    page.evaluate(SCANS)
    page.evaluate(
        "() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotFoundError')); }"
    )
    page.click("[data-camera]")
    expect(page.get_by_text("Không tìm thấy camera")).to_be_visible()
    page.keyboard.type("079180001234", delay=90)
    page.keyboard.press("Enter")
    _until(page, "window.scans.length > 0")
    assert page.evaluate("window.scans") == [{"text": "079180001234", "source": "camera"}]


def test_what_was_sent_without_a_line_goes_by_itself_and_counts_once(page: Page) -> None:
    page.fill("#note", "sốt nhẹ")
    page.context.set_offline(True)
    page.click("#send")
    expect(page.locator("#network")).to_have_text(re.compile(r"mất kết nối · 1 chờ gửi"))
    expect(page.get_by_text("tự gửi khi có mạng lại")).to_be_visible()
    assert not urls_of_trials.received
    page.context.set_offline(False)
    expect(page.locator("#answer")).to_have_text("kept: sốt nhẹ", timeout=15_000)
    expect(page.locator("#network")).to_have_text(re.compile(r"tốt · 0 chờ gửi"))
    assert urls_of_trials.received == {"c-1": 1}


def test_typed_text_survives_a_reload_and_is_dropped_once_accepted(page: Page) -> None:
    page.locator("#note").press_sequentially("đau tay trái")
    page.reload()
    expect(page.locator("#note")).to_have_value("đau tay trái")
    expect(page.get_by_text("Đã khôi phục nội dung")).to_be_visible()
    page.click("#send")
    expect(page.locator("#answer")).to_have_text("kept: đau tay trái")
    page.reload()
    expect(page.locator("#note")).to_have_value("")


def test_typed_text_is_forgotten_at_sign_out(page: Page) -> None:
    page.locator("#note").press_sequentially("riêng tư")
    page.click(".lc-menu summary")
    page.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url(re.compile("/accounts/login/"))
    assert page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('draft'))") == []


def test_a_slip_is_taken_back_within_six_seconds(page: Page) -> None:
    page.fill("#note", "nhầm người")
    page.click("#send")
    page.get_by_role("button", name="Hoàn tác").click()
    expect(page.locator(".lc-toast")).to_have_count(0)
    page.wait_for_timeout(200)
    assert urls_of_trials.undone == ["c-1"]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "Phiên đăng nhập đã hết hạn"),
        (403, "Vai trò của bạn không được làm việc này"),
        (404, "Mục này không còn ở đây"),
        (409, "Có người khác vừa thay đổi"),
        (429, "Thao tác quá nhiều lần"),
        (500, "Máy chủ gặp lỗi"),
    ],
)
def test_what_failed_is_said_with_what_to_do(page: Page, status: int, words: str) -> None:
    page.click(f"#s{status}")
    expect(page.get_by_role("alert")).to_contain_text(words)
    assert "inside" not in page.locator("main").inner_text()


def test_the_theme_is_kept(page: Page) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.click(".lc-menu summary")
    page.get_by_role("button", name="Tối").click()
    dark = page.evaluate(ground)
    assert dark != light
    page.reload()
    assert page.evaluate(ground) == dark


def test_the_keys_of_the_page_are_shown(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.locator("#help-keys")).to_contain_text("Mark")
    page.keyboard.press("Escape")
    expect(page.locator("#help")).not_to_be_visible()
