"""Why this person is on the list of a case, and why that one is not: a sentence, a picture of the two, the table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lachan.access import scopes
from lachan.access.actors import Actor
from lachan.access.doors import needs
from lachan.access.operations import log_looks
from lachan.access.rules import may
from lachan.kernel.ids import new_id
from lachan.people import search
from lachan.people.facts import PersonFacts
from lachan.people.queries import persons
from lachan.places import queries as places
from lachan.places.venues.queries import venues
from lachan.tracing.lists import queries
from lachan.tracing.lists.queries import StayRow
from lachan.tracing.lists.why import Together, Why, why
from lachan.tracing.outbreak.lines import Link, link_between
from lachan.tracing.work.planning import CENTRE
from lachan.tracing.work.queries import history
from lachan.tracing.work.rules import HERE
from lachan.web.parts.board.desk import actor_here
from lachan.web.parts.cases.lists import opened
from lachan.web.parts.outbreak import words
from lachan.web.parts.outbreak.case import head
from lachan.web.parts.outbreak.listing import STEPS, place_of
from lachan.web.parts.tracing import words as of_tracing

MOST_FOUND: Final = 20
WIDE: Final = 1_000  # units of a bar
NARROWEST: Final = 4
MOST_ROWS: Final = 40


class Bar(NamedTuple):
    """``css``: stay of the case, or together (counting or not); in units of ``WIDE``."""

    css: str
    x: float
    width: float
    title: str


class Row(NamedTuple):
    """A place or way, with the case's stays there and what the two spent together."""

    name: str
    bars: list[Bar]


class Picture(NamedTuple):
    """Rows over one line of time; the window in which the case could infect is shaded from ``shade`` on."""

    rows: list[Row]
    start: datetime
    end: datetime
    shade: float
    shaded: float
    window: tuple[datetime, datetime]
    ticks: list[float]


@require_POST
@needs("case.read")
def search_page(request: HttpRequest, person_id: UUID, episode_id: UUID) -> HttpResponse:
    """People of my places by name or number, to ask why they are on the list or not. The text travels in the body."""
    row = opened(request, episode_id)
    actor, now = actor_here(request), timezone.now()
    asked = search.read(request.POST.get("q", "").strip()[:120])
    found: list[PersonFacts] = []
    if asked.kind == "name":
        found = search.by_name(actor, asked.wanted, limit=MOST_FOUND).persons
    elif asked.numbers:
        found = search.by_number(actor, asked.numbers, now=now)
    found = [person for person in found if person.id != row.person_id]
    log_looks(actor, [person.id for person in found], words.PURPOSE, words.WHY, now)
    if len(found) == 1:
        return redirect("outbreak-why-person", person_id=row.person_id, episode_id=row.id, listed_id=found[0].id)
    people = [(person, places.address(person.residence_id) if person.residence_id else "") for person in found]
    return render(request, "web/outbreak/found.html", {**head(row), "people": people, "now": now})


@require_GET
@needs("case.read")
def page(request: HttpRequest, person_id: UUID, episode_id: UUID, listed_id: UUID) -> HttpResponse:
    """The two, worked out anew from the evidence. Both looks are logged."""
    row = opened(request, episode_id)
    actor, now = actor_here(request), timezone.now()
    person = persons([listed_id]).get(listed_id)
    if person is None or person.id == row.person_id:
        raise Http404
    link = link_between(row.id, person.id)
    if link is None and not _within(actor, person):
        raise Http404
    log_looks(actor, [row.person_id, person.id], words.PURPOSE, words.WHY, now)
    told = why(row.id, person.id, now)
    stays = queries.stays_of(row.id)
    names = _names(told.pieces, stays)
    context = {
        **head(row), "contact": person, "told": told, "answer": answer(told, link), "link": link, "words": words,
        "released": words.released(link.release_reason) if link is not None and link.release_reason else "",
        "pieces": [_piece(piece, names) for piece in told.pieces[:200]],
        "picture": picture(told, stays, names) if told.window is not None else None,
        "language": get_language(), "now": now, **_work(actor, person),
    }  # fmt: skip
    return render(request, "web/outbreak/why.html", context)


def _within(actor: Actor, person: PersonFacts) -> bool:
    """Whoever is on no list of the case is asked about within the asker's own places only: they live there, or are or
    were watched there."""
    if person.residence_id is not None and scopes.area_in_scope(actor, person.residence_id, "person.search"):
        return True
    return any(scopes.area_in_scope(actor, area, "contact.read") for area in history(person.id).areas)


def answer(told: Why, link: Link | None) -> tuple[str, Any]:
    """(kind of badge, sentence). Somebody listed with fewer minutes than asked is so by the group they share; where the
    list says something else than the evidence, both are said."""
    code = told.answer
    if code == "listed" and link is None:
        code = "would"
    elif code == "listed" and link is not None and link.state == "released":
        code = "released"
    elif code == "listed" and told.minutes < told.needed:
        code = "always"
    kind, text = words.ANSWERS[code]
    return kind, text % {"minutes": round(told.minutes), "needed": round(told.needed)}


def _names(pieces: Sequence[Together], stays: Sequence[StayRow]) -> dict[int, str]:
    ids = {piece.place_id for piece in pieces if piece.kind == "visit" and piece.place_id is not None}
    return {venue_id: venue.name for venue_id, venue in venues(sorted(ids | {s.place_id for s in stays})).items()}


def _piece(piece: Together, names: dict[int, str]) -> dict[str, Any]:
    return {
        "kind": words.KINDS.get(piece.kind, piece.kind), "place": _where(piece, names), "start": piece.start,
        "end": piece.end, "minutes": round((piece.end - piece.start).total_seconds() / 60), "metres": piece.metres,
        "counts": words.COUNTS[piece.counts],
    }  # fmt: skip


def _where(piece: Together, names: dict[int, str]) -> str:
    return names.get(piece.place_id, "") if piece.kind == "visit" and piece.place_id is not None else ""


def picture(told: Why, stays: Sequence[StayRow], names: dict[int, str]) -> Picture:
    """A row for each place the two could have met, latest at the bottom, then the ways that are no place."""
    assert told.window is not None
    first, last = told.window
    start = min([first, *(piece.start for piece in told.pieces)]) - timedelta(hours=6)
    end = max([last, *(piece.end for piece in told.pieces)]) + timedelta(hours=6)
    whole = (end - start).total_seconds()

    def x_of(moment: datetime) -> float:
        return round(WIDE * (min(max(moment, start), end) - start).total_seconds() / whole, 1)

    def bar(css: str, since: datetime, until: datetime, what: Any) -> Bar:
        x, width = x_of(since), x_of(until) - x_of(since)
        said = f"{what}: {since.astimezone(HERE):%H:%M %d/%m} – {until.astimezone(HERE):%H:%M %d/%m}"
        return Bar(css, x, max(width, NARROWEST), said)

    rows: dict[str, list[Bar]] = {}
    for stay in stays:
        name = names.get(stay.place_id, "–")
        rows.setdefault(name, []).append(bar("out-stay", stay.t_in, stay.t_out, _("the case was here")))
    for _kind, group in groupby(sorted(told.pieces, key=lambda piece: (piece.kind, piece.start)), lambda one: one.kind):
        for piece in group:
            name = _where(piece, names) or str(words.KINDS.get(piece.kind, piece.kind))
            css = "out-other" if piece.counts else "out-together"
            rows.setdefault(name, []).append(bar(css, piece.start, piece.end, words.COUNTS[piece.counts][1]))
    midnight = start.astimezone(HERE).replace(hour=0, minute=0, second=0, microsecond=0)
    ticks = [x_of(midnight + timedelta(days=n)) for n in range(1, int(whole // 86_400) + 2)]
    ordered = sorted(rows.items(), key=lambda row: (not any(b.css != "out-stay" for b in row[1]), row[1][0].x))
    return Picture(
        [Row(name, bars) for name, bars in ordered[:MOST_ROWS]], start, end, x_of(first), x_of(last) - x_of(first),
        (first, last), [x for x in ticks if 0 < x < WIDE],
    )  # fmt: skip


def _work(actor: Actor, person: PersonFacts) -> dict[str, Any]:
    """The open watch of the person, and what an officer may decide about it."""
    watches = [entry.watch for entry in history(person.id).watches if entry.state == "open"]
    mine = [watch for watch in watches if scopes.area_in_scope(actor, watch.area_id, "contact.read")]
    return {
        "watch": mine[0] if mine else None, "elsewhere": [place_of(watch.area_id) for watch in watches if not mine],
        "answerable": place_of(mine[0].area_id) if mine else "",
        "quarantine": of_tracing.QUARANTINE.get(mine[0].quarantine, "") if mine else "",
        "may": {step for step, verb in STEPS.items() if mine and may(actor, verb)},
        "provinces": places.provinces(timezone.localdate()), "centre": CENTRE, "command_ids": (new_id(), new_id()),
    }  # fmt: skip
