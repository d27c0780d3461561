"""``/areas``, ``/facilities``: the country as data. Any key may read it; nobody is named in it."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path, Query, Router

from lachan.kernel.errors import Problem
from lachan.places import queries
from lachan.places.facts import AreaFact, FacilityRow
from lachan.places.rules import search_form
from lachan.rest import answers
from lachan.rest.openapi import doc
from lachan.rest.pages import CursorText, IsoDay, Limit, answer, read_cursor, write_cursor

router = Router(tags=["places"])

LEVEL_OF_LENGTH = {2: 1, 3: 2, 5: 3}  # of a GSO code
AreaCode = Annotated[
    str,
    Query(pattern=r"^([0-9]{2}|[0-9]{3}|[0-9]{5})?$", description="GSO code of 2, 3 or 5 digits; empty: the country."),
]
Day = Annotated[IsoDay | None, Query(description="The map of this day; today when left out.")]


@router.get("/areas", operation_id="list_areas", summary="Areas of a day", openapi_extra=doc(answers.AreaPage, 422))
def list_areas(
    request: HttpRequest,
    on: Day = None,
    level: Annotated[int | None, Query(ge=1, le=3, description="1 province, 2 district, 3 commune.")] = None,
    within: AreaCode = "",
    code: AreaCode = "",
    cursor: CursorText = "",
    limit: Limit = 200,
) -> HttpResponse:
    """Provinces, districts and communes that were valid on a day, by level and code."""
    day = on or timezone.localdate()
    inside = area_of(within, day, "within") if within else None
    ids = queries.areas_under(inside.id, day) if inside else None
    found = [
        area
        for step in ((level,) if level else (1, 2, 3))
        for area in queries.atlas().on(day, step)
        if (ids is None or area.id in ids) and (not code or area.code == code)
    ]
    after = read_cursor(cursor, tuple[int, str, int])
    start = bisect_right(found, after, key=_place_of) if after else 0
    page = found[start : start + limit]
    more = write_cursor(*_place_of(page[-1])) if start + limit < len(found) else None
    return answer(request, answers.AreaPage(items=[_area(area) for area in page], next=more))


@router.get(
    "/facilities", operation_id="list_facilities", summary="Facilities", openapi_extra=doc(answers.FacilityPage, 422)
)
def list_facilities(
    request: HttpRequest,
    area: AreaCode = "",
    on: Day = None,
    q: Annotated[str, Query(max_length=100, description="Part of the name, accents not needed.")] = "",
    cursor: CursorText = "",
    limit: Limit = 100,
) -> HttpResponse:
    """Facilities open on a day, in an area as of that day, in order of registration."""
    day = on or timezone.localdate()
    inside = queries.facilities_in(area_of(area, day, "area").id) if area else None
    words = search_form(q)
    after = read_cursor(cursor, tuple[int])
    page: list[FacilityRow] = []
    for row in queries.facility_table().values():
        if (
            (after is None or row.id > after[0])
            and (inside is None or row.id in inside)
            and row.opened_on <= day
            and (row.closed_on is None or day < row.closed_on)
            and (not words or words in row.search_name)
        ):
            page.append(row)
            if len(page) > limit:
                break
    more = write_cursor(page[limit - 1].id) if len(page) > limit else None
    return answer(request, answers.FacilityPage(items=[_facility(row) for row in page[:limit]], next=more))


@router.get(
    "/facilities/{facility_code}",
    operation_id="get_facility",
    summary="One facility",
    openapi_extra=doc(answers.Facility, 404, 422),
)
def get_facility(request: HttpRequest, facility_code: Annotated[str, Path(max_length=40)]) -> HttpResponse:
    """A facility by its code, open or closed."""
    return answer(request, _facility(facility_of(facility_code)))


def area_of(code: str, on: date, field: str) -> AreaFact:
    """The area a code names on a day; problem 422 when none bore it then."""
    area = queries.area_at(code, LEVEL_OF_LENGTH[len(code)], on)
    if area is None:
        detail = f"No area bore the code {code} on {on}. Codes changed in July 2025; send `on` with a day of their map."
        raise Problem("area_unknown", "Unknown area", detail, status=422, field=f"query.{field}")
    return area


def facility_of(code: str) -> FacilityRow:
    """The facility of a code; problem 404 when there is none."""
    row = queries.facilities_by_code([code]).get(code)
    if row is None:
        raise Problem("not_found", "Not found", "There is no facility with this code.", status=404)
    return row


def _place_of(area: AreaFact) -> tuple[int, str, int]:
    return area.level, area.code, area.id


def _code_of(area_id: int | None) -> str | None:
    area = queries.area(area_id) if area_id is not None else None
    return area.code if area is not None and area.level > 0 else None


def _area(area: AreaFact) -> answers.Area:
    return answers.Area(
        code=area.code,
        level=area.level,
        name=area.name,
        full_name=area.full_name,
        name_en=area.name_en,
        kind=answers.Words(vi=area.kind_vi, en=area.kind_en),
        parent_code=_code_of(area.parent_id),
        province_code=_code_of(area.province_id),
        valid_from=area.valid_from,
        valid_to=area.valid_to,
        lat=area.lat,
        lon=area.lon,
        population=area.population,
    )


def _facility(row: FacilityRow) -> answers.Facility:
    return answers.Facility(
        code=row.code,
        name=row.name,
        kind=row.kind,
        address=queries.address(row.area_id),
        commune_code=_code_of(row.area_id),
        province_code=_code_of(row.province_id),
        opened_on=row.opened_on,
        closed_on=row.closed_on,
    )
