"""The page of the register: how the line is, what is under way, how many persons are in each state. No names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from lachan.access import scopes
from lachan.access.doors import needs
from lachan.exchange.register.status import Status, status
from lachan.people.verification.rules import EXEMPT
from lachan.web.parts.board.desk import actor_here
from lachan.web.parts.register.words import LINE, STATES, Word

ORDER = ("right", "wrong", "no_id", "malformed_id", "not_sent", "waiting", "exempt")


@dataclass(frozen=True, slots=True)
class Row:
    """A state with its figures. ``share``: per cent of those there is something to ask about; None for the others."""

    word: Word
    persons: int
    share: float | None
    oldest: datetime | None


@require_GET
@needs("register.read")
def page(request: HttpRequest) -> HttpResponse:
    """Figures of the reader's provinces, and the line, which is everybody's."""
    actor = actor_here(request)
    found = status(timezone.now(), scopes.area_ids(actor, "register.read"))
    return render(request, "web/register/page.html", _context(found))


def _context(found: Status) -> dict[str, Any]:
    by_state = {figure.state: figure for figure in found.states}
    asked = sum(figure.persons for figure in found.states if figure.state != EXEMPT)
    rows = [
        Row(
            STATES[state], by_state[state].persons,
            by_state[state].persons / asked * 100 if asked and state != EXEMPT else None, by_state[state].oldest,
        )
        for state in ORDER
    ]  # fmt: skip
    return {
        "line": LINE[found.breaker.state],
        "breaker": found.breaker,
        "connected": bool(settings.CONF.register_url),
        "latest_answer": found.latest_answer,
        "open": found.open,
        "rows": rows,
        "persons": sum(figure.persons for figure in found.states),
        "counted_at": found.counted_at,
    }
