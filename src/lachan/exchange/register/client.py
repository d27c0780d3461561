"""One question to the register over HTTP(S), and what came of it. No database, no retries: those are the sender's."""

from __future__ import annotations

import http.client
import ssl
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit
from uuid import UUID

import msgspec

from lachan.exchange.register import contract
from lachan.exchange.register.contract import Item, Request
from lachan.people.verification.queue import Asked


class Right(NamedTuple):
    """Answered: whether each person is right, in the order of the question."""

    right: list[bool]


class TooFast(NamedTuple):
    """The register is full; how long it asks to be left alone."""

    seconds: float


class Unreadable(NamedTuple):
    """The register will never answer this question as it is."""

    why: str


class Failed(NamedTuple):
    """No answer this time. ``hopeless``: nor to any other question, before somebody mends it."""

    why: str
    hopeless: bool = False


Outcome = Right | TooFast | Unreadable | Failed


class Line(Protocol):
    """The way to the register."""

    def ask(self, request_id: UUID, request: bytes, persons: int) -> Outcome: ...

    def close(self) -> None: ...


def write(request_id: UUID, persons: Sequence[Asked]) -> bytes:
    """The request about these persons; each is referred to by its place."""
    return contract.encode(Request(request_id, [Item(str(at), *asked) for at, asked in enumerate(persons)]))


def write_part(request_id: UUID, request: bytes, part: slice) -> bytes:
    """A request about some of the persons of another one."""
    # read without the contract's limits: one of these items may be what the register could not read
    items = msgspec.json.decode(request, type=_Whole).items[part]
    return contract.encode(_Whole(request_id, [{**item, "ref": str(at)} for at, item in enumerate(items)]))


class _Whole(msgspec.Struct):
    """A request whose items are taken as they are."""

    request_id: UUID
    items: list[dict[str, str]]


class HttpLine:
    """The contract over HTTP; one kept-alive connection a thread. ``url`` is the register's, without the path."""

    def __init__(self, url: str, key: str = "", timeout_s: float = 30.0) -> None:
        parts = urlsplit(url)
        self._https = parts.scheme == "https"
        self._host, self._port = parts.hostname or "", parts.port
        self._path = parts.path.rstrip("/") + contract.PATH
        self._headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
        self._timeout = timeout_s
        self._own = threading.local()
        self._open: set[http.client.HTTPConnection] = set()

    def ask(self, request_id: UUID, request: bytes, persons: int) -> Outcome:
        """Send one question, wait at most ``timeout_s`` for each part of the answer."""
        try:
            return outcome_of(*self._call(request), request_id, persons)
        except ssl.SSLCertVerificationError as error:
            self._drop()
            return Failed(f"its certificate is not trusted ({error.verify_message})", hopeless=True)
        except (OSError, http.client.HTTPException) as error:
            self._drop()
            why = error.strerror if isinstance(error, OSError) and error.strerror else repr(error)
            return Failed(f"no answer ({why})")

    def close(self) -> None:
        """Drop every thread's connection; the next question opens another."""
        while self._open:
            self._open.pop().close()
        self._own = threading.local()

    def _drop(self) -> None:
        """Drop this thread's connection."""
        connection = getattr(self._own, "connection", None)
        if connection is not None:
            connection.close()
            self._open.discard(connection)
            self._own.connection = None

    def _call(self, request: bytes) -> tuple[int, bytes, str]:
        fresh = getattr(self._own, "connection", None) is None
        if fresh:
            kind = http.client.HTTPSConnection if self._https else http.client.HTTPConnection
            self._own.connection = kind(self._host, self._port, timeout=self._timeout)
            self._open.add(self._own.connection)
        connection: http.client.HTTPConnection = self._own.connection
        try:
            connection.request("POST", self._path, request, self._headers)
            answer = connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            if fresh:
                raise
            # an idle connection the other side had closed; the question is idempotent
            self._drop()
            return self._call(request)
        body = answer.read(contract.LONGEST_ANSWER + 1)
        if len(body) > contract.LONGEST_ANSWER:
            raise http.client.HTTPException("an answer of more than a megabyte")
        return answer.status, body, answer.headers.get("Retry-After", "")


def outcome_of(status: int, body: bytes, retry_after: str, request_id: UUID, persons: int) -> Outcome:
    """What an HTTP answer means for the question it belongs to."""
    if status == 200:
        return _answers(body, request_id, persons)
    if status == 429 or (status == 503 and retry_after):
        return TooFast(_seconds(retry_after))
    if status in (401, 403):
        return Failed(f"the key is not accepted ({status})", hopeless=True)
    if status in (400, 409, 413, 422):
        return Unreadable(f"refused ({status})")
    if status in (404, 405, 410):
        return Failed(f"nothing of ours at that address ({status})", hopeless=True)
    return Failed(f"answered {status}")


def _answers(body: bytes, request_id: UUID, persons: int) -> Outcome:
    """The answers in the order of the question; anything but one for each is no answer."""
    try:
        response = contract.decode_response(body)
    except msgspec.MsgspecError as error:
        return Failed(f"an answer that cannot be read ({error})")
    right = {found.ref: found.answer == "right" for found in response.answers}
    wanted = [str(at) for at in range(persons)]
    if response.request_id != request_id or len(response.answers) != persons or not all(ref in right for ref in wanted):
        return Failed("an answer to another question")
    return Right([right[ref] for ref in wanted])


def _seconds(retry_after: str) -> float:
    """Retry-After in seconds or as a date (RFC 9110, 10.2.3); 5 s when it is neither, never more than an hour."""
    text = retry_after.strip()
    if text.isdigit():
        wait = float(text)
    else:
        try:
            wait = (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds()
        except (TypeError, ValueError):
            wait = 5.0
    return min(max(wait, 0.1), contract.RETRY_LATEST_S)
