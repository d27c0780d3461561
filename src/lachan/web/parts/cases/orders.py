"""The list of orders of a commune: print what is new, note what was brought."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid5

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from lachan.access import scopes
from lachan.access.actors import Actor
from lachan.access.doors import needs
from lachan.access.operations import log_looks
from lachan.immunization.commands import execute
from lachan.kernel.commands import Command
from lachan.kernel.database import hot_cursor
from lachan.kernel.paper import MOST_SHEETS
from lachan.people.facts import PersonFacts
from lachan.people.queries import identifiers_of, persons
from lachan.places import queries as places
from lachan.surveillance.orders import issuing, paper, queries
from lachan.surveillance.orders.queries import OrderFacts, Wanted, orders_in
from lachan.web.parts.board.desk import accepted, actor_here, command_id, moment, sentences
from lachan.web.parts.cases import words
from lachan.web.parts.cases.lists import PURPOSE, area_name, before_of
from lachan.web.templatetags.lachan import born

PAGE: Final = 100
LISTED, PRINTED = "list of orders", "printed orders"
_NUMBERS: Final = ("citizen_id", "old_id", "passport", "health_insurance", "provisional")  # which one is printed


@require_GET
@needs("order.read")
def orders(request: HttpRequest) -> HttpResponse:
    """Orders of my places, the latest first. Six queries."""
    return _show(request)


def _show(request: HttpRequest, problem: list[str] | None = None, status: int = 200) -> HttpResponse:
    actor, now = actor_here(request), timezone.now()
    areas = scopes.area_array(actor, "order.read")
    asked = request.GET
    state, kind = asked.get("state", "new"), asked.get("kind", "")
    wanted = Wanted(state if state in words.ORDER_STATES else "new", kind if kind in words.ORDER_KINDS else "")
    page = queries.page(areas, wanted, before=before_of(request), limit=PAGE + 1)
    found = page[:PAGE]
    people = persons({order.person_id for order in found}) if found else {}
    log_looks(actor, sorted({order.person_id for order in found}), PURPOSE, LISTED, now)
    waiting = queries.counts(areas)
    next_page = asked.copy()
    if len(page) > PAGE:
        next_page["before"] = f"{found[-1].recorded_at.isoformat()}_{found[-1].id}"
    context = {
        "lines": [(order, people.get(order.person_id), words.of(words.ORDER_KINDS, order.kind),
                   area_name(order.area_id)) for order in found],
        "waiting": waiting, "states": words.ORDER_STATES.items(), "kinds": words.ORDER_KINDS.items(),
        "deliveries": words.DELIVERIES, "chosen": wanted,
        "next": f"?{next_page.urlencode()}" if len(page) > PAGE else "",
        "may_deliver": scopes.area_ids(actor, "order.deliver") != frozenset(),
        "may_withdraw": scopes.area_ids(actor, "order.withdraw") != frozenset(),
        "command_id": command_id(request), "most": MOST_SHEETS, "problem": problem or [], "now": now,
    }  # fmt: skip
    return render(request, "web/cases/orders.html", context, status=status)


@require_POST
@needs("order.read")
def print_orders(request: HttpRequest) -> HttpResponse:
    """One PDF of the orders chosen, or of all that are new: shown in the browser, kept by nobody. Looks are logged."""
    actor, now = actor_here(request), timezone.now()
    both = request.POST.get("language") == "both"
    most = MOST_SHEETS // 2 if both else MOST_SHEETS
    found = _chosen(request, actor, most)
    if not found:
        return _show(request, [_("There is nothing to print: choose orders, or wait for new ones.")], 422)
    people = persons({order.person_id for order in found})
    log_looks(actor, sorted(people), PURPOSE, PRINTED, now)
    numbers = identifiers_of(sorted(people))
    masked = {person_id: _masked(held) for person_id, held in numbers.items()}
    sheets = [
        _sheet(order, person, masked.get(order.person_id, ""))
        for order in found if (person := people.get(order.person_id)) is not None
    ]  # fmt: skip
    answer = HttpResponse(paper.draw(sheets, language="both" if both else "vi"), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="quyet-dinh-{timezone.localtime(now):%Y%m%d-%H%M}.pdf"'
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    with hot_cursor() as cursor:
        issuing.mark_printed(cursor, [(order.person_id, order.id) for order in found], now)
    return answer


def _chosen(request: HttpRequest, actor: Actor, most: int) -> list[OrderFacts]:
    """The orders asked for that lie within the actor's places, and stand."""
    areas = scopes.area_array(actor, "order.read")
    if request.POST.get("which") == "new":
        new = queries.page(areas, Wanted("new"), limit=most)
        return sorted(new, key=lambda order: (order.issuer_id, order.number))
    return [order for order in _named(request, areas)[:most] if order.state == issuing.STANDING]


def _named(request: HttpRequest, areas: Sequence[int] | None) -> list[OrderFacts]:
    ids = []
    for text in request.POST.getlist("order")[:MOST_SHEETS]:
        try:
            ids.append(UUID(text))
        except ValueError:
            continue
    with hot_cursor() as cursor:
        found = orders_in(cursor, ids) if ids else {}
    scope = None if areas is None else set(areas)
    return [order for order in found.values() if scope is None or order.area_id in scope]


def _masked(held: Sequence[Any]) -> str:
    by_system = {number.system: number.masked for number in held}
    return next((by_system[system] for system in _NUMBERS if system in by_system), "")


def _sheet(order: OrderFacts, person: PersonFacts, number: str) -> paper.PrintedOrder:
    commune = places.area(order.issuer_id)
    name, full = (commune.name, commune.full_name) if commune is not None else ("", "")
    return paper.PrintedOrder(
        order.number, full, name, timezone.localdate(order.recorded_at), order.kind, order.legal, order.disease,
        person.name, born(person.birth_date, person.birth_precision), number,
        places.address(person.residence_id) if person.residence_id else "", order.place_kind, order.place,
        order.starts_on, order.ends_on, settings.LACHAN_DEMO,
    )  # fmt: skip


@require_POST
@needs("order.deliver")
def deliver(request: HttpRequest) -> HttpResponse:
    """Note how the orders chosen came to their persons."""
    now = timezone.now()
    said = {"how": request.POST.get("how", ""), "note": request.POST.get("note", "").strip()[:2_000]}
    done, problem = _each(request, "order.deliver", said, _at(request, now), now)
    if done:
        messages.success(
            request, ngettext("%(count)s order delivered.", "%(count)s orders delivered.", done) % {"count": done}
        )
    return _show(request, problem, 422) if problem else redirect(f"{reverse('orders')}?state=bring")


@require_POST
@needs("order.withdraw")
def withdraw(request: HttpRequest) -> HttpResponse:
    """Take the orders chosen back; their numbers stay used."""
    now, reason = timezone.now(), request.POST.get("reason", "").strip()[:2_000]
    if len(reason) < 3:
        return _show(request, [_("Say why the orders are withdrawn.")], 422)
    done, problem = _each(request, "order.withdraw", {"reason": reason}, now, now)
    if done:
        messages.success(
            request, ngettext("%(count)s order withdrawn.", "%(count)s orders withdrawn.", done) % {"count": done}
        )
    return _show(request, problem, 422) if problem else redirect(f"{reverse('orders')}?state=all")


def _each(
    request: HttpRequest, verb: str, said: dict[str, str], at: datetime, now: datetime
) -> tuple[int, list[str]]:  # fmt: skip
    """The same said of every order chosen, one command each under ids that follow from the page's own: how many were
    taken, and why the others were not."""
    actor, page_id = actor_here(request), command_id(request)
    found = _named(request, scopes.area_array(actor, verb))
    if not found:
        return 0, [_("Choose the orders first.")]
    commands = [
        Command(uuid5(page_id, f"{verb} {order.id}"), verb, at,
                {"person": {"id": str(order.person_id)}, "order_id": str(order.id), **said})
        for order in found
    ]  # fmt: skip
    outcomes = execute(commands, actor=actor, now=now)
    refused = {text for outcome in outcomes if not accepted(outcome) for text in sentences(outcome)}
    return sum(accepted(outcome) for outcome in outcomes), sorted(refused)


def _at(request: HttpRequest, now: datetime) -> datetime:
    """When they were brought, as the field says; now where that cannot be."""
    said = moment(request.POST.get("delivered_at", ""))
    return said if said is not None and said <= now else now
