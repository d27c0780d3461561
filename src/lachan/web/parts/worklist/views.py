"""The worklist: what was refused or held, why, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lachan.access import scopes
from lachan.access.actors import Actor
from lachan.access.doors import needs
from lachan.access.operations import log_looks
from lachan.access.queries import labels
from lachan.access.rules import may
from lachan.immunization.queries.stock import discrepancies_counted
from lachan.immunization.verbs import VERBS
from lachan.kernel import worklist
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import Outcome, Status
from lachan.kernel.worklist import Filter, Item, Owners
from lachan.people.facts import PersonFacts
from lachan.people.queries import persons
from lachan.people.records import records_of
from lachan.people.search import differences
from lachan.places import queries as places
from lachan.web.parts.people import present
from lachan.web.parts.people.reached import WAYS, acting
from lachan.web.parts.worklist import words
from lachan.web.parts.worklist.edit import EditForm

PAGE = 50
COMPARED = frozenset({"possible_match", "identifier_conflict", "identifier_of_other"})


@dataclass(frozen=True, slots=True)
class Line:
    """An item as the list shows it."""

    item: Item
    what: Any
    why: list[str]
    place: str
    by: str
    person: PersonFacts | None
    resolved_by: str
    resolution: Any


def owners(actor: Actor, verb: str) -> Owners:
    """Whose items the actor may read or resolve."""
    return Owners(scopes.facility_array(actor, verb), scopes.area_array(actor, verb))


@require_GET
@needs("worklist.read")
def worklist_page(request: HttpRequest) -> HttpResponse:
    """Open items of my places, newest first, or those dealt with; narrowed by kind, reason and age. Six queries."""
    actor = acting(request)
    mine = owners(actor, "worklist.read")
    history = request.GET.get("state") == "resolved"
    wanted = _filter(request)
    read = worklist.resolved_items if history else worklist.open_items
    found = read(mine, wanted, before=_before(request), limit=PAGE + 1)
    shown, more = found[:PAGE], found[PAGE:]
    counts = worklist.counts(mine)
    context = {
        "lines": lines(shown),
        "history": history,
        "kind": wanted.kind,
        "reason": wanted.reason,
        "age": request.GET.get("age", ""),
        "reasons": [(c.reason, words.REASONS.get(c.reason, c.reason), c.count) for c in _by_reason(counts)],
        "total": sum(count.count for count in counts),
        "held": sum(count.count for count in counts if count.kind == "held"),
        "refused": sum(count.count for count in counts if count.kind == "refused"),
        "before": _mark(shown[-1], history) if more else "",
        "query": _query(request),
        "may_resolve": not history and may(actor, "worklist.resolve"),
        "stock_items": _stock_items(actor),
    }
    return render(request, "web/worklist/list.html", context)


def _stock_items(actor: Actor) -> int:
    """Differences of the stock book that somebody has to explain; they have a list of their own."""
    if not may(actor, "stock.read"):
        return 0
    return discrepancies_counted(scopes.facility_array(actor, "stock.read"))


@require_GET
@needs("worklist.read")
def item(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """One item: what happened, why, what was sent, and what can be done. Opening it is a look at its person."""
    found, command = opened(request, item_id, "worklist.read")
    return show(request, found, command, EditForm(command, found))


def opened(request: HttpRequest, item_id: UUID, verb: str) -> tuple[Item, Command]:
    """The item with what was sent, when it is of the actor's places; Http404 otherwise."""
    pair = worklist.items([item_id], owners(acting(request), verb)).get(item_id)
    if pair is None:
        raise Http404
    return pair


def show(
    request: HttpRequest,
    found: Item,
    command: Command,
    form: EditForm,
    refused: Outcome | None = None,
    status: int = 200,
) -> HttpResponse:
    actor = acting(request)
    line = lines([found])[0]
    compared = _compared(found) if found.reason in COMPARED else []
    looked = [row.person.id for row in compared] or ([found.person_id] if found.person_id else [])
    log_looks(actor, looked, WAYS["worklist"], "worklist", timezone.now())
    is_open = found.resolved_at is None and may(actor, "worklist.resolve")
    context = {
        "line": line,
        "sent": words.sent(command),
        "form": form,
        "compared": compared,
        "reasons": present.why(refused) if refused else [],
        "codes": form.codes(refused),
        "command_id": new_id(),
        "may_resolve": is_open,
        "may_merge": is_open and may(actor, "person.merge"),
        "may_resend": is_open and found.reason not in COMPARED and found.verb in VERBS and may(actor, found.verb),
        "may_not_verb": is_open and found.verb in VERBS and not may(actor, found.verb),
        "search_first": found.reason == "person_unknown",
    }
    return render(request, "web/worklist/item.html", context, status=status)


def lines(found: Sequence[Item]) -> list[Line]:
    """Items in words; three queries for the names in them."""
    if not found:
        return []
    people = persons({entry.person_id for entry in found if entry.person_id})
    who = labels({entry.actor_id for entry in found} | {entry.resolved_by for entry in found if entry.resolved_by})
    return [
        Line(
            entry, words.VERBS.get(entry.verb, entry.verb),
            present.why(Outcome(Status.HELD, entry.reason, None, entry.params)), _place(entry),
            who.get(entry.actor_id, ""), people.get(entry.person_id) if entry.person_id else None,
            who.get(entry.resolved_by, "") if entry.resolved_by else "",
            words.RESOLUTIONS.get(entry.resolution or "", entry.resolution or ""),
        )
        for entry in found
    ]  # fmt: skip


def _place(entry: Item) -> str:
    facility = places.facility(entry.facility_id) if entry.facility_id else None
    if facility is not None:
        return facility.name
    return places.address(entry.area_id) if entry.area_id else _("place not known")


def _compared(found: Item) -> list[present.Row]:
    """The record in question and those it may be, side by side; what differs is marked."""
    ids = [UUID(text) for text in found.params.get("candidates", [])][:10]
    asked = [*([found.person_id] if found.person_id else []), *ids]
    known = persons(asked)
    people = list({known[i].id: known[i] for i in asked if i in known}.values())
    if not people:
        return []
    records = records_of(people)
    first = records[people[0].id]
    marks = {person.id: differences(records[person.id], first) for person in people[1:]}
    return [present.replace_marks(row, marks.get(row.person.id, ())) for row in present.rows(people)]


def _filter(request: HttpRequest) -> Filter:
    kind, ever = request.GET.get("kind", ""), Filter()
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(), time.min))
    since, until = {
        "today": (midnight, ever.until),
        "days": (midnight - timedelta(days=3), midnight),
        "older": (ever.since, midnight - timedelta(days=3)),
    }.get(request.GET.get("age", ""), (ever.since, ever.until))
    return Filter(kind if kind in ("held", "refused") else "", request.GET.get("reason", "")[:60], None, since, until)


def _by_reason(counts: list[worklist.Count]) -> list[worklist.Count]:
    sums: dict[str, int] = {}
    for count in counts:
        sums[count.reason] = sums.get(count.reason, 0) + count.count
    return [worklist.Count("", reason, number) for reason, number in sorted(sums.items(), key=lambda pair: -pair[1])]


def _before(request: HttpRequest) -> worklist.Before | None:
    at, _tilde, item_id = request.GET.get("before", "").partition("~")
    try:
        return datetime.fromisoformat(at), UUID(item_id)
    except ValueError:
        return None


def _mark(last: Item, history: bool) -> str:
    at = last.resolved_at if history and last.resolved_at else last.created_at
    return f"{at.astimezone(timezone.get_default_timezone()).isoformat()}~{last.id}"


def _query(request: HttpRequest) -> str:
    kept = request.GET.copy()
    kept.pop("before", None)
    return str(kept.urlencode())
