"""``POST /api/v1/commands`` as a station sends it."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.http import HttpResponse

from lachan.kernel.ids import new_id
from lachan.kernel.models import Submission, WorklistItem

from .conftest import COMMANDS, Desk, citizen, command, inside

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def person(name: str = "Trần Thị Bích", **more: Any) -> dict[str, Any]:
    body = {"name": name, "sex": "F", "birth_date": "1990-01-02", "residence_code": "26740", **more}
    return command("person.register", body)


def raw(desk: Desk, body: bytes, content_type: str = "application/json", **headers: str) -> HttpResponse:
    return desk.client.post(COMMANDS, body, content_type=content_type, headers=headers)  # type: ignore[return-value]


def problem(answer: HttpResponse, status: int, code: str) -> dict[str, Any]:
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json"), answer.content
    body: dict[str, Any] = json.loads(answer.content)
    assert body["type"] == f"urn:lachan:problem:{code}"
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    return body


def statuses(answer: HttpResponse) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [outcome["status"] for outcome in json.loads(answer.content)["outcomes"]]


def test_one_fault_leaves_its_neighbours_alone(day: Desk) -> None:
    known = {"identifier": citizen("001090000001")[0]}
    outcomes = day.send(
        person(identifiers=citizen("001090000001")),
        day.dose(known, lot="NEVER-SEEN"),
        {"id": str(new_id()), "verb": "dose.dance", "happened_at": "2021-10-16T08:00:00+07:00", "body": {}},
        day.dose({"identifier": citizen("001090999999")[0]}),
        day.dose(known),
    )
    assert [(outcome["status"], outcome.get("reason")) for outcome in outcomes] == [
        ("accepted", None),
        ("held", "lot_unknown"),
        ("refused", "unknown_verb"),
        ("held", "person_unknown"),
        ("accepted", None),
    ]
    assert outcomes[1]["message"]["vi"] != outcomes[1]["message"]["en"]


def test_a_call_sent_twice_has_one_effect_and_the_same_answer(day: Desk) -> None:
    first = person(identifiers=citizen("001090000002"))
    dose = day.dose({"identifier": citizen("001090000002")[0]})
    wrong = day.dose({"identifier": citizen("001090000002")[0]}, lot="NEVER-SEEN")
    before = day.send(first, dose, wrong)
    after = day.send(first, dose, wrong)
    assert [outcome["status"] for outcome in after] == ["duplicate"] * 3
    assert [outcome["record_id"] for outcome in after] == [outcome["record_id"] for outcome in before]
    assert [outcome["params"]["first"] for outcome in after] == ["accepted", "accepted", "refused"]
    assert after[2]["reason"] == before[2]["reason"]
    doses = json.loads(day.get(f"/persons/{before[0]['record_id']}/doses").content)["items"]
    assert len(doses) == 1


def test_other_content_under_an_old_id_is_refused_and_both_are_kept(day: Desk) -> None:
    first = person("Lê Thị Cúc")
    [made] = day.good(first)
    [again] = day.send({**first, "body": {**first["body"], "name": "Lê Thị Đào"}})
    assert (again["status"], again["reason"], again["record_id"]) == ("refused", "content_changed", made["record_id"])
    assert Submission.objects.filter(actor_id=day.actor_id).count() == 4  # delivery, session, and both versions
    assert WorklistItem.objects.get(command_id=first["id"]).reason == "content_changed"


def test_white_space_and_order_of_keys_are_no_other_content(desk: Desk) -> None:
    first = person()
    desk.good(first)
    turned = {key: first[key] for key in reversed(first)}
    turned["body"] = {key: first["body"][key] for key in reversed(first["body"])}
    assert statuses(raw(desk, json.dumps([turned], indent=3).encode())) == ["duplicate"]


@pytest.mark.parametrize(
    "form",
    [
        lambda lines: (json.dumps(lines).encode(), "application/json"),
        lambda lines: (b"\xef\xbb\xbf" + json.dumps(lines).encode(), "application/json; charset=utf-8"),
        lambda lines: (json.dumps({"commands": lines}).encode(), "application/json"),
        lambda lines: ("\r\n".join(map(json.dumps, lines)).encode() + b"\n\n", "application/x-ndjson"),
    ],
    ids=["array", "array with a mark", "envelope", "lines"],
)
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_forms_of_a_call(desk: Desk, form: Callable[[list[Any]], tuple[bytes, str]], packed: bool) -> None:
    body, content_type = form([person("Phạm Thị Dung"), person("Võ Thị Én")])
    more = {"Content-Encoding": "gzip"} if packed else {}
    assert statuses(raw(desk, gzip.compress(body) if packed else body, content_type, **more)) == ["accepted"] * 2


TIMED = '{"id": "%s", "verb": "person.register", "happened_at": "@", "body": {}}'
GOOD = '{"id": "%s", "verb": "person.register", "happened_at": "2021-10-16T08:00:00+07:00", "body": %s}'
BODY = '{"name": "Hồ Thị Gấm", "sex": "F", "birth_date": "1990", "residence_code": "26740"}'
DEEP = '{"a":' * 30 + "1" + "}" * 30
DEEPEST = "[" * 900 + "]" * 900
PIECES = {
    "no object": "17",
    "null": "null",
    "empty": "{}",
    "no verb": '{"id": "%s"}',
    "id no uuid": GOOD.replace("%s", "seventeen", 1) % BODY,
    "unknown field": TIMED.replace("@", "2021-10-16T08:00:00+07:00").replace("{}", '{}, "x": 1'),
    "no time": TIMED.replace("@", "yesterday"),
    "before all time": TIMED.replace("@", "0001-01-01T00:00:00+14:00"),
    "nul in the body": GOOD.replace("%s}", BODY.replace("Gấm", "G\\u0000m") + "}"),
    "nul in a key": GOOD.replace("%s}", '{"a\\u0000": 1}}'),
    "nul in the verb": '{"id": "%s", "verb": "a\\u0000b", "happened_at": "2021-10-16T08:00:00+07:00", "body": {}}',
    "half a surrogate pair": GOOD.replace("%s}", BODY.replace("Gấm", "\\ud83d") + "}"),
    "control character": GOOD.replace("%s}", BODY.replace("Gấm", "G\x01m") + "}"),
    "nested": GOOD.replace("%s}", DEEP + "}"),
    "nested as deep as the reader goes": GOOD.replace("%s}", '{"a": ' + DEEPEST + "}}"),
    "endless number": GOOD.replace("%s}", '{"a": ' + "1" * 5000 + "}}"),
    "number beyond all numbers": GOOD.replace("%s}", '{"a": 1e999}}'),
}


@pytest.mark.parametrize("name", PIECES)
def test_a_piece_that_is_no_command_keeps_its_place_and_is_in_the_worklist(desk: Desk, name: str) -> None:
    command_id = str(new_id())
    piece = PIECES[name]
    piece = piece % command_id if "%s" in piece else piece
    neighbours = [json.dumps(person("Bùi Thị Hoa")), json.dumps(person("Đỗ Thị Hạnh", birth_date="1991-03-04"))]
    body = f"[{neighbours[0]}, {piece}, {neighbours[1]}]".encode()
    answer = raw(desk, body)
    assert statuses(answer) == ["accepted", "refused", "accepted"]
    outcome = json.loads(answer.content)["outcomes"][1]
    assert outcome["reason"] == "malformed"
    assert outcome["message"]["en"].count("%") == 0
    assert command_id not in piece or outcome["id"] == command_id or name == "id no uuid"
    assert WorklistItem.objects.filter(command_id=outcome["id"]).count() == 1
    again = json.loads(raw(desk, body).content)["outcomes"]
    assert [one["status"] for one in again] == ["duplicate"] * 3
    assert again[1]["id"] == outcome["id"]
    read = desk.get(f"/commands/{outcome['id']}")
    assert json.loads(read.content)["reason"] == "malformed"


def test_invalid_utf8_in_one_piece(desk: Desk) -> None:
    body = f"[{json.dumps(person())}, ".encode() + (GOOD % (new_id(), BODY)).encode("latin-1", "replace") + b'"\xff"]'
    problem(raw(desk, body), 400, "json_unreadable")
    body = f"[{json.dumps(person())}, ".encode() + (GOOD % (new_id(), BODY)).encode().replace(b"Th", b"T\xff") + b"]"
    assert statuses(raw(desk, body)) == ["accepted", "refused"]


def test_escaped_backslash_before_u0000_is_text(desk: Desk) -> None:
    assert statuses(raw(desk, json.dumps([person("Ngô Thị Lan", occupation="a\\u0000b")]).encode())) == ["accepted"]


def test_the_latter_of_two_equal_keys_counts(desk: Desk) -> None:
    body = BODY.replace('"sex": "F"', '"sex": "X", "sex": "F"')
    assert statuses(raw(desk, f"[{GOOD % (new_id(), body)}]".encode())) == ["accepted"]


def test_an_id_twice_in_one_call(desk: Desk) -> None:
    first = person()
    outcomes = desk.send(first, first, {**first, "body": {**first["body"], "sex": "U"}})
    assert [outcome["status"] for outcome in outcomes] == ["accepted", "duplicate", "refused"]
    assert outcomes[2]["reason"] == "content_changed"


def test_at_most_a_thousand(desk: Desk) -> None:
    piece = json.dumps({"id": "x"})
    answer = raw(desk, f"[{','.join([piece] * 1001)}]".encode())
    assert "1001" in problem(answer, 413, "too_many_commands")["detail"]
    assert not WorklistItem.objects.exists()


BOMB = gzip.compress(b" " * 9_000_000)
CALLS: dict[str, tuple[bytes, str, dict[str, str], int, str]] = {
    "nothing": (b"", "application/json", {}, 400, "json_unreadable"),
    "no commands": (b"[]", "application/json", {}, 422, "no_commands"),
    "no lines": (b"\n\n", "application/x-ndjson", {}, 422, "no_commands"),
    "no JSON": (b"hello", "application/json", {}, 400, "json_unreadable"),
    "cut off": (b'[{"id": "', "application/json", {}, 400, "json_unreadable"),
    "two arrays": (b"[1][2]", "application/json", {}, 400, "json_unreadable"),
    "trailing comma": (b"[1,]", "application/json", {}, 400, "json_unreadable"),
    "another envelope": (b'{"orders": []}', "application/json", {}, 400, "json_unreadable"),
    "more in the envelope": (b'{"commands": [1], "x": 1}', "application/json", {}, 400, "json_unreadable"),
    "bottomless": (b"[" * 100_000, "application/json", {}, 400, "json_unreadable"),
    "bottomless and closed": (b"[" * 100_000 + b"]" * 100_000, "application/json", {}, 400, "json_unreadable"),
    "text": (b"[1]", "text/plain", {}, 415, "content_type_unknown"),
    "form": (b"a=1", "application/x-www-form-urlencoded", {}, 415, "content_type_unknown"),
    "brotli": (b"[1]", "application/json", {"Content-Encoding": "br"}, 415, "encoding_unknown"),
    "no gzip": (b"[1]", "application/json", {"Content-Encoding": "gzip"}, 400, "gzip_unreadable"),
    "half a gzip": (
        gzip.compress(b"[1]")[:-5],
        "application/json",
        {"Content-Encoding": "gzip"},
        400,
        "gzip_unreadable",
    ),
    "gzip bomb": (BOMB, "application/json", {"Content-Encoding": "gzip"}, 413, "too_large"),
    "too large": (b" " * 8_400_000 + b"       ", "application/json", {}, 413, "too_large"),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_call_that_cannot_be_read_is_one_problem(desk: Desk, name: str) -> None:
    body, content_type, headers, status, code = CALLS[name]
    problem(raw(desk, body, content_type, **headers), status, code)
    assert not Submission.objects.filter(actor_id=desk.actor_id).exists()


def test_a_body_without_length(desk: Desk) -> None:
    """Chunked: the server marks where the body ends, there is no Content-Length."""
    environ = {
        "REQUEST_METHOD": "POST", "PATH_INFO": COMMANDS, "SERVER_NAME": "x", "SERVER_PORT": "80",
        "wsgi.input": io.BytesIO(json.dumps([person()]).encode()), "wsgi.input_terminated": True,
        "wsgi.url_scheme": "http", "CONTENT_TYPE": "application/json", "HTTP_TRANSFER_ENCODING": "chunked",
        "HTTP_AUTHORIZATION": desk.headers["Authorization"],
    }  # fmt: skip
    said: list[str] = []
    answer = b"".join(inside(environ, lambda status, headers: said.append(status)))
    assert said == ["200 OK"]
    assert json.loads(answer)["outcomes"][0]["status"] == "accepted"


def test_a_database_that_does_not_answer_is_a_503_and_the_same_call_again_is_right(desk: Desk) -> None:
    sent = json.dumps([person("Đinh Thị Chờ")]).encode()
    parameters = connection.get_connection_params()
    with psycopg.connect(dbname=parameters["dbname"], host=parameters["host"], user=parameters["user"]) as other:
        other.execute("LOCK TABLE kernel_submission IN ACCESS EXCLUSIVE MODE")
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '50ms'")
        answer = raw(desk, sent)
        other.rollback()
    problem(answer, 503, "try_again")
    assert answer.headers["Retry-After"] == "2"
    assert statuses(raw(desk, sent)) == ["accepted"]


def test_a_content_type_without_end(desk: Desk) -> None:
    problem(raw(desk, b"[]", "text/plain; " + "a" * 20_000), 415, "content_type_unknown")
