"""How the board answers: with itself, with a dialog, or not at all when nothing changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse

from lachan.kernel.outcomes import HELD, Outcome
from lachan.web.parts.board.cards import board_of, fingerprint
from lachan.web.parts.board.desk import Desk, desk_of, name_everyone, sentences


def live(request: HttpRequest, session_id: UUID, template: str) -> HttpResponse:
    """The part of a page that changes, with an ETag: two queries when nothing did, three when something did."""
    desk = desk_of(request, session_id, everyone=True)
    tag = f'"{fingerprint(desk)}"'
    if request.headers.get("If-None-Match") == tag:
        unchanged: HttpResponse = HttpResponseNotModified()
        unchanged["ETag"] = tag
        return unchanged
    response = render(request, template, drawn(desk))
    response["ETag"] = tag
    return response


def drawn(desk: Desk) -> dict[str, Any]:
    """What the board's templates need; reads the names."""
    name_everyone(desk)
    return {"desk": desk, "session": desk.session, "board": board_of(desk), "tag": fingerprint(desk)}


def board(request: HttpRequest, desk: Desk, events: Mapping[str, Any]) -> HttpResponse:
    """The board anew, in the place of the old one; ``events`` go to the page once its buttons work."""
    if "HX-Request" not in request.headers:
        return redirect("board", session_id=desk.session.id)
    fresh = desk_of(request, desk.session.id, everyone=True)
    response = render(request, "web/board/live.html", drawn(fresh))
    response["HX-Retarget"] = "#board"
    response["HX-Reswap"] = "outerHTML"
    response["HX-Trigger-After-Settle"] = json.dumps(events)
    return response


def moved(
    request: HttpRequest, desk: Desk, text: str, *, kind: str = "done", person: UUID | None = None,
    then: str = "", undo: Mapping[str, str] | None = None,
) -> HttpResponse:  # fmt: skip
    """Something was recorded: the board, a line at its foot, the person's card in focus.

    ``then`` "open" opens the person's next step; ``undo`` gives six seconds to take it back.
    """
    toast: dict[str, Any] = {"text": text, "kind": kind}
    if undo is not None:
        toast["undo"] = {
            "url": reverse("board-undo", args=[desk.session.id]), "values": dict(undo), "target": "#board",
        }  # fmt: skip
    where = {"person": str(person) if person else "", "then": then}
    return board(request, desk, {"lachan:toast": toast, "board:moved": where})


def refused(request: HttpRequest, desk: Desk, outcome: Outcome) -> HttpResponse:
    """Not recorded as sent: every reason as a sentence; the command itself stays on the worklist."""
    kind = "question" if outcome.status is HELD else "stop"
    toast = {"text": " ".join(sentences(outcome)), "kind": kind, "seconds": 12}
    return board(request, desk, {"lachan:toast": toast, "board:moved": {"person": "", "then": ""}})


def dialog(request: HttpRequest, template: str, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    """Content of the dialog; the page opens it when it arrives, whoever asked."""
    response = render(request, template, dict(context), status=status)
    response["HX-Retarget"] = "#desk-content"
    response["HX-Reswap"] = "innerHTML"
    return response
