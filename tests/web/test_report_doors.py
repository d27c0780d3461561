"""The report's pages against an officer of elsewhere and against texts that are meant to do harm."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from lachan.access.models import User
from lachan.forecasting.models import ReportNote
from lachan.forecasting.report import archive
from lachan.kernel.ids import new_id
from tests.forecasting.report.contents import content

from .conftest import SignedIn

pytestmark = pytest.mark.slow
NATION = 1
HARM = '<script>alert(1)</script> {{ 7|add:7 }} #image("/etc/passwd") =1+1 \x00\x01'
PAGES = ("", "pdf/", "meeting/", "readers/")


@pytest.fixture
def kept(cast: None) -> archive.Kept:
    archive.keep([content(NATION, timezone.localdate())], now=timezone.now())
    found = archive.standing(NATION, timezone.localdate())
    assert found is not None
    return found


def test_an_officer_of_a_province_neither_reads_nor_writes_elsewhere(kept: archive.Kept, signed_in: SignedIn) -> None:
    officer = signed_in("province")
    for page in PAGES:
        assert officer.get(f"/situation/{NATION}/{page}").status_code == 403, page
    wish = {"command_id": str(new_id()), "kind": "decision", "text": "Đóng cửa chợ"}
    assert officer.post(f"/situation/{NATION}/meeting/write/", wish).status_code == 403
    assert officer.post(f"/situation/{NATION}/readers/", {"addresses": "an@example.test"}).status_code == 403
    signed_in("national").post(f"/situation/{NATION}/meeting/write/", wish)
    note = ReportNote.objects.get()
    home = officer.get("/situation/").headers["Location"]
    settled = {"note": str(note.id), "answer": "Xong", "state": "done"}
    shown = officer.post(f"{home}meeting/settle/", settled, follow=True).content.decode()
    assert "Không có mục này trong các địa bàn của bạn" in shown or "địa bàn" in shown
    note.refresh_from_db()
    assert note.state == "open"


def test_texts_are_shown_and_do_nothing(kept: archive.Kept, signed_in: SignedIn) -> None:
    officer = signed_in("national")
    wish = {
        "command_id": str(new_id()),
        "kind": "question",
        "text": HARM,
        "who": HARM,
        "due": "0000-99-99",
        "figure": HARM,
    }
    assert officer.post(f"/situation/{NATION}/meeting/write/", wish).status_code == 302
    shown = officer.get(f"/situation/{NATION}/meeting/").content.decode()
    assert "&lt;script&gt;alert(1)" in shown
    assert "<script>alert" not in shown
    assert "{{ 7|add:7 }}" in shown
    for sent in ({"note": HARM, "answer": "x"}, {"note": str(new_id()), "answer": HARM}):
        assert officer.post(f"/situation/{NATION}/meeting/settle/", sent).status_code in (302, 404)
    assert officer.post(f"/situation/{NATION}/readers/", {"end": HARM}).status_code == 302
    sent = {"addresses": 'an@example.test\r\nBcc: binh@example.test, \x00x@example.test "a\x01"@example.test'}
    assert officer.post(f"/situation/{NATION}/readers/", sent).status_code == 302


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2026-02-30", "\x00", "x" * 5_000])
def test_no_day_breaks_a_page(kept: archive.Kept, signed_in: SignedIn, day: str) -> None:
    officer = signed_in("national")
    for page in PAGES:
        assert officer.get(f"/situation/{NATION}/{page}", {"day": day}).status_code in (200, 302), page


def test_nothing_of_it_is_kept_on_the_way_and_no_other_site_writes(kept: archive.Kept, signed_in: SignedIn) -> None:
    officer = signed_in("national")
    for page in PAGES:
        assert "no-store" in officer.get(f"/situation/{NATION}/{page}").headers["Cache-Control"], page
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.get(username="national"))
    for page in ("meeting/write/", "meeting/settle/", "readers/"):
        assert strict.post(f"/situation/{NATION}/{page}", {"text": "x"}).status_code == 403, page
    for page in PAGES:
        assert Client().get(f"/situation/{NATION}/{page}").status_code == 302, page


def test_a_report_of_tomorrow_is_not_made_by_asking(kept: archive.Kept, signed_in: SignedIn) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    shown = signed_in("national").get(f"/situation/{NATION}/", {"day": tomorrow.isoformat()})
    assert shown.context["kept"].day == timezone.localdate()
    assert archive.missing([NATION], tomorrow) == [NATION]
