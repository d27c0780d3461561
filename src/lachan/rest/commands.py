"""``POST /api/v1/commands``: the form of the message only. What a command means is decided in its room."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from lachan.access.actors import Actor
from lachan.access.doors import let_in
from lachan.immunization.commands import execute
from lachan.immunization.sentences import sentence
from lachan.kernel import measures
from lachan.kernel.commands import MOST_COMMANDS, UNREADABLE
from lachan.kernel.errors import Problem
from lachan.kernel.outcomes import ACCEPTED, Outcome
from lachan.rest.reading import body_of, read, split

_encode = msgspec.json.Encoder(enc_hook=str).encode


def post_commands(request: HttpRequest) -> HttpResponse:
    """Answer one outcome a command, in order, whatever their number or fate. Problems: 400, 413, 415, 422."""
    now = timezone.now()
    with measures.CALLS.time():
        raw = split(body_of(request), request.content_type or "")
        if not raw:
            raise Problem(
                "no_commands", "No commands", "Send a JSON array of commands, or one command a line.", status=422
            )
        if len(raw) > MOST_COMMANDS:
            detail = f"Send at most {MOST_COMMANDS} commands a call; this one has {len(raw)}."
            raise Problem("too_many_commands", "Too many commands", detail, status=413)
        pieces = [read(piece) for piece in raw]
        outcomes = execute([piece.command for piece in pieces], actor=let_in(request, Actor), now=now)
    answers = [told(piece.command.id, outcome, piece.fault) for piece, outcome in zip(pieces, outcomes, strict=True)]
    return HttpResponse(_encode({"outcomes": answers}), content_type="application/json")


def told(command_id: UUID, outcome: Outcome, fault: str | None = None) -> dict[str, Any]:
    """One outcome as sent back; a refused or held one with its sentence in both languages.

    ``fault``: what made a piece unreadable. The room only knows it as a verb nobody has.
    """
    reason, params = outcome.reason, outcome.params
    if reason == "unknown_verb" and (params or {}).get("verb") == UNREADABLE:
        reason = "malformed"
        params = {
            "problem": fault or "it is no command",
            **({"first": params["first"]} if params and "first" in params else {}),
        }
    body: dict[str, Any] = {"id": command_id, "status": outcome.status, "record_id": outcome.id}
    if reason is not None:
        body["reason"] = reason
    if params:
        body["params"] = params
    if outcome.status is not ACCEPTED and reason is not None:
        body["message"] = {language: sentence(reason, params, language) for language in ("vi", "en")}
    return body
