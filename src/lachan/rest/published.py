"""What anybody may fetch: the same bytes for everybody, made once a process, 304 for whoever has them.

Documents are kept in memory for a short while, so a rush of verifiers costs no database; what an address names for ever
(a filter, a delta) is answered with 304 without looking anything up.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from lachan.certificates.keys.publish import sign_list
from lachan.kernel.errors import Problem

JSON: Final = "application/json"
JOSE: Final = "application/jose"
BINARY: Final = "application/octet-stream"
FOR_EVER: Final = "public, max-age=2592000, immutable"
LEAST_PACKED: Final = 512  # bytes: below, gzip does not pay
MOST_KEPT: Final = 256  # batches and deltas in memory, and at most so many bytes of them:
MOST_KEPT_BYTES: Final = 64 * 1024 * 1024
# Look-ups of parts that are not in memory, each a statement: so many a second on average, so many at once.
PARTS_PER_S: Final = 100.0
PARTS_AT_ONCE: Final = 300.0

_encode = msgspec.json.Encoder(decimal_format="number").encode


class Document(NamedTuple):
    """Bytes to send, and the tag that names them. ``packed``: the same by gzip, where that pays."""

    tag: str
    body: bytes
    packed: bytes | None
    kind: str


def json_document(value: Any) -> Document:
    """A value as JSON."""
    return text_document(_encode(value), JSON)


def text_document(body: bytes, kind: str, *, tag: str = "") -> Document:
    """Bytes of some kind; without a ``tag`` their digest names them."""
    packed = gzip.compress(body, 6, mtime=0) if len(body) >= LEAST_PACKED and kind != BINARY else None
    return Document(tag or f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"', body, packed, kind)


class Published:
    """One document that changes by itself: made anew when it is ``seconds`` old, and only sent when it differs.

    ``make(now)`` gives the JSON value. Who asks for ``application/jose`` gets it signed, unless it is in a form of
    others (``signable`` false); a new signature of the same value keeps its tag.
    """

    def __init__(self, make: Callable[[datetime], Any], *, seconds: float, cache: str, signable: bool = True) -> None:
        self._make = make
        self._seconds = seconds
        self._cache = cache
        self._signable = signable
        self._lock = threading.Lock()
        self._kept: tuple[float, Document, Document | None] | None = None
        _all.append(self)

    def answer(self, request: HttpRequest) -> HttpResponse:
        """The document as asked for."""
        signed = self._signable and wants_signed(request)
        vary = "Accept, Accept-Encoding" if self._signable else "Accept-Encoding"
        return send(request, self._document(signed), self._cache, vary=vary)

    def forget(self) -> None:
        self._kept = None

    def _document(self, signed: bool) -> Document:
        found = self._standing(signed)
        if found is not None:
            return found
        with self._lock:
            found = self._standing(signed)  # whoever waited for another's work does not do it again
            if found is not None:
                return found
            now = timezone.now()
            value = self._make(now)
            plain = json_document(value)
            before = self._kept
            jose = before[2] if before is not None and before[1].tag == plain.tag else None
            if signed and jose is None:
                jose = text_document(sign_list(value, now).encode(), JOSE, tag=signed_tag(plain.tag))
            self._kept = (time.monotonic() + self._seconds, plain, jose)
            return jose if signed and jose else plain

    def _standing(self, signed: bool) -> Document | None:
        """The document in memory, while it is young."""
        kept = self._kept
        if kept is None or time.monotonic() >= kept[0]:
            return None
        return kept[2] if signed else kept[1]


_all: list[Published] = []


class Parts:
    """Parts whose address names their content: kept as long as there is room, never made anew."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Document] = OrderedDict()
        self._bytes = 0
        self._tokens = PARTS_AT_ONCE
        self._filled_at = time.monotonic()

    def answer(
        self, request: HttpRequest, name: str, make: Callable[[], Document | None], *, vary: str = ""
    ) -> HttpResponse:
        """The part called ``name``; a client that has it is believed without a look. Problem 404 where there is none,
        429 when too many are looked up at once."""
        tag = _tag(name)
        if has(request, tag):
            return _not_modified(tag, FOR_EVER, vary)
        return send(request, self._document(name, make), FOR_EVER, vary=vary)

    def forget(self) -> None:
        with self._lock:
            self._kept.clear()
            self._bytes, self._tokens = 0, PARTS_AT_ONCE

    def _document(self, name: str, make: Callable[[], Document | None]) -> Document:
        with self._lock:
            found = self._kept.get(name)
            if found is not None:
                self._kept.move_to_end(name)
                return found
            self._take()
        made = make()
        if made is None:
            raise Problem("not_found", "Not found", "There is no such part of the list, or not any more.", status=404)
        made = made._replace(tag=_tag(name))
        with self._lock:
            if name not in self._kept:
                self._kept[name] = made
                self._bytes += len(made.body) + len(made.packed or b"")
            while self._kept and (self._bytes > MOST_KEPT_BYTES or len(self._kept) > MOST_KEPT):
                _, gone = self._kept.popitem(last=False)
                self._bytes -= len(gone.body) + len(gone.packed or b"")
        return made

    def _take(self) -> None:
        now = time.monotonic()
        self._tokens = min(PARTS_AT_ONCE, self._tokens + (now - self._filled_at) * PARTS_PER_S)
        self._filled_at = now
        if self._tokens < 1:
            detail = "Too many different parts of the list are asked for at once. Ask again in a few seconds."
            raise Problem("too_many", "Too many calls", detail, status=429)
        self._tokens -= 1


parts = Parts()


def _tag(name: str) -> str:
    """Weak, for two processes sign the same with other bytes."""
    return f'W/"{name}"'


def forget() -> None:
    """Make everything anew at the next call."""
    for document in _all:
        document.forget()
    parts.forget()


def wants_signed(request: HttpRequest) -> bool:
    """Whether the client asks for the signed form."""
    return JOSE in request.META.get("HTTP_ACCEPT", "").lower()


def signed_tag(tag: str) -> str:
    """The tag of a signed form, by that of the plain one."""
    return f'{tag[:-1]}-jose"'


def send(request: HttpRequest, document: Document, cache: str, *, vary: str = "") -> HttpResponse:
    """The document, or 304 when the client has it."""
    if has(request, document.tag):
        return _not_modified(document.tag, cache, vary)
    packed = document.packed is not None and _takes_gzip(request.META.get("HTTP_ACCEPT_ENCODING", ""))
    response = HttpResponse(document.packed if packed else document.body, content_type=document.kind)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    return _headed(response, document.tag, cache, vary)


def has(request: HttpRequest, tag: str) -> bool:
    """Whether the client says that it has what this tag names; weak and strong tags are the same to it (RFC 9110,
    13.1.2)."""
    known = {part.strip().removeprefix("W/") for part in request.META.get("HTTP_IF_NONE_MATCH", "").split(",")}
    return tag.removeprefix("W/") in known or "*" in known


_REFUSED: Final = re.compile(r";\s*q\s*=\s*0(\.0*)?\s*$")


def _takes_gzip(accepted: str) -> bool:
    return any(
        part.split(";")[0].strip().lower() in ("gzip", "x-gzip") and not _REFUSED.search(part)
        for part in accepted.split(",")
    )


def _not_modified(tag: str, cache: str, vary: str) -> HttpResponse:
    response = HttpResponse(status=304)
    del response.headers["Content-Type"]
    return _headed(response, tag, cache, vary)


def _headed(response: HttpResponse, tag: str, cache: str, vary: str) -> HttpResponse:
    more: Mapping[str, str] = {"Vary": vary} if vary else {}
    # public facts for anybody's programs, pages of other addresses among them
    for name, value in {"ETag": tag, "Cache-Control": cache, "Access-Control-Allow-Origin": "*", **more}.items():
        response.headers[name] = value
    return response
