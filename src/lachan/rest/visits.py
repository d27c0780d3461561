"""``/visits``: the lean door of devices at venues. What a visit means is decided in its room."""

from __future__ import annotations

import base64
from typing import Any, Final

import msgspec
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from ninja import Router

from lachan.access.doors import key_auth, let_in
from lachan.certificates.codecs import qr
from lachan.immunization.sentences import sentence
from lachan.kernel.errors import Forbidden, Problem
from lachan.places.venues import VenueFacts, codes, keys, venues
from lachan.rest import answers
from lachan.rest.openapi import doc
from lachan.rest.reading import LINES_TYPES, body_of
from lachan.tracing.visits import devices
from lachan.tracing.visits.calls import Answer, Call, carry_out, read_binary, read_lines
from lachan.tracing.visits.operations import Sender

router = Router(tags=["visits"])

BINARY: Final = "application/x-lachan-visits"
CODES_AHEAD: Final = 48 * 3_600  # seconds of rotating codes a device carries
MOST_CODES: Final = 200  # of one venue: a code that changes every five minutes is carried for sixteen hours
_encode = msgspec.json.Encoder(enc_hook=str).encode


def door_auth(request: HttpRequest) -> Sender | None:
    """For ninja's ``auth=``: the device of the token; None makes ninja answer 401. A key is good for all the rest
    and not for this: 403."""
    sender = devices.door_auth(request)
    if sender is None and key_auth(request) is not None:
        raise Forbidden("This takes the credential of a device at a door, not a key.")
    return sender


class Told(msgspec.Struct):
    """What came of a call. ``refused``: [index, reason, parameters]; ``messages``: a sentence for each reason."""

    batch: str
    accepted: int
    duplicate: int
    refused: list[tuple[int, str, dict[str, Any]]]
    shifted: int
    messages: dict[str, answers.Words]


class DoorVenue(msgspec.Struct):
    """A venue of the device. ``codes``: [valid from, side, picture] of a code that changes, enough for a night: the
    modules of the QR code row by row, a bit each, base64; empty where a poster hangs."""

    id: int
    code: str
    name: str
    closed: bool
    stay: int
    capacity: int | None
    rotate_minutes: int
    codes: list[tuple[int, int, str]]


class Door(msgspec.Struct):
    """What a device needs for days without a line. ``keys``: number and public key (hexadecimal) of personal codes."""

    label: str
    now: int
    venues: list[DoorVenue]
    keys: dict[str, str]


def _body() -> dict[str, Any]:
    lines = "The head on the first line, then one visit a line; up to 1,000 (docs/reference/visits.md)."
    return {
        "required": True,
        "description": "Plain, or gzip with `Content-Encoding: gzip`.",
        "content": {
            "application/x-ndjson": {"schema": {"type": "string", "description": lines}},
            BINARY: {"schema": {"type": "string", "format": "binary"}},
        },
    }


@router.post(
    "/visits",
    operation_id="post_visits",
    summary="Record visits at venues",
    auth=door_auth,
    openapi_extra=doc(Told, 400, 403, 409, 413, 415, 422, body=_body(), etag=False),
)
def post_visits(request: HttpRequest) -> HttpResponse:
    """Up to 1,000 check-ins a call, from a device at a door, as lines of JSON or in the binary form.

    The answer counts what was recorded and names what was refused by its place in the call. Everything is durable when
    the answer comes. The same call again is answered as the first time.
    """
    now = timezone.now()
    sender = let_in(request, Sender)
    call = _read(body_of(request), request.content_type or "")
    answer = carry_out(call, sender=sender, now=now)
    devices.note_waiting(sender.id, call.head.waiting, now)
    return HttpResponse(_encode(_told(answer)), content_type="application/json")


def _read(content: bytes, kind: str) -> Call:
    if kind == BINARY:
        return read_binary(content)
    if kind in LINES_TYPES:
        return read_lines(content)
    detail = f"Send application/x-ndjson or {BINARY}."
    raise Problem("content_type_unknown", "Unknown content type", detail, status=415)


def _told(answer: Answer) -> Told:
    examples = {reason: params for _, reason, params in reversed(answer.refused)}
    messages = {
        reason: answers.Words(vi=sentence(reason, params, "vi"), en=sentence(reason, params, "en"))
        for reason, params in examples.items()
    }
    return Told(str(answer.batch), answer.accepted, answer.duplicate, answer.refused, answer.shifted, messages)


@router.get(
    "/visits/door",
    operation_id="get_door",
    summary="What a device at a door needs offline",
    auth=door_auth,
    openapi_extra=doc(Door, 403, etag=False),
)
def get_door(request: HttpRequest) -> HttpResponse:
    """The venues of the device, the codes its screen shows for two days, and the keys that check personal codes."""
    now = int(timezone.now().timestamp())
    sender = let_in(request, Sender)
    key = keys.signing_key(timezone.now())
    address = request.build_absolute_uri(reverse("checkin"))
    found = [
        DoorVenue(
            venue.id, venue.code, venue.name, venue.closed, venue.stay, venue.capacity, venue.rotate_minutes,
            _codes(address, venue, key, now),
        )
        for venue in venues(sender.places or ()).values()
        if venue.active
    ]  # fmt: skip
    public = {str(number): known.public_bytes_raw().hex() for number, known in keys.public_keys().items()}
    door = Door(sender.label, now, sorted(found, key=lambda venue: venue.name), public)
    return HttpResponse(_encode(door), content_type="application/json", headers={"Cache-Control": "no-store"})


def _codes(address: str, venue: VenueFacts, key: keys.HouseKey, now: int) -> list[tuple[int, int, str]]:
    """Pictures of the codes of the coming hours; each is the address of the check-in page with a signed code."""
    if not venue.rotate_minutes:
        return []
    minutes, step = venue.rotate_minutes, venue.rotate_minutes * 60
    first = now // step * step
    found = []
    for at in range(first, min(now + CODES_AHEAD, first + MOST_CODES * step), step):
        code = codes.venue_code(
            key.private, key.number, venue.id, venue.code_version, valid_from=at, minutes=minutes
        )  # fmt: skip
        modules = qr.matrix(f"{address}{code}/", "M")
        bits = "".join("1" if module else "0" for row in modules for module in row)
        packed = int(bits.ljust(-len(bits) % 8 + len(bits), "0"), 2).to_bytes((len(bits) + 7) // 8)
        found.append((at, len(modules), base64.b64encode(packed).decode()))
    return found
