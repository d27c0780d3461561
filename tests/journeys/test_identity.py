"""Twins taken for one person, and what is done when the mother comes back three weeks later."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from lachan.analytics.checks import check_all
from lachan.immunization.models import Dose
from lachan.people.models import Merge, Person

from .conftest import SignIn
from .test_people import register, send

pytestmark = [pytest.mark.journey, pytest.mark.slow]
PHONE = [{"kind": "phone", "value": "0903123456"}]
INSURANCE = {"system": "health_insurance", "value": "7916123456"}


def dose(on: str, **person: Any) -> UUID:
    codes = ["lot_missing", "interval_too_short", "too_young", "booster_too_early"]
    answered = {"codes": codes, "reason": "as on the slip"}
    return send("dose.record", person=person, product="pfizer", source="elsewhere", given_on=on, override=answered)


def test_a_merge_of_twins_is_undone_three_weeks_later(sign_in: SignIn) -> None:
    bao = register("Trần Gia Bảo", "2009-03-04", contacts=PHONE)
    bach = register("Trần Gia Bảo", "2009-03-04", contacts=PHONE, identifiers=[INSURANCE])
    assert Person.objects.get(id=bach).status == "provisional", "one name, date and telephone: a person decides"
    first = timezone.localdate() - timedelta(days=120)
    dose(first.isoformat(), id=str(bao))
    second = dose((first + timedelta(days=40)).isoformat(), id=str(bach))

    page = sign_in("head")
    page.goto("/worklist/")
    page.get_by_text("Trần Gia Bảo").first.click()
    page.get_by_role("button", name="Đối chiếu đầy đủ với Trần Gia Bảo").click()
    expect(page.get_by_role("heading", name="Một người hay hai người?")).to_be_visible()
    expect(page.locator(".merging-day")).to_have_count(2)
    page.fill("#merge-reason", "cùng tên, cùng ngày sinh, cùng số điện thoại của mẹ")
    page.get_by_role("button", name="Một người: gộp thành một hồ sơ").click()
    expect(page.get_by_text("Đã gộp thành một hồ sơ")).to_be_visible()
    merge = Merge.objects.get()
    assert set(Dose.objects.values_list("person_id", "dose_number")) == {
        (merge.survivor_id, 1), (merge.survivor_id, 2),
    }  # fmt: skip

    # three weeks go by: each child comes once more, one with the card, one found by name
    Merge.objects.update(merged_at=merge.merged_at - timedelta(days=21))
    Dose.objects.update(recorded_at=merge.merged_at - timedelta(days=22))
    by_card = dose(timezone.localdate().isoformat(), identifier=INSURANCE)

    page.goto("/people/merges/")
    page.get_by_role("link", name="Trần Gia Bảo").first.click()
    expect(page.get_by_text("được gửi bằng số giấy tờ của hồ sơ đó")).to_be_visible()
    expect(page.locator(f"input[name=facts][value='{by_card}']")).to_be_checked()
    page.fill("#undo-reason", "mẹ đưa hai giấy khai sinh: hai anh em sinh đôi")
    page.get_by_role("button", name="Hai người: tách lại").click()
    expect(page.get_by_text("Đã tách thành hai hồ sơ")).to_be_visible()
    assert set(Dose.objects.filter(person_id=bach).values_list("id", "dose_number")) == {(second, 1), (by_card, 2)}
    assert [row.dose_number for row in Dose.objects.filter(person_id=bao)] == [1]
    assert Person.objects.filter(merged_into__isnull=True).count() == 2
    assert [finding for finding in check_all() if not finding.good] == []
