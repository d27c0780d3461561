"""What every read shares: pages that end at a key, answers with an ETag."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from datetime import date
from typing import Annotated, Any, Final, TypeVar

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Query
from pydantic import BeforeValidator

from lachan.kernel.errors import Problem

MOST_ROWS: Final = 500
Limit = Annotated[int, Query(ge=1, le=MOST_ROWS, description="Rows a page.")]
CursorText = Annotated[
    str,
    Query(max_length=200, pattern="^[A-Za-z0-9_-]*$", description="`next` of the page before; empty: the first."),
]


def _iso_day(value: Any) -> Any:
    """Only YYYY-MM-DD: a bare number would be read as seconds since 1970."""
    if isinstance(value, str) and not _ISO_DAY.fullmatch(value):
        raise ValueError("write the day as YYYY-MM-DD")
    return value


_ISO_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
IsoDay = Annotated[date, BeforeValidator(_iso_day)]

Key = TypeVar("Key")
_encode = msgspec.json.Encoder(decimal_format="number").encode


def write_cursor(*key: Any) -> str:
    """Where a page ended, opaque to clients. It holds keys, never a name, and opens nothing by itself."""
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")


def read_cursor(text: str, kind: type[Key]) -> Key | None:
    """The key of a cursor; None for the first page. Problem 422 for a text that no page ended with."""
    if not text:
        return None
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), type=kind)
    except (binascii.Error, ValueError, RecursionError):
        detail = "Send the `next` of the page before, unchanged, or leave the cursor out."
        raise Problem("cursor_unreadable", "Unreadable cursor", detail, status=422, field="query.cursor") from None


def answer(request: HttpRequest, value: Any, *, personal: bool = False) -> HttpResponse:
    """The value as JSON with an ETag, or 304 when the client has it. ``personal``: nobody on the way keeps it."""
    content = _encode(value)
    tag = f'"{hashlib.blake2b(content, digest_size=12).hexdigest()}"'
    known = {part.strip().removeprefix("W/") for part in request.META.get("HTTP_IF_NONE_MATCH", "").split(",")}
    response = HttpResponse(status=304) if tag in known or "*" in known else HttpResponse(content)
    if response.status_code == 200:
        response.headers["Content-Type"] = "application/json"
    else:
        del response.headers["Content-Type"]
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "private, no-store" if personal else "private, no-cache"
    response.headers["Vary"] = "Authorization"
    return response
