"""Reads: who may see what, what is logged, pages that hold still while rows come, answers sent once."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.utils import timezone

from lachan.access import operations
from lachan.access.actors import Actor
from lachan.access.models import Look
from lachan.kernel.ids import new_id
from lachan.places import queries as places

from .conftest import Desk, body, citizen, command, find

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


# sessions


def test_sessions_of_another_district_are_not_there(day: Desk, stranger: Desk) -> None:
    path = f"/sessions/{day.session_id}"
    assert body(day.get(path))["lots"] == {"astrazeneca": "AZ001"}
    assert stranger.get(path).status_code == 404
    assert stranger.get(f"/sessions?facility={day.facility}").status_code == 404
    assert stranger.get("/sessions?facility=NO-SUCH").status_code == 404
    assert body(stranger.get("/sessions")) == {"items": [], "next": None}
    assert [item["id"] for item in body(day.get("/sessions"))["items"]] == [str(day.session_id)]


def test_a_key_whose_rights_ended_gets_403(day: Desk) -> None:
    from lachan.access.actors import clear_key_memory
    from lachan.access.models import Grant

    Grant.objects.filter(api_key_id=day.actor_id).delete()
    clear_key_memory()
    for path in ("/sessions", f"/sessions/{day.session_id}", f"/persons/{new_id()}"):
        assert body(day.get(path), 403)["type"] == "urn:lachan:problem:forbidden"
    assert find(day).status_code == 403


def test_pages_hold_still_while_sessions_are_added(desk: Desk) -> None:
    today = timezone.localdate()

    def opened(days_ago: int) -> str:
        session_id = str(new_id())
        day = (today - timedelta(days=days_ago)).isoformat()
        desk.good(command("session.open", {"session_id": session_id, "facility": desk.facility, "date": day}))
        return session_id

    made = [opened(days_ago) for days_ago in (0, 0, 1, 2, 2, 3, 4)]
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = body(desk.get(f"/sessions?facility={desk.facility}&limit=2&cursor={cursor}"))
        seen += [item["id"] for item in page["items"]]
        cursor = page["next"]
        opened(0)  # before what was read: must not push anything onto the next page
    assert len(seen) == len(set(seen))
    assert set(seen) == set(made)


def test_a_day_of_sessions(desk: Desk) -> None:
    desk.open_session()
    today, before = timezone.localdate(), timezone.localdate() - timedelta(days=1)
    assert len(body(desk.get(f"/sessions?facility={desk.facility}&date={today}"))["items"]) == 1
    assert body(desk.get(f"/sessions?facility={desk.facility}&date={before}"))["items"] == []
    assert body(desk.get(f"/sessions?date={before}"))["items"] == []


# places


def test_areas_of_both_maps(desk: Desk) -> None:
    old = body(desk.get("/areas?level=1&on=2021-10-16"))
    new = body(desk.get("/areas?level=1&on=2025-08-01"))
    assert (len(old["items"]), len(new["items"])) == (63, 34)
    assert old["next"] is None
    communes = body(desk.get("/areas?level=3&within=760&on=2021-10-16"))["items"]
    assert {"26740"} <= {area["code"] for area in communes}
    assert {area["parent_code"] for area in communes} == {"760"}
    [found] = body(desk.get("/areas?code=26740&on=2021-10-16"))["items"]
    assert (found["name"], found["province_code"]) == ("Bến Nghé", "79")
    assert body(desk.get("/areas?within=99&on=2021-10-16"), 422)["field"] == "query.within"


def test_areas_page_by_page(desk: Desk) -> None:
    codes: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = body(desk.get(f"/areas?level=2&on=2021-10-16&limit=300&cursor={cursor}"))
        codes += [area["code"] for area in page["items"]]
        cursor = page["next"]
    assert len(codes) == len(set(codes)) == 705
    assert codes == sorted(codes)


def test_facilities_of_an_area(desk: Desk) -> None:
    found = body(desk.get("/facilities?area=26740&on=2021-10-16"))["items"]
    assert desk.facility in {facility["code"] for facility in found}
    one = body(desk.get(f"/facilities/{desk.facility}"))
    assert (one["commune_code"], one["province_code"], one["kind"]) == ("26740", "79", "station")
    assert desk.get("/facilities/NO-SUCH").status_code == 404
    assert body(desk.get("/facilities?area=760&on=2025-08-01"), 422)["type"] == "urn:lachan:problem:area_unknown"
    by_name = body(desk.get("/facilities?q=ben nghe&limit=500"))["items"]
    assert desk.facility in {facility["code"] for facility in by_name}


def test_facilities_page_by_page(desk: Desk) -> None:
    whole = body(desk.get("/facilities?area=79&limit=500&on=2021-10-16"))
    pages: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = body(desk.get(f"/facilities?area=79&limit=123&on=2021-10-16&cursor={cursor}"))
        pages += [facility["code"] for facility in page["items"]]
        cursor = page["next"]
    assert len(pages) == len(set(pages)) > 300
    assert [facility["code"] for facility in whole["items"]] == pages[:500]


# products


def test_products_and_forms_with_their_dates(desk: Desk) -> None:
    products = body(desk.get("/products"))
    assert len(products["items"]) == 9
    [az] = [product for product in products["items"] if product["key"] == "astrazeneca"]
    assert az["rules"][0]["reference"]
    assert az["rules"][0]["primary_doses"] == 2
    assert {rule["to"] for rule in az["mixing"]} >= {"pfizer"}
    forms = body(desk.get("/screening-forms"))["items"]
    assert all(form["title"]["vi"] and form["items"] for form in forms)


# coverage


def test_figures_are_in_the_answer_as_soon_as_the_dose_is(day: Desk) -> None:
    home = body(day.get("/areas?code=26740"))["items"][0]
    for number, name in enumerate(("Nguyễn Văn An", "Trần Văn Bình", "Lê Văn Cường")):
        day.good(day.dose({"id": day.register(name, identifiers=citizen(f"00108000002{number}"))}))
    table = body(day.get(f"/coverage/areas?area={home['code']}&map=2025"))
    [row] = table["items"]
    assert (row["code"], row["sums"]["doses"], row["sums"]["first"], row["today"]) == ("26740", 3, 3, 3)
    assert table["unassigned"]["doses"] == 0
    [station] = body(day.get("/coverage/facilities"))["items"]
    assert (station["facility"], station["today"], station["recent"]) == (day.facility, 3, 3)
    [product] = body(day.get(f"/coverage/products?facility={day.facility}"))["items"]
    assert (product["product"], product["numbers"], product["completed"]) == ("astrazeneca", [3, 0, 0, 0], 0)
    ages = {
        age["from_age"]: age["male"]["doses"] for age in body(day.get("/coverage/ages?area=26740&map=2025"))["items"]
    }
    assert sum(ages.values()) == 3


def test_figures_of_another_place_are_refused(day: Desk, stranger: Desk) -> None:
    for query in ("areas?area=26740&map=2025", "facilities?area=760&map=2021", f"products?facility={day.facility}"):
        assert body(stranger.get(f"/coverage/{query}"), 403)["type"] == "urn:lachan:problem:forbidden"
    assert stranger.get("/coverage/areas?by=province").status_code == 403
    assert stranger.get("/coverage/products?facility=NO-SUCH").status_code == 404
    assert stranger.get("/coverage/areas?area=760&map=2025").status_code == 422


# commands


def test_what_came_of_a_command(desk: Desk, stranger: Desk) -> None:
    sent = command("person.register", {"name": "Lý Thị Mai", "sex": "F", "birth_date": "1999-09-09"})
    [outcome] = desk.good(sent)
    assert body(desk.get(f"/commands/{sent['id']}")) == outcome
    assert desk.get(f"/commands/{new_id()}").status_code == 404
    assert desk.get("/commands/17").status_code == 422


# every read


READS = ("/areas?level=1", "/facilities?limit=5", "/products", "/screening-forms", "/sessions")


@pytest.mark.parametrize("path", READS)
def test_an_answer_the_client_has_is_not_sent_again(desk: Desk, path: str) -> None:
    first = desk.get(path)
    tag = first.headers["ETag"]
    for known in (tag, f'"x", W/{tag}', "*"):
        again = desk.get(path, **{"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    assert desk.get(path, **{"If-None-Match": '"another"'}).content == first.content
    assert "no-cache" in first.headers["Cache-Control"]


def test_the_tag_changes_with_the_content(day: Desk) -> None:
    tag = day.get("/sessions").headers["ETag"]
    day.good(command("session.close", {"session_id": str(day.session_id)}, at=timezone.now()))
    again = day.get("/sessions", **{"If-None-Match": tag})
    assert body(again)["items"][0]["status"] == "closed"


def test_a_person_is_kept_by_nobody_on_the_way_and_each_look_counts(desk: Desk) -> None:
    person_id = desk.register()
    first = desk.get(f"/persons/{person_id}")
    assert "no-store" in first.headers["Cache-Control"]
    assert desk.get(f"/persons/{person_id}", **{"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert Look.objects.filter(person_id=person_id).count() == 2


@pytest.mark.parametrize(
    "cursor", ["x", "!!", "W10", "e30", base64.urlsafe_b64encode(b"[" * 120).decode().rstrip("="), "bnVsbA"]
)
def test_a_cursor_of_no_page_is_a_problem(desk: Desk, cursor: str) -> None:
    for path in ("/areas", "/facilities", f"/sessions?facility={desk.facility}"):
        joint = "&" if "?" in path else "?"
        assert desk.get(f"{path}{joint}cursor={cursor}").status_code == 422, path


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "limit=x", "on=2021-02-30", "area=1", "area=abc"])
def test_a_malformed_question_names_the_field(desk: Desk, query: str) -> None:
    problem = body(desk.get(f"/facilities?{query}"), 422)
    assert problem["faults"][0]["field"] == f"query.{query.partition('=')[0]}"


def test_head_says_what_get_would_send(desk: Desk) -> None:
    get = desk.get("/products")
    head = desk.client.head("/api/v1/products")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["ETag"] == get.headers["ETag"]
    assert int(head.headers["Content-Length"]) == len(get.content)


def test_other_methods_and_addresses_are_answered_as_problems(desk: Desk) -> None:
    refused = desk.client.delete("/api/v1/products")
    assert body(refused, 405)["type"] == "urn:lachan:problem:method_not_allowed"
    assert refused.headers["Allow"] == "GET, HEAD, OPTIONS"
    asked = desk.client.options("/api/v1/commands")
    assert (asked.status_code, asked.headers["Allow"]) == (204, "OPTIONS, POST")
    for path in ("/api/", "/api/v1/", "/api/v2/products", "/api/v1/persons", "/api/v1/products/", "/api/v1/%00"):
        answer = desk.client.get(path)
        assert body(answer, 404)["type"] == "urn:lachan:problem:not_found"
        assert answer.headers["Content-Type"] == "application/problem+json"


def test_without_a_key(desk: Desk) -> None:
    from django.test import Client

    for path in (*READS, f"/persons/{new_id()}", f"/commands/{new_id()}"):
        answer = Client().get(f"/api/v1{path}")
        assert body(answer, 401)["type"] == "urn:lachan:problem:key_required"
        assert answer.headers["WWW-Authenticate"] == "Bearer"


# cost


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("/areas?level=3&limit=500", 0),
        ("/facilities?limit=500", 0),
        ("/products", 4),
        ("/screening-forms", 1),
        ("/sessions", 1),
        ("/persons/{person}", 5),  # person, where received, look, its journal row, numbers
        ("/persons/{person}/doses", 5),
        ("/coverage/areas", 2),
        ("/coverage/facilities", 1),
        ("/coverage/products", 1),
        ("/coverage/ages", 1),
    ],
)
def test_queries_of_a_read(day: Desk, path: str, queries: int, monkeypatch: pytest.MonkeyPatch) -> None:
    person_id = day.register()
    day.good(day.dose({"id": person_id}))
    path = path.format(person=person_id)
    day.get(path)  # what a process remembers
    asked: list[str] = []
    execute = psycopg.Cursor.execute

    def counted(cursor: Any, query: Any, *arguments: Any, **more: Any) -> Any:
        asked.append(query.decode() if isinstance(query, bytes) else str(query))
        return execute(cursor, query, *arguments, **more)

    monkeypatch.setattr(psycopg.Cursor, "execute", counted)  # hot statements go below Django's own count
    assert day.get(path).status_code == 200
    asked = [query for query in asked if "SAVEPOINT" not in query]
    assert len(asked) == queries, asked


def test_a_partner_of_the_whole_province(desk: Desk) -> None:
    """A key with an area sees the sessions of every station in it."""
    desk.open_session()
    area = places.area_at("79", 1, timezone.localdate().replace(year=2021))
    assert area is not None
    now = timezone.now()
    item = operations.NewApiKey("partner", "partner", now + timedelta(days=1), (), (area.id,))
    _, token = operations.create_api_key(item, actor=Actor.system("tests"), now=now)
    partner = Desk(desk.facility_id, desk.facility, new_id(), {"Authorization": f"Bearer {token}"})
    assert [item["id"] for item in body(partner.get("/sessions"))["items"]] == [str(desk.session_id)]
    [refused] = partner.send(
        command("session.open", {"session_id": str(new_id()), "facility": desk.facility, "date": "2021-10-16"})
    )
    assert refused["reason"] == "not_allowed"
