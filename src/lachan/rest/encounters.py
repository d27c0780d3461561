"""``/encounters/…``: temporary ids for apps, and what the telephone of a case heard."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Final
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from msgspec import Meta
from ninja import Router

from lachan.access.addresses import address_of
from lachan.access.doors import key_holder
from lachan.kernel.errors import Problem
from lachan.people.self_service import secrets, throttle
from lachan.people.self_service.rules import Limit
from lachan.people.self_service.throttle import Counted
from lachan.rest.answers import Answer
from lachan.rest.openapi import doc, json_body, public_doc
from lachan.rest.pages import answer
from lachan.rest.reading import decoded
from lachan.tracing.encounters import operations

router = Router(tags=["encounters"])

OF_ADDRESS: Final = Limit(
    "uploads of an address", 60, timedelta(minutes=10)
)  # a code has 60 bits; this bounds the noise


class IdsIn(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Whose ids, from when on: a batch is a hundred quarters of an hour."""

    person_ids: Annotated[tuple[UUID, ...], Meta(min_length=1, max_length=operations.MOST_PERSONS)]
    since: datetime


class UploadIn(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The code the tracer gave, and what the telephone heard."""

    code: Annotated[str, Meta(min_length=1, max_length=40)]
    sightings: Annotated[tuple[operations.SightingIn, ...], Meta(max_length=operations.MOST_SIGHTINGS)]


class TemporaryId(Answer):
    """Said by a telephone from `start` to `end` (UNIX seconds), and by nobody else at any time."""

    id: str
    start: int
    end: int


class PersonIds(Answer):
    person_id: UUID
    ids: list[TemporaryId]


class Ids(Answer):
    items: list[PersonIds]


class Uploaded(Answer):
    """What came of an upload, in counts. Unknown and replayed ids do no harm."""

    sightings: int
    own: int
    unknown: int
    replayed: int
    old: int
    twice: int
    meetings: int


_ids = msgspec.json.Decoder(IdsIn)
_upload = msgspec.json.Decoder(UploadIn)


@router.post(
    "/encounters/ids",
    operation_id="issue_temporary_ids",
    summary="Temporary ids for telephones",
    openapi_extra=doc(Ids, 400, 403, 413, 415, 422, body=json_body(IdsIn), etag=False),
)
def issue_temporary_ids(request: HttpRequest) -> HttpResponse:
    """A batch of ids for each person, good for a quarter of an hour each, for the app's own server to hand out. Only
    this house can read whom one stands for."""
    key_holder(request, "encounter.ids")
    asked = decoded(request, _ids)
    if asked.since.tzinfo is None:
        raise Problem("time_without_offset", "Time without offset", "Write `since` with an offset.", status=422)
    found = operations.temporary_ids(asked.person_ids, since=asked.since, now=timezone.now())
    items = [
        PersonIds(person_id=person_id, ids=[TemporaryId(id=one.text, start=one.start, end=one.end) for one in ids])
        for person_id, ids in found.items()
    ]
    return answer(request, Ids(items=items), personal=True)


@router.post(
    "/encounters/upload",
    operation_id="upload_encounters",
    summary="What the telephone of a case heard",
    auth=None,
    openapi_extra={**public_doc(Uploaded, 400, 403, 413, 415, 422, 429), "requestBody": json_body(UploadIn)},
)
def upload_encounters(request: HttpRequest) -> HttpResponse:
    """Once, with the code a tracer gave the case, within two hours. The answer says counts, never whom."""
    now = timezone.now()
    wait = throttle.take([Counted(OF_ADDRESS, secrets.counter("encounters_address", address_of(request)))], now)
    if wait is not None:
        raise Problem("too_often", "Too often", "Wait some minutes and send it again.", status=429)
    sent = decoded(request, _upload)
    done = operations.upload(sent.code, sent.sightings, now=now)
    if done is None:
        detail = "The code is wrong, was used, or is over. Ask the health officer for another one."
        raise Problem("code_wrong", "Wrong code", detail, status=403)
    return answer(request, Uploaded(**done._asdict()), personal=True)
