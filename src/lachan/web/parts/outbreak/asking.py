"""What addresses and forms of the outbreak's screens say, read leniently; and what came of commands, in messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date

from lachan.access import scopes
from lachan.access.actors import Actor
from lachan.kernel.outcomes import Outcome
from lachan.places import queries as places
from lachan.places.facts import AreaFact
from lachan.web.parts.board.desk import accepted, sentences
from lachan.web.parts.tracing.desk import number_of

MOST_AREAS: Final = 400
MOST_REASONS: Final = 3


def area(text: str) -> int | None:
    """A place by its id, where there is one."""
    found = number_of(text)
    return found if found is not None and places.area(found) is not None else None


def day(text: str) -> date | None:
    """A day of our time; None for what is none."""
    try:
        found = parse_date(text)
    except ValueError:
        return None
    return found if found is not None and found.year >= 1990 else None


def areas_to_choose(actor: Actor, verb: str) -> list[AreaFact]:
    """The actor's communes, or the provinces where those are the whole nation; nothing where there is no choice."""
    mine, today = scopes.area_ids(actor, verb), timezone.localdate()
    if mine is None:
        return places.provinces(today)
    communes = sorted((a for a in places.areas(mine) if a.level == 3 and a.valid(today)), key=lambda a: a.search_name)
    return communes[:MOST_AREAS] if len(communes) > 1 else []


def recorded(request: HttpRequest, told: Sequence[Outcome]) -> int:
    """How many of these commands are recorded; why the others are not is said, each reason once."""
    reasons = dict.fromkeys(reason for one in told for reason in sentences(one))
    for reason in list(reasons)[:MOST_REASONS]:
        messages.warning(request, reason)
    return sum(accepted(one) for one in told)
