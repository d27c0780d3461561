"""The message queue: who is told of a recall, when, how often it is tried, and what is not sent after all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import UUID

import pytest

from lachan.access.rules import Role
from lachan.immunization.checks import check_all
from lachan.immunization.messaging import FileOutbox, Gateway, Outgoing, Result
from lachan.immunization.operations.messages import NewMessage, queue_messages, send_due
from lachan.immunization.operations.recalls import queue_recall, queue_waiting_recalls
from lachan.immunization.queries import lots
from lachan.immunization.rules.messages import next_try, window_opens
from lachan.kernel.database import hot_cursor
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED, REFUSED

from .conftest import NOW, VIETNAM, Station, actor, rows, value

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
PHONE = {"contacts": [{"kind": "phone", "value": "0912345678"}]}


class Box:
    """A way out that remembers; ``says`` answers each batch."""

    def __init__(self, says: Any = None) -> None:
        self.sent: list[Outgoing] = []
        self.says = says or (lambda batch: [Result("sent")] * len(batch))

    def send(self, batch: list[Outgoing]) -> list[Result]:
        self.sent += batch
        return self.says(batch)  # type: ignore[no-any-return]


def recall(station: Station, **more: Any) -> UUID:
    status_id = station.must(
        "lot.recall", product="pfizer", lot=station.lots["pfizer"], reason="notice 12/2022", **more
    )
    queue_recall(status_id, actor_id=station.actor.id, now=station.now)
    return status_id


def vaccinated(station: Station, **more: Any) -> UUID:
    person = station.person(**{**PHONE, **more})
    assert station.dose(person, at=NOW - timedelta(days=2)).status is ACCEPTED
    return person


def state(person: UUID) -> tuple[str, str]:
    [row] = rows("SELECT state, reason FROM immunization_message WHERE person_id = %s", person)
    return row[0], row[1]


def send(station: Station, box: Any, now: datetime | None = None) -> dict[str, int]:
    return dict(send_due(box, now=now or station.now, most=1_000))


def test_everyone_who_had_the_lot_is_told_once_and_nobody_else(station: Station) -> None:
    had, other = vaccinated(station), station.person("Lê Thị Bình", **PHONE)
    station.dose(other, "moderna", at=NOW - timedelta(days=2))
    cause = recall(station)
    assert queue_recall(cause, actor_id=station.actor.id, now=NOW) == 0, "asked again"
    assert rows("SELECT person_id, cause_id, template FROM immunization_message") == [(had, cause, "lot_recall")]
    box = Box()
    assert send(station, box) == {"sent": 1}
    [message] = box.sent
    assert message.to == "0912345678"
    for word in (station.lots["pfizer"], station.facility.name, "08/03/2022"):
        assert word in message.text
    assert "Nguyễn Văn An" not in message.text, "telephones are shared: the text names nobody"
    assert send(station, box) == {}


def test_a_recall_at_one_station_tells_the_people_of_that_station(station: Station) -> None:
    vaccinated(station)
    away = station.person("Lê Thị Bình", **PHONE)
    station.dose(away, facility=station.other.code, at=NOW - timedelta(days=2))
    cause = recall(station, facility=station.other.code)
    assert rows("SELECT person_id, cause_id FROM immunization_message") == [(away, cause)]


def test_a_dose_that_comes_later_from_the_field_is_found_by_the_next_look(station: Station) -> None:
    vaccinated(station)
    cause = recall(station)
    late = vaccinated(station, name="Lê Thị Bình")
    assert lots.progress(cause).total == 1
    assert [f.good for f in check_all() if "queue" in f.name] == [True], "known after the last look: not missing yet"
    assert queue_waiting_recalls(actor_id=station.actor.id, now=NOW + timedelta(minutes=11)) == 1
    assert state(late) == ("queued", "")


def test_nobody_is_woken(station: Station) -> None:
    vaccinated(station)
    recall(station)
    night = NOW.replace(hour=22)
    assert send(station, Box(), night) == {}
    assert window_opens(night) == (NOW + timedelta(days=1)).replace(hour=7)
    assert window_opens(NOW.replace(hour=3)) == NOW.replace(hour=7)
    assert send(station, Box(), NOW.replace(hour=7) + timedelta(days=1)) == {"sent": 1}


def test_the_contact_is_the_one_of_the_moment_of_sending(station: Station) -> None:
    dead, without, known = (vaccinated(station, name=n) for n in ("Lê Thị Bình", "Trần Văn Cường", "Vũ Thị Dung"))
    recall(station)
    rows("UPDATE people_person SET died_on = '2022-03-09' WHERE id = %s RETURNING id", dead)
    rows("DELETE FROM people_contact WHERE person_id = %s RETURNING id", without)
    assert send(station, Box()) == {"failed": 2, "sent": 1}
    assert (state(dead), state(without), state(known)) == (("failed", "dead"), ("failed", "no_contact"), ("sent", ""))


def test_a_voided_dose_and_a_recall_taken_back_are_not_told(station: Station) -> None:
    voided, kept = vaccinated(station), vaccinated(station, name="Lê Thị Bình")
    cause = recall(station)
    dose = value("SELECT id FROM immunization_dose WHERE person_id = %s", voided)
    station.must("dose.void", person={"id": str(voided)}, dose_id=str(dose), reason="entered for the wrong person")
    box = Box(lambda batch: [Result("retry", "gateway_away")] * len(batch))
    assert send(station, box) == {"withdrawn": 1, "queued": 1}
    assert state(voided) == ("withdrawn", "dose_gone")
    station.must("lot.release", product="pfizer", lot=station.lots["pfizer"], reason="the notice was an error")
    assert state(kept) == ("withdrawn", "released")
    assert queue_recall(cause, actor_id=station.actor.id, now=NOW) == 0
    assert lots.progress(cause).to_reach == 0


def test_a_lost_gateway_is_asked_again_later_and_later_and_then_a_person_calls(station: Station) -> None:
    person = vaccinated(station)
    recall(station)
    box = Box(lambda batch: [Result("retry", "gateway_away")] * len(batch))
    now, tries = NOW, 0
    while state(person)[0] == "queued":
        tries += len(send(station, box, now))
        now = max(now + timedelta(minutes=1), value("SELECT next_at FROM immunization_message"))
        now = window_opens(now) or now
    assert tries == 6
    assert state(person) == ("failed", "too_many_tries")
    assert len({message.id for message in box.sent}) == 1, "always the same id, so that a gateway drops a repetition"
    waits = [next_try(n, NOW) for n in range(1, 6)]
    assert [(at - NOW) / timedelta(minutes=1) for at in waits if at] == [1, 4, 16, 64, 256]


def test_two_processes_do_not_send_the_same(station: Station) -> None:
    vaccinated(station)
    recall(station)
    inner: list[dict[str, int]] = []
    box = Box()

    def says(batch: list[Outgoing]) -> list[Result]:
        inner.append(send(station, Box()))  # another process looks while this one is at the gateway
        return [Result("sent")] * len(batch)

    box.says = says
    assert send(station, box) == {"sent": 1}
    assert inner == [{}]


def test_no_more_than_the_rate_in_one_go(station: Station) -> None:
    people = station.people(5)
    for person in people:
        rows(
            "INSERT INTO people_contact (person_id, id, kind, blind, sealed, since) SELECT %s, gen_random_uuid(), kind,"
            " blind, sealed, since FROM people_contact WHERE person_id = %s RETURNING id",
            person, vaccinated(station, name=f"Lê Thị {person.hex[-4:]}"),
        )  # fmt: skip
    recall(station)
    assert send_due(Box(), now=NOW, most=3).total() == 3
    assert send_due(Box(), now=NOW, most=300).total() == 2


def test_others_may_queue_messages_and_are_told_of_an_unknown_text(station: Station) -> None:
    person, cause = vaccinated(station), new_id()
    message = NewMessage(person, cause, "lot_recall", {"lot": "X", "product": "Y"}, given_on=date(2022, 3, 1))
    with hot_cursor() as cursor:
        queue_messages(cursor, [message, message._replace(person_id=station.person("Lê An"))], now=NOW)
        queue_messages(cursor, [message], now=NOW)
        with pytest.raises(ValueError, match="no message template"):
            queue_messages(cursor, [message._replace(template="none")], now=NOW)
    assert value("SELECT count(*) FROM immunization_message WHERE cause_id = %s", cause) == 2


# People who are reached by people


def test_the_commune_calls_whom_nobody_has_reached(station: Station) -> None:
    person = vaccinated(station)
    cause = recall(station)
    residence = value("SELECT residence_id FROM people_person WHERE id = %s", person)
    officer = actor(Role.COMMUNE_OFFICER, area_id=residence)
    stranger = actor(Role.COMMUNE_OFFICER, area_id=station.other.area_id)
    body = {"person": {"id": str(person)}, "cause_id": str(cause), "how": "phone"}
    [waiting] = lots.to_reach(cause, *lots.reach_scope(officer), after=UUID(int=0), most=50)
    assert waiting.person_id == person
    assert lots.to_reach(cause, *lots.reach_scope(stranger), after=UUID(int=0), most=50) == []
    assert station.send("message.reach", by=stranger, outcome="reached", **body).status is REFUSED
    assert station.send("message.reach", by=officer, outcome="no_answer", **body).status is ACCEPTED
    assert lots.progress(cause).reached == 0
    assert station.send("message.reach", by=station.role(Role.HEAD), outcome="reached", **body).status is ACCEPTED
    assert lots.progress(cause).reached == 1
    assert station.send("message.reach", by=officer, outcome="refused", **body).status is ACCEPTED
    assert lots.progress(cause).reached == 1, "who was reached stays reached"
    assert lots.to_reach(cause, None, None, after=UUID(int=0), most=50) == []


def test_a_national_officer_reaches_nobody_by_name(station: Station) -> None:
    from lachan.access.scopes import NATION

    assert lots.reach_scope(actor(Role.NATIONAL_OFFICER, area_id=NATION)) == (frozenset(), frozenset())


# The ways out


def test_the_outbox_is_a_file_only_its_owner_reads(tmp_path: Path) -> None:
    box = FileOutbox(tmp_path / "outbox" / "messages.jsonl")
    assert box.send([Outgoing("1", "0912345678", "Chào")] * 2) == [Result("sent")] * 2
    lines = box.path.read_text(encoding="utf-8").splitlines()
    said = json.loads(lines[0])
    assert (said["id"], said["to"], said["text"]) == ("1", "0912345678", "Chào")
    assert len(lines) == 2
    assert box.path.stat().st_mode & 0o077 == 0


class _Server(BaseHTTPRequestHandler):
    """A gateway that does what its next order says."""

    orders: list[Any] = []
    seen: list[dict[str, Any]] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        type(self).seen.append({"auth": self.headers.get("Authorization"), **body})
        status, headers, answer = type(self).orders.pop(0)
        content = answer(body) if callable(answer) else answer
        self.send_response(status)
        for name, said in headers.items():
            self.send_header(name, said)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Not news in a test."""


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    _Server.orders, _Server.seen = [], []
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Gateway(f"http://127.0.0.1:{server.server_port}/send", "secret")
    server.shutdown()
    server.server_close()
    thread.join()


def _accepts(body: dict[str, Any]) -> bytes:
    results = [{"id": entry["id"], "status": "accepted"} for entry in body["messages"]]
    return json.dumps({"results": results}).encode()


def test_a_gateway_over_http_with_its_bad_days(station: Station, gateway: Gateway) -> None:
    person = vaccinated(station)
    recall(station)
    _Server.orders = [(503, {"Retry-After": "600"}, b""), (200, {}, b"<html>"), (429, {}, b""), (200, {}, _accepts)]
    assert send(station, gateway) == {"queued": 1}
    assert value("SELECT next_at FROM immunization_message") == NOW + timedelta(minutes=10), "as it asked"
    assert send(station, gateway, NOW + timedelta(minutes=9)) == {}
    assert send(station, gateway, NOW + timedelta(minutes=10)) == {"queued": 1}
    assert state(person)[1] == "gateway_away"
    assert send(station, gateway, NOW + timedelta(minutes=20)) == {"queued": 1}
    assert send(station, gateway, NOW + timedelta(hours=1)) == {"sent": 1}
    assert {entry["auth"] for entry in _Server.seen} == {"Bearer secret"}
    assert len({entry["messages"][0]["id"] for entry in _Server.seen}) == 1


def test_what_the_gateway_says_of_each_message(gateway: Gateway) -> None:
    results = [
        {"id": "a", "status": "accepted"}, {"id": "b", "status": "rejected", "reason": "unknown number"},
        {"id": "c", "status": "busy"},
    ]  # fmt: skip
    _Server.orders = [(200, {}, json.dumps({"results": results}).encode())]
    said = gateway.send([Outgoing(name, "0912345678", "Chào") for name in "abcd"])
    assert [(r.status, r.reason) for r in said] == [
        ("sent", ""), ("rejected", "unknownnumber"), ("retry", "busy"), ("retry", "not_answered"),
    ]  # fmt: skip


def test_a_gateway_that_is_not_there(gateway: Gateway) -> None:
    nowhere = Gateway("http://127.0.0.1:9/", "")
    assert nowhere.send([Outgoing("a", "0912345678", "Chào")]) == [Result("retry", "gateway_away")]


def test_the_window_is_the_country_s(station: Station) -> None:
    assert window_opens(datetime(2022, 3, 10, 1, 0, tzinfo=VIETNAM).astimezone()) is not None
