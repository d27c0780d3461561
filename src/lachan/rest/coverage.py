"""``/coverage``: figures without names, from the counters, within the key's areas."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from lachan.access.actors import Actor
from lachan.access.doors import key_holder
from lachan.analytics import queries, rules
from lachan.analytics.maps import Map, map_on
from lachan.immunization.queries import catalogue
from lachan.kernel.errors import Forbidden
from lachan.places import queries as places
from lachan.places.facts import AreaFact
from lachan.rest import answers
from lachan.rest.openapi import doc
from lachan.rest.pages import IsoDay, answer
from lachan.rest.places import area_of, facility_of

router = Router(tags=["coverage"])

MapName = Literal["2021", "2025"]
Area = Annotated[
    str,
    Query(
        pattern=r"^([0-9]{2}|[0-9]{3}|[0-9]{5})?$",
        description="GSO code on the map asked for; empty: the widest area of the key.",
    ),
]
OfMap = Annotated[MapName | None, Query(alias="map", description="63 or 34 provinces; that of the day when left out.")]
On = Annotated[IsoDay | None, Query(description="The day; today when left out.")]


@router.get(
    "/coverage/areas",
    operation_id="coverage_by_area",
    summary="Coverage by province or commune",
    openapi_extra=doc(answers.CoverageAreas, 403, 422),
)
def coverage_areas(
    request: HttpRequest,
    area: Area = "",
    by: Annotated[
        Literal["province", "commune"] | None,
        Query(description="Left out: provinces of the country, communes of others."),
    ] = None,
    on: On = None,
    of: OfMap = None,
) -> HttpResponse:
    """Doses of the residents of the areas below one, with the doses given in them on a day."""
    actor, day = _actor(request), on or timezone.localdate()
    whole, drawn = _area(actor, area, day, of)
    if (by or ("province" if whole.level == 0 else "commune")) == "province":
        table = queries.coverage_by_province(actor, drawn, day)
    else:
        table = queries.coverage_by_commune(actor, whole.id, day, drawn)
    items = [
        answers.CoverageArea(
            code=row.area.code,
            name=row.area.full_name,
            population=row.area.population,
            sums=_sums(row.sums),
            today=row.today,
        )
        for row in table.rows
    ]
    found = answers.CoverageAreas(
        on=day,
        map=drawn.value,
        items=items,
        unassigned=_sums(table.unassigned),
        unassigned_today=table.unassigned_today,
    )
    return answer(request, found)


@router.get(
    "/coverage/facilities",
    operation_id="coverage_by_facility",
    summary="Doses by facility",
    openapi_extra=doc(answers.CoverageFacilities, 400, 403, 422),
)
def coverage_facilities(request: HttpRequest, area: Area = "", on: On = None, of: OfMap = None) -> HttpResponse:
    """Doses given at the facilities of a province, district or commune in the 28 days that end with a day."""
    actor, day = _actor(request), on or timezone.localdate()
    whole, _ = _area(actor, area, day, of)
    items = [
        answers.CoverageFacility(
            facility=row.facility.code,
            name=row.facility.name,
            today=row.today,
            yesterday=row.yesterday,
            recent=row.recent,
        )
        for row in queries.by_facility(actor, whole.id, day)
    ]
    return answer(request, answers.CoverageFacilities(on=day, items=items))


@router.get(
    "/coverage/products",
    operation_id="coverage_by_product",
    summary="Doses by product",
    openapi_extra=doc(answers.CoverageProducts, 403, 404, 422),
)
def coverage_products(
    request: HttpRequest,
    area: Area = "",
    facility: Annotated[str, Query(max_length=40, description="Code; instead of an area.")] = "",
    of: OfMap = None,
) -> HttpResponse:
    """Doses of an area's residents, or given at a facility, by product and number."""
    actor = _actor(request)
    known = catalogue()
    items = [
        answers.CoverageProduct(
            product=product.key if (product := known.product(row.product_id)) else "",
            numbers=row.numbers,
            doses=row.doses,
            completed=row.completed,
        )
        for row in queries.by_product(actor, *_place(actor, area, facility, of))
    ]
    return answer(request, answers.CoverageProducts(items=items))


@router.get(
    "/coverage/ages",
    operation_id="coverage_by_age",
    summary="Doses by age and sex",
    openapi_extra=doc(answers.CoverageAges, 403, 404, 422),
)
def coverage_ages(
    request: HttpRequest,
    area: Area = "",
    facility: Annotated[str, Query(max_length=40, description="Code; instead of an area.")] = "",
    of: OfMap = None,
) -> HttpResponse:
    """Doses of an area's residents, or given at a facility, by age band and sex."""
    actor = _actor(request)
    items = [
        answers.CoverageAge(
            from_age=row.band, female=_sums(row.female), male=_sums(row.male), unknown=_sums(row.unknown)
        )
        for row in queries.by_age(actor, *_place(actor, area, facility, of))
    ]
    return answer(request, answers.CoverageAges(items=items))


def _actor(request: HttpRequest) -> Actor:
    return key_holder(request, "coverage.read")


def _area(actor: Actor, code: str, day: date, of: MapName | None) -> tuple[AreaFact, Map]:
    """The area asked for, or the widest of the key, and the map to draw it on."""
    drawn = Map(of) if of else map_on(day)
    if code:
        return area_of(code, drawn.day, "area"), drawn
    home = queries.home_area(actor)
    area = places.area(home) if home is not None else None
    if area is None:
        raise Forbidden("The key has no area whose figures it may read.")
    return area, drawn


def _place(actor: Actor, area: str, facility: str, of: MapName | None) -> tuple[int, int | None]:
    """(area, facility) as the tables ask for them."""
    if facility:
        row = facility_of(facility)
        return row.area_id, row.id
    return _area(actor, area, timezone.localdate(), of)[0].id, None


def _sums(sums: rules.Sums) -> answers.Sums:
    return answers.Sums(doses=sums.doses, first=sums.first, completed=sums.completed, boosters=sums.boosters)
