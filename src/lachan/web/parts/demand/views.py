"""Demand of a place: what is wanted, what is there, what to order; the places below, the gravest first."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_POST

from lachan.access import reach
from lachan.access.actors import Actor
from lachan.access.doors import needs
from lachan.access.rules import may
from lachan.forecasting import charts
from lachan.forecasting.charts.numbers import between
from lachan.forecasting.demand import operations, queries
from lachan.forecasting.demand.facts import COVERED, LEVEL, PAST, Demand, DemandPage, DemandRunFact
from lachan.immunization.queries import products
from lachan.places import queries as places
from lachan.places.facts import AreaFact
from lachan.places.rules import COMMUNE, COUNTRY, COUNTRY_ID
from lachan.web.parts.demand import words
from lachan.web.reading import actor_for, plainly

SHOWN: Final = 120  # lines of a table; the file has them all
_GRAVITY: Final = ("likely", "possible", "unknown", "unlikely")


@require_GET
@needs(queries.VERB)
def home(request: HttpRequest) -> HttpResponse:
    """To the widest place whose supply is the reader's; the product stays chosen."""
    area = reach.home(actor_for(request), queries.VERB)
    if area is None:
        raise PermissionDenied
    return HttpResponseRedirect(_href(area.id, request.GET.get("product", "")[:60]))


@gzip_page
@require_GET
@needs(queries.VERB)
def page(request: HttpRequest, area_id: int) -> HttpResponse:
    """A place with what lies below it. At most 14 statements, however many places and products."""
    actor = actor_for(request)
    kinds = {product.key: product for product in products()}
    chosen = kinds.get(request.GET.get("product", ""))
    with plainly():
        found = queries.page(actor, area_id, chosen.id if chosen else None)
    area = places.area(area_id)
    assert area is not None
    focus = _focus(found.own, chosen.id if chosen else None)
    names = {product.id: product.short_name for product in kinds.values()}
    context = {
        "area": area,
        "name": _name(area),
        "path": _path(actor, area, chosen.key if chosen else ""),
        "run": found.run,
        "last": queries.last(),
        "why_not": words.why(found.run.reason) if found.run and found.run.reason else "",
        "products": [
            (product.short_name, _href(area.id, product.key), chosen is not None and product.id == chosen.id)
            for product in kinds.values()
            if any(line.product_id == product.id for line in found.own)
        ],
        "every": (_href(area.id), chosen is None),
        "focus": _focused(focus, found.run, names) if focus and found.run else None,
        "alone": bool(chosen),
        "lines": _lines(found, area, chosen.key if chosen else "", names),
        "gravest": [_line(line, names, "commune", chosen.key if chosen else "") for line in found.gravest],
        "of_communes": area.level != COUNTRY,
        "own_lines": area.level == COMMUNE,
        "file": f"{reverse('demand-table', args=[area.id])}{_query(chosen.key if chosen else '')}",
        "may_ask": may(actor, operations.VERB),
        "weeks": COVERED,
        "past": PAST,
        "level": round(100 * LEVEL),
    }
    return render(request, "web/demand/page.html", context)


@require_POST
@needs(operations.VERB)
def ask(request: HttpRequest) -> HttpResponse:
    """Have it worked out again by the worker."""
    operations.ask(actor=actor_for(request), today=timezone.localdate())
    messages.success(request, _("It is being worked out. Load this page again in a few minutes."))
    return redirect("demand")


def _focus(own: tuple[Demand, ...], chosen: int | None) -> Demand | None:
    """The product shown large: the one asked for, else the gravest."""
    if chosen is not None:
        return next((line for line in own if line.product_id == chosen), None)
    return min(own, key=lambda line: (_GRAVITY.index(line.sign), -line.ordered, line.product_id), default=None)


def _focused(found: Demand, run: DemandRunFact, names: dict[int, str]) -> dict[str, Any]:
    """The product in words, figures and charts."""
    there = [(run.as_of, float(found.in_stock))]
    for week, coming in zip(found.wanted, found.coming, strict=True):
        there.append((week.day, there[-1][1] + coming))
    begin = charts.Band(run.as_of, 0.0, 0.0, 0.0, 0.0, 0.0)
    return {
        "line": found,
        "product": names[found.product_id],
        "sign": words.SIGNS[found.sign],
        "said": words.wanted(found),
        "more": words.more(found),
        "wanted": between(found.covered.q05, found.covered.q95, 0),
        "weekly": charts.fan(
            [(day, float(doses)) for day, doses in found.given], [charts.Band(*week) for week in found.wanted],
            unit=_("doses a week"), today=run.as_of, title=_("Doses given, and wanted in the weeks ahead"),
            measure="doses",
        ),
        "through": charts.ranges(
            {
                _("Need"): [begin, *(charts.Band(*week) for week in found.through)],
                _("On hand"): [charts.Band(day, *[doses] * 5) for day, doses in there],
            },
            unit=_("doses"), title=_("Wanted from now on, against stock and confirmed deliveries"),
        ),
        "weeks": [
            {
                "day": week.day, "wanted": between(week.q05, week.q95, 0), "coming": coming, "expires": expires,
                "out": words.percent(out) if out is not None else "–",
            }
            for week, coming, expires, out in zip(
                found.wanted, found.coming, found.stock, found.out or [None] * len(found.wanted), strict=False
            )
        ],
    }  # fmt: skip


def _lines(found: DemandPage, area: AreaFact, product: str, names: dict[int, str]) -> dict[str, Any]:
    """The table below: places, or of a commune its products; the gravest first."""
    lines = found.own if area.level == COMMUNE else found.below
    ordered = sorted(
        lines, key=lambda line: (_GRAVITY.index(line.sign), -line.likely, -(line.ever or 0), -line.ordered)
    )
    kind = "product" if area.level == COMMUNE else "place"
    return {
        "rows": [_line(line, names, kind, product) for line in ordered[:SHOWN]],
        "more": max(len(ordered) - SHOWN, 0),
        "orders": sum(1 for line in ordered if line.ordered),
    }


def _line(line: Demand, names: dict[int, str], kind: str, product: str) -> dict[str, Any]:
    area = places.area(line.area_id)
    keys = {row.id: row.key for row in products()}
    return {
        "line": line,
        "name": area.full_name if area else "–",
        "where": places.address(area.province_id) if area and kind == "commune" and area.province_id else "",
        "product": names[line.product_id],
        "href": _href(line.area_id, product or keys[line.product_id]),
        "sign": words.SIGNS[line.sign],
        "chance": words.percent(line.ever) if line.ever is not None else "",
        "wanted": between(line.covered.q05, line.covered.q95, 0),
        "note": words.why(line.note),
    }


def _name(area: AreaFact) -> str:
    return _("Viet Nam") if area.level == COUNTRY else area.full_name


def _path(actor: Actor, area: AreaFact, product: str) -> list[tuple[str, str]]:
    """The way up, as far as the reader may see."""
    if area.level == COUNTRY:
        return []
    above = [step for step in reversed(places.path(area.id)) if step.id != area.id]
    steps = [(step.full_name, _href(step.id, product)) for step in above if queries.may_see(actor, step.id)]
    if queries.may_see(actor, COUNTRY_ID):
        steps.insert(0, (_("Viet Nam"), _href(COUNTRY_ID, product)))
    return steps


def _href(area_id: int, product: str = "") -> str:
    return reverse("demand-area", args=[area_id]) + _query(product)


def _query(product: str) -> str:
    return f"?{urlencode({'product': product})}" if product else ""
