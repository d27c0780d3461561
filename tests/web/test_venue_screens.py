"""Venues on screen: registered by whoever answers for the commune, postered, checked in at by telephone."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from lachan.access.models import Grant, User
from lachan.kernel.database import hot_cursor
from lachan.kernel.ids import new_id
from lachan.places import queries as places
from lachan.places.venues import codes, keys, venue_by_code
from lachan.places.venues import queries as venue_queries
from lachan.places.venues.operations import NewVenue, VenueChange, change_venues, register_venues
from lachan.tracing.visits import operations
from lachan.tracing.visits.queries import refused_today

pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.usefixtures("reference", "forgetful")]
NUMBER = "079080000021"


def commune(number: int) -> int:
    today = timezone.localdate()
    return places.communes(places.provinces(today)[0].id, today)[number].id


def signed_in(role: str, **where: int) -> Client:
    user = User.objects.create_user(f"o{uuid4().hex[:8]}", "x")
    Grant.objects.create(
        user=user, role=role, valid_from=timezone.localdate(), created_at=timezone.now(), created_by=user.pk, **where
    )
    client = Client()
    client.force_login(user)
    return client


def officer(area_id: int) -> Client:
    return signed_in("commune_officer", area_id=area_id)


def head(facility_id: int) -> Client:
    return signed_in("head", facility_id=facility_id)


def venue(area_id: int, name: str = "Chợ Bến Thành") -> int:
    with hot_cursor() as cursor:
        [made] = register_venues(
            cursor, [NewVenue(name, "market", area_id, uuid4())], actor_id=uuid4(), now=timezone.now()
        )
    assert made.params is not None
    return int(made.params["id"])


def signed(venue_id: int, version: int = 1) -> str:
    key = keys.signing_key(timezone.now())
    return codes.venue_code(key.private, key.number, venue_id, version)


def visits() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tracing_visit")
        return int(cursor.fetchone()[0])


def test_an_officer_registers_a_venue_and_prints_its_poster() -> None:
    area = commune(0)
    client = officer(area)
    asked = {
        "name": "Chợ Bến Thành", "kind": "market", "area": area, "rotate_minutes": 0,
        "command_id": str(new_id()), "happened_at": timezone.now().isoformat(),
    }  # fmt: skip
    answer = client.post("/venues/new/", asked)
    assert answer.status_code == 302, answer.content.decode()[:2_000]
    again = client.post("/venues/new/", asked)
    assert again.status_code == 302, "pressed twice, one venue"
    page = client.get(answer["Location"])
    assert "Chợ Bến Thành" in page.content.decode()
    assert len(venue_queries.venues_in(None)) == 1
    poster = client.get(f"{answer['Location']}poster/")
    assert poster["Content-Type"] == "application/pdf"
    assert poster.content.startswith(b"%PDF")
    assert "Chợ Bến Thành" in client.get("/venues/?q=ben+thanh").content.decode()


def test_another_communes_venue_is_not_theirs() -> None:
    found = venue_by_code(venue_queries.venues([venue(commune(0))]).popitem()[1].code)
    assert found is not None
    client = officer(commune(1))
    assert client.get(f"/venues/{found.code}/").status_code == 403
    assert client.post(f"/venues/{found.code}/change/").status_code == 403
    assert found.name not in client.get("/venues/").content.decode()


def test_a_device_is_made_and_its_code_shown_once() -> None:
    area = commune(0)
    code = venue_queries.venues([venue(area)]).popitem()[1].code
    client = officer(area)
    page = client.post(f"/venues/{code}/device/", {"label": "Máy cửa chính"}).content.decode()
    pairing = page.split('id="pairing">')[1].split("<")[0]
    assert pairing.isdigit()
    assert pairing not in client.get(f"/venues/{code}/").content.decode()
    answer = Client().post("/door/pair/", {"pairing": pairing}, content_type="application/json")
    assert answer.json()["token"].startswith("ld_")
    assert Client().post("/door/pair/", {"pairing": pairing}, content_type="application/json").status_code == 422


def test_pairing_codes_are_not_guessed() -> None:
    client = Client()
    answers = [
        client.post("/door/pair/", {"pairing": f"{n:08d}"}, content_type="application/json").status_code
        for n in range(12)
    ]
    assert answers[-1] == 429


def test_a_telephone_checks_in_remembers_and_forgets() -> None:
    client, code = Client(), signed(venue(commune(0)))
    page = client.get(f"/checkin/{code}/")
    assert "Chợ Bến Thành" in page.content.decode()
    answer = client.post(f"/checkin/{code}/scan/", {"what": "in", "number": NUMBER})
    assert answer.status_code == 200
    assert visits() == 1
    cookie = client.cookies["lachan_checkin"]
    assert NUMBER not in cookie.value
    assert cookie["path"] == "/checkin/"
    assert 'name="number"' not in client.get(f"/checkin/{code}/").content.decode()
    assert client.post(f"/checkin/{code}/scan/", {"what": "out"}).status_code == 200
    assert visits() == 1
    client.post(f"/checkin/{code}/scan/", {"what": "forget"})
    assert 'name="number"' in client.get(f"/checkin/{code}/").content.decode()


def test_a_shared_telephone_remembers_nobody() -> None:
    client, code = Client(), signed(venue(commune(0)))
    client.post(f"/checkin/{code}/scan/", {"what": "in", "number": NUMBER, "shared": "yes"})
    assert "lachan_checkin" not in client.cookies


@pytest.mark.parametrize("number", ["0903998877", "079080", "x", ""])
def test_what_is_no_identity_number_is_said_so(number: str) -> None:
    code = signed(venue(commune(0)))
    assert Client().post(f"/checkin/{code}/scan/", {"what": "in", "number": number}).status_code == 422
    assert visits() == 0


def test_codes_that_are_forged_replaced_or_of_a_closed_venue_are_refused() -> None:
    venue_id = venue(commune(0))
    code = signed(venue_id)
    forged = code[:-4] + ("AAAA" if not code.endswith("AAAA") else "BBBB")
    assert Client().get(f"/checkin/{forged}/").status_code == 422
    with hot_cursor() as cursor:
        change_venues(cursor, [VenueChange(venue_id, new_code=True)], actor_id=uuid4(), now=timezone.now())
    assert Client().get(f"/checkin/{code}/").status_code == 422
    assert Client().get(f"/checkin/{signed(venue_id, 2)}/").status_code == 200
    with hot_cursor() as cursor:
        change_venues(cursor, [VenueChange(venue_id, active=False)], actor_id=uuid4(), now=timezone.now())
    assert Client().get(f"/checkin/{signed(venue_id, 2)}/").status_code == 422


def test_a_poster_does_not_serve_where_the_code_changes() -> None:
    venue_id = venue(commune(0))
    with hot_cursor() as cursor:
        change_venues(cursor, [VenueChange(venue_id, rotate_minutes=5)], actor_id=uuid4(), now=timezone.now())
    assert Client().get(f"/checkin/{signed(venue_id)}/").status_code == 422


@pytest.mark.parametrize("strange", ["\0", "\0" * 12, "²", "9" * 40, "'; --", "<script>"])
def test_strange_values_in_an_address_are_no_failure_of_ours(strange: str) -> None:
    client = officer(commune(0))
    for path, name in (("/venues/", "q"), ("/venues/", "kind"), ("/venues/", "after"), ("/venues/new/", "parent")):
        answer = client.get(path, {name: strange})
        assert answer.status_code == 200, (path, name)
        assert b"<script>" not in answer.content.replace(b"<script ", b"")


def test_what_is_said_of_a_venue_is_edited_and_what_is_emptied_is_gone() -> None:
    area = commune(0)
    client, venue_id = officer(area), venue(area)
    code = venue_queries.venues([venue_id])[venue_id].code
    asked = {"name": "Chợ Tân Định", "kind": "pharmacy", "closed": "yes", "capacity": "80", "phone": "0903998877"}
    assert client.get(f"/venues/{code}/edit/").status_code == 200
    assert client.post(f"/venues/{code}/edit/", asked).status_code == 302
    venue_queries.forget()
    said = venue_queries.venues([venue_id])[venue_id]
    assert (said.name, said.kind, said.closed, said.capacity) == ("Chợ Tân Định", "pharmacy", True, 80)
    assert venue_queries.contact_of(venue_id) == "0903998877"
    page = client.get(f"/venues/{code}/edit/").content.decode()
    assert 'value="80"' in page
    client.post(f"/venues/{code}/edit/", asked | {"closed": "no", "capacity": "", "phone": ""})
    venue_queries.forget()
    said = venue_queries.venues([venue_id])[venue_id]
    assert (said.closed, said.capacity, venue_queries.contact_of(venue_id)) == (False, None, "")
    assert client.post(f"/venues/{code}/edit/", asked | {"name": " "}).status_code == 422
    assert client.post(f"/venues/{code}/edit/", asked | {"capacity": "-3"}).status_code == 422


def test_a_head_changes_what_her_facility_registered_and_no_other_facilitys(story_station: int) -> None:
    own = places.facilities([story_station])[0]
    became = places.commune_mapping(timezone.localdate())
    here = became[own.area_id].commune_id
    district = places.facilities(sorted(places.facilities_in(own.district_id or 0)))
    other = next(
        row for row in district if row.kind == "station" and became[row.area_id].commune_id not in (here, None)
    )
    there = became[other.area_id].commune_id
    assert here
    assert there
    mine, theirs, client = head(own.id), head(other.id), officer(there)

    def registered(by: Client, area_id: int, name: str) -> str:
        answer = by.post("/venues/new/", {"name": name, "kind": "market", "area": area_id, "command_id": str(new_id())})
        assert answer.status_code == 302, answer.content.decode()[:2_000]
        return str(answer["Location"])

    hers = registered(mine, here, "Chợ Bến Thành")
    away = registered(mine, there, "Chợ lưu động")
    neighbours = registered(theirs, there, "Chợ Tân Định")
    officers = registered(client, there, "Trường Lê Quý Đôn")

    def may(who: Client, page: str) -> bool:
        asked = [
            who.get(f"{page}edit/").status_code == 200,
            who.post(f"{page}edit/", {"name": "Chợ", "kind": "market", "closed": "no"}).status_code == 302,
            who.post(f"{page}change/").status_code == 302,
            who.post(f"{page}device/", {"label": "Cửa"}).status_code == 200,
            who.post(f"{page}close/").status_code == 302 and who.post(f"{page}close/").status_code == 302,
        ]
        assert len(set(asked)) == 1, asked
        return asked[0]

    assert [may(mine, page) for page in (hers, away, neighbours, officers)] == [True, True, False, False]
    assert [may(theirs, page) for page in (hers, away, neighbours, officers)] == [False, False, True, True]
    assert [may(client, page) for page in (hers, away, neighbours, officers)] == [False, True, True, True]
    assert mine.get(neighbours).status_code == 200, "seen by the whole district, as before"
    assert "edit/" not in mine.get(neighbours).content.decode()
    room = {"name": "Phòng 1", "kind": "market", "area": there, "command_id": str(new_id())}
    assert mine.post(f"/venues/new/?parent={neighbours.split('/')[2]}", room).status_code == 422


def test_a_venues_page_counts_what_was_refused_today_and_names_nobody() -> None:
    area = commune(0)
    venue_id, other_id = venue(area), venue(area, "Chợ Tân Định")
    code = venue_queries.venues([venue_id])[venue_id].code
    client = officer(area)
    assert 'id="refused"' not in client.get(f"/venues/{code}/").content.decode()
    now = timezone.now()
    sender = operations.Sender(uuid4(), "cửa", None)
    with hot_cursor() as cursor:
        for place, count, reason, at in (
            (venue_id, 3, "scan_unreadable", now), (venue_id, 1, "code_expired", now),
            (venue_id, 5, "code_expired", now - timedelta(days=1)), (other_id, 7, "code_expired", now),
        ):  # fmt: skip
            rows = [operations.Refusal(place, 4711, int(at.timestamp()), reason, None, NUMBER.encode())] * count
            operations.keep_refused(cursor, rows, actor=sender, now=at)
    assert refused_today(venue_id, now) == [("scan_unreadable", 3), ("code_expired", 1)]
    page = client.get(f"/venues/{code}/").content.decode().split('id="refused"')[1].split("</ul>")[0]
    assert page.count("<li>") == 2
    assert "4711" not in page
    assert 'id="refused"' not in signed_in("tracer", area_id=area).get(f"/venues/{code}/").content.decode()


def test_the_page_of_a_device_lives_without_a_line() -> None:
    page, worker = Client().get("/door/"), Client().get("/door/worker.js")
    facts = json.loads(worker.content.decode().splitlines()[0].removeprefix("const LACHAN_FILES = ").removesuffix(";"))
    named = re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js|svg))"', page.content.decode())
    assert named
    assert set(named) <= set(facts["files"])
    assert (facts["name"], facts["page"]) == ("door", "/door/")
    assert json.loads(Client().get("/door/manifest.webmanifest").content)["scope"] == "/door/"
    assert not page.cookies
    assert Client().get("/door/", headers={"If-None-Match": page["ETag"]}).status_code == 304
