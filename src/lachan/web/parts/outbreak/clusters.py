"""Clusters, and the places their cases shared before they fell ill; one cluster case by case, and its name."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid5

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from lachan.access.doors import needs
from lachan.access.rules import may
from lachan.immunization.commands import execute
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.places.venues.queries import venues
from lachan.surveillance.cases.outlines import Outline
from lachan.tracing.outbreak import clusters, exposure
from lachan.tracing.outbreak.graph import Picture, picture
from lachan.tracing.work.rules import HERE
from lachan.web.parts.board.desk import actor_here, command_id
from lachan.web.parts.cases import words as of_cases
from lachan.web.parts.outbreak.asking import recorded
from lachan.web.parts.outbreak.graph import Asked, around, as_date, asked, shown
from lachan.web.parts.outbreak.listing import place_of
from lachan.web.parts.outbreak.map import kind_of

MOST_ROWS: Final = 500
MOST_NAMED: Final = 500
PORTION: Final = 100
WIDTH: Final = 1000  # of the timeline, in units of the drawing


class Place(NamedTuple):
    """A place several cases were at before they fell ill; ``sure``: more than its popularity explains."""

    name: str
    kind: str
    area: str
    cases: int
    expected: float
    sure: bool
    first: date
    last: date


@require_GET
@needs("outbreak.read")
def page(request: HttpRequest) -> HttpResponse:
    """Every cluster of two or more, and the places of the sources; places by name for whoever reads cases."""
    ask = asked(request)
    found = picture(ask.wish)
    context = {
        **around(request, ask), "count": len(found.cases), "alone": clusters.alone(found),
        "groups": [shown(ask, found, one) for one in clusters.groups(found)], "looked": found.shared.looked,
        "places": places_of(ask, found.shared), "back": (exposure.MOST_CASES, int(exposure.LOOKS_BACK)),
    }  # fmt: skip
    return render(request, "web/outbreak/clusters.html", context)


def places_of(ask: Asked, shared: exposure.SharedPlaces, among: frozenset[int] | None = None) -> list[Place]:
    """Shared places in words, the strongest first; ``among``: only those where two of these cases were."""
    found = shared.found
    known = venues(found.place.tolist())
    rows = []
    for n, place in enumerate(found.place.tolist()):
        own = len(among & set(shared.members[n])) if among is not None else int(found.cases[n])
        if own < 2:
            continue
        venue = known.get(place)
        rows.append(Place(
            venue.name if venue is not None and ask.named else "", kind_of(venue) if venue is not None else "",
            place_of(venue.area_id) if venue is not None else "", int(found.cases[n]), float(found.expected[n]),
            bool(found.q[n] <= exposure.SURE), _local(int(found.first[n])), _local(int(found.last[n])),
        ))  # fmt: skip
    return rows


def _local(seconds: int) -> date:
    return datetime.fromtimestamp(seconds, UTC).astimezone(HERE).date()


class Line(NamedTuple):
    """A case of a cluster; ``x``: its place on the timeline; ``source``: the code of its most likely infector."""

    case: Outline
    day: date | None
    x: float
    area: str
    state: tuple[str, Any]
    source: str
    share: int
    f1: int
    f2: int


@require_GET
@needs("case.read")
def cluster(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """One cluster: its cases in order of day, places they shared, contacts, and what it is called."""
    ask = asked(request, episode_id)
    found, label = _opened(ask, episode_id)
    members = found.members(label)
    one = clusters.group(found, label)
    low, span = one.first, max(one.last - one.first, 1.0)
    lines = []
    for n in members[:MOST_ROWS].tolist():
        case, above = found.cases[n], int(found.parent[n])
        lines.append(Line(
            case, as_date(found.day[n]), round(20 + (WIDTH - 40) * (found.day[n] - low) / span, 1),
            place_of(case.area_id), of_cases.CLASSES[case.classification],
            found.cases[above].code if above >= 0 else "", round(100 * found.weight[n]), int(found.f1[n]),
            int(found.f2[n]),
        ))  # fmt: skip
    context = {
        **around(request, ask), "shown": shown(ask, found, one), "lines": lines, "hidden": len(members) - len(lines),
        "places": places_of(ask, found.shared, frozenset(members.tolist())), "episode_id": episode_id,
        "names": may(actor_here(request), "case.cluster"), "command_id": new_id(), "most_named": MOST_NAMED,
        "bars": _bars(found, label),
    }  # fmt: skip
    return render(request, "web/outbreak/cluster.html", context)


def _opened(ask: Asked, episode_id: UUID) -> tuple[Picture, int]:
    """The picture and the cluster a case lies in; 404 when it is none of the reader's cases of these days."""
    found = picture(ask.wish)
    at = found.position(episode_id)
    if at is None:
        raise Http404
    return found, int(found.label[at])


class Bar(NamedTuple):
    """Cases of a day; of 1000 by 100."""

    x: float
    y: float
    width: float
    height: float
    title: str


def _bars(found: Picture, label: int) -> list[Bar]:
    """The epidemic curve of a cluster, a bar a day."""
    days: dict[date, int] = {}
    for n in found.members(label).tolist():
        day = as_date(found.day[n])
        if day is not None:
            days[day] = days.get(day, 0) + 1
    if not days:
        return []
    first, most = min(days), max(days.values())
    width = WIDTH / max((max(days) - first).days + 1, 14)
    return [
        Bar(round((day - first).days * width + 1, 1), round(100 - 100 * count / most, 1), round(width - 2, 1),
            round(100 * count / most, 1), f"{day:%d/%m/%Y}: {count}")
        for day, count in sorted(days.items())
    ]  # fmt: skip


@require_POST
@needs("case.cluster")
def name(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Write what a cluster is called on its cases: the verb of a case, one command each, as everywhere."""
    ask = asked(request, episode_id)
    found, label = _opened(ask, episode_id)
    back = redirect(reverse("outbreak-cluster", args=[episode_id]) + f"?{ask.query}")
    said = request.POST.get("name", "").strip()[:40]
    if not said:
        messages.warning(request, _("Write what the cluster is called."))
        return back
    actor, now, base = actor_here(request), timezone.now().astimezone(HERE), command_id(request)
    cases = [found.cases[n] for n in found.members(label)[:MOST_NAMED].tolist() if found.cases[n].cluster != said]
    commands = [
        Command(uuid5(base, str(case.id)), "case.cluster", now,
                {"person": {"id": str(case.person_id)}, "case_id": str(case.id), "cluster": said})
        for case in cases
    ]  # fmt: skip
    told = [
        outcome for start in range(0, len(commands), PORTION)
        for outcome in execute(commands[start : start + PORTION], actor=actor, now=now)
    ]  # fmt: skip
    done = recorded(request, told)
    if done or not told:
        messages.success(request, ngettext("Written on one case.", "Written on %(n)s cases.", done) % {"n": done})
    return back
