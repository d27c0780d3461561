"""Alarms: the list one works through, and one alarm with its cluster, its course and what was done about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode
from uuid import UUID, uuid5

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from lachan.access.actors import Actor
from lachan.access.doors import needs
from lachan.access.queries import labels
from lachan.access.rules import may
from lachan.forecasting import queries
from lachan.forecasting.charts.numbers import number
from lachan.forecasting.facts import AlarmFact, State
from lachan.immunization.commands import execute
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.places import queries as places
from lachan.places.facts import AreaFact
from lachan.places.rules import COMMUNE, COUNTRY_ID
from lachan.tracing.outbreak import clusters
from lachan.tracing.outbreak.graph import Wish, picture
from lachan.tracing.outbreak.lines import areas_of
from lachan.web.parts.board.desk import command_id
from lachan.web.parts.forecast import words
from lachan.web.parts.forecast.ask import home_of
from lachan.web.parts.outbreak.asking import recorded
from lachan.web.parts.outbreak.graph import Asked, Shown, shown
from lachan.web.reading import actor_for, plainly

MOST_CHOSEN: Final = 50  # of one page
BEFORE: Final = timedelta(days=28)  # cases of a cluster that began before its alarm
MOST_CLUSTERS: Final = 12
LEAST_REASON, MOST_REASON, MOST_CLUSTER = 3, 500, 40
STEPS: Final = ("acknowledge", "follow", "close")


@dataclass(frozen=True, slots=True)
class Row:
    """An alarm in words; ``mine``: whether the reader may do something about it."""

    alarm: AlarmFact
    place: str
    measure: Any
    sign: tuple[str, Any]
    ratio: str
    open: bool


@require_GET
@needs("forecast.read")
def page(request: HttpRequest) -> HttpResponse:
    """Alarms of a place and below it, those nobody has looked at first."""
    actor = actor_for(request)
    home = home_of(actor)
    area_id, state = _number(request.GET.get("area", "")) or home, _state(request.GET.get("state", "open"))
    with plainly():
        found = queries.alarms(actor, area_id, state=state, page=_number(request.GET.get("page", "")) or 1)
    area = places.area(area_id)
    assert area is not None
    context = {
        "rows": [_row(alarm) for alarm in found.items], "found": found, "area": area, "name": _name(area),
        "tabs": _tabs(found.counts, area_id, home, state), "state": state, "home": home,
        "places": _choices(actor, home), "may_act": may(actor, "alarm.acknowledge"),
        "pages": _pages(found.page, found.pages, area_id, home, state), "command_id": new_id(),
    }  # fmt: skip
    return render(request, "web/forecast/alarms.html", context)


@require_GET
@needs("forecast.read")
def one(request: HttpRequest, alarm_id: UUID) -> HttpResponse:
    """One alarm: how far above the usual, by which methods, which cases may belong to it, and what was done."""
    actor = actor_for(request)
    with plainly():
        alarm, steps = queries.alarm(actor, alarm_id)
    area = places.area(alarm.area_id)
    if area is None:
        raise Http404
    names, near = labels({step.by for step in steps}), _clusters(actor, alarm)
    context = {
        "row": _row(alarm), "alarm": alarm, "area": area, "methods": [words.method(code) for code in alarm.methods],
        "families": words.FAMILIES, "beside": places.areas(alarm.beside),
        "steps": [
            (step, words.SIGNS[step.state], names.get(step.by, ""), words.OUTCOMES.get(step.outcome, ""))
            for step in steps
        ],
        "clusters": near, "may_act": may(actor, "alarm.acknowledge"), "outcomes": words.OUTCOMES.items(),
        "cluster": _cluster_link(actor, alarm, near), "command_id": new_id(),
        "disease": words.DISEASES.get(alarm.disease, alarm.disease),
    }  # fmt: skip
    return render(request, "web/forecast/alarm.html", context)


@require_POST
@needs("alarm.acknowledge")
def act(request: HttpRequest) -> HttpResponse:
    """Acknowledge the alarms chosen, follow one to a cluster, or close it: the verbs of the house, one command each."""
    actor, now, base = actor_for(request), timezone.now(), command_id(request)
    step = "follow" if request.POST.get("cluster") else request.POST.get("step", "")
    chosen = [found for text in request.POST.getlist("alarm")[:MOST_CHOSEN] if (found := _uuid(text)) is not None]
    reason = request.POST.get("reason", "").strip()[:MOST_REASON]
    back = redirect(_back(request))
    if step not in STEPS:
        raise Http404
    if not chosen:
        messages.warning(request, _("Choose at least one alarm."))
        return back
    if step != "follow" and len(reason) < LEAST_REASON:
        messages.warning(request, _("Write why, in a few words: whoever looks at the alarm later needs it."))
        return back
    body: dict[str, str] = {"reason": reason}
    if step == "follow":
        body["cluster"] = request.POST["cluster"].strip()[:MOST_CLUSTER]
    if step == "close":
        body["outcome"] = request.POST.get("outcome", "")
        if body["outcome"] not in words.OUTCOMES:
            messages.warning(request, _("Say what came of the alarm before you close it."))
            return back
    commands = [
        Command(uuid5(base, f"{step} {alarm}"), f"alarm.{step}", now, {"alarm": str(alarm), **body}) for alarm in chosen
    ]
    done = recorded(request, execute(commands, actor=actor, now=now))
    if done:
        messages.success(request, ngettext("Done for one alarm.", "Done for %(n)s alarms.", done) % {"n": number(done)})
    return back


def _row(alarm: AlarmFact) -> Row:
    area = places.area(alarm.area_id)
    return Row(
        alarm, area.full_name if area and area.level else str(_("Viet Nam")), words.measure(alarm.measure),
        words.SIGNS[alarm.state], number(alarm.ratio, 1) if alarm.ratio is not None else "",
        alarm.state is not State.CLOSED,
    )  # fmt: skip


def _name(area: AreaFact) -> str:
    return area.full_name if area.level else str(_("Viet Nam"))


def _tabs(counts: dict[State, int], area_id: int, home: int, state: State | None) -> list[tuple[Any, int, str, bool]]:
    """Every state with its count, and all of them."""
    address = reverse("alarms")
    tabs: list[tuple[Any, int, str, bool]] = [
        (words.SIGNS[kind][1], counts[kind], f"{address}?{_query(area_id, home, kind)}", kind is state)
        for kind in State
    ]
    return [*tabs, (_("All"), sum(counts.values()), f"{address}?{_query(area_id, home, None)}", state is None)]


def _query(area_id: int, home: int, state: State | None) -> str:
    parts = {"state": str(state or "all")} | ({"area": str(area_id)} if area_id != home else {})
    return urlencode(parts)


def _pages(page: int, pages: int, area_id: int, home: int, state: State | None) -> dict[str, str]:
    """Ways to the page before and after."""
    query = _query(area_id, home, state)
    found = {"where": _("Page {here} of {all}").format(here=number(page), all=number(pages)) if pages > 1 else ""}
    found["before"] = f"?{query}&page={page - 1}" if page > 1 else ""
    found["after"] = f"?{query}&page={page + 1}" if page < pages else ""
    return found


def _choices(actor: Actor, home: int) -> list[AreaFact]:
    """Places right below the reader's own, to narrow the list to one."""
    area, today = places.area(home), timezone.localdate()
    if area is None or area.level == COMMUNE:
        return []
    return places.provinces(today) if home == COUNTRY_ID else places.communes(home, today)


class Near(NamedTuple):
    """A cluster of cases in the place of an alarm; ``code``: what the alarm is followed to."""

    shown: Shown
    code: str


def _clusters(actor: Actor, alarm: AlarmFact) -> list[Near]:
    """Clusters of cases in the place in its days, the largest first; nothing for whoever may not see an outbreak."""
    if not may(actor, "outbreak.read"):
        return []
    named = may(actor, "case.read")
    areas = areas_of(actor, alarm.area_id, "case.read" if named else "outbreak.read")
    wish = Wish(alarm.disease, alarm.opened_on - BEFORE, alarm.last_on, None if areas is None else tuple(areas))
    found = picture(wish)
    ask = Asked(wish, alarm.area_id, named)
    return [
        Near(shown(ask, found, group), (group.name or found.cases[group.key].code)[:MOST_CLUSTER])
        for group in clusters.groups(found, limit=MOST_CLUSTERS)
    ]


def _cluster_link(actor: Actor, alarm: AlarmFact, near: Sequence[Near]) -> tuple[str, str]:
    """(what an alarm was followed to, the way there): its cluster, or all clusters of the place."""
    if not alarm.cluster:
        return "", ""
    href = next((one.shown.href for one in near if one.code == alarm.cluster), "")
    if not href and may(actor, "outbreak.read"):
        query = {"area": alarm.area_id, "since": alarm.opened_on - BEFORE, "until": alarm.last_on}
        href = f"{reverse('outbreak-clusters')}?{urlencode(query)}"
    return alarm.cluster, href


def _back(request: HttpRequest) -> str:
    """Where the form came from: one alarm or the list; never an address of somebody else's."""
    alarm_id = _uuid(request.POST.get("back", ""))
    if alarm_id is not None:
        return reverse("alarm", args=[alarm_id])
    area, state = _number(request.POST.get("area", "")), _state(request.POST.get("state", "open"))
    query = {"state": str(state or "all")} | ({"area": str(area)} if area is not None else {})
    return f"{reverse('alarms')}?{urlencode(query)}"


def _state(text: str) -> State | None:
    """A state of alarms; "all" is none of them, nonsense the open ones."""
    return None if text == "all" else State(text) if text in list(State) else State.OPEN


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 10 else None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
