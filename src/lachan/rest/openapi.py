"""The API file: ninja's paths and parameters, with schemas of the structs that decode commands and encode answers."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, Final, get_args, get_origin

import msgspec
from ninja import NinjaAPI
from ninja.openapi import get_schema

from lachan.immunization.verbs import VERBS
from lachan.kernel.commands import MOST_COMMANDS
from lachan.rest import answers

PREFIX: Final = "/api/v1/"
_REF: Final = "#/components/schemas/{name}"
_TITLES: Final = {
    400: "The body could not be read",
    401: "No valid key",
    403: "The key has no such right",
    404: "Not there, or not for this key",
    409: "Another call bears this name",
    413: "Too large",
    415: "Unknown content type or encoding",
    422: "The call is not as this file says",
    429: "Too many calls; wait as long as Retry-After says",
    503: "The database does not answer; send the same call again",
}
_documented: set[type] = {answers.Problem}


def doc(
    answer: type, *problems: int, body: dict[str, Any] | None = None, etag: bool = True, files: Iterable[str] = ()
) -> dict[str, Any]:
    """``openapi_extra`` of an operation: its answer, its request body, and the problems it may answer besides 401 and
    503. ``etag``: the client may ask with If-None-Match; ``files``: content types it may answer with instead."""
    _documented.add(answer)
    good: dict[str, Any] = {"description": "OK", "content": {"application/json": {"schema": _ref(answer)}}}
    for kind in files:
        good["content"][kind.partition(";")[0]] = {"schema": {"type": "string", "format": "binary"}}
    responses: dict[int, Any] = {200: good}
    if etag:
        good["headers"] = {"ETag": {"description": "Names this content.", "schema": {"type": "string"}}}
        responses[304] = {"description": "As the client has it (If-None-Match)"}
    for status in sorted({401, 503, *problems}):
        schema = {"schema": _ref(answers.Problem)}
        responses[status] = {"description": _TITLES[status], "content": {"application/problem+json": schema}}
    return {"responses": responses, **({"requestBody": body} if body else {})}


def public_doc(answer: Any, *problems: int, signed: bool = False) -> dict[str, Any]:
    """``openapi_extra`` of what anybody may fetch; ``signed``: also as a compact JWS, for who asks for it."""
    content: dict[str, Any] = {"application/json": {"schema": _schema_of(answer)}}
    if signed:
        content["application/jose"] = {"schema": {"type": "string", "description": "Compact JWS of the same."}}
    return _public(content, problems)


def binary_doc() -> dict[str, Any]:
    """``openapi_extra`` of a public file whose address names its content."""
    content = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    return _public(content, (404, 422, 429))


def _public(content: dict[str, Any], problems: tuple[int, ...]) -> dict[str, Any]:
    tag = {"ETag": {"description": "Names this content.", "schema": {"type": "string"}}}
    responses: dict[int, Any] = {200: {"description": "OK", "content": content, "headers": tag}}
    responses[304] = {"description": "As the client has it (If-None-Match)"}
    for status in sorted({503, *problems}):
        schema = {"schema": _ref(answers.Problem)}
        responses[status] = {"description": _TITLES[status], "content": {"application/problem+json": schema}}
    return {"responses": responses, "security": []}


def _schema_of(kind: Any) -> dict[str, Any]:
    """The schema of a struct, of a list of one, or of an object of any shape."""
    if get_origin(kind) is list:
        [item] = get_args(kind)
        return {"type": "array", "items": _schema_of(item)}
    if get_origin(kind) is dict:
        return {"type": "object"}
    _documented.add(kind)
    return _ref(kind)


def json_body(kind: type) -> dict[str, Any]:
    """A request body that is one struct."""
    _documented.add(kind)
    return {"required": True, "content": {"application/json": {"schema": _ref(kind)}}}


def commands_body() -> dict[str, Any]:
    """The request body of ``POST /commands``: an array, an envelope, or one command a line."""
    commands = {
        "type": "array",
        "items": {"$ref": _REF.format(name="Command")},
        "minItems": 1,
        "maxItems": MOST_COMMANDS,
    }
    envelope = {
        "type": "object",
        "properties": {"commands": commands},
        "required": ["commands"],
        "additionalProperties": False,
    }
    lines = "One command a line, each as in the array; up to 1,000 lines."
    return {
        "required": True,
        "description": "Plain, or gzip with `Content-Encoding: gzip`; at most 8 MiB packed and unpacked.",
        "content": {
            "application/json": {"schema": {"oneOf": [commands, envelope]}},
            "application/x-ndjson": {"schema": {"type": "string", "description": lines}},
        },
    }


class Api(NinjaAPI):
    """Ninja, with one place that completes the API file."""

    def get_openapi_schema(  # type: ignore[override]  # plain data, so that it can be put in order
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """The file as plain data in stable order, the same at every address it is asked for; made once a process."""
        return _file(self)


@cache
def _file(api: NinjaAPI) -> dict[str, Any]:
    key = {"type": "http", "scheme": "bearer", "description": "Key of a station device or partner."}
    components = {
        "schemas": dict(sorted((_structs() | _commands()).items())),
        "securitySchemes": {"key": key},
    }
    made = {**get_schema(api=api, path_prefix=PREFIX), "components": components, "security": [{"key": []}]}
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(made))
    for operations in plain["paths"].values():
        for operation in operations.values():
            operation["responses"] = dict(sorted(operation["responses"].items()))
    plain["paths"] = dict(sorted(plain["paths"].items()))
    return plain


def _ref(kind: type) -> dict[str, str]:
    return {"$ref": _REF.format(name=kind.__name__)}


def _structs() -> dict[str, Any]:
    """Schemas of bodies and answers by name."""
    kinds = sorted({verb.body for verb in VERBS.values()} | _documented, key=lambda kind: kind.__name__)
    _, found = msgspec.json.schema_components(kinds, ref_template=_REF)
    for schema in found.values():
        schema.pop("title", None)  # the name again
        if "description" in schema:
            schema["description"] = " ".join(schema["description"].split())
    found["PersonRef"]["minProperties"] = found["PersonRef"]["maxProperties"] = 1
    return found


def _commands() -> dict[str, Any]:
    """``Command`` and its kinds, told apart by the verb."""
    names = {verb: "".join(part.title() for part in verb.replace("_", ".").split(".")) + "Command" for verb in VERBS}
    kinds = {
        names[verb]: {
            "type": "object",
            "properties": {
                "id": {"type": "string", "format": "uuid"},
                "verb": {"const": verb},
                "happened_at": {"type": "string", "format": "date-time", "description": "With offset."},
                "body": _ref(VERBS[verb].body),
            },
            "required": ["id", "verb", "happened_at", "body"],
            "additionalProperties": False,
        }
        for verb in sorted(VERBS)
    }
    command = {
        "description": "What a client asks to be recorded, under an id of the client's making. The same id with the "
        "same content is answered as the first time and has no second effect.",
        "oneOf": [{"$ref": _REF.format(name=name)} for name in kinds],
        "discriminator": {
            "propertyName": "verb",
            "mapping": {verb: _REF.format(name=names[verb]) for verb in sorted(VERBS)},
        },
    }
    return {"Command": command, **kinds}
