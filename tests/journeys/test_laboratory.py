"""A laboratory's hour: a sample taken by scan, a positive by key, a pool that opens, a wrong result corrected."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from lachan.access.actors import Actor
from lachan.immunization.commands import execute
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED
from lachan.places import queries as places
from lachan.surveillance.models import PoolResult, Result, ResultCorrection, Sample
from tests.web.board_days import NAMES, card, number

from .conftest import SignIn
from .test_station_day import SCANNER, at

pytestmark = [pytest.mark.journey, pytest.mark.slow]


def send(verb: str, minutes: int = 30, **body: Any) -> UUID:
    now = timezone.now()
    command = Command(new_id(), verb, now - timedelta(minutes=minutes), body)
    [outcome] = execute([command], actor=Actor.system("tests"), now=now)
    assert outcome.status is ACCEPTED, outcome
    assert outcome.id is not None
    return outcome.id


@pytest.fixture
def tubes(site: str, story_station: int) -> list[UUID]:
    """Three people whose tubes LAB-001 to LAB-003 wait at the laboratory."""
    code = places.facility_table()[story_station].code
    people = []
    for index in range(3):
        person = send(
            "person.register", 60, name=NAMES[index], sex="M", birth_date=f"{1980 + index}-05-05",
            residence_code="26740", force_new=True,
            identifiers=[{"system": "citizen_id", "value": number(index)}],
        )  # fmt: skip
        send("sample.take", person={"id": str(person)}, sample=f"LAB-{index + 1:03}", facility=code)
        people.append(person)
    return people


def test_an_hour_at_the_bench(tubes: list[UUID], sign_in: SignIn) -> None:
    page = at(sign_in("laboratory"), "/laboratory/")
    tube, rows = page.locator(".lab-tube"), page.locator("#to-test tbody tr")
    expect(rows).to_have_count(3)
    expect(page.get_by_text(NAMES[0])).to_have_count(0)  # lists name nobody

    # scan, P, the Ct, Enter: recorded, and the next tube
    page.evaluate(SCANNER, "LAB-001")
    expect(tube).to_contain_text(NAMES[0])
    page.keyboard.press("p")
    expect(page.get_by_label("Ct")).to_be_focused()
    page.keyboard.type("21,5")
    page.keyboard.press("Enter")
    expect(page.get_by_text("LAB-001: Dương tính.")).to_be_visible()
    expect(tube).to_have_count(0)
    expect(rows).to_have_count(2)
    found = Result.objects.get()
    assert (found.outcome, found.ct, found.method) == ("positive", 21.5, "pcr")

    # without an outcome Enter does nothing; an unknown tube says what to do
    page.evaluate(SCANNER, "NOBODY-7")
    expect(page.get_by_text("Không có mẫu mang mã này")).to_be_visible()

    # two samples become a pool; the pool is positive and each has to be tested by itself
    page.get_by_role("link", name="Gộp mẫu").click()
    line = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 500, "downloadThroughput": -1, "uploadThroughput": -1}
    line.send("Network.emulateNetworkConditions", slow)
    for code in ("LAB-002", "LAB-002", "LAB-003"):  # faster than the answers come: none is lost, none counts twice
        page.evaluate(SCANNER, code)
    expect(page.locator("#pool-list li")).to_have_count(2)
    line.send("Network.emulateNetworkConditions", slow | {"latency": 0})
    expect(page.locator("#pool-count")).to_have_text("2")
    page.evaluate(SCANNER, "LAB-001")
    expect(page.locator("#pool-said")).to_contain_text("đã có kết quả")
    page.get_by_label("Mã ống mẫu gộp").fill("GOP-001")
    page.get_by_role("button", name="Gộp các mẫu này").click()
    expect(page.get_by_text("Đã gộp 2 mẫu thành mẫu gộp GOP-001.")).to_be_visible()

    page = at(page, "/laboratory/")
    page.evaluate(SCANNER, "GOP-001")
    expect(tube).to_contain_text("Mẫu gộp gồm 2 mẫu")
    page.keyboard.press("n")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Mẫu gộp GOP-001, 2 mẫu: Âm tính.")).to_be_visible()
    assert Result.objects.filter(outcome="negative", status="standing").count() == 2

    # the wells were swapped: corrected with its reason, the negatives are taken back
    page.get_by_role("tab", name="Mẫu gộp").click()
    page.get_by_role("link", name="GOP-001").click()
    page.get_by_text("Sửa hoặc thu hồi").click()
    page.get_by_label("Kết quả", exact=True).select_option("positive")
    page.get_by_label("Vì sao sai").fill("Nhầm giếng")
    page.get_by_role("button", name="Sửa", exact=True).click()
    expect(page.get_by_text("Đã sửa kết quả.")).to_be_visible()
    expect(page.get_by_text("Phải làm mẫu đơn")).to_have_count(2)
    assert Result.objects.filter(outcome="negative", status="corrected").count() == 2
    assert PoolResult.objects.get(status="standing").outcome == "positive"

    # a false positive is withdrawn; what was found stays to be read
    sample = Sample.objects.get(code="LAB-001")
    page = at(page, f"/laboratory/samples/{sample.person_id}/{sample.id}/")
    page.get_by_text("Sửa hoặc thu hồi").click()
    page.get_by_label("Vì sao thu hồi").fill("Nhiễm chéo khi tách chiết")
    page.get_by_role("button", name="Thu hồi kết quả này").click()
    expect(page.get_by_text("Đã thu hồi kết quả.")).to_be_visible()
    assert ResultCorrection.objects.get(result_id=found.id).reason == "Nhiễm chéo khi tách chiết"
    assert Sample.objects.get(code="LAB-001").state == "again"


def test_a_nurse_takes_a_sample_with_two_scans(tubes: list[UUID], sign_in: SignIn) -> None:
    page = at(sign_in("nurse", width=360, height=740), "/laboratory/samples/")
    page.evaluate(SCANNER, card(0))
    expect(page.locator(".lab-tube")).to_contain_text(NAMES[0])
    page.evaluate(SCANNER, card(1))  # the next card instead of a tube: the other person
    expect(page.locator(".lab-tube")).to_contain_text(NAMES[1])
    page.evaluate(SCANNER, "TRAM-0001")
    expect(page.get_by_text("Đã ghi mẫu TRAM-0001.")).to_be_visible()
    assert Sample.objects.get(code="TRAM-0001").person_id == tubes[1]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
