"""A commune officer repairs forty people with an Excel sheet in one sitting, and one more by keyboard alone."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from lachan.access.actors import Actor
from lachan.immunization.commands import execute
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.people.models import Person
from lachan.people.verification import queue
from lachan.people.verification.queries import open_repairs, repair_counts, state_of
from lachan.places import queries as places

from .conftest import SignIn

pytestmark = [pytest.mark.journey, pytest.mark.slow]
# on the map of that day Bến Nghé is the officer's ward
THEN = datetime(2021, 10, 16, 1, 30, tzinfo=UTC)
DESK = Actor.system("tests")
SITTING_S = 90
LETTERS = "ABCDEFGHIJKLMNOPQRST"


def send(commands: list[Command]) -> None:
    assert all(outcome.id is not None for outcome in execute(commands, actor=DESK, now=THEN))


def forty() -> None:
    """Twenty without a number, twenty whose number lost its zero on the way."""
    commands = []
    for number in range(20):
        name, born = f"Nguyễn Thị Hạnh {LETTERS[number]}", f"1980-05-{number + 1:02}"
        body = {"name": name, "sex": "F", "birth_date": born, "residence_code": "26740"}
        commands.append(Command(new_id(), "person.register", THEN, body))
    for number in range(20):
        name, born = f"TRẦN VĂN SƠN {LETTERS[number]}", f"1975-03-{number + 1:02}"
        number_cut = f"790750{number:05}"
        card = {"name": name, "sex": "M", "birth_date": born, "citizen_id": number_cut, "commune_code": "26740"}
        given = {"person": {"card": card}, "product": "pfizer", "source": "elsewhere", "given_on": "2021-10-01"}
        commands.append(Command(new_id(), "dose.record", THEN, given))
    send(commands)


def area_id() -> int:
    area = places.area_at("26740", 3, THEN.date())
    assert area is not None
    return area.id


def edit(file: Path) -> None:
    """As the hamlet team does: numbers typed into Excel, some as figures, the result chosen."""
    book = load_workbook(file)
    assert book.active is not None
    columns = {str(cell.value): cell.column for cell in book.active[3]}
    for index, row in enumerate(book.active.iter_rows(min_row=4)):

        def put(heading: str, value: object, row: Any = row) -> None:
            book.active.cell(row[0].row, columns[heading]).value = value  # type: ignore[union-attr, assignment]

        name = str(row[1].value)
        if name.startswith("Nguyễn"):
            number = f"079180{index:06}"
            put("Số định danh", int(number) if index % 2 else number)
        else:
            put("Họ và tên", name.title())
            put("Số định danh", f"0{row[columns['Số định danh'] - 1].value}")
        put("Kết quả", "Đã sửa")
    book.save(file)


def groups(page: Page) -> list[str]:
    return page.locator(".repair-group-count").all_inner_texts()


def test_forty_people_in_one_sitting(sign_in: SignIn, tmp_path: Path) -> None:
    forty()
    page = sign_in("commune")
    begun = time.monotonic()
    page.goto("/repair/")
    assert groups(page) == ["20", "20", "0"]
    page.get_by_role("link", name="Excel cho tổ, thôn").click()
    page.select_option("#out-purpose", "correct the record")
    with page.expect_download() as download:
        page.get_by_role("button", name="Tải xuống").click()
    file = tmp_path / "to-3.xlsx"
    download.value.save_as(file)
    edit(file)
    page.set_input_files("#in-file", file)
    page.get_by_role("button", name="Nhập", exact=True).click()
    expect(page.locator("h1")).to_have_text("Tệp này sẽ thay đổi gì")
    assert groups(page)[:3] == ["40", "0", "0"]
    expect(page.locator(".repair-review > li")).to_have_count(40)
    expect(page.locator(".repair-changes").first).to_contain_text("Số định danh")
    assert repair_counts([area_id()])[area_id()] == {"no_id": 20, "malformed_id": 20}  # nothing has changed yet
    page.fill("#confirm-reason", "Họp tổ dân phố 3 ngày 16/10")
    page.get_by_role("button", name="Sửa 40 hồ sơ").click()
    expect(page.locator("#repair-progress")).to_contain_text("Đã sửa 40 hồ sơ")
    page.goto("/repair/")
    assert groups(page) == ["0", "0", "0"]
    assert time.monotonic() - begun < SITTING_S
    # asked again, the register finds them right
    now = datetime.now(UTC)
    province = places.area(area_id()).province_id or 0  # type: ignore[union-attr]
    claimed = queue.claim(province, (datetime(1, 1, 1, tzinfo=UTC), UUID(int=0)), 1, lambda _id, _asked: b"", now=now)
    [batch] = claimed.batches
    queue.answer(batch, [True] * len(batch.persons), now)
    everybody = list(Person.objects.values_list("id", flat=True))
    assert {standing.state for standing in state_of(everybody).values()} == {"right"}
    # the same file again: nothing
    page.goto("/repair/sheets/")
    page.set_input_files("#in-file", file)
    page.get_by_role("button", name="Nhập", exact=True).click()
    expect(
        page.locator(".lc-toast, .lc-messages, [role=status]").filter(has_text="đã được nhập trước đây").first
    ).to_be_visible()
    assert groups(page)[0] == "0"


def test_one_after_the_other_by_keyboard_alone(sign_in: SignIn) -> None:
    forty()
    page = sign_in("commune")
    page.goto("/repair/?group=malformed_id")
    expect(page.locator("[data-row]")).to_have_count(20)
    page.keyboard.press("j")
    expect(page.locator("[data-accept]")).to_be_focused()
    page.keyboard.press("Enter")  # accept
    expect(page.locator("[data-next]")).to_be_focused()
    expect(page.locator("#repair-panel")).to_contain_text("Sẽ gửi xác thực lại")
    page.keyboard.press("Enter")  # next
    expect(page.locator("[data-accept]")).to_be_focused()
    second = page.locator(".repair-title").inner_text()
    page.keyboard.press("s")  # skip
    expect(page.locator(".repair-title")).not_to_have_text(second)
    expect(page.locator("[data-accept]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".repair-row-done")).to_have_count(2)
    assert groups(page)[1] == "18"
    assert len(open_repairs([area_id()], "malformed_id")) == 18


def test_on_a_phone_each_person_has_a_page(sign_in: SignIn) -> None:
    forty()
    page = sign_in("commune", width=360, height=740)
    page.goto("/repair/?group=malformed_id")
    page.locator("a[data-open]").first.click()
    page.wait_for_url("**/repair/people/**")
    page.locator("[data-accept]").click()
    expect(page.locator("#repair-panel")).to_contain_text("Sẽ gửi xác thực lại")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.locator("[data-next]").click()
    page.wait_for_url("**/repair/")
    assert len(open_repairs([area_id()], "malformed_id")) == 19
