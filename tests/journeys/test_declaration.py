"""Somebody declares on a phone, loses the line on the way, and reads what to do; the commune calls and notes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from lachan.certificates.codecs import pictures
from lachan.places.venues import keys
from lachan.surveillance.declarations import slip
from tests.immunization.conftest import rows
from tests.journeys.conftest import SignIn
from tests.journeys.test_my_record import work
from tests.web.letters import Letters, mail_server

pytestmark = [pytest.mark.journey, pytest.mark.slow]
NAME, EMAIL = "Nguyễn Thị Đào", "dao@lachan.example"


@pytest.fixture
def letters(site: str, forgetful: None, settings: Any, tmp_path: Path) -> Iterator[Letters]:
    with mail_server(settings, tmp_path) as found:
        yield found


def fill(page: Page) -> None:
    """Fever and cough after contact with a case, and who it is."""
    page.get_by_role("checkbox", name="Sốt", exact=True).check()
    page.get_by_role("checkbox", name="Ho", exact=True).check()
    page.get_by_role("radiogroup", name="tiếp xúc gần với người mắc").get_by_role("radio", name="Có").check()
    page.get_by_label("Xã, phường bạn đang ở").fill("Phường Bến Nghé")
    page.get_by_label("Họ và tên").fill(NAME)
    page.get_by_label("Ngày sinh").fill("14/03/1988")
    page.get_by_role("radio", name="Nữ").check()
    page.get_by_label("Số điện thoại hoặc thư điện tử của bạn").fill(EMAIL)


def test_declared_on_a_phone_and_called_by_the_commune(stranger: SignIn, letters: Letters, sign_in: SignIn) -> None:
    page = stranger()
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    page.goto("/declare/")
    page.get_by_role("link", name="Trong nước").click()
    page.get_by_role("button", name="Tất cả là không").click()
    expect(page.locator('input[value="no"]:checked')).to_have_count(4)
    expect(page.get_by_label("Tôi không có triệu chứng nào")).to_be_checked()
    expect(page.get_by_label("Từ ngày nào?")).to_be_hidden()
    fill(page)
    expect(page.get_by_label("Từ ngày nào?")).to_be_visible()
    expect(page.get_by_label("Tôi không có triệu chứng nào")).not_to_be_checked()

    page.context.set_offline(True)
    page.get_by_role("button", name="Tiếp tục").click()
    page.wait_for_url("chrome-error://**")
    page.context.set_offline(False)
    page.goto("/declare/?kind=domestic")
    expect(page.get_by_label("Họ và tên")).to_have_value(NAME)
    expect(page.get_by_role("checkbox", name="Sốt", exact=True)).to_be_checked()
    page.get_by_role("button", name="Tiếp tục").click()

    expect(page.get_by_role("heading", name="Nhập mã")).to_be_visible()
    work()
    page.get_by_label("Mã", exact=True).fill(letters.code())
    page.get_by_role("button", name="Gửi tờ khai").click()
    expect(page.get_by_text("Nguy cơ cao")).to_be_visible()
    expect(page.get_by_role("link", name="115")).to_be_visible()
    [said] = pictures.texts_in(page.locator(".decl-slip").screenshot())
    [(day,)] = rows("SELECT day FROM surveillance_declaration")
    found = slip.read(said, keys.public_keys(), day)
    assert (found.fault, found.slip and found.slip.name) == ("", NAME)
    page.get_by_role("button", name="Kết thúc, không để lại gì").click()
    expect(page.get_by_role("heading", name="Khai báo y tế")).to_be_visible()
    assert [cookie for cookie in page.context.cookies() if str(cookie.get("name")).startswith("lachan_decl")] == []
    assert NAME not in str(page.evaluate("JSON.stringify(sessionStorage)"))
    assert all("Đào" not in address and EMAIL not in address for address in addresses)

    officer = sign_in("commune", width=360, height=740)
    officer.goto("/declarations/")
    row = officer.get_by_role("row", name=NAME)
    expect(row.get_by_text("Nguy cơ cao")).to_be_visible()
    officer.get_by_role("link", name=NAME).click()
    expect(officer.get_by_role("link", name=EMAIL)).to_be_visible()
    officer.get_by_label("Đã gọi, không cần làm thêm").check()
    officer.get_by_label("Ghi chú").fill("đã hướng dẫn ở nhà, hẹn lấy mẫu")
    officer.get_by_role("button", name="Ghi nhận").click()
    expect(officer.get_by_text("Đã gọi, không cần làm thêm")).to_be_visible()
