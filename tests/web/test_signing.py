"""The head's queue: the list as read, one gesture, what changed meanwhile."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from lachan.certificates import keys
from lachan.certificates.models import DoseSignature, SigningBatch
from lachan.certificates.operations import signatures
from lachan.places import queries as places

from .board_days import Day
from .conftest import SignedIn

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(autouse=True)
def _keys(db: None) -> None:
    keys.forget()
    keys.ensure(timezone.now())


def dosed(day: Day, count: int) -> None:
    first = len(day.people)
    day.ready(count)
    day.inject(*range(first, first + count))


def opened(client: Client, day: Day) -> tuple[str, dict[str, list[str] | str]]:
    """The list of today, and the form on it as a browser would send it."""
    page = client.get(f"/signing/{day.facility.id}/").content.decode()
    form: dict[str, list[str] | str] = {
        name: re.findall(rf'name="{name}" value="([^"]*)"', page) for name in ("listed", "dose")
    }
    for name in ("command_id", "seen", "from", "to"):
        form[name] = re.findall(rf'name="{name}" value="([^"]*)"', page)[0]
    return page, form


def test_the_queue_shows_the_day_and_the_list_what_is_signed(head_page: Client, day: Day) -> None:
    dosed(day, 3)
    assert f"{day.today:%d/%m/%Y}" in head_page.get("/signing/").content.decode()
    page, form = opened(head_page, day)
    assert "Bạn ký xác nhận 3 mũi tiêm" in page
    assert len(form["dose"]) == 3
    answer = head_page.post(f"/signing/{day.facility.id}/sign/", form, follow=True).content.decode()
    assert "Đã ký 3 mũi tiêm." in answer
    assert "Đã ký hết" in answer
    assert DoseSignature.objects.count() == 3
    assert SigningBatch.objects.get().doses == 3


def test_unticked_stays_and_nothing_ticked_is_said(head_page: Client, day: Day) -> None:
    dosed(day, 2)
    _, form = opened(head_page, day)
    nothing = head_page.post(f"/signing/{day.facility.id}/sign/", {**form, "dose": []})
    assert nothing.status_code == 422
    assert "Chưa chọn mũi tiêm nào" in nothing.content.decode()
    answer = head_page.post(f"/signing/{day.facility.id}/sign/", {**form, "dose": form["dose"][:1]}, follow=True)
    assert "1 mũi chưa ký." in answer.content.decode()
    assert DoseSignature.objects.count() == 1


def test_a_list_that_changed_is_read_again(head_page: Client, day: Day) -> None:
    dosed(day, 1)
    _, form = opened(head_page, day)
    dosed(day, 1)
    answer = head_page.post(f"/signing/{day.facility.id}/sign/", form, follow=True)
    assert "Hãy đọc lại danh sách" in answer.content.decode()
    assert "Bạn ký xác nhận 2 mũi tiêm" in answer.content.decode()
    assert not DoseSignature.objects.exists()


def test_the_longest_list_comes_back_whole(head_page: Client, day: Day) -> None:
    dosed(day, 1)
    _, form = opened(head_page, day)
    ids = [str(uuid4()) for _ in range(signatures.MOST)]
    whole = {**form, "listed": ids, "dose": ids, "csrfmiddlewaretoken": "x"}
    answer = head_page.post(f"/signing/{day.facility.id}/sign/", whole)
    assert answer.status_code == 302, "more fields than a form may have are a fault before anybody reads them"


def test_another_station_is_not_mine_to_read_or_sign(signed_in: SignedIn, day: Day) -> None:
    head = signed_in("head")
    other = next(row for row in places.facility_table().values() if row.id != day.facility.id)
    assert head.get(f"/signing/{other.id}/").status_code == 403
    assert head.post(f"/signing/{other.id}/sign/", {"seen": ""}).status_code == 403


def test_a_look_at_the_list_is_logged(head_page: Client, day: Day) -> None:
    from lachan.access.models import Look

    dosed(day, 2)
    opened(head_page, day)
    assert set(Look.objects.filter(what="list").values_list("person_id", flat=True)) == set(day.people)
