"""The head of the work in a commune: what is open by tracer, what is late, how many calls a day, who does what."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID, uuid5

from django.contrib import messages
from django.core.exceptions import PermissionDenied
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
from lachan.access.queries import UserWish, find_users, labels
from lachan.access.rules import Role, may
from lachan.immunization.commands import execute
from lachan.immunization.sentences import sentence
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED
from lachan.tracing.work import queries
from lachan.tracing.work.planning import CENTRE
from lachan.web.parts.people.reached import acting
from lachan.web.parts.people.register import command_id_of
from lachan.web.parts.tracing.desk import number_of
from lachan.web.parts.tracing.person import place_of

MOST_ASSIGNED: Final = 200  # households at once
MOST_TRACERS: Final = 100
MOST_ORDERS: Final = 500  # at once


@require_GET
@needs("contact.capacity")
def page(request: HttpRequest) -> HttpResponse:
    """One commune; whoever leads several chooses, with what is open in each."""
    actor, now = acting(request), timezone.now()
    area = _place(actor, number_of(request.GET.get("area", "")))
    if area is None:
        return _choose(request, actor)
    areas = queries.areas_of(actor, area)
    loads = queries.loads(areas, now)
    tracers = _tracers(actor, area)
    names = dict(tracers) | labels({row.assigned_to for row in loads if row.assigned_to is not None})
    capacity, said = queries.capacity_of(areas, now)
    rows = [(names.get(row.assigned_to, "–") if row.assigned_to else "", row) for row in loads]
    context = {
        "command_ids": {"capacity": new_id(), "assign": new_id(), "orders": new_id()},
        "area": area, "place": place_of(area), "rows": rows, "tracers": tracers, "capacity": capacity,
        "said": said, "due": sum(row.due for row in loads), "late": sum(row.late for row in loads),
        "tried": sum(row.tried for row in loads), "households": sum(row.households for row in loads),
        "free": sum(row.households for row in loads if row.assigned_to is None), "now": now,
        "orders": len(queries.orders_due(areas, MOST_ORDERS)) if may(actor, "contact.order") else 0,
        "several": _place(actor, None) is None,
    }  # fmt: skip
    return render(request, "web/tracing/commune.html", context)


def _place(actor: Actor, asked: int | None) -> int | None:
    """The commune asked for, or the only one the actor leads; None: to be chosen."""
    if asked is not None:
        if not scopes.area_in_scope(actor, asked, "contact.capacity"):
            raise PermissionDenied
        return asked
    leads = {grant.area_id for grant in actor.grants if grant.role is Role.COMMUNE_OFFICER}
    return next(iter(leads)) if len(leads) == 1 and len(actor.grants) == 1 else None


def _choose(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Communes with open tasks, the fullest first."""
    now = timezone.now()
    areas = scopes.area_array(actor, "contact.capacity") or [CENTRE]
    sums: dict[int, list[int]] = {}
    for row in queries.loads(areas, now):
        found = sums.setdefault(row.area_id, [0, 0])
        found[0] += row.due
        found[1] += row.late
    rows = sorted(((place_of(area), area, due, late) for area, (due, late) in sums.items()), key=lambda row: -row[2])
    return render(request, "web/tracing/communes.html", {"rows": rows[:200], "now": now})


def _tracers(actor: Actor, area: int) -> list[tuple[UUID, str]]:
    """Who makes calls in this commune: the tracers of it. Whoever leads the work may know their names."""
    wish = UserWish(role=Role.TRACER, area_id=area, state="open")
    found, _count = find_users(Actor.system("tracing"), wish, today=timezone.localdate(), size=MOST_TRACERS)
    return [(user.id, user.display_name or user.username) for user in found]


@require_POST
@needs("contact.capacity")
def step(request: HttpRequest) -> HttpResponse:
    """How many calls a day; the next households to a tracer, or back to everybody."""
    actor, sent = acting(request), request.POST
    area = _place(actor, number_of(sent.get("area", "")))
    if area is None:
        return redirect("tracing-commune")
    if sent.get("step") == "capacity":
        _set_capacity(request, actor, area)
    elif sent.get("step") == "assign":
        _assign(request, actor, area)
    elif sent.get("step") == "orders":
        _write_orders(request, actor, area)
    return redirect(f"{reverse('tracing-commune')}?area={area}")


def _set_capacity(request: HttpRequest, actor: Actor, area: int) -> None:
    calls, now = number_of(request.POST.get("calls", "")), timezone.now()
    if calls is None:
        messages.warning(request, _("Write how many calls a day, as a number."))
        return
    body = {"area_id": area, "calls_a_day": calls}
    [told] = execute([Command(command_id_of(request), "contact.capacity", now, body)], actor=actor, now=now)
    if told.reason is None:
        messages.success(request, _("The line of the list is drawn anew."))
    else:
        messages.warning(request, sentence(told.reason, told.params))


def _assign(request: HttpRequest, actor: Actor, area: int) -> None:
    """The next unassigned households, in the order of the list, to one tracer."""
    sent, now, base = request.POST, timezone.now(), command_id_of(request)
    try:
        tracer = UUID(sent.get("tracer", ""))
    except ValueError:
        messages.warning(request, _("Choose the tracer."))
        return
    wanted = min(number_of(sent.get("households", "")) or 0, MOST_ASSIGNED)
    watches = queries.unassigned(queries.areas_of(actor, area), now, wanted)
    commands = [
        Command(uuid5(base, str(watch)), "contact.assign", now,
                {"person": {"id": str(person)}, "watch_id": str(watch), "to_user_id": str(tracer)})
        for person, watch in watches
    ]  # fmt: skip
    done: list[Any] = []
    for start in range(0, len(commands), 1_000):
        done += execute(commands[start : start + 1_000], actor=actor, now=now)
    count = sum(told.status is ACCEPTED for told in done)
    said = ngettext("Given: one person.", "Given: %(count)s people.", count) % {"count": count}
    (messages.success if count else messages.warning)(request, said)


def _write_orders(request: HttpRequest, actor: Actor, area: int) -> None:
    """The orders of all new contacts of the commune; printed and delivered from the page of orders."""
    now, base = timezone.now(), command_id_of(request)
    commands = [
        Command(uuid5(base, str(watch)), "contact.order", now, {"person": {"id": str(person)}, "watch_id": str(watch)})
        for person, watch, *_rest in queries.orders_due(queries.areas_of(actor, area), MOST_ORDERS)
    ]
    done = execute(commands, actor=actor, now=now) if commands else []
    count = sum(told.status is ACCEPTED for told in done)
    refused = next((told for told in done if told.status is not ACCEPTED), None)
    if refused is not None:
        messages.warning(request, sentence(refused.reason or "", refused.params))
    if count:
        said = ngettext("One order is written.", "%(count)s orders are written.", count) % {"count": count}
        messages.success(request, f"{said} {_('Print them from the page of orders.')}")
