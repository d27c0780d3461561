"""The week of a station: what is planned, what the arithmetic proposes, and the confirmation; the overview above."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from lachan.access import scopes
from lachan.access.actors import Actor
from lachan.access.doors import needs
from lachan.immunization.commands import execute
from lachan.immunization.queries import catalogue
from lachan.immunization.queries import planning as reads
from lachan.immunization.queries.planning import Targets, WeekSession
from lachan.immunization.rules.planning import MOST_SESSIONS, PARTS, Proposal
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.places import queries as places
from lachan.places.facts import FacilityRow
from lachan.web.parts.board.desk import accepted, actor_here, sentences
from lachan.web.parts.board.words import PARTS as PART_WORDS
from lachan.web.parts.picture.words import band_name
from lachan.web.parts.planning import words

CAPACITY = 100  # people a half day: what five people at four desks manage (3588/QD-BYT asks for at most 100)
MOST_STATIONS = 100


@require_GET
@needs("session.read")
def overview(request: HttpRequest) -> HttpResponse:
    """Stations within reach and what they have planned this week; somebody of one station is led to it."""
    actor = actor_here(request)
    scope = scopes.facility_ids(actor, "session.read")
    if scope is not None and len(scope) == 1:
        found = places.facility(next(iter(scope)))
        if found is not None:
            return redirect("planning-week", facility_code=found.code)
    monday, sunday = reads.week_of(_day_asked(request))
    table = places.facility_table()
    rows = [table[key] for key in (scope if scope is not None else table) if key in table]
    planned = reads.planned_by_facility(monday, sunday, [row.id for row in rows])
    wanted = request.GET.get("show", "")
    shown = (
        [row for row in rows if row.id in planned]
        if wanted != "none"
        else [row for row in rows if row.id not in planned and row.kind == "station"]
    )
    shown.sort(key=lambda row: (-planned[row.id].sessions if row.id in planned else 0, row.name))
    context = {
        "rows": [(row, planned.get(row.id), places.address(row.area_id)) for row in shown[:MOST_STATIONS]],
        "more": max(len(shown) - MOST_STATIONS, 0), "show": wanted, "monday": monday, "sunday": sunday,
        "stations": len(rows), "planning": len(planned), "sessions": sum(p.sessions for p in planned.values()),
        "capacity": sum(p.capacity for p in planned.values()), **_around(monday),
    }  # fmt: skip
    return render(request, "web/planning/overview.html", context)


@require_GET
@needs("session.read")
def week(request: HttpRequest, facility_code: str) -> HttpResponse:
    """A week of one station with the proposal for what is left of it."""
    actor, facility = actor_here(request), _facility(facility_code)
    if not scopes.facility_in_scope(actor, facility.id, "session.read"):
        raise PermissionDenied
    return render(request, "web/planning/week.html", _week_context(request, actor, facility))


def _week_context(request: HttpRequest, actor: Actor, facility: FacilityRow) -> dict[str, Any]:
    today = timezone.localdate()
    monday, sunday = reads.week_of(_day_asked(request))
    sessions = reads.sessions_between(monday, sunday, [facility.id])
    may_plan = scopes.may_at(actor, "session.plan", facility.id) and sunday >= today
    capacity = _number(request.GET.get("capacity", ""), CAPACITY, 2_000)
    due, proposed = None, None
    homes, shared = _homes(facility, sunday)
    if may_plan:
        due = reads.targets(homes, sunday, today)
        taken = [(session.date, session.part) for session in sessions if session.status != "cancelled"]
        proposed = reads.proposal(facility.id, due, monday, today, capacity, taken)
    return {
        "facility": facility, "shared": shared, "area": places.address(facility.area_id), "monday": monday,
        "sunday": sunday, "today": today, "days": _days(monday, sessions), "may_plan": may_plan, "capacity": capacity,
        "due": due, "next_due": sum(due.due.values()) if due else 0, "people": proposed.people if proposed else 0,
        "targets": _target_rows(due) if due else [], "proposed": proposed,
        "needs": _needs(proposed) if proposed else [], "rows": _rows(proposed, max(monday, today)) if proposed else [],
        "parts": [(part, PART_WORDS[part]) for part in (*PARTS, "day")], **_around(monday),
    }  # fmt: skip


def _homes(facility: FacilityRow, on: date) -> tuple[frozenset[int], str]:
    """Areas whose residents the station serves, and the name of one among them that other stations serve too.

    Of a commune that went into a larger one, people registered since live in the larger one: whose they are nobody
    wrote down, so each of its stations sees them.
    """
    own = places.areas_under(facility.area_id)
    place = places.commune_mapping(on).get(facility.area_id)
    wider = places.area(place.commune_id) if place is not None and place.commune_id is not None else None
    if wider is None or wider.id in own:
        return own, ""
    return own | {wider.id}, wider.full_name


@require_POST
@needs("session.plan")
def confirm(request: HttpRequest, facility_code: str) -> HttpResponse:
    """The sessions chosen of the proposal, as the head changed them, each a command of its own."""
    actor, facility = actor_here(request), _facility(facility_code)
    if not scopes.may_at(actor, "session.plan", facility.id):
        raise PermissionDenied
    now = timezone.now()
    commands, faults = [], []
    for index in range(MOST_SESSIONS + 1):
        if request.POST.get(f"use-{index}") != "on":
            continue
        made = _command(request.POST, index, facility.code, now)
        if made is None:
            faults.append(_("Session %(number)s has no usable day or number of people.") % {"number": index + 1})
        else:
            commands.append(made)
    outcomes = execute(commands, actor=actor, now=now) if commands and not faults else []
    planned = sum(accepted(outcome) for outcome in outcomes)
    if planned:
        text = ngettext("%(count)s session is planned.", "%(count)s sessions are planned.", planned)
        messages.success(request, text % {"count": planned})
    for outcome in outcomes:
        if not accepted(outcome):
            faults += sentences(outcome)
    for text in dict.fromkeys(faults):
        messages.error(request, text)
    if not commands and not faults:
        messages.warning(request, _("Choose at least one session."))
    response = redirect("planning-week", facility_code=facility.code)
    response["Location"] += f"?week={_day_asked(request, request.POST).isoformat()}"
    return response


def _command(sent: QueryDict, index: int, code: str, now: Any) -> Command | None:
    day = _day(sent.get(f"date-{index}", ""))
    capacity = _number(sent.get(f"capacity-{index}", ""), 0, 20_000)
    part = sent.get(f"part-{index}", "day")
    if day is None or not capacity or part not in PART_WORDS:
        return None
    keys = [product.key for product in catalogue().products()]
    doses = {key: _number(sent.get(f"doses-{index}-{key}", ""), 0, 20_000) for key in keys}
    body = {
        "session_id": str(_id(sent.get(f"session-{index}"))), "facility": code, "date": day.isoformat(), "part": part,
        "capacity": capacity, "doses": {key: count for key, count in doses.items() if count},
    }  # fmt: skip
    return Command(_id(sent.get(f"command-{index}")), "session.plan", now, body)


def _days(monday: date, sessions: list[WeekSession]) -> list[dict[str, Any]]:
    by_day: dict[date, list[WeekSession]] = defaultdict(list)
    for session in sessions:
        by_day[session.date].append(session)
    return [
        {"day": day, "sessions": [_shown(session) for session in by_day[day]]}
        for day in (monday + timedelta(days=step) for step in range(7))
    ]


def _shown(session: WeekSession) -> dict[str, Any]:
    kind, word = words.STATES[session.status]
    names = {product.key: product.short_name for product in catalogue().products()}
    return {
        "session": session, "part": PART_WORDS.get(session.part, ""), "kind": kind, "word": word,
        "doses": [(names.get(key, key), count) for key, count in session.doses.items()],
        "staff": [entry.get("name", "") for entry in session.staff],
    }  # fmt: skip


def _target_rows(due: Targets) -> list[tuple[Any, list[tuple[Any, str, int, int]], int]]:
    """(what is due, lines of (group, age, people, of them overdue), people) by product; first doses first."""
    grouped: dict[int | None, Counter[tuple[int | None, int]]] = defaultdict(Counter)
    late: Counter[tuple[int | None, int | None, int]] = Counter()
    for line in due.lines:
        grouped[line.product_id][line.group, line.band] += line.people
        if line.overdue:
            late[line.product_id, line.group, line.band] += line.people
    found = []
    for product, lines in sorted(grouped.items(), key=lambda entry: entry[0] or 0):
        name = _("First dose") if product is None else _("After %(product)s") % {"product": catalogue().name(product)}
        rows = [
            (words.GROUPS.get(group or 0, _("No group")), band_name(band), people, late[product, group, band])
            for (group, band), people in sorted(lines.items(), key=lambda entry: (entry[0][0] or 99, entry[0][1]))
        ]
        found.append((name, rows, sum(lines.values())))
    return found


def _needs(proposed: Proposal) -> list[dict[str, Any]]:
    return [{"name": catalogue().name(need.product_id), "need": need} for need in proposed.needs]


def _rows(proposed: Proposal, first: date) -> list[dict[str, Any]]:
    """Rows of the form: the proposed sessions, then an empty one for whatever else the head wants."""
    products = [need.product_id for need in proposed.needs] or [p.id for p in catalogue().products()[:1]]
    keys = {product.id: product for product in catalogue().products()}
    found = []
    for index in range(len(proposed.sessions) + 1):
        session = proposed.sessions[index] if index < len(proposed.sessions) else None
        found.append(
            {
                "index": index, "number": index + 1, "command_id": new_id(), "session_id": new_id(),
                "chosen": session is not None, "day": session.slot.day if session else first,
                "part": session.slot.part if session else "day", "people": session.people if session else "",
                "doses": [
                    (keys[product].key, keys[product].short_name, session.doses.get(product, 0) if session else "",
                     session.short.get(product, 0) if session else 0)
                    for product in products
                ],
            }
        )  # fmt: skip
    return found


def _around(monday: date) -> dict[str, date]:
    return {"before": monday - timedelta(days=7), "after": monday + timedelta(days=7)}


def _facility(code: str) -> FacilityRow:
    found = places.facilities_by_code([code]).get(code)
    if found is None:
        raise Http404
    return found


def _day_asked(request: HttpRequest, sent: QueryDict | None = None) -> date:
    """The day whose week is looked at: today when none, or none that can be, is asked for."""
    today = timezone.localdate()
    found = _day((sent if sent is not None else request.GET).get("week", ""))
    return found if found is not None and abs((found - today).days) <= 400 else today


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _number(text: str, usual: int, most: int) -> int:
    return min(int(text), most) if text.isdecimal() and len(text) < 8 else usual


def _id(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError:
        return new_id()
