"""People at the desk in a real browser: without papers, twins with one telephone, a wrong dose, two languages."""

from __future__ import annotations

import re
import time
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from lachan.access.actors import Actor
from lachan.immunization.commands import execute
from lachan.immunization.models import Dose, Encounter
from lachan.kernel import worklist
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.people.models import Person
from lachan.people.search import read

from .conftest import SignIn

pytestmark = [pytest.mark.journey, pytest.mark.slow]
CITIZEN = "079180012345"
CARD = f"{CITIZEN}|024123456|Nguyễn Văn An|17051980|Nam|12 Lê Lợi, Bến Nghé, Quận 1, TP. Hồ Chí Minh|01012021"
WALK_IN_S = 40  # what someone without papers may take at the desk, the typing of a person included


def send(verb: str, **body: Any) -> UUID:
    now = timezone.now()
    [outcome] = execute([Command(new_id(), verb, now, body)], actor=Actor.system("tests"), now=now)
    assert outcome.id is not None, outcome
    return outcome.id


def register(name: str, born: str, sex: str = "M", **more: Any) -> UUID:
    body = {"name": name, "sex": sex, "birth_date": born, "residence_code": "26740"}
    return send("person.register", **{**body, **more})


@pytest.mark.django_db
def test_the_card_of_these_journeys_reads_as_its_holder() -> None:
    asked = read(CARD)
    assert asked.card is not None
    assert (asked.kind, asked.card.full_name, asked.numbers[0]) == ("card", "Nguyễn Văn An", ("citizen_id", CITIZEN))


def scan(page: Page, text: str) -> None:
    """A hand scanner: keys without a pause, then Enter, with nothing focused."""
    page.evaluate("document.activeElement?.blur()")
    page.evaluate(
        """text => { for (const key of [...text, 'Enter'])
            document.body.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true})); }""",
        text,
    )


def test_a_walk_in_without_papers_by_keyboard_alone(page: Page) -> None:
    today = timezone.localdate().isoformat()
    session = send("session.open", session_id=str(new_id()), facility="TYT26740", date=today)
    page.goto(f"/people/new/?back={session}")
    begun = time.monotonic()
    keys = page.keyboard
    keys.type("Võ Thị Sáu", delay=30)
    keys.press("Tab")
    keys.type("17051950", delay=30)
    keys.press("Tab")
    keys.press("Space")  # the first sex: female
    keys.press("Tab")
    keys.type("ben ngh", delay=30)
    expect(page.locator("#communes [data-code]").first).to_be_visible()
    keys.press("Enter")  # takes the commune that is marked
    expect(page.locator("#commune_code")).to_have_value("26740")
    keys.press("Enter")
    number = page.locator(".people-slip-number")
    expect(number).to_have_text(re.compile(r"^TAM-[0-9A-Z]{5} [0-9A-Z]{5}$"))
    assert float(number.evaluate("node => parseFloat(getComputedStyle(node).fontSize)")) >= 28
    assert time.monotonic() - begun < WALK_IN_S
    made = Person.objects.get()
    assert (made.name, made.sex, str(made.birth_date)) == ("Võ Thị Sáu", "F", "1950-05-17")
    assert Encounter.objects.filter(person_id=made.id, session_id=session).count() == 1
    expect(page.locator("a.btn-primary")).to_be_focused()  # Enter leads back to the board
    assert page.locator("a.btn-primary").get_attribute("href") == f"/station/{session}/"
    # the slip finds the record again
    page.goto("/people/")
    page.fill("#find-q", number_of(made.id))
    page.press("#find-q", "Enter")
    expect(page.locator("h1")).to_have_text("Võ Thị Sáu")


def number_of(person_id: UUID) -> str:
    from lachan.people.queries import identifiers_of

    return identifiers_of([person_id])[person_id][0].value


def test_twins_with_one_telephone_stay_two_people(page: Page) -> None:
    phone = [{"kind": "phone", "value": "0903123456"}]
    first = register("Trần Gia Bảo", "2015-03-04", contacts=phone)
    page.goto("/people/")
    page.fill("#find-q", "0903123456")
    page.press("#find-q", "Enter")
    expect(page.locator(".lc-problem")).to_contain_text("số điện thoại")
    expect(page.get_by_text("Trần Gia Bảo")).to_have_count(0)
    page.goto("/people/new/")
    page.fill("#id_name", "Trần Gia Bảo")
    page.fill("#id_born", "04032015")
    page.press("#id_born", "Tab")
    expect(page.locator("#matches .lc-person-name")).to_have_text("Trần Gia Bảo")  # the mother mistyped the name …
    page.fill("#id_name", "Trần Gia Bách")  # … and mends it: nobody looks the same any more
    page.press("#id_name", "Tab")
    page.check("input[name=sex][value=M]")
    expect(page.locator("#matches .lc-person-name")).to_have_count(0)
    page.fill("#id_phone", "0903123456")
    page.press("#id_phone", "Enter")
    expect(page.locator(".people-slip-name")).to_have_text("Trần Gia Bách")
    assert Person.objects.count() == 2
    assert Person.objects.exclude(id=first).get().status == "known"
    assert worklist.open_items(worklist.Owners(None, None)) == []


def test_enter_never_decides_that_it_is_another_person(page: Page) -> None:
    known = register("Võ Thị Sáu", "1950-05-17", "F")
    page.goto("/people/new/")
    page.fill("#id_name", "Võ Thị Sáu")
    page.fill("#id_born", "1950")
    page.check("input[name=sex][value=F]")
    for _ in range(2):
        page.press("#id_born", "Enter")
        page.wait_for_load_state("networkidle")
        expect(page.locator("#matches h2")).to_be_focused()
    assert Person.objects.count() == 1
    page.keyboard.press("Tab")
    expect(page.locator("[data-same]")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/people/{known}/")


def test_a_scan_opens_the_person_and_an_unknown_card_fills_the_form(page: Page) -> None:
    register("Nguyễn Văn An", "1980-05-17", identifiers=[{"system": "citizen_id", "value": CITIZEN}])
    page.goto("/people/")
    scan(page, CARD)
    expect(page.locator("h1")).to_have_text("Nguyễn Văn An")
    scan(page, CARD.replace(CITIZEN, "079180077777").replace("An|17051980", "Bình|02031991"))
    page.get_by_role("button", name="Đăng ký từ thẻ").click()
    expect(page.locator("#id_name")).to_have_value("Nguyễn Văn Bình")
    expect(page.locator("#id_born")).to_have_value("02/03/1991")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Nguyễn Văn Bình")
    assert Person.objects.count() == 2


def test_a_wrong_dose_is_voided_and_stays_struck_through(page: Page) -> None:
    person = register("Nguyễn Văn An", "1980-05-17")
    send("dose.record", person={"id": str(person)}, product="pfizer", source="elsewhere", given_on="2021-10-01")
    page.goto(f"/people/{person}/")
    page.click(".people-dose-do >> text=Hủy")
    page.fill("#dose #id_reason", "Ghi nhầm người")
    page.click("#dose >> button[type=submit]")
    expect(page.locator(".people-ended .people-dose-title")).to_have_css("text-decoration-line", "line-through")
    expect(page.locator(".people-ended")).to_contain_text("Ghi nhầm người")
    assert Dose.objects.get().status == "voided"


def test_a_nurse_cannot_see_another_district_until_the_card_is_shown(page: Page) -> None:
    far = register("Lò Thị Mai", "1990-01-02", "F", residence_code="03127",
                   identifiers=[{"system": "citizen_id", "value": "011190000123"}])  # fmt: skip
    page.goto("/people/")
    page.fill("#find-q", "Lò Thị Mai")
    page.press("#find-q", "Enter")
    expect(page.get_by_text("Không tìm thấy ai")).to_be_visible()
    page.goto(f"/people/{far}/")
    expect(page.get_by_text("Hồ sơ này thuộc địa bàn khác")).to_be_visible()
    expect(page.get_by_text("Lò Thị Mai")).to_have_count(0)
    page.keyboard.type("011190000123")  # the field has the focus
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Lò Thị Mai")
    expect(page.locator(".people-looks")).to_contain_text("xuất trình giấy tờ tại điểm tiêm")


def test_numbers_appear_only_after_a_purpose(page: Page) -> None:
    person = register("Nguyễn Văn An", "1980-05-17", identifiers=[{"system": "citizen_id", "value": CITIZEN}])
    page.goto(f"/people/{person}/")
    expect(page.locator("#numbers")).not_to_contain_text(CITIZEN)
    page.select_option("#purpose", "compare with the document")
    page.click(".people-purpose button")
    expect(page.locator("#numbers")).to_contain_text(CITIZEN)
    page.reload()
    expect(page.locator("#numbers")).not_to_contain_text(CITIZEN)
    expect(page.locator(".people-looks")).to_contain_text("Đối chiếu với giấy tờ đang cầm")


def test_two_languages_and_nothing_typed_is_lost(page: Page) -> None:
    page.goto("/people/new/")
    expect(page.locator("h1")).to_have_text("Đăng ký người dân")
    page.fill("#id_name", "Nguyễn Thị Hoà")
    page.click("details.lc-menu summary")
    page.click("button[name=language][value=en]")
    expect(page.locator("h1")).to_have_text("Register a person")
    expect(page.locator("#id_name")).to_have_value("Nguyễn Thị Hoà")
    page.goto("/people/")
    expect(page.locator("h1")).to_have_text("Find a person")
    page.goto("/worklist/")
    expect(page.locator("h1")).to_have_text("Worklist")
    assert page.locator("html").get_attribute("lang") == "en"


def test_the_head_clears_the_worklist_on_a_phone(sign_in: SignIn) -> None:
    page = sign_in("head", width=360, height=720)
    person = register("Nguyễn Văn An", "1980-05-17")
    for lot in ("FG0001", "FG0002"):
        now = timezone.now()
        body = {"person": {"id": str(person)}, "product": "pfizer", "lot": lot, "facility": "TYT26740"}
        execute([Command(new_id(), "dose.record", now, body)], actor=Actor.system("tests"), now=now)
    page.goto("/worklist/")
    expect(page.locator(".worklist-row")).to_have_count(2)
    expect(page.locator("[data-bulk]")).to_be_hidden()
    page.check("[data-all]")
    page.fill("#several-note", "ghi hai lần từ phiếu giấy")
    page.click("[data-bulk] button[value=dismissed]")
    expect(page.get_by_text("Không còn gì chờ xử lý")).to_be_visible()
    page.click("text=Lịch sử")
    expect(page.locator(".worklist-row")).to_have_count(2)
    expect(page.locator(".worklist-row").first).to_contain_text("ghi hai lần từ phiếu giấy")
