"""The report of 19:00 on the screen: as it was, beside yesterday's, with what the meeting wrote."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from lachan.forecasting.models import ReportNote
from lachan.forecasting.report import archive, jobs
from lachan.kernel.ids import new_id
from tests.forecasting.report.contents import content

from .conftest import SignedIn

pytestmark = pytest.mark.slow

NATION = 1


@pytest.fixture
def day(cast: None) -> date:
    """Two evenings with a report."""
    today = timezone.localdate()
    archive.keep([content(NATION, today - timedelta(days=1), cases=8)], now=timezone.now())
    archive.keep([content(NATION, today, cases=12)], now=timezone.now())
    return today


@pytest.fixture
def officer(signed_in: SignedIn) -> Client:
    return signed_in("national")


def text(client: Client, path: str) -> str:
    answer = client.get(path, follow=True)
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def test_the_report_is_read_beside_yesterdays(day: date, officer: Client) -> None:
    shown = text(officer, "/situation/")
    assert "cases (vi)" in shown
    assert "17/20" in shown
    assert f"?day={day - timedelta(days=1)}" in shown
    assert ">8<" in shown  # what yesterday's report said
    assert ">9<" in shown  # what is known of yesterday today


def test_a_page_stays_as_it_was_first_drawn(day: date, officer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    first = text(officer, "/situation/1/")
    monkeypatch.setattr("lachan.web.parts.report.views.render_to_string", lambda *_: "another drawing")
    again = text(officer, "/situation/1/")
    assert "another drawing" not in again
    assert "cases (vi)" in first


def test_each_language_has_its_own_drawing(day: date, officer: Client) -> None:
    text(officer, "/situation/1/")
    officer.post("/language/", {"language": "en"})
    shown = text(officer, "/situation/1/")
    assert "cases (en)" in shown
    assert "cases (vi)" not in shown


def test_the_pdf_is_that_of_the_archive(day: date, officer: Client) -> None:
    answer = officer.get(f"/situation/1/pdf/?day={day}")
    kept = archive.standing(NATION, day)
    assert kept is not None
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content == jobs.pdf(kept, "vi", timezone.now())


def test_the_meeting_asks_answers_and_the_next_report_knows(day: date, officer: Client) -> None:
    wish = {
        "command_id": str(new_id()), "day": day.isoformat(), "figure": "cases", "kind": "question",
        "text": "Vì sao tăng?", "who": "Sở Y tế", "due": (day + timedelta(days=2)).isoformat(),
    }  # fmt: skip
    for _ in range(2):  # a form sent twice is written once
        assert officer.post("/situation/1/meeting/write/", wish).status_code == 302
    note = ReportNote.objects.get()
    assert (note.figure, note.who, note.day) == ("cases", "Sở Y tế", day)
    assert "Vì sao tăng?" in text(officer, "/situation/1/meeting/")
    empty = officer.post("/situation/1/meeting/settle/", {"note": str(note.id), "answer": " "}, follow=True)
    assert "Hãy ghi câu trả lời" in empty.content.decode()
    officer.post("/situation/1/meeting/settle/", {"note": str(note.id), "answer": "Một ổ dịch ở chợ.", "state": "done"})
    note.refresh_from_db()
    assert (note.state, note.answer) == ("done", "Một ổ dịch ở chợ.")


def test_readers_are_added_and_taken_away(day: date, officer: Client) -> None:
    sent = officer.post("/situation/1/readers/", {"addresses": "an@example.test\nkhông phải"}, follow=True)
    shown = sent.content.decode()
    assert "an@example.test" in shown
    assert "Đây không phải địa chỉ thư điện tử" in shown
    [reader] = sent.context["readers"]
    gone = officer.post("/situation/1/readers/", {"end": str(reader.id)}, follow=True)
    assert gone.context["readers"] == []


def test_before_the_first_evening(officer: Client) -> None:
    assert "Chưa có báo cáo" in text(officer, "/situation/")
    assert officer.get("/situation/1/pdf/").status_code == 302
    assert "Chưa có báo cáo" in text(officer, "/situation/1/meeting/")
