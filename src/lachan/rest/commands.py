"""``POST /api/v1/commands``: the form of the message only. What a command means is decided in its room."""

from __future__ import annotations

import gzip
import io
import zlib
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from lachan.immunization.commands import execute
from lachan.immunization.sentences import sentence
from lachan.kernel import measures
from lachan.kernel.commands import MOST_COMMANDS, Command
from lachan.kernel.errors import Problem
from lachan.kernel.outcomes import ACCEPTED, Outcome

_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)  # fixed, so that the same piece is the same command when it comes again
MOST_BYTES = 8 * 1024 * 1024  # of a call, unpacked
_UNREADABLE = UUID("018c2f5e-0000-7000-8000-6c616368616e")  # names commands that came without a usable id

_whole = msgspec.json.Decoder(list[msgspec.Raw])
_envelope = msgspec.json.Decoder(dict[str, msgspec.Raw])
_command = msgspec.json.Decoder(Command)
_any = msgspec.json.Decoder()
_encode = msgspec.json.Encoder(enc_hook=str).encode


def post_commands(request: HttpRequest) -> HttpResponse:
    """Answer one outcome a command, in order, whatever their number or fate."""
    now = timezone.now()
    with measures.CALLS.time():
        raw = split(body_of(request), request.content_type or "")
        if not raw:
            raise Problem("no_commands", "No commands", "Send a JSON array of commands, or one command a line.", status=422)
        if len(raw) > MOST_COMMANDS:
            detail = f"Send at most {MOST_COMMANDS} commands a call; this one has {len(raw)}."
            raise Problem("too_many_commands", "Too many commands", detail, status=413)
        commands = [read(piece) for piece in raw]
        outcomes = execute(commands, actor=request.auth, now=now)  # type: ignore[attr-defined]
    answers = [answer(command, outcome) for command, outcome in zip(commands, outcomes, strict=True)]
    return HttpResponse(_encode({"outcomes": answers}), content_type="application/json")


def body_of(request: HttpRequest) -> bytes:
    """The body, unpacked if it came as gzip, within the limit either way."""
    encoding = request.headers.get("Content-Encoding", "identity").lower()
    if encoding not in ("gzip", "identity"):
        raise Problem("encoding_unknown", "Unknown encoding", "Content-Encoding may be gzip or absent.", status=415)
    try:
        body: bytes = request.body
        if encoding == "gzip":
            with gzip.GzipFile(fileobj=io.BytesIO(body)) as stream:
                body = stream.read(MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error):
        raise Problem("gzip_unreadable", "Unreadable gzip", "The body is not a whole gzip stream.") from None
    if len(body) > MOST_BYTES:
        raise Problem("too_large", "Too large", f"A call may hold {MOST_BYTES} bytes unpacked.", status=413)
    return body


def split(body: bytes, content_type: str) -> list[msgspec.Raw]:
    """The commands of a call, each still as sent: one a line for NDJSON, else an array or ``{"commands": [...]}``."""
    try:
        if content_type in ("application/x-ndjson", "application/jsonl"):
            return [msgspec.Raw(line) for line in body.splitlines() if line.strip()]
        if body.lstrip()[:1] == b"{":
            return _whole.decode(_envelope.decode(body)["commands"])
        return _whole.decode(body)
    except (msgspec.DecodeError, KeyError):
        detail = 'The body is not a JSON array of commands, {"commands": [...]}, or NDJSON.'
        raise Problem("json_unreadable", "Unreadable JSON", detail) from None


def read(piece: msgspec.Raw) -> Command:
    """One command. A piece that is none keeps its place and content under a derived id, and is refused by the room."""
    try:
        return _command.decode(piece)
    except (msgspec.DecodeError, UnicodeDecodeError):
        text = bytes(piece).decode(errors="replace")
        try:
            found: Any = _any.decode(piece)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            found = None
        given = found.get("id") if isinstance(found, dict) else None
        try:
            command_id = UUID(str(given))
        except ValueError:
            command_id = uuid5(_UNREADABLE, text)
        return Command(command_id, "unreadable", _NO_TIME, {"sent": text.replace("\x00", "")})


def answer(command: Command, outcome: Outcome) -> dict[str, Any]:
    """One outcome as sent back; a refused or held one with its sentence in both languages."""
    body: dict[str, Any] = {"id": command.id, "status": outcome.status, "record_id": outcome.id}
    if outcome.reason is not None:
        body["reason"] = outcome.reason
    if outcome.params:
        body["params"] = outcome.params
    if outcome.status is not ACCEPTED and outcome.reason is not None:
        body["message"] = {language: sentence(outcome.reason, outcome.params, language) for language in ("vi", "en")}
    return body
