"""A station without a line: its whole day arrives in the evening, twice, and stands on the board once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.utils import timezone
from playwright.sync_api import expect

from lachan.access.actors import Actor
from lachan.access.operations import create_api_key
from lachan.access.operations.keys import NewApiKey
from lachan.immunization.models import Dose, Encounter, Stock
from lachan.kernel.ids import new_id
from lachan.kernel.models import WorklistItem
from lachan.people.models import Person
from tests.web.board_days import LOT, Day

from .conftest import SignIn

pytestmark = [pytest.mark.journey, pytest.mark.slow]

PEOPLE = 20


def offline_day(session_id: str) -> list[dict[str, Any]]:
    """What the device kept: everybody registered, received, vaccinated and released, in the order of the day."""
    now = timezone.localtime()
    # all of it today, soon after midnight too: fifty minutes are enough
    begun = max(now - timedelta(hours=3), now.replace(hour=0, minute=1))
    commands = []
    for place in range(PEOPLE):
        person_id, at = str(new_id()), begun + timedelta(seconds=30 * place)
        about = {"person": {"id": person_id}, "session_id": session_id}
        papers = [{"system": "citizen_id", "value": f"0790800{place + 10000:05d}"}]
        for minutes, verb, body in (
            (0, "person.register", {
                "person_id": person_id, "name": f"Lê Văn {chr(65 + place)}n", "sex": "M", "birth_date": "1980-03-04",
                "identifiers": papers,
            }),
            (1, "arrival.record", about),
            (5, "dose.record", {**about, "product": "pfizer", "lot": LOT}),
            (35, "release.record", about),
        ):  # fmt: skip
            happened = (at + timedelta(minutes=minutes)).isoformat()
            commands.append({"id": str(new_id()), "verb": verb, "happened_at": happened, "body": body})
    return commands


def test_an_offline_day_sent_twice_stands_once(site: str, story_station: int, sign_in: SignIn) -> None:
    day = Day(story_station)
    now = timezone.now()
    key = NewApiKey("máy của trạm", "device", now + timedelta(days=1), (story_station,))
    _, token = create_api_key(key, actor=Actor.system("offline day"), now=now)
    sent = offline_day(str(day.session_id))
    answers = [
        httpx.post(f"{site}/api/v1/commands", json=sent, headers={"Authorization": f"Bearer {token}"}, timeout=60)
        for _ in range(2)
    ]
    first, second = ([entry["status"] for entry in answer.json()["outcomes"]] for answer in answers)
    assert set(first) == {"accepted"}
    assert set(second) == {"duplicate"}

    assert Person.objects.filter(name__startswith="Lê Văn ", merged_into=None).count() == PEOPLE
    assert Dose.objects.count() == Encounter.objects.count() == PEOPLE
    assert Stock.objects.get(facility_id=story_station, lot_id=Dose.objects.first().lot_id).used == PEOPLE
    assert WorklistItem.objects.count() == 0

    page = sign_in("nurse")
    page.goto(day.path)
    expect(page.locator("[data-column='done'] .board-card")).to_have_count(PEOPLE)
    expect(page.locator("[data-column='observation'] .board-card")).to_have_count(0)
    picture = sign_in("national")
    picture.goto("/national/")
    expect(picture.locator("main")).to_contain_text(str(PEOPLE))
