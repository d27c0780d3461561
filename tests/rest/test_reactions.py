"""Reactions through the API: a station reports and follows up by commands, and reads the list without names."""

from __future__ import annotations

from typing import Any

import pytest

from lachan.immunization.models import ReactionCase
from lachan.kernel.ids import new_id

from .conftest import Desk, body, command

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def reported(desk: Desk, number: int, **more: Any) -> str:
    """A case of somebody who is registered by it; the id the sender gave."""
    case_id = str(new_id())
    person = desk.register(f"Nguyễn Văn {chr(65 + number)}n")
    said = {"severity": "moderate", "symptoms": ["fever"], "facility": desk.facility, "source": "hospital", **more}
    desk.good(command("reaction.report", {"person": {"id": person}, "case_id": case_id, **said}))
    return case_id


def test_a_partner_reports_follows_up_and_reads_its_cases(day: Desk, stranger: Desk) -> None:
    case_id = reported(day, 1)
    [item] = body(day.get("/reactions"))["items"]
    assert (item["id"], item["severity"], item["clock"]) == (case_id, "moderate", "none")
    assert body(day.get("/reactions?serious=true"))["items"] == []
    person = {"id": item["person_id"]}
    told = day.good(
        command("reaction.follow_up", {"person": person, "case_id": case_id, "seriousness": ["hospitalisation"]})
    )
    assert told[0]["params"]["code"] == item["number"]
    [item] = body(day.get("/reactions?serious=true"))["items"]
    assert (item["clock"], item["state"]) == ("running", "new")
    day.good(command("reaction.notify", {"person": person, "case_id": case_id}))
    [item] = body(day.get("/reactions"))["items"]
    assert (item["clock"], item["state"]) == ("met", "reported")
    assert body(stranger.get("/reactions")) == {"items": [], "next": None}
    elsewhere = stranger.send(command("reaction.notify", {"person": person, "case_id": case_id}))
    assert elsewhere[0]["reason"] in ("not_allowed_here", "person_unknown")
    kept = ReactionCase.objects.get()
    assert kept.notified_at is not None


def test_pages_of_the_line_list(day: Desk) -> None:
    made = {reported(day, number) for number in range(5)}
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = body(day.get(f"/reactions?limit=2&cursor={cursor}"))
        seen += [item["id"] for item in page["items"]]
        cursor = page["next"]
    assert len(seen) == 5
    assert set(seen) == made


def test_a_milder_word_without_a_reason_is_refused_with_a_sentence(day: Desk) -> None:
    case_id = reported(day, 3, severity="severe")
    [item] = body(day.get("/reactions"))["items"]
    [outcome] = day.send(
        command("reaction.follow_up", {"person": {"id": item["person_id"]}, "case_id": case_id, "severity": "mild"})
    )
    assert (outcome["status"], outcome["reason"]) == ("refused", "milder_without_reason")
    assert "nhẹ hơn" in outcome["message"]["vi"]
