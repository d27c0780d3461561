"""Schemathesis sends what the API file allows, and what it forbids, to the real application on a real database.

No answer is ever a 5xx, and every answer is as the file says. Most of its ids are replaced by ids that exist, so
that commands get past the first check.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest
import schemathesis
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    missing_required_header,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from lachan.kernel.database import hot_cursor
from lachan.kernel.ids import new_id
from lachan.places import queries as places
from lachan.places.venues.operations import NewVenue, register_venues
from lachan.tracing.visits import devices
from tests.rest.conftest import Desk, citizen, desk_at, inside, station

FILE = Path(__file__).parents[2] / "docs" / "reference" / "openapi.json"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    missing_required_header,
    unsupported_method,
]
COMMANDS = "/api/v1/commands"
DOORS = "/api/v1/visits"  # for devices at doors, who have a credential of their own
# Unknown parameters and headers are passed over, and what is wrong with one command is an outcome, no error of a call;
# here everything that the file forbids must be refused.
STRICT = "/api/v1/persons/find"

known: dict[str, Any] = {}
_numbers = itertools.count(1)
schema = schemathesis.openapi.from_dict(json.loads(FILE.read_text(encoding="utf-8")))
schema.app = inside


@schema.hook
def map_path_parameters(context: Any, path_parameters: dict[str, Any] | None) -> dict[str, Any] | None:
    return _settled(path_parameters)


@schema.hook
def map_query(context: Any, query: dict[str, Any] | None) -> dict[str, Any] | None:
    return _settled(query)


@schema.hook
def map_body(context: Any, body: Any) -> Any:
    # what is made to be refused there would be let in with a name that exists
    return body if context.operation.path == STRICT else _settled(body)


def _settled(value: Any, name: str = "") -> Any:
    """The value with two thirds of its invented names replaced by names of this small world, its commands by commands
    that nobody has sent and whose time has been."""
    if isinstance(value, dict):
        found = {key: _settled(inner, key) for key, inner in value.items()}
        if "verb" in value:
            number = next(_numbers)
            found["id"] = str(uuid5(NAMESPACE_URL, str(number))) if number % 5 else value.get("id")
            found["happened_at"] = value.get("happened_at") if number % 7 == 0 else "2026-01-31T08:00:00+07:00"
        return found
    if isinstance(value, list):
        return [_settled(inner, name) for inner in value]
    here = {"id": "person_id"}.get(name, name)
    if isinstance(value, str) and here in known and (sum(map(ord, value)) + len(value) + 1) % 3:
        return known[here]
    return value


@pytest.fixture
def world(db: None, reference: None, forgetful: None) -> Iterator[Desk]:
    desk = desk_at(station("26740"))
    desk.deliver()
    desk.open_session({"astrazeneca": "AZ001"})
    person_id = desk.register(identifiers=citizen("001080000017"))
    first = desk.dose({"id": person_id})
    [dose] = desk.good(first)
    known.update(
        person_id=person_id, session_id=str(desk.session_id), facility_code=desk.facility, facility=desk.facility,
        command_id=first["id"], dose_id=dose["record_id"], product="astrazeneca", lot="AZ001", residence_code="26740",
        commune_code="26740", area="760", within="760", map="2021", system="citizen_id", scan="001080000017",
    )  # fmt: skip
    assert UUID(person_id)
    known["door"] = {"Authorization": f"Bearer {door_at(station('26740'))}"}
    yield desk
    known.clear()


def door_at(station_id: int) -> str:
    """The token of a device at a venue in the commune of a station."""
    now, commune = timezone.now(), places.facilities([station_id])[0].area_id
    with hot_cursor() as cursor:
        wanted = NewVenue("Chợ Bến Thành", "market", commune, new_id())
        [made] = register_venues(cursor, [wanted], actor_id=new_id(), now=now)
    assert made.params is not None
    device = devices.make("Cửa", [int(made.params["id"])], actor_id=new_id(), now=now)
    paired = devices.pair(device.pairing, now=now)
    assert paired is not None
    return paired.token


def fuzzing(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


@schemathesis.serializer("application/x-ndjson")
def lines(context: Any, value: Any) -> bytes:
    return str(value).encode()


@schemathesis.serializer("application/x-lachan-visits")
def packed(context: Any, value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


@pytest.mark.slow
@schema.exclude(path=COMMANDS).parametrize()
@fuzzing(40)
def test_every_read(case: schemathesis.Case, world: Desk) -> None:
    # its transport asks for gzip by itself and then reads it as text
    sender = known["door"] if case.path.startswith(DOORS) else world.headers
    plain = {**sender, "Accept-Encoding": "identity"}
    headers = {**plain, **({"Lachan-Purpose": "audit"} if case.path.startswith("/api/v1/persons/{") else {})}
    checks = [*CHECKS, *([negative_data_rejection] if case.path == STRICT else [])]
    case.validate_response(case.call(headers=headers), checks=checks)


@pytest.mark.slow
@schema.include(path=COMMANDS).parametrize()
@fuzzing(200)
def test_commands(case: schemathesis.Case, world: Desk) -> None:
    case.validate_response(case.call(headers=world.headers), checks=CHECKS)
