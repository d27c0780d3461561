"""What the meeting writes, who settles it, and that it stands in the next report until then."""

from __future__ import annotations

from dataclasses import replace as with_
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from lachan.access.actors import Actor, GrantFact
from lachan.access.rules import Role
from lachan.forecasting.report import archive, notes
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED, DUPLICATE, REFUSED

from .contents import DAY, content

NOW = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)
HERE, THERE = 1, 2


@pytest.fixture
def report(db: None, reference: None) -> UUID:
    archive.keep([content(HERE), content(THERE)], now=NOW)
    kept = archive.standing(HERE, DAY)
    assert kept is not None
    return kept.id


@pytest.fixture
def chair(national: Actor) -> Actor:
    return national


def test_a_question_is_asked_answered_and_gone(report: UUID, chair: Actor) -> None:
    wish = notes.Wish(new_id(), report, "question", "Vì sao Quận 1 tăng?", "cases", "Sở Y tế", date(2026, 11, 22))
    assert [outcome.status for outcome in notes.write([wish], actor=chair, now=NOW)] == [ACCEPTED]
    assert [outcome.status for outcome in notes.write([wish], actor=chair, now=NOW)] == [DUPLICATE]
    tomorrow = DAY + timedelta(days=1)
    [left] = notes.still_open([HERE, THERE], tomorrow)[HERE]
    assert (left.text, left.who, left.since) == ("Vì sao Quận 1 tăng?", "Sở Y tế", DAY)
    answer = notes.Settled(wish.id, "done", "Ổ dịch ở một chợ, đã khoanh vùng.")
    assert [outcome.status for outcome in notes.settle([answer], actor=chair, now=NOW)] == [ACCEPTED]
    [again] = notes.settle([answer], actor=chair, now=NOW)
    assert (again.status, again.reason) == (REFUSED, "note_settled")
    assert notes.still_open([HERE], tomorrow) == {}
    [shown] = notes.of_report(chair, HERE, report, DAY)
    assert (shown.state, shown.answer) == ("done", "Ổ dịch ở một chợ, đã khoanh vùng.")


def test_one_refusal_costs_its_neighbours_nothing(report: UUID, chair: Actor) -> None:
    wishes = [
        notes.Wish(new_id(), report, "decision", " "),
        notes.Wish(new_id(), report, "decision", "Tiêm thêm hai phường."),
        notes.Wish(new_id(), new_id(), "decision", "Của một báo cáo không có."),
        notes.Wish(new_id(), report, "decision", "x" * (notes.LONGEST + 1)),
    ]
    outcomes = notes.write(wishes, actor=chair, now=NOW)
    assert [outcome.reason for outcome in outcomes] == ["text_missing", None, "report_unknown", "text_long"]
    missing = notes.settle([notes.Settled(wishes[1].id, "done", "")], actor=chair, now=NOW)
    assert missing[0].reason == "answer_missing"


def test_another_place_neither_writes_nor_settles(report: UUID, chair: Actor) -> None:
    stranger = with_(chair, grants=(GrantFact(Role.PROVINCE_OFFICER, None, THERE),))
    wish = notes.Wish(new_id(), report, "question", "Từ nơi khác?")
    assert notes.write([wish], actor=stranger, now=NOW)[0].reason == "report_unknown"
    own = notes.Wish(new_id(), report, "question", "Của ta?")
    notes.write([own], actor=chair, now=NOW)
    assert notes.settle([notes.Settled(own.id, "done", "Xong")], actor=stranger, now=NOW)[0].reason == "note_unknown"


def test_a_hundred_at_most(report: UUID, chair: Actor) -> None:
    with pytest.raises(ValueError, match="at most"):
        notes.write([notes.Wish(new_id(), report, "question", "?")] * (notes.MOST + 1), actor=chair, now=NOW)
