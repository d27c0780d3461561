"""Reports stay as they were: kept once, chained, drawn once, recounted."""

from __future__ import annotations

from dataclasses import replace as with_
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from django.db import connection
from pypdfium2 import PdfDocument

from lachan.access.actors import Actor, GrantFact
from lachan.access.rules import Role
from lachan.forecasting.report import archive, checks, paper
from lachan.forecasting.report.content import against, from_bytes, seal, to_bytes
from lachan.kernel import journal
from lachan.kernel.errors import Forbidden

from .contents import DAY, content

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 20, 12, 5, tzinfo=UTC)
HERE, THERE = 1, 2


@pytest.fixture
def reports(db: None, reference: None) -> None:
    for back in (2, 1, 0):
        day = DAY - timedelta(days=back)
        archive.keep([content(HERE, day, 10 + back), content(THERE, day)], now=NOW)


def test_the_second_of_two_workers_changes_nothing(db: None, reference: None, national: Actor) -> None:
    first = archive.keep([content(HERE, cases=5)], now=NOW)
    assert len(first) == 1
    assert archive.keep([content(HERE, cases=6)], now=NOW) == []
    kept = archive.read(national, HERE, DAY)
    assert kept is not None
    assert kept.content == content(HERE, cases=5)
    assert [row.verb for row in journal.history(kept.id)] == ["report.published"]
    assert archive.missing([HERE, THERE], DAY) == [THERE]


def test_reports_of_a_place_are_a_chain(reports: None, national: Actor) -> None:
    last, before = archive.read(national, HERE, DAY), archive.read(national, HERE, DAY - timedelta(days=1))
    assert last is not None
    assert before is not None
    assert last.before == before.seal != ""
    assert last.seal == seal(HERE, DAY, to_bytes(last.content), before.seal)
    assert [filed.day for filed in archive.archive(national, HERE, DAY)] == [
        DAY - timedelta(days=1), DAY - timedelta(days=2),
    ]  # fmt: skip
    assert all(finding.good for finding in checks.check_all())


def test_a_day_without_a_report_shows_the_one_before(reports: None, national: Actor) -> None:
    kept = archive.read(national, HERE, DAY + timedelta(days=5))
    assert kept is not None
    assert kept.day == DAY


@pytest.mark.parametrize(
    "spoil",
    [
        "UPDATE forecasting_report SET content = content || ' '::bytea WHERE area_id = 1 AND day = '2026-11-19'",
        "DELETE FROM forecasting_report WHERE area_id = 1 AND day = '2026-11-19'",
        "UPDATE forecasting_report SET seal = repeat('0', 64) WHERE area_id = 2 AND day = '2026-11-20'",
    ],
)
def test_what_was_changed_behind_our_back_is_found(reports: None, spoil: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(spoil)
    [seals, drawings] = checks.check_all()
    assert not seals.good
    assert "differ" in seals.detail
    assert drawings.good


def test_a_pdf_is_drawn_once_and_found_when_it_was_changed(reports: None, national: Actor) -> None:
    kept = archive.read(national, HERE, DAY)
    assert kept is not None
    first = archive.drawn(kept, "pdf", "vi", paper.draw, NOW)
    other = msgspec.structs.replace(kept.content, place="Nơi khác")
    assert archive.drawn(kept._replace(content=other), "pdf", "vi", paper.draw, NOW) == first
    text = " ".join("".join(page.get_textpage().get_text_range() for page in PdfDocument(first)).split())
    assert "Thành phố Hồ Chí Minh, ngày 20/11/2026" in text
    assert "17/20" not in text.replace("17/20 tuần", "")  # how often the truth lay inside is said in words
    with connection.cursor() as cursor:
        cursor.execute("UPDATE forecasting_reportdrawing SET drawn = drawn || ' '::bytea")
    assert [finding.good for finding in checks.check_all()] == [True, False]


def test_both_languages_on_paper() -> None:
    for language, words in (("vi", "Báo cáo tình hình dịch 19 giờ"), ("en", "Situation report of 19:00")):
        made = PdfDocument(paper.draw(content(HERE), language, seal="ab" * 32))
        text = "".join(page.get_textpage().get_text_range() for page in made)
        assert words in text
        assert "abababababababab" in text


def test_only_ones_own_places_are_read(reports: None, national: Actor) -> None:
    officer = with_(national, grants=(GrantFact(Role.PROVINCE_OFFICER, None, THERE),))
    assert archive.read(officer, THERE, DAY) is not None
    with pytest.raises(Forbidden):
        archive.read(officer, HERE, DAY)
    with pytest.raises(Forbidden):
        archive.archive(officer, HERE, DAY)


def test_what_is_kept_is_read_back_and_compared() -> None:
    today, yesterday = content(HERE, cases=12), content(HERE, DAY - timedelta(days=1), cases=8)
    assert from_bytes(to_bytes(today)) == today
    [cases, positivity] = against(today, yesterday)
    assert (cases.then, cases.now_said) == (8, 9)  # one case of yesterday came in late
    assert positivity.then is None


def test_reports_kept_together_are_of_one_day(db: None) -> None:
    with pytest.raises(ValueError, match="one day"):
        archive.keep([content(1), content(2, DAY - timedelta(days=1))], now=NOW)
