"""A guard at a door: a queue without a line, a card revoked since, lists grown old, a clock that is wrong."""

from __future__ import annotations

import base64
import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from lachan.access.actors import Actor
from lachan.certificates import keys
from lachan.certificates.codecs import domestic, hcert, qr
from lachan.certificates.keys import forms
from lachan.certificates.operations.publication import publish
from lachan.certificates.operations.revocations import Revoked, revoke
from lachan.kernel.database import hot_cursor
from lachan.rest import published
from lachan.web.offline import OfflinePage
from tests import browsing
from tests.certificates.hcert import makers
from tests.waiting import wait_for

from . import pictures
from .conftest import SignIn, hindrances
from .test_station_day import SCANNER

pytestmark = [pytest.mark.journey, pytest.mark.slow]
NAME, BORN = "Nguyễn Bảo Duy", "10/10/1983"
FIRST, OTHER = "URN:UVCI:01:VN:AAAA0001#A", "URN:UVCI:01:VN:AAAA0002#B"


@pytest.fixture(autouse=True)
def ring(own_ring: None, site: str, django_db_blocker: Any) -> None:
    """Keys of the test's own, and a first version of the list."""
    keys.ensure(timezone.now() - timedelta(days=3))
    publish(timezone.now())


@pytest.fixture
def guard(stranger: SignIn) -> Page:
    """The page on a phone, its lists fetched and itself kept."""
    page = stranger()
    _open(page)
    return page


def _open(page: Page) -> None:
    page.goto("/verify/")
    expect(page.locator("#offline")).to_have_class("v-hint v-ready", timeout=30_000)
    expect(page.locator("#lists")).to_have_class("v-age v-age-fresh")


def again(page: Page) -> None:
    """Opened once more from what the phone keeps; it hears nothing before it has shown the age of its lists."""
    page.reload()
    expect(page.locator("#lists")).to_have_class(re.compile("v-age-"))


def kept(page: Page, name: str, value: str) -> None:
    """What the guard chose has come to the phone's store, and would be there after a reload."""
    page.wait_for_function(CHOSEN, arg=[name, value])


CHOSEN = """([name, value]) => new Promise((done) => {
  const asked = indexedDB.open("lachan-verifier");
  asked.onsuccess = () => {
    const read = asked.result.transaction("kept").objectStore("kept").get(name);
    read.onsuccess = () => { asked.result.close(); done(read.result === value); };
  };
})"""


def card(uvci: str = FIRST, *, key: Any = None, ends: timedelta = timedelta(days=300), dose: int = 2) -> str:
    """A certificate as we issue it, issued two days ago; ``key``: another signer than ours."""
    now = timezone.now()
    entry = {**makers.PAYLOAD["v"][0], "ci": uvci, "dn": dose, "dt": f"{now - timedelta(days=60):%Y-%m-%d}"}
    return hcert.issue(
        {**makers.PAYLOAD, "v": [entry]},
        signer=key or keys.signer("hcert", now=now), issuer="VN",
        issued_at=now - timedelta(days=2), expires_at=now + ends, now=now - timedelta(days=2),
    )  # fmt: skip


def forged() -> str:
    """Our key id, somebody else's signature."""
    signer = keys.signer("hcert", now=timezone.now())
    now = int(timezone.now().timestamp())
    return makers.text(makers.claims(iat=now - 60, exp=now + 9_000), protected={1: -7, 4: signer.key_id})


def domestic_card() -> str:
    now = timezone.now()
    return domestic.issue(
        name="Trần Thị Kim Ngân", birth="1990", identifier="door-1", valid_from=now - timedelta(days=1),
        valid_until=now + timedelta(days=30), signer=keys.signer("domestic", now=now),
    )  # fmt: skip


def show(page: Page, picture: bytes | str) -> str:
    """Hand over a picture, or the text of a code as a picture; what stands on the sheet then."""
    data = picture if isinstance(picture, bytes) else qr.png(picture)
    page.set_input_files("#file", {"name": "card.png", "mimeType": "image/png", "buffer": data})
    sheet = page.locator(".v-sheet")
    expect(sheet).to_be_visible(timeout=15_000)
    return sheet.inner_text()


def next_person(page: Page) -> None:
    page.keyboard.press("Enter")
    expect(page.locator(".v-sheet")).to_have_count(0)


def test_a_queue_without_a_line(guard: Page) -> None:
    """After the first visit the page is opened again without a line, and answers everybody in the queue."""
    guard.context.set_offline(True)
    again(guard)
    expect(guard.locator("#lists")).to_have_class("v-age v-age-fresh")
    queue: list[tuple[str | bytes, str, str, bool]] = [
        (card(), "HỢP LỆ", "Đối chiếu tên và ngày sinh", True),
        (pictures.photographed(card(OTHER)), "HỢP LỆ", "Đối chiếu", True),
        (card(ends=timedelta(hours=-1)), "TỪ CHỐI", "đã hết hạn", True),
        (forged(), "TỪ CHỐI", "Chữ ký không đúng", False),
        (card(key=makers.signer()), "CHƯA KẾT LUẬN ĐƯỢC", "Không có khóa của nơi cấp", False),
        ("https://example.vn/menu", "CHƯA KẾT LUẬN ĐƯỢC", "không phải giấy chứng nhận", False),
        (card()[:-20], "CHƯA KẾT LUẬN ĐƯỢC", "Mã bị hỏng", False),
    ]
    for code, word, why, named in queue:
        said = show(guard, code)
        assert word in said
        assert why in said
        assert (NAME in said and BORN in said) is named
        # nothing else of the card is on the screen: not its vaccine, not its number
        assert "J07BX03" not in said
        assert "URN" not in said
        next_person(guard)
    said = show(guard, domestic_card())
    assert "HỢP LỆ" in said
    assert "Ngày sinh 1990" in said
    guard.keyboard.press("Space")
    expect(guard.locator(".v-sheet")).to_have_count(0)
    assert "Nguyễn" not in guard.content()
    kept = guard.evaluate(EVERYTHING_KEPT)
    assert "trust" in kept
    assert not any(part in kept for part in ("Nguy", "Duy", "Ngân", "HC1", "LC1", "AAAA0001"))


# What the browser keeps of this page, as text; cached files are named, not read.
EVERYTHING_KEPT = """async () => {
  const opened = await new Promise((done) => { const asked = indexedDB.open("lachan-verifier");
    asked.onsuccess = () => done(asked.result); });
  const table = opened.transaction("kept").objectStore("kept");
  const read = (asked) => new Promise((done) => { asked.onsuccess = () => done(asked.result); });
  const held = [await read(table.getAllKeys()), await read(table.getAll())];
  const caches_ = []; for (const name of await caches.keys())
    for (const each of await (await caches.open(name)).keys()) caches_.push(each.url);
  return JSON.stringify([held, caches_, {...localStorage}, {...sessionStorage}]);
}"""


def test_a_card_taken_back_is_refused_offline_after_the_next_update(guard: Page) -> None:
    guard.context.set_offline(True)
    assert "HỢP LỆ" in show(guard, card())
    next_person(guard)
    now = timezone.now()
    with hot_cursor() as cursor:
        taken = [Revoked(FIRST, "hcert", b"", "wrong_data", now + timedelta(days=300))]
        revoke(cursor, [*taken, Revoked("door-1", "domestic", b"", "fraud", None)], now=now)
    publish(now)
    published.forget()
    assert "HỢP LỆ" in show(guard, card())  # nobody could have heard of it yet
    next_person(guard)
    guard.context.set_offline(False)
    update(guard)
    guard.context.set_offline(True)
    again(guard)
    said = show(guard, card())
    assert "TỪ CHỐI" in said
    assert "đã bị thu hồi" in said
    assert "bản mới trong hồ sơ cá nhân" in said
    next_person(guard)
    assert "đã bị thu hồi" in show(guard, domestic_card())
    next_person(guard)
    assert "HỢP LỆ" in show(guard, card(OTHER))


def update(page: Page) -> None:
    """Fetch the lists now, by the button."""
    page.click("#lists")
    page.click("#update")
    expect(page.locator("#update-said")).to_have_text("Đã cập nhật", timeout=15_000)
    page.locator("#lists-box [data-close]").click()


def test_a_rule_refuses_in_its_own_words_and_says_what_to_do(guard: Page) -> None:
    guard.select_option("#purpose", "VN:door")
    kept(guard, "purpose", "VN:door")
    guard.context.set_offline(True)
    again(guard)
    assert "HỢP LỆ" in show(guard, card())
    next_person(guard)
    said = show(guard, card(dose=1))
    assert "TỪ CHỐI" in said
    assert NAME in said
    assert "Không đạt quy định: Phải tiêm ít nhất hai" in said
    next_person(guard)
    assert "HỢP LỆ" in show(guard, domestic_card())
    next_person(guard)
    guard.select_option("#purpose", "VN:entry")
    assert "không mang thông tin để xét" in show(guard, domestic_card())


def test_old_lists_and_wrong_clocks_say_nothing_for_certain(guard: Page) -> None:
    guard.context.set_offline(True)
    now = timezone.now()
    for moved, mark, word, why in (
        (timedelta(hours=30), "old", "HỢP LỆ", "Chữ ký đúng"),
        (timedelta(days=9), "too_old", "CHƯA KẾT LUẬN ĐƯỢC", "quá cũ"),
    ):
        _set_clock(guard, now + moved)
        expect(guard.locator("#lists")).to_have_class(f"v-age v-age-{mark}")
        said = show(guard, card())
        assert word in said
        assert why in said
        next_person(guard)
    # a refusal that needs no fresh list stands
    assert "Chữ ký không đúng" in show(guard, forged())
    next_person(guard)
    _set_clock(guard, now - timedelta(days=20))
    expect(guard.locator("#clock")).to_contain_text("Đồng hồ máy có vẻ sai")
    assert "Đồng hồ của máy này sai" in show(guard, card())


def _set_clock(page: Page, to: datetime) -> None:
    page.clock.set_fixed_time(to)
    again(page)


def test_a_code_before_the_camera(site: str, browser: Browser, tmp_path: Path) -> None:
    """The picture of a camera, as Chromium plays it from a file."""
    film = tmp_path / "camera.mjpeg"
    film.write_bytes(pictures.film(card()))
    camera = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    opened = browser.browser_type.launch(
        executable_path=browsing.CHROMIUM,
        args=[*browsing.ARGUMENTS, *camera, f"--use-file-for-fake-video-capture={film}"],
    )
    try:
        page = opened.new_context(base_url=site, locale="vi-VN", permissions=["camera"]).new_page()
        _open(page)
        page.click("#camera")
        expect(page.locator(".v-name")).to_have_text(NAME, timeout=20_000)
        page.keyboard.press("Enter")
        expect(page.locator("#camera")).to_have_text("Tắt máy ảnh")
        page.click("#camera")
        expect(page.locator("#camera")).to_have_text("Bật máy ảnh")
        assert page.evaluate("document.getElementById('video').srcObject") is None
    finally:
        opened.close()


def test_a_new_version_waits_until_the_page_is_opened_again(guard: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    before = OfflinePage._html
    monkeypatch.setattr(
        OfflinePage, "_html", lambda page: before(page).replace("</body>", "<p hidden>the next version</p></body>")
    )
    again(guard)
    expect(guard.locator("#new-version")).to_be_visible(timeout=20_000)
    assert "the next version" not in guard.content()
    assert "HỢP LỆ" in show(guard, card())
    next_person(guard)
    guard.click("#new-version button")
    expect(guard.locator("#new-version")).to_be_hidden(timeout=20_000)
    expect(guard.locator("#offline")).to_have_class("v-hint v-ready", timeout=20_000)
    guard.context.set_offline(True)
    again(guard)
    assert "the next version" in guard.content()
    assert "HỢP LỆ" in show(guard, card())


def test_lists_signed_by_the_next_key_are_believed_and_a_strangers_are_not(guard: Page, settings: Any) -> None:
    """The next key comes on a list signed by the one before; a ring of other keys at the same address does not."""
    now = timezone.now()
    signed_by = keys.signer("list", now=now).key_id
    keys.making.rotate("list", place="disk", actor=Actor.system("test"), now=now, ahead=timedelta(seconds=2))
    published.forget()
    update(guard)
    wait_for(lambda: keys.signer("list", now=timezone.now()).key_id != signed_by)
    published.forget()
    signer = keys.signer("list", now=timezone.now())
    answer = httpx.get(f"{guard.url}../api/v1/certificates/trust-list", headers={"Accept": "application/jose"})
    assert jwt_key_id(answer.text) == base64.b64encode(signer.key_id).decode()
    update(guard)
    guard.context.set_offline(True)
    again(guard)
    expect(guard.locator("#lists")).to_have_class("v-age v-age-fresh")
    assert "HỢP LỆ" in show(guard, card())
    next_person(guard)
    guard.context.set_offline(False)
    stranger = makers.signer(number=9)
    forged_list = forms.compact_jws({"version": "x", "keys": []}, stranger, (stranger.certificate,))
    guard.context.route("**/trust-list", lambda route: route.fulfill(body=forged_list, content_type="application/jose"))
    guard.click("#lists")
    guard.click("#update")
    expect(guard.locator("#update-said")).to_contain_text("không do khóa của ta ký")
    guard.locator("#lists-box [data-close]").click()
    assert "HỢP LỆ" in show(guard, card())


def jwt_key_id(text: str) -> str:
    head = text.split(".")[0]
    return str(json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))["kid"])


def test_a_hand_scanner_a_pasted_text_and_a_sheet_that_clears_itself(guard: Page) -> None:
    guard.clock.install()
    guard.evaluate(SCANNER, card())
    expect(guard.locator(".v-word")).to_have_text("HỢP LỆ")
    # the next scan takes the place of the last person
    guard.evaluate(SCANNER, domestic_card())
    expect(guard.locator(".v-name")).to_have_text("Trần Thị Kim Ngân")
    next_person(guard)
    guard.click("#paste")
    guard.fill("#text", card(OTHER))
    guard.click("#paste-form [type=submit]")
    expect(guard.locator(".v-name")).to_have_text(NAME)
    expect(guard.locator(".v-countdown")).to_contain_text("Tự xóa sau")
    guard.clock.run_for(17_000)
    expect(guard.locator(".v-sheet")).to_have_count(0)
    assert guard.input_value("#text") == ""
    guard.set_input_files("#file", {"name": "wall.png", "mimeType": "image/png", "buffer": pictures.white()})
    expect(guard.locator("#aim")).to_contain_text("Không thấy mã QR")


@pytest.mark.parametrize("width", [360, 1280])
def test_both_languages_and_nothing_that_hinders(guard: Page, width: int) -> None:
    guard.set_viewport_size({"width": width, "height": 740})
    for language in ("vi", "en"):
        assert guard.evaluate("document.documentElement.lang") == language
        assert hindrances(guard) == []
        for code in (card(), forged(), "https://example.vn"):
            show(guard, code)
            assert hindrances(guard) == []
            next_person(guard)
        guard.click("#lists")
        assert hindrances(guard) == []
        guard.locator("#lists-box [data-close]").click()
        guard.click("#language")
        kept(guard, "language", "en" if language == "vi" else "vi")
    again(guard)
    expect(guard.locator("h1")).to_have_text("Kiểm tra chứng nhận")


def test_the_same_picture_handed_over_again_is_answered_again(guard: Page) -> None:
    """Only the camera, which goes on seeing the last code, is told to wait a moment."""
    guard.context.set_offline(True)
    code = card()
    for _ in range(3):
        assert "HỢP LỆ" in show(guard, code)
        next_person(guard)
