"""Tens of thousands an hour: with commits that are real, by partners in batches and by people one at a time."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lachan.access.actors import clear_key_memory
from lachan.immunization.operations import one_time
from lachan.kernel.database import hot_cursor
from lachan.kernel.ids import new_id
from lachan.people.self_service import codes, secrets
from lachan.surveillance.models import Declaration
from lachan.web.parts.declarations import public
from tests.immunization.conftest import Station, make_station
from tests.rest.conftest import COMMANDS, desk_at
from tests.surveillance.declarations.conftest import NO

pytestmark = [pytest.mark.slow]
AN_HOUR = 3_600
MUST = 36_000  # an hour, of one process on a busy machine
ANSWERS = {f"q_{code}": answer for code, answer in NO.items()}


@pytest.fixture
def station(committed: None, monkeypatch: pytest.MonkeyPatch) -> Station:
    monkeypatch.setattr(one_time, "send_soon", lambda digest: None)  # the worker's time is not the page's
    clear_key_memory()
    cache.clear()
    return make_station()


def rate(count: int, begun: float) -> float:
    return count / (time.perf_counter() - begun) * AN_HOUR


def test_partners_send_batches(station: Station, record_property: Any) -> None:
    station.now = timezone.now()
    people = station.people(1_000)
    desk = desk_at(station.facility.id, "partner")
    at = timezone.now().isoformat()

    def batch(first: int, card: bool) -> str:
        commands = []
        for place in range(first, first + 250):
            person = {"id": str(people[place])}
            if card:
                person = {"card": {"name": f"Trần Thị Hoa {place}", "sex": "F", "birth_date": "1991-02-03",
                                   "passport": f"C{place:07}"}}  # fmt: skip
            body = {"person": person, "kind": "domestic", "answers": NO}
            commands.append({"id": str(new_id()), "verb": "declaration.make", "happened_at": at, "body": body})
        return json.dumps(commands)

    for card in (False, True):
        batches = [batch(first, card) for first in range(0, 1_000, 250)]
        begun = time.perf_counter()
        for sent in batches:
            answer = desk.client.post(COMMANDS, sent, content_type="application/json")
            assert {one["status"] for one in json.loads(answer.content)["outcomes"]} == {"accepted"}
        found = rate(1_000, begun)
        record_property("strangers an hour" if card else "known an hour", round(found))
        assert found > MUST


def one(number: int, client: Client) -> None:
    """A whole declaration of a stranger, by two forms and a page, from an address of their own."""
    client.cookies.clear()
    client.defaults["REMOTE_ADDR"] = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    form = {
        "kind": "domestic", "no_symptoms": "1", "commune": "Phường Bến Nghé", **ANSWERS, "born": "14/03/1988",
        "name": f"Nguyễn Thị Đào {chr(65 + number % 26)}{chr(97 + number // 26 % 26)}", "sex": "F",
        "contact": f"0912{number:06}",
    }  # fmt: skip
    html = client.post(reverse("declare"), form).content.decode()
    draft = html.partition('name="draft" value="')[2].partition('"')[0]
    with hot_cursor() as cursor:
        sent = codes.to_send(cursor, secrets.digest(client.cookies[public.CODE].value), timezone.now())
    assert sent is not None
    assert client.post(reverse("declare-code"), {"draft": draft, "code": sent.code}).status_code == 302
    assert client.get(reverse("declare-result")).status_code == 200


def test_people_declare_on_their_own(station: Station, record_property: Any) -> None:
    one(0, Client())  # what a process remembers is read
    count = 200

    def some(numbers: range) -> None:
        client = Client()
        one(numbers[0], client)
        ready.wait()
        for number in numbers[1:]:
            one(number, client)
        connections.close_all()

    ready = Barrier(3)  # a test client reads every static file when it is made, a server does so once
    with ThreadPoolExecutor(2) as pool:
        running = [pool.submit(some, range(first + 1, count + 1, 2)) for first in range(2)]
        ready.wait()
        begun = time.perf_counter()
        for done in running:
            done.result()
    found = rate(count - 2, begun)
    record_property("public an hour", round(found))
    assert Declaration.objects.count() == count + 1
    assert found > MUST / 4, "the whole way of one person: two forms, a code, a page with its signed slip"
