"""Chains of transmission as a picture: clusters and generations first, the cases of one cluster when it is unfolded.

Cases go by their code: a name stands only on the page of the case, which logs the look."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET

from lachan.access.doors import needs
from lachan.access.rules import may
from lachan.surveillance.cases.queries import case_facts
from lachan.tracing.chains.offspring import Range
from lachan.tracing.outbreak import clusters
from lachan.tracing.outbreak.clusters import Group
from lachan.tracing.outbreak.graph import MOST_DAYS, Picture, Wish, picture
from lachan.tracing.outbreak.lines import areas_of
from lachan.tracing.work.rules import HERE
from lachan.web.parts.board.desk import actor_here
from lachan.web.parts.cases import words as of_cases
from lachan.web.parts.outbreak import asking, pictured
from lachan.web.parts.outbreak.listing import place_of
from lachan.web.templatetags.lachan import num

DAYS: Final = 42
_EPOCH: Final = date(1970, 1, 1)


class Asked(NamedTuple):
    """What the address asks for: ``wish`` for the calculation, the rest to show and to carry on."""

    wish: Wish
    area_id: int | None
    named: bool

    @property
    def query(self) -> str:
        """The same as an address."""
        said = {"disease": self.wish.disease, "since": str(self.wish.since), "until": str(self.wish.until)}
        return urlencode(said | ({"area": str(self.area_id)} if self.area_id is not None else {}))


def asked(request: HttpRequest, about: UUID | None = None) -> Asked:
    """Disease, days and area of an address, within what the reader may see; nonsense falls back to the usual.
    ``about``: a case the page is of, whose disease it is where none is said."""
    actor = actor_here(request)
    named = may(actor, "case.read")
    disease = request.GET.get("disease", "")
    if not disease and about is not None:
        disease = next((case.disease for case in case_facts(None, [about]).values()), "")
    today = timezone.now().astimezone(HERE).date()
    until = min(asking.day(request.GET.get("until", "")) or today, today)
    since = asking.day(request.GET.get("since", "")) or until - timedelta(days=DAYS)
    since = max(min(since, until), until - timedelta(days=MOST_DAYS))
    area_id = asking.area(request.GET.get("area", ""))
    areas = areas_of(actor, area_id, "case.read" if named else "outbreak.read")
    if disease not in of_cases.DISEASES:
        disease = "covid-19"
    return Asked(Wish(disease, since, until, None if areas is None else tuple(areas)), area_id, named)


@gzip_page
@require_GET
@needs("outbreak.read")
def page(request: HttpRequest) -> HttpResponse:
    """Clusters by generation with what they say of the outbreak; whoever sees no cases gets the figures alone."""
    ask = asked(request)
    found = picture(ask.wish)
    listed = clusters.groups(found)
    context = {
        **around(request, ask), "count": len(found.cases), "alone": clusters.alone(found), "cut": found.cut,
        "groups": [shown(ask, found, one) for one in listed], "said": sentences(found),
        "drawing": _drawing(ask, found, listed[: clusters.MOST_DRAWN]), "drawn": min(len(listed), clusters.MOST_DRAWN),
        "texts": pictured.texts(),
    }  # fmt: skip
    return render(request, "web/outbreak/graph.html", context)


def around(request: HttpRequest, ask: Asked) -> dict[str, Any]:
    """What every page of pictures shows around its own: the choice, the tabs."""
    actor = actor_here(request)
    return {
        "ask": ask, "diseases": of_cases.DISEASES, "named": ask.named,
        "choices": asking.areas_to_choose(actor, "outbreak.read"), "lists": may(actor, "contact.read"),
        "now": timezone.now(),
        "disease": of_cases.of(of_cases.DISEASES, ask.wish.disease),
        "area": place_of(ask.area_id) if ask.area_id is not None else "",
    }  # fmt: skip


class Shown(NamedTuple):
    """A cluster in words."""

    group: Group
    name: str
    first: date | None
    last: date | None
    trend: tuple[str, Any]
    href: str
    case_id: UUID


def shown(ask: Asked, found: Picture, one: Group) -> Shown:
    """Called by the officers' name for it, else by its first case; by its number for whoever reads no cases."""
    case = found.cases[one.key]
    named = one.name or _("Cluster of %(code)s") % {"code": case.code}
    name = named if ask.named else _("Cluster %(n)s") % {"n": one.label + 1}
    href = reverse("outbreak-cluster", args=[case.id]) + f"?{ask.query}" if ask.named else ""
    return Shown(one, name, as_date(one.first), as_date(one.last), pictured.trend(one), href, case.id)


def as_date(day: float) -> date | None:
    """A day since 1970 as a date."""
    return _EPOCH + timedelta(days=math.floor(day)) if math.isfinite(day) else None


def _drawing(ask: Asked, found: Picture, listed: list[Group]) -> dict[str, Any]:
    """Columns for the picture: clusters top down, a point a generation."""
    stages = clusters.stages(found, [one.label for one in listed])
    return {
        "data": reverse("outbreak-chains-data", args=[UUID(int=0)]) if ask.named else "", "query": ask.query,
        "clusters": {
            "id": [str(found.cases[one.key].id) for one in listed] if ask.named else [],
            "name": [shown(ask, found, one).name for one in listed],
            "size": [one.size for one in listed],
        },
        "stages": {
            "cluster": [one.label for one in stages], "generation": [one.generation for one in stages],
            "day": [None if math.isnan(one.day) else round(one.day, 1) for one in stages],
            "cases": [one.cases for one in stages], "inside": [one.inside for one in stages],
            "f1": [one.f1 for one in stages],
        },
    }  # fmt: skip


@gzip_page  # no secret and nothing of the reader's in it: compression gives nothing away
@require_GET
@needs("case.read")
def data(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """The cases of the cluster a case lies in, at most 2,000: columns with their places in the picture."""
    ask = asked(request, episode_id)
    found = picture(ask.wish)
    at = found.position(episode_id)
    if at is None:
        raise Http404
    label = int(found.label[at])
    members = found.members(label)[: clusters.MOST_UNFOLDED]
    height = clusters.rows_of(found, members)
    index = {case: n for n, case in enumerate(members.tolist())}
    cases = [found.cases[n] for n in members.tolist()]
    body = {
        "name": shown(ask, found, clusters.group(found, label)).name, "size": int(found.clusters.size[label]),
        "href": reverse("outbreak-cluster", args=[episode_id]) + f"?{ask.query}",
        "code": [case.code for case in cases],
        "page": [reverse("illness", args=[case.person_id, case.id]) for case in cases],
        "area": [place_of(case.area_id) for case in cases],
        "state": [case.classification for case in cases],
        "day": [None if math.isnan(day) else round(day, 1) for day in found.day[members].tolist()],
        "row": [round(row, 2) for row in height.tolist()],
        "parent": [index.get(parent, -1) for parent in found.parent[members].tolist()],
        "weight": [round(weight, 3) for weight in found.weight[members].tolist()],
        "f1": found.f1[members].tolist(), "f2": found.f2[members].tolist(),
    }  # fmt: skip
    response = HttpResponse(msgspec.json.encode(body), content_type="application/json")
    response["Cache-Control"] = "private, no-store"
    return response


def sentences(found: Picture) -> dict[str, Any]:
    """R, k and the serial interval with their intervals in plain words, and what to bear in mind."""
    told = found.summary
    if told is None:
        return {}
    spread = told.finished if told.finished.r.value is not None else told.offspring
    notes = [pictured.FLAGS[flag] for flag in told.flags if flag in pictured.FLAGS]
    return {
        "r": _range(spread.r, 2), "k": _range(spread.k, 2), "serial": _range(told.serial.mean, 1),
        "reason": pictured.REASONS.get(spread.reason, ""), "pairs": told.serial.pairs,
        "serial_reason": pictured.REASONS.get(told.serial.reason, ""), "notes": notes, "links": told.tree_links,
        "largest": spread.largest,
    }  # fmt: skip


def _range(one: Range, digits: int) -> dict[str, str] | None:
    if one.value is None or not math.isfinite(one.value):
        return None
    low, high = (num(end, digits) if end is not None and math.isfinite(end) else "–" for end in (one.low, one.high))
    return {"value": num(one.value, digits), "low": low, "high": high}
