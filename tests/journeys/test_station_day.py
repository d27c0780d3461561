"""A day at the station in a real browser: by keyboard and scanner, with what goes wrong on such a day."""

from __future__ import annotations

import pytest
from django.db import connections
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from lachan.access import operations
from lachan.immunization.models import Dose, DoseCorrection, Encounter, Session, Stock
from lachan.kernel.models import WorklistItem
from lachan.places import queries as places
from tests.web.board_days import LOT, ROOT, Day, number

from .conftest import SignIn

pytestmark = [pytest.mark.journey, pytest.mark.slow]


@pytest.fixture(autouse=True)
def _connections_end_with_their_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """An open board asks every three seconds; what it left open would keep the test database from being dropped."""
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", 0)


@pytest.fixture
def day(site: str, story_station: int) -> Day:
    return Day(story_station)


# In the page itself: from outside, a busy machine would make the keys come as slowly as a person's.
SCANNER = """text => { for (const key of [...text, "Enter"])
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true})); }"""


class Hands:
    """What a nurse's hands do, counted: a scan, a key, a line typed with its Enter."""

    def __init__(self, page: Page) -> None:
        self.page, self.done = page, 0

    def scan(self, text: str) -> None:
        """A hand scanner: a burst of keys that ends with Enter. Begins a new person."""
        self.page.evaluate(SCANNER, text)
        self.done = 0

    def key(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.done += 1

    def line(self, text: str) -> None:
        self.page.keyboard.type(text, delay=90)
        self.page.keyboard.press("Enter")
        self.done += 1


def at(page: Page, path: str) -> Page:
    page.set_default_timeout(15_000)
    page.goto(path)
    page.wait_for_load_state("networkidle")
    return page


def column(page: Page, name: str) -> object:
    return page.locator(f"[data-column='{name}'] .board-card")


def focused(page: Page) -> str:
    """Name on the card that has the focus."""
    script = "document.activeElement.closest('.board-card')?.querySelector('.board-card-name').textContent ?? ''"
    return str(page.evaluate(script))


def wait_focused(page: Page, name: str) -> None:
    for _ in range(60):
        if focused(page) == name:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"{focused(page)!r} has the focus, not {name!r}")


def test_a_whole_session_day_by_keyboard(day: Day, sign_in: SignIn) -> None:
    Session.objects.all().delete()
    day.register(3)
    page = at(sign_in("head"), "/station/")

    # the head opens the session: the lot that expires first is chosen already
    page.keyboard.press("Tab")
    page.get_by_role("link", name="Mở buổi tiêm").press("Enter")
    page.get_by_role("button", name="Mở buổi tiêm").press("Enter")
    page.wait_for_url("**/station/*/")
    session = Session.objects.get()

    nurse = at(sign_in("nurse"), "/station/")
    assert str(session.id) in nurse.url, "one open session: straight in"
    hands = Hands(nurse)
    for person, name in enumerate(("Nguyễn Văn An", "Trần Thị Bình")):
        hands.scan(number(person))
        expect(nurse.locator("#desk[open] #screening")).to_be_visible()
        expect(nurse.locator("[data-all-no]")).to_be_focused()
        hands.key("Enter")  # all no
        expect(nurse.locator("#vitals")).to_be_focused()
        hands.line("36.5 80 120/80")
        expect(nurse.locator("[data-consent]")).to_be_focused()
        hands.key("Enter")  # consent, kept
        expect(nurse.locator("#desk[open]")).to_have_count(0)
        wait_focused(nurse, name)
        hands.key("Enter")  # the dose
        expect(column(nurse, "observation")).to_have_count(person + 1)  # type: ignore[arg-type]
        assert hands.done < 5, "interactions after the scan"
    assert Dose.objects.filter(status="active").count() == 2
    assert Stock.objects.get(lot_id=Dose.objects.first().lot_id).used == 2

    # the third has a fever: deferred, and the reason is in the report
    hands.scan(number(2))
    expect(nurse.locator("#desk[open] #screening")).to_be_visible()
    nurse.locator("input[name='a-acute_illness'][value='yes']").press(" ")
    nurse.keyboard.press("n")
    nurse.keyboard.type("38.9", delay=90)
    expect(nurse.locator(".board-class")).to_contain_text("Tạm hoãn")
    nurse.keyboard.press("Enter")
    nurse.keyboard.press("Enter")
    expect(column(nurse, "done")).to_have_count(1)  # type: ignore[arg-type]

    # half an hour later: whoever's time is over goes home with one key
    Encounter.objects.exclude(dosed_at=None).update(observe_until=day.now)
    nurse.reload()
    nurse.keyboard.press("4")
    wait_focused(nurse, "Nguyễn Văn An")
    expect(nurse.locator("[data-over]")).to_have_count(2)
    expect(nurse.locator("[data-over] .board-word").first).to_contain_text("Hết giờ theo dõi")
    nurse.keyboard.press("Enter")
    wait_focused(nurse, "Trần Thị Bình")
    nurse.keyboard.press("Enter")
    expect(column(nurse, "done")).to_have_count(3)  # type: ignore[arg-type]

    # the head's board saw it all; report and close
    expect(column(page, "done")).to_have_count(3)  # type: ignore[arg-type]
    page.get_by_role("link", name="Báo cáo ngày").press("Enter")
    expect(page.locator(".lc-figure-value").nth(1)).to_have_text("2")
    expect(page.locator(".session-report")).to_contain_text("Hiện đang mắc bệnh cấp tính")
    page.get_by_role("button", name="Đóng buổi tiêm").first.press("Enter")
    page.locator("#close .btn-primary").press("Enter")
    expect(page.locator(".lc-subtitle")).to_contain_text("Đã đóng")
    assert WorklistItem.objects.count() == 0


def test_arrows_letters_and_numbers_move_through_the_board(day: Day, sign_in: SignIn) -> None:
    day.ready(2)
    day.register(3)
    day.arrive(2, 3, 4)
    page = at(sign_in("nurse"), day.path)
    page.keyboard.press("ArrowDown")
    wait_focused(page, "Lê Hoàng Cường")
    page.keyboard.press("j")
    wait_focused(page, "Phạm Thu Dung")
    page.keyboard.press("ArrowRight")
    wait_focused(page, "Nguyễn Văn An")
    page.keyboard.press("1")
    wait_focused(page, "Phạm Thu Dung")
    # three letters find the person: "đức" is typed without its marks
    page.keyboard.press("/")
    expect(page.locator("#scan-box")).to_be_focused()
    page.locator("#scan-box").press_sequentially("duc", delay=90)
    page.keyboard.press("Enter")
    wait_focused(page, "Vũ Minh Đức")
    page.wait_for_timeout(3_500)  # a poll later the focus is where it was
    wait_focused(page, "Vũ Minh Đức")


def test_an_expired_lot_is_stopped_and_the_head_may_answer(day: Day, sign_in: SignIn) -> None:
    day.deliver("pfizer", "FX0000", 50, expires_in=-3)
    Session.objects.filter(id=day.session_id).update(lots={"pfizer": "FX0000"})
    day.ready()
    page = at(sign_in("nurse"), day.path)
    page.keyboard.press("3")
    wait_focused(page, "Nguyễn Văn An")
    page.keyboard.press("Enter")
    expect(page.locator(".board-asked")).to_contain_text("Lô FX0000")
    expect(page.locator(".board-asked")).to_contain_text("Chưa tiêm")
    assert Dose.objects.count() == 0
    # another lot of the station is at hand
    page.locator(".board-others summary").click()
    page.locator(f".board-others input[value='pfizer:{LOT}']").check()
    expect(page.locator(".board-asked")).to_have_count(0)
    expect(page.locator("[data-submit]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(column(page, "observation")).to_have_count(1)  # type: ignore[arg-type]
    assert Dose.objects.get().lot_number == LOT

    day.ready()
    head = at(sign_in("head"), day.path)
    head.keyboard.press("3")
    wait_focused(head, "Trần Thị Bình")
    head.keyboard.press("Enter")
    head.locator("input[name='code']").check()
    head.locator("#reason").fill("Đã tiêm trước khi phát hiện")
    head.get_by_role("button", name="tôi chịu trách nhiệm").press("Enter")
    expect(column(head, "observation")).to_have_count(2)  # type: ignore[arg-type]
    assert Dose.objects.get(lot_number="FX0000").override_codes == ["lot_expired"]
    assert WorklistItem.objects.count() == 0


def test_a_slip_is_taken_back_within_six_seconds(day: Day, sign_in: SignIn) -> None:
    day.ready()
    page = at(sign_in("nurse"), day.path)
    page.keyboard.press("3")
    wait_focused(page, "Nguyễn Văn An")
    page.keyboard.press("Enter")
    expect(column(page, "observation")).to_have_count(1)  # type: ignore[arg-type]
    page.get_by_role("button", name="Hoàn tác").click()
    expect(column(page, "vaccination")).to_have_count(1)  # type: ignore[arg-type]
    assert Dose.objects.get().status == "voided"
    assert DoseCorrection.objects.get().kind == "void"


def test_a_lost_line_keeps_the_dose_and_sends_it_once(day: Day, sign_in: SignIn) -> None:
    day.ready()
    page = at(sign_in("nurse"), day.path)
    page.keyboard.press("3")
    wait_focused(page, "Nguyễn Văn An")
    page.context.set_offline(True)
    page.keyboard.press("Enter")
    expect(page.locator("#network")).to_contain_text("1 chờ gửi")
    assert Dose.objects.count() == 0
    page.context.set_offline(False)
    expect(column(page, "observation")).to_have_count(1)  # type: ignore[arg-type]
    assert Dose.objects.count() == 1


def test_both_languages_on_one_board(day: Day, sign_in: SignIn) -> None:
    day.ready()
    page = at(sign_in("nurse"), day.path)
    expect(page.locator("#head-vaccination")).to_contain_text("Tiêm")
    page.locator(".lc-menu-button").click()
    page.locator("button[name='language'][value='en']").click()
    expect(page.locator("#head-vaccination")).to_contain_text("Vaccination")
    expect(page.locator("[data-column='vaccination'] [data-go]")).to_contain_text("Given")
    page.locator(".lc-menu-button").click()
    page.locator("button[name='language'][value='vi']").click()
    expect(page.locator("[data-column='vaccination'] [data-go]")).to_contain_text("Đã tiêm")


def test_on_a_phone_columns_are_tabs_with_counts(day: Day, sign_in: SignIn) -> None:
    day.ready(2)
    day.inject(1)
    page = at(sign_in("nurse", width=360, height=720), day.path)
    tab = page.locator("#tab-vaccination")
    expect(tab).to_contain_text("1")
    tab.click()
    page.locator("[data-column='vaccination'] [data-go]").click()
    expect(page.locator("#tab-observation")).to_contain_text("2")
    expect(page.locator("#col-vaccination")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_nurse_cannot_see_another_district(day: Day, site: str, browser: Browser) -> None:
    day.ready()
    far = next(
        row
        for row in places.facility_table().values()
        if row.kind == "station" and row.district_id not in (None, day.facility.district_id)
    )
    [made] = operations.create_users(
        [operations.NewUser("far", "Xa", operations.DEMO_PASSWORD)], actor=ROOT, now=timezone.now()
    )
    grant = operations.NewGrant("vaccinator", user_id=made.id, facility_id=far.id)
    operations.grant([grant], actor=ROOT, now=timezone.now())
    page = browser.new_context(base_url=site).new_page()
    page.goto("/accounts/login/")
    page.fill("#id_login", "far")
    page.fill("#id_password", operations.DEMO_PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_url(site + "/")
    at(page, day.path)
    assert "Nguyễn Văn An" not in page.content()
    for path in (day.path, f"{day.path}live/", f"{day.path}wall/", day.at(0), f"/sessions/{day.session_id}/"):
        assert page.request.get(path).status == 404, path
    at(page, "/station/")
    expect(page.locator(".board-session")).to_have_count(0)


@pytest.mark.django_db
def test_the_day_of_the_journeys_has_room_for_everyone(story_station: int) -> None:
    """The day itself, without a browser; pytest-django makes its database for a file that has such a test."""
    day = Day(story_station)
    day.ready(2)
    day.inject(0)
    assert (Encounter.objects.count(), Dose.objects.count()) == (2, 1)
