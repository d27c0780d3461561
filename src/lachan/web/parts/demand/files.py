"""Demand as a file: every place and product of an area, plain numbers."""

from __future__ import annotations

import csv
import io

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lachan.access.doors import needs
from lachan.forecasting.demand import queries
from lachan.forecasting.demand.facts import COVERED, Demand
from lachan.immunization.queries import products
from lachan.places import queries as places
from lachan.web.parts.demand import words
from lachan.web.reading import actor_for, plainly


@require_GET
@needs(queries.VERB)
def table(request: HttpRequest, area_id: int) -> HttpResponse:
    """CSV of an area and the places below it; the language of the headings is the reader's."""
    names = {product.id: product for product in products()}
    chosen = next((product.id for product in names.values() if product.key == request.GET.get("product")), None)
    with plainly():
        found = queries.page(actor_for(request), area_id, chosen)
    lines = [line for line in found.own if chosen in (None, line.product_id)] + list(found.below)
    weeks = [_("Week up to {day}, {level} %").format(day=week.day.isoformat(), level=level)
             for week in (lines[0].wanted if lines else ()) for level in (5, 50, 95)]  # fmt: skip
    head = [
        _("Code"), _("Place"), _("Product"), _("State"),
        _("Chance of a stock-out in {weeks} weeks").format(weeks=COVERED),
        _("Wanted, 5 %"), _("Wanted, 50 %"), _("Wanted, 95 %"), _("In stock"), _("On the way"), _("Lacking, doses"),
        _("Lacking, vials"), _("Doses in a vial"), _("Expire unused"), _("Lost in opened vials"), _("People in line"),
        _("Note"), *weeks,
    ]  # fmt: skip
    out = io.StringIO()
    csv.writer(out).writerows([head, *(_cells(line, names[line.product_id].short_name) for line in lines)])
    response = HttpResponse(out.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    day = found.run.as_of.isoformat() if found.run else "0"
    response["Content-Disposition"] = f'attachment; filename="demand-{area_id}-{day}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def _cells(line: Demand, product: str) -> list[object]:
    area, wanted = places.area(line.area_id), line.covered
    return [
        area.code if area else "", area.full_name if area else "", product, words.SIGNS[line.sign][1],
        "" if line.ever is None else line.ever, round(wanted.q05), round(wanted.q50), round(wanted.q95),
        line.in_stock, line.on_the_way, line.ordered, line.vials, line.vial, round(line.expired), round(line.opened),
        line.waiting, words.why(line.note),
        *(round(x) for week in line.wanted for x in (week.q05, week.q50, week.q95)),
    ]  # fmt: skip
