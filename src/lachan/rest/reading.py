"""How the bytes of a call become commands. A piece that is no command keeps its place and its content.

What is read here is safe for everything below: valid Unicode without U+0000 (PostgreSQL's text cannot hold it), nested
no deeper than ``MOST_DEPTH``, at a time a database can store.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import zlib
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple, TypeVar
from uuid import UUID, uuid5

import msgspec
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.http.request import UnreadablePostError

from lachan.kernel.commands import UNREADABLE, Command
from lachan.kernel.errors import Problem

MOST_BYTES: Final = 8 * 1024 * 1024  # of a call, unpacked
MOST_DEPTH: Final = 20  # of a command; the deepest body of ours has six
OLDEST_YEAR: Final = 1900
JSON_TYPES: Final = frozenset({"application/json", ""})
LINES_TYPES: Final = frozenset({"application/x-ndjson", "application/jsonl"})

_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)  # fixed, so that the same piece is the same command when it comes again
_NAMELESS = UUID("018c2f5e-0000-7000-8000-6c616368616e")  # names commands that came without a usable id
_VALUE = re.compile(r"value '.*'", re.DOTALL)
Sent = TypeVar("Sent")
_NUL = "has the character U+0000"
_DEEP = f"is nested deeper than {MOST_DEPTH} levels"


class Envelope(msgspec.Struct, forbid_unknown_fields=True):
    """Commands within an object, for clients whose tools cannot send a bare array."""

    commands: list[msgspec.Raw]


class Piece(NamedTuple):
    """One command of a call; ``fault`` says in English what is wrong with a piece that is none."""

    command: Command
    fault: str | None = None


_whole = msgspec.json.Decoder(list[msgspec.Raw])
_envelope = msgspec.json.Decoder(Envelope)
_command = msgspec.json.Decoder(Command)
# for finding out what a piece was meant to be; its numbers stay text, however long
_lenient = json.JSONDecoder(strict=False, parse_int=str, parse_float=str)


def body_of(request: HttpRequest) -> bytes:
    """The body, unpacked if it came as gzip, within the limit either way. Problems: 400, 413, 415."""
    encoding = request.META.get("HTTP_CONTENT_ENCODING", "identity").strip().lower()
    if encoding not in ("gzip", "identity", ""):
        raise Problem("encoding_unknown", "Unknown encoding", "Content-Encoding may be gzip or absent.", status=415)
    try:
        body = _bytes_of(request)
    except RequestDataTooBig:
        raise _too_large() from None
    except (UnreadablePostError, OSError):
        raise Problem("body_cut_off", "Body cut off", "The body is shorter than announced. Send it again.") from None
    if encoding == "gzip":
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(body)) as stream:
                body = stream.read(MOST_BYTES + 1)
        except (OSError, EOFError, zlib.error):
            raise Problem("gzip_unreadable", "Unreadable gzip", "The body is not a whole gzip stream.") from None
    if len(body) > MOST_BYTES:
        raise _too_large()
    return body


def _bytes_of(request: HttpRequest) -> bytes:
    """Django reads as much as Content-Length says, so nothing of a chunked body; the server marks where that ends."""
    if "CONTENT_LENGTH" not in request.META and request.META.get("wsgi.input_terminated"):
        read: bytes = request.META["wsgi.input"].read(MOST_BYTES + 1)
        return read
    return request.body


def _too_large() -> Problem:
    return Problem("too_large", "Too large", f"A call may hold {MOST_BYTES} bytes, packed and unpacked.", status=413)


def split(body: bytes, content_type: str) -> list[msgspec.Raw]:
    """The commands of a call, each still as sent. Problems: 400 for what is no JSON, 415 for another content type."""
    if content_type in LINES_TYPES:
        return [msgspec.Raw(line) for line in body.splitlines() if line.strip()]
    if content_type not in JSON_TYPES:
        detail = "Send application/json or application/x-ndjson."
        raise Problem("content_type_unknown", "Unknown content type", detail, status=415)
    body = body.removeprefix(b"\xef\xbb\xbf")  # some Windows programs begin a file with this mark
    try:
        if body.lstrip()[:1] == b"{":
            return _envelope.decode(body).commands
        return _whole.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pieces = _split_by_hand(body)
    if pieces is None:
        detail = 'The body is not a JSON array of commands, {"commands": [...]}, or NDJSON.'
        raise Problem("json_unreadable", "Unreadable JSON", detail)
    return pieces


def _split_by_hand(body: bytes) -> list[msgspec.Raw] | None:
    """An array that the strict reader refuses because of something inside one piece (half of a surrogate pair, a
    control character): its pieces, so that the others still count. None when it is no array either way."""
    text = body.decode(errors="replace")
    pieces: list[msgspec.Raw] = []
    at, separator = _blank(text, 0), "["
    try:
        while text[at] == separator:
            start = _blank(text, at + 1)
            _, at = _lenient.raw_decode(text, start)
            pieces.append(msgspec.Raw(text[start:at].encode(errors="replace")))
            at, separator = _blank(text, at), ","
        return pieces if text[at] == "]" and pieces and _blank(text, at + 1) == len(text) else None
    except (ValueError, IndexError, RecursionError):
        return None


def _blank(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return at


def read(raw: msgspec.Raw) -> Piece:
    """One command, or what was sent in its place: kept under the id it came with, else one made of its content."""
    sent = bytes(raw)
    try:
        command = _command.decode(sent)
    except msgspec.DecodeError as error:
        return _unreadable(sent, str(error).replace("`$.", "`").replace("`$`", "the command"))
    except UnicodeDecodeError:
        return _unreadable(sent, "is not UTF-8")
    except RecursionError:
        return _unreadable(sent, _DEEP)
    if command.happened_at.year < OLDEST_YEAR:
        return _unreadable(sent, f"`happened_at` is before {OLDEST_YEAR}")
    if b"\\u0000" in sent or sent.count(b"{") + sent.count(b"[") > MOST_DEPTH:
        fault = _NUL if "\0" in command.verb else _fault(command.body, 2)
        if fault is not None:
            return _unreadable(sent, fault)
    return Piece(command)


def _fault(value: Any, depth: int) -> str | None:
    """The first thing in a decoded value that may not go further."""
    if isinstance(value, str):
        return _NUL if "\0" in value else None
    if not isinstance(value, dict | list):
        return None
    if depth > MOST_DEPTH:
        return _DEEP
    inner = [*value, *value.values()] if isinstance(value, dict) else value
    return next((fault for part in inner if (fault := _fault(part, depth + 1))), None)


def _unreadable(sent: bytes, fault: str) -> Piece:
    text = sent.decode(errors="replace").replace("\0", "\ufffd")
    try:
        found: Any = _lenient.decode(text)
    except (ValueError, RecursionError):
        found = None
    given = found.get("id") if isinstance(found, dict) else None
    try:
        command_id = UUID(given) if isinstance(given, str) else uuid5(_NAMELESS, text)
    except ValueError:
        command_id = uuid5(_NAMELESS, text)
    return Piece(Command(command_id, UNREADABLE, _NO_TIME, {"sent": text}), fault[:300])


def decoded(request: HttpRequest, decoder: msgspec.json.Decoder[Sent]) -> Sent:
    """The one struct of a call that is JSON. Problems: 400, 413, 415, 422."""
    if (request.content_type or "") not in JSON_TYPES:
        raise Problem("content_type_unknown", "Unknown content type", "Send application/json.", status=415)
    try:
        return decoder.decode(body_of(request))
    except msgspec.ValidationError as error:
        # the decoder repeats a word that is not of a list; we do not
        raise Problem("invalid_call", "Invalid call", _VALUE.sub("value", str(error))[:300], status=422) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Problem("json_unreadable", "Unreadable JSON", "The body is not a JSON object.") from None
