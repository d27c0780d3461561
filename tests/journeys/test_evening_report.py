"""Two evenings: the worker makes the report, it is read in both languages and on paper, the meeting decides; the next
evening's stands beside it, and the morning after nothing in the archived one has changed."""

from __future__ import annotations

from datetime import date, timedelta
from datetime import timezone as zone
from threading import Thread

import pytest
from django.db import connections
from django.utils import timezone
from playwright.sync_api import Page, expect

from lachan.forecasting.models import Report, ReportNote
from lachan.forecasting.report import archive, checks, jobs
from lachan.forecasting.report.content import seal, to_bytes
from lachan.kernel.jobs import app
from lachan.places import queries as places
from lachan.places.rules import COUNTRY_ID
from tests.figures import known
from tests.journeys.test_minister import Country, country

from .conftest import SignIn, hindrances, shot

__all__ = ["country"]

pytestmark = [pytest.mark.journey, pytest.mark.slow]
ASKED, DECIDED = "Vì sao số ca của thành phố tăng gấp đôi?", "Mở thêm hai điểm tiêm ở Thành phố Hồ Chí Minh."
# where it is this time yesterday: the evening of a clock there is yesterday's
YESTERDAY, TODAY = zone(timedelta(hours=-17)), zone(timedelta(hours=7))


def evening(monkeypatch: pytest.MonkeyPatch, where: zone) -> None:
    """The periodic job comes due, and a worker works it off: in a thread, the browser's driver has a loop in this one;
    in a queue of its own, or everything else that is periodic would run as well."""
    monkeypatch.setattr(jobs, "HERE", where)

    def work() -> None:
        jobs.evening.configure(queue="evening", lock="evening", queueing_lock="evening").defer(timestamp=0)
        with app.replace_connector(app.connector.get_worker_connector()) as worker:  # type: ignore[attr-defined]
            worker.run_worker(queues=["evening"], wait=False, install_signal_handlers=False, listen_notify=False)
        connections.close_all()

    thread = Thread(target=work)
    thread.start()
    thread.join(60)


@pytest.fixture
def two(country: Country, monkeypatch: pytest.MonkeyPatch) -> tuple[date, date]:
    """Yesterday and today; reports of the nation and the city, whatever the hour the test runs at."""
    few = [area for one in (COUNTRY_ID, country.city) if (area := places.area(one)) is not None]
    monkeypatch.setattr(jobs, "_places", lambda day: few)
    monkeypatch.setattr(jobs, "AT", jobs.AT.min)
    return country.today - timedelta(days=1), country.today


def _read(page: Page, day: date) -> str:
    """The report in Vietnamese, then in English; its words in Vietnamese."""
    page.goto(f"/situation/{COUNTRY_ID}/?day={day}")
    body = page.locator(".rep-body")
    expect(body).to_contain_text("Chất lượng số liệu")
    expect(body).to_contain_text("Thành phố Hồ Chí Minh")
    said = body.inner_text()
    assert hindrances(page) == []
    shot(page, f"report-{(timezone.localdate() - day).days}")
    _speak(page, "en")
    page.goto(f"/situation/{COUNTRY_ID}/?day={day}")
    expect(page.locator(".rep-body")).to_contain_text("State of the data")
    _speak(page, "vi")
    return said


def _speak(page: Page, language: str) -> None:
    """The button lies in the menu of the person."""
    with page.expect_navigation():
        page.locator(f"button[name=language][value={language}]").first.evaluate("button => button.click()")


def _paper(page: Page, day: date) -> bytes:
    answer = page.request.get(f"/situation/{COUNTRY_ID}/pdf/?day={day}&language=vi")
    assert answer.headers["content-type"] == "application/pdf"
    return answer.body()


def _meet(page: Page) -> None:
    """A question beside the figure of cases, a decision about the whole."""
    page.get_by_role("link", name="Họp").click()
    cases = page.locator(".rep-row", has_text="Ca mắc mới")
    cases.locator("summary").click()
    cases.locator("[name=text]").fill(ASKED)
    cases.locator("[name=who]").fill("Sở Y tế")
    cases.get_by_role("button", name="Câu hỏi").click()
    expect(page.locator(".rep-note")).to_have_count(1)
    whole = page.locator(".rep-row", has_text="Tình hình chung")
    whole.locator("[name=text]").fill(DECIDED)
    whole.get_by_role("button", name="Quyết định").click()
    expect(page.locator(".rep-note")).to_have_count(2)
    assert hindrances(page) == []
    shot(page, "meeting")


def _the_next(page: Page, day: date) -> None:
    """Yesterday's figure stands beside today's and what is known of yesterday now; what is open is still there."""
    page.goto(f"/situation/{COUNTRY_ID}/?day={day}")
    compared = page.locator(".rep-compared tbody tr", has_text="Ca mắc mới")
    assert len({cell.strip() for cell in compared.locator("td").all_inner_texts()[2:]}) == 2, "revised since"
    expect(page.locator(".rep-body")).to_contain_text(DECIDED)
    page.get_by_role("link", name="Họp").click()
    asked = page.locator(".rep-note", has_text=ASKED)
    asked.locator("summary").click()
    asked.locator("[name=answer]").fill("Ổ dịch ở một chợ đầu mối.")
    with page.expect_navigation():
        asked.get_by_role("button", name="Xong").click()
    page.goto(f"/situation/{COUNTRY_ID}/meeting/?day={day - timedelta(days=1)}")
    expect(page.locator(".rep-note", has_text=ASKED)).to_contain_text("Ổ dịch ở một chợ đầu mối.")


def test_a_report_is_archived_compared_and_the_same_the_morning_after(
    country: Country, two: tuple[date, date], sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    yesterday, today = two
    evening(monkeypatch, YESTERDAY)
    page = sign_in("national")
    said, paper = _read(page, yesterday), _paper(page, yesterday)
    before = Report.objects.get(area_id=COUNTRY_ID, day=yesterday).seal
    page.goto(f"/situation/{COUNTRY_ID}/?day={yesterday}")
    _meet(page)

    known([(today, yesterday, country.commune, "cases", 11)], timezone.now())  # cases of yesterday, known today
    evening(monkeypatch, TODAY)
    _the_next(page, today)
    assert sorted(ReportNote.objects.values_list("state", flat=True)) == ["done", "open"]

    page.goto(f"/situation/{COUNTRY_ID}/?day={yesterday}")
    assert page.locator(".rep-body").inner_text() == said
    assert _paper(page, yesterday) == paper
    kept, after = archive.standing(COUNTRY_ID, yesterday), archive.standing(COUNTRY_ID, today)
    assert kept is not None
    assert after is not None
    assert seal(COUNTRY_ID, yesterday, to_bytes(kept.content), kept.before) == kept.seal == before == after.before
    assert [one for one in checks.check_all() if not one.good] == []
