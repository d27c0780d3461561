"""The search screen: a scan, a number or a name; numbers and names travel in the body, never in the address."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from lachan.access import scopes
from lachan.access.doors import needs
from lachan.access.rules import may
from lachan.people import search
from lachan.people.intake import Intake, from_card, from_scan, prepare
from lachan.people.search import Asked, Near, Wanted
from lachan.places import queries as places
from lachan.web.parts.people import present, words
from lachan.web.parts.people.reached import acting, serve

PAGE = 20


@require_http_methods(["GET", "POST"])
@needs("person.search")
def people(request: HttpRequest) -> HttpResponse:
    """Find somebody. One person under a presented number opens at once, unless a session is waiting for them."""
    if request.method == "GET":
        return _show(request, {"wanted": Wanted(), "back": back_of(request)})
    text = request.POST.get("q", "").strip()[:600]
    asked = search.read(text)
    if asked.kind in ("name", "empty"):
        return _by_description(request, text, asked)
    return _by_number(request, text, asked)


@require_GET
@needs("person.search", "person.register")
def communes(request: HttpRequest) -> HttpResponse:
    """Communes by name for the picker, on today's map and the one papers still show. A commune is nobody's secret."""
    text = request.GET.get("commune", "").strip()[:80]
    today = timezone.localdate()
    found = search.areas_named(text, today=today) if len(text) > 1 else []
    rows = [(area, places.address(area.id), present.other_map(area.id, today), area.valid(today)) for area in found]
    return render(request, "web/people/communes.html", {"rows": rows, "text": text})


def back_of(request: HttpRequest) -> UUID | None:
    """The session of the board that waits for the person, when the nurse came from there."""
    text = request.POST.get("back") or request.GET.get("back") or ""
    try:
        return UUID(text)
    except ValueError:
        return None


def _by_description(request: HttpRequest, text: str, asked: Asked) -> HttpResponse:
    """By name; what the fields say goes before what is written in the text."""
    wanted = replace(
        asked.wanted,
        born=words.written_date(request.POST.get("born", "")) or asked.wanted.born,
        area_id=commune_of(request.POST.get("commune_code", "")),
    )
    cursor = _cursor(request.POST.get("after", ""))
    page = search.by_name(acting(request), wanted, limit=PAGE, after=cursor)
    context = {
        "text": text, "wanted": wanted, "searched": bool(text or wanted.born), "narrow": page.narrow,
        "rows": present.rows(page.persons), "back": back_of(request), "further": cursor is not None,
        "after": msgspec.json.encode(page.after).decode() if page.after else "",
    }  # fmt: skip
    return _show(request, context)


def _by_number(request: HttpRequest, text: str, asked: Asked) -> HttpResponse:
    actor, now, back = acting(request), timezone.now(), back_of(request)
    persons = search.by_number(actor, asked.numbers, now=now)
    if scopes.may_serve(actor):
        serve(request, [person.id for person in persons])
    if len(persons) == 1 and back is None:
        return redirect("person", person_id=persons[0].id)
    near: list[Near] = []
    if not persons and asked.card is not None and scopes.may_serve(actor):
        near = _near_card(request, asked)
    context = {
        "text": text, "asked": asked, "wanted": Wanted(), "searched": True, "back": back,
        "rows": present.rows(persons), "near": compared(near), "problem": words.unreadable(asked),
        "scan": text if asked.kind in ("card", "number") else "",
    }  # fmt: skip
    return _show(request, context)


def _near_card(request: HttpRequest, asked: Asked) -> list[Near]:
    """Who may be the holder of a card that nobody is known by."""
    data = from_scan(asked.card) if asked.card is not None else None
    described = prepare(from_card(data), timezone.localdate(), strict=False) if data is not None else None
    if not isinstance(described, Intake):
        return []
    found = search.near(acting(request), described, now=timezone.now())
    serve(request, [item.person.id for item in found])
    return found


def compared(found: list[Near]) -> list[present.Row]:
    """Possible matches with what differs marked."""
    rows = present.rows([item.person for item in found])
    return [replace(row, marks=item.marks, decision=item.decision) for row, item in zip(rows, found, strict=True)]


def _cursor(text: str) -> search.Cursor | None:
    """Where the page before ended; a damaged one begins again."""
    try:
        return msgspec.json.decode(text, type=search.Cursor) if text else None
    except msgspec.DecodeError:
        return None


def commune_of(code: str) -> int | None:
    """The commune of a code, on today's map or the earlier one."""
    if not code:
        return None
    for on in (timezone.localdate(), date(2025, 6, 30)):
        area = places.area_at(code, 3, on)
        if area is not None:
            return area.id
    return None


def _show(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    actor = acting(request)
    context |= {
        "can_register": may(actor, "person.register"),
        "can_arrive": may(actor, "arrival.record"),
        "born": request.POST.get("born", ""),
        "commune": request.POST.get("commune", ""),
        "commune_code": request.POST.get("commune_code", ""),
    }
    return render(request, "web/people/find.html", context)
