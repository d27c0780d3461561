"""A station of Bến Nghé with its key, and a key of a district elsewhere that must see nothing of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from lachan.access import operations, scopes
from lachan.access.actors import Actor, clear_key_memory
from lachan.certificates import keys
from lachan.certificates.operations.revocations import Revoked, revoke
from lachan.config.wsgi import application
from lachan.immunization.queries import forget
from lachan.kernel.database import hot_cursor
from lachan.kernel.ids import new_id
from lachan.places import queries as places

MAP = date(2021, 10, 16)
COMMANDS = "/api/v1/commands"
NUMBER = "001080000017"


@dataclass
class Desk:
    """A key at work."""

    facility_id: int
    facility: str  # code
    actor_id: UUID
    headers: dict[str, str]
    session_id: UUID = field(default_factory=new_id)

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.client.get(f"/api/v1{path}", headers={"Lachan-Purpose": "verification"} | headers)  # type: ignore[return-value]

    def post(self, path: str, body: Any, **more: Any) -> HttpResponse:
        return self.client.post(f"/api/v1{path}", body, content_type="application/json", **more)  # type: ignore[return-value]

    def send(self, *commands: dict[str, Any]) -> list[dict[str, Any]]:
        """Outcomes of a call that must be answered with 200."""
        answer = self.client.post(COMMANDS, json.dumps(commands), content_type="application/json")
        assert answer.status_code == 200, answer.content
        return json.loads(answer.content)["outcomes"]  # type: ignore[no-any-return]

    def good(self, *commands: dict[str, Any]) -> list[dict[str, Any]]:
        """As :meth:`send`, all accepted."""
        outcomes = self.send(*commands)
        assert all(outcome["status"] == "accepted" for outcome in outcomes), outcomes
        return outcomes

    @property
    def client(self) -> Client:
        return Client(headers=self.headers, raise_request_exception=False)

    def open_session(self, lots: dict[str, str] | None = None) -> None:
        today = timezone.localdate().isoformat()
        body = {"session_id": str(self.session_id), "facility": self.facility, "date": today, "lots": lots or {}}
        self.good(command("session.open", body))

    def deliver(self, lot: str = "AZ001", product: str = "astrazeneca") -> None:
        later = (timezone.localdate() + timedelta(days=100)).isoformat()
        body = {"facility": self.facility, "product": product, "lot": lot, "kind": "receive", "quantity": 100}
        self.good(command("stock.move", {**body, "expires_on": later}))

    def register(self, name: str = "Nguyễn Văn An", **more: Any) -> str:
        body = {"name": name, "sex": "M", "birth_date": "1980-05-17", "residence_code": "26740", **more}
        return str(self.good(command("person.register", body))[0]["record_id"])

    def dose(self, person: dict[str, Any], **more: Any) -> dict[str, Any]:
        body = {"person": person, "product": "astrazeneca", "lot": "AZ001", "session_id": str(self.session_id)}
        return command("dose.record", {**body, **more})


def inside(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """The WSGI application itself, except that a request does not close the connection the test stands on."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    try:
        answer = application(environ, start_response)
        content = list(answer)
        answer.close()
        return content
    finally:
        request_started.connect(close_old_connections)
        request_finished.connect(close_old_connections)


def command(
    verb: str, body: dict[str, Any], *, at: datetime | None = None, id: UUID | str | None = None
) -> dict[str, Any]:
    when = at or timezone.now() - timedelta(minutes=1)
    return {"id": str(id or new_id()), "verb": verb, "happened_at": when.isoformat(), "body": body}


def body(answer: HttpResponse, status: int = 200) -> Any:
    assert answer.status_code == status, answer.content
    return json.loads(answer.content)


def find(desk: Desk, **more: Any) -> HttpResponse:
    asked = {"purpose": "vaccination", "identifier": {"system": "citizen_id", "value": NUMBER}}
    return desk.post("/persons/find", {**asked, **more})


def citizen(number: str) -> list[dict[str, str]]:
    return [{"system": "citizen_id", "value": number}]


def station(commune: str) -> int:
    area = places.area_at(commune, 3, MAP)
    assert area is not None
    rows = places.facilities(places.facilities_in(area.id))
    return next(row.id for row in rows if row.kind == "station" and row.area_id == area.id)


def desk_at(facility_id: int, kind: str = "device") -> Desk:
    now = timezone.now()
    item = operations.NewApiKey("desk", kind, now + timedelta(days=1), (facility_id,))
    key_id, token = operations.create_api_key(item, actor=Actor.system("tests"), now=now)
    row = places.facility(facility_id)
    assert row is not None
    return Desk(facility_id, row.code, key_id, {"Authorization": f"Bearer {token}"})


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    clear_key_memory()
    scopes.forget()
    forget()
    yield
    clear_key_memory()


@pytest.fixture
def desk(db: None, reference: None) -> Desk:
    """The device of Bến Nghé's station, Quận 1."""
    return desk_at(station("26740"))


@pytest.fixture
def stranger(db: None, reference: None) -> Desk:
    """The device of a station in Bình Thạnh, another district of the same city."""
    return desk_at(station("26905"))


@pytest.fixture
def day(desk: Desk) -> Desk:
    """The same device in an open session with vaccine in the fridge."""
    desk.deliver()
    desk.open_session({"astrazeneca": "AZ001"})
    return desk


@pytest.fixture
def ring(own_ring: None, db: None) -> None:
    """Signing keys of the test's own."""
    keys.ensure(timezone.now() - timedelta(days=1))


def take_back(*identifiers: str, kind: Any = "hcert", key: bytes = b"") -> None:
    """These are revoked; not published yet."""
    with hot_cursor() as cursor:
        revoke(cursor, [Revoked(text, kind, key, "x", None) for text in identifiers], now=timezone.now())
