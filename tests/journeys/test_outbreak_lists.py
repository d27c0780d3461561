"""An officer opens a case, sees why one person is on its list and another is not, and decides about the first."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from lachan.kernel.ids import new_id
from lachan.surveillance.models import Case
from lachan.tracing.models import CaseList, Link, Named
from tests.tracing.work.conftest import Ward

from .conftest import SignIn, shot

pytestmark = [pytest.mark.journey, pytest.mark.slow]


def outbreak(ward: Ward) -> Case:
    """A case; one who lives with it, on its list; one whom nothing connects with it."""
    person = ward.person("Lê Văn Ca Bệnh")
    ward.send("case.report", person, disease="covid-19", symptomatic="yes", onset_on=str(ward.now.date()))
    case = Case.objects.get(person_id=person)
    near = ward.person("Trần Thị Gần", phone="0903000444")
    ward.person("Đỗ Văn Không Liên Quan")
    span = {"first_at": ward.now - timedelta(hours=20), "last_at": ward.now - timedelta(hours=18)}
    Named.objects.create(
        person_id=near, case_person_id=person, disease="covid-19", relation="household", happened_at=ward.now,
        recorded_at=ward.now, actor_id=new_id(), **span,
    )  # fmt: skip
    CaseList.objects.create(
        person_id=person, case_id=case.id, disease="covid-19", rule="vn-11042-2021-12-29", anchor_kind="onset",
        anchor_at=ward.now, window_from=ward.now - timedelta(days=2), window_to=ward.now, f1=1, f2=0,
        computed_at=ward.now, case_at=ward.now - timedelta(seconds=3), list_at=ward.now,
    )  # fmt: skip
    Link.objects.create(
        person_id=near, case_id=case.id, case_person_id=person, disease="covid-19", level=1, rule="vn-11042-2021-12-29",
        first_exposure=span["first_at"], last_exposure=span["last_at"], seconds=7_200, kind="interview", score=1,
        rank=1, listed_at=ward.now, changed_at=ward.now,
    )  # fmt: skip
    ward.watch(near)
    return case


def test_why_one_is_listed_and_another_is_not(ward: Ward, sign_in: SignIn) -> None:
    case = outbreak(ward)
    page = sign_in("province")
    page.goto("/cases/")
    page.get_by_role("link", name="Lê Văn Ca Bệnh").click()

    contacts = page.locator("#contacts")
    expect(contacts.get_by_role("link", name="Trần Thị Gần")).to_be_visible()
    expect(contacts).to_contain_text("Công văn 11042/BYT-DP")
    expect(contacts).to_contain_text("Khai khi được hỏi")
    shot(page, "outbreak-case")
    contacts.get_by_role("link", name="Trần Thị Gần").click()
    expect(page.locator(".out-answer")).to_contain_text("Có trong danh sách")
    expect(page.locator("svg.out-bar rect.out-together")).to_have_count(1)
    expect(page.get_by_role("cell", name="được tính")).to_be_visible()
    shot(page, "outbreak-why")

    # the neighbour asks why nobody called him
    page.get_by_label("Vì sao người này có trong danh sách").fill("do van khong lien quan")
    page.get_by_role("button", name="Hỏi vì sao").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đỗ Văn Không Liên Quan")
    expect(page.locator(".out-answer")).to_contain_text("Không có trong danh sách")
    shot(page, "outbreak-why-not")

    # three negative tests: the officer lets the first one go, and answers for it
    page.goto(f"/outbreak/cases/{case.person_id}/{case.id}/")
    page.get_by_role("link", name="Trần Thị Gần").click()
    page.locator("summary", has_text="Cho thôi").click()
    page.get_by_label("Lý do, bạn chịu trách nhiệm").fill("ba lần xét nghiệm âm tính")
    page.locator("form", has=page.get_by_label("Lý do, bạn chịu trách nhiệm")).get_by_role("button").click()
    page.wait_for_url("**/tracing/people/**")
    page.goto("/outbreak/?state=released")
    expect(page.get_by_text("ba lần xét nghiệm âm tính")).to_be_visible()
    shot(page, "outbreak-released")

    # the same list as a file, without a name in it
    page.get_by_role("link", name="Tải tệp").click()
    with page.expect_download() as coming:
        page.get_by_role("button", name="CSV").click()
    expect(page.get_by_text("Đã tải xong: 1 dòng.")).to_be_visible()
    content = Path(coming.value.path()).read_text(encoding="utf-8")
    assert "released" in content
    assert "Trần" not in content
