"""``/epidemic``: the epidemic in figures, as known now or then, within the key's places; no person stands in them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import http_date
from ninja import Query, Router

from lachan.access.actors import Actor
from lachan.access.doors import key_holder
from lachan.analytics.epidemic import exports, queries
from lachan.analytics.epidemic.definitions import indicators
from lachan.analytics.epidemic.facts import Table, Wanted
from lachan.analytics.maps import Map
from lachan.kernel.errors import Problem
from lachan.places import queries as places
from lachan.places.facts import AreaFact
from lachan.rest import epidemic_answers as answers
from lachan.rest.answers import Words
from lachan.rest.coverage import Area, OfMap
from lachan.rest.figures import FigureDay, days_of, place_of
from lachan.rest.openapi import doc
from lachan.rest.pages import answer

router = Router(tags=["epidemic"])

MOST_NUMBERS = 200_000  # of one JSON answer; files hold more
Disease = Annotated[Literal["covid-19", "measles", "dengue"], Query()]
Measure = Literal[
    "tests", "positives", "cases", "probable", "admissions", "severe", "critical", "deaths", "recovered",
    "in_hospital", "contacts",
]  # fmt: skip
First = Annotated[FigureDay | None, Query(description="First day; 28 days when left out.")]
Last = Annotated[FigureDay | None, Query(description="Last day; today when left out.")]
AsOf = Annotated[FigureDay | None, Query(description="As known at the end of that day; left out: as known now.")]


@router.get(
    "/epidemic/definitions", operation_id="epidemic_definitions", summary="What each figure means",
    openapi_extra=doc(answers.Indicators, 403),
)  # fmt: skip
def epidemic_definitions(request: HttpRequest) -> HttpResponse:
    """Names, definitions, numerators and denominators, the day facts are counted on, and the tables they come from."""
    key_holder(request, queries.VERB)
    items = [
        answers.Indicator(
            id=one.id, kind=one.kind, unit=one.unit, name=Words(vi=one.vi, en=one.en),
            definition=Words(vi=one.definition_vi, en=one.definition_en),
            basis=Words(vi=one.basis_vi, en=one.basis_en), numerator=one.numerator, denominator=one.denominator,
            sources=list(one.sources),
        )
        for one in indicators()
    ]  # fmt: skip
    return answer(request, answers.Indicators(items=items))


@router.get(
    "/epidemic/series", operation_id="epidemic_series", summary="Counts by area and day",
    openapi_extra=doc(answers.Series, 403, 404, 422, files=exports.TYPES.values()),
)  # fmt: skip
def epidemic_series(
    request: HttpRequest, area: Area = "",
    measure: Annotated[
        list[Measure] | None, Query(description="One or more; repeat the parameter. `cases` when left out.")
    ] = None,
    by: Annotated[
        Literal["area", "below"],
        Query(description="`area`: the area itself; `below`: provinces of the nation, communes of a province."),
    ] = "area",
    first: First = None, last: Last = None, as_of: AsOf = None, disease: Disease = "covid-19", of: OfMap = None,
    form: Annotated[
        Literal["json", "csv", "xlsx", "parquet"],
        Query(alias="format", description="A file has one row an area, day and measure that is not zero."),
    ] = "json",
) -> HttpResponse:  # fmt: skip
    """Every figure as known now, or as it was known on a day. `Last-Modified` says until when everything recorded is in
    it. Files: CSV up to 300,000 rows, Excel 60,000, Parquet 1,000,000; ask for fewer days when it is more."""
    since, until = days_of(first, last)
    actor, place = _place(request, area, of, until)
    wanted = Wanted(
        measures=tuple(dict.fromkeys(measure or ["cases"])), since=since, until=until, disease=disease,
        as_of=as_of, map=Map(of) if of else None,
        **({"children_of": place.id} if by == "below" else {"area_ids": (place.id,)}),
    )  # fmt: skip
    table = queries.series(actor, wanted)
    if form != "json":
        return _dated(_file(table, form, wanted))
    if table.values.size > MOST_NUMBERS:
        detail = f"An answer holds at most {MOST_NUMBERS} numbers. Ask for fewer days, or for a file (`format`)."
        raise Problem("too_many_rows", "Too many rows", detail, status=422, field="query.first")
    named = places.areas(table.area_ids)
    items = [
        answers.AreaSeries(code=named[col].code, name=named[col].full_name, measure=name, values=values)
        for name, of_measure in zip(table.measures, table.values.tolist(), strict=True)
        for col, values in enumerate(of_measure)
    ]
    body = answers.Series(disease=disease, first=wanted.since, last=until, as_of=as_of, items=items)
    return _dated(answer(request, body))


@router.get(
    "/epidemic/latest", operation_id="epidemic_latest", summary="An area on a day",
    openapi_extra=doc(answers.Figures, 403, 404, 422),
)  # fmt: skip
def epidemic_latest(
    request: HttpRequest, area: Area = "",
    day: Annotated[FigureDay | None, Query(description="Today when left out.")] = None,
    as_of: AsOf = None, disease: Disease = "covid-19", of: OfMap = None,
) -> HttpResponse:  # fmt: skip
    """Every figure with that of the day before and those of 28 days: counts of the day, shares, incidence, growth."""
    on = day or timezone.localdate()
    actor, place = _place(request, area, of, on)
    found = queries.latest(actor, place.id, on, as_of, disease)
    items = [
        answers.Figure(
            id=one.id, unit=one.unit, value=figure.value, before=figure.before, spark=list(figure.spark)
        )
        for one in indicators()
        if (figure := found.figures.get(one.id)) is not None
    ]  # fmt: skip
    body = answers.Figures(code=place.code, name=place.full_name, day=on, as_of=as_of, items=items)
    return _dated(answer(request, body))


@router.get(
    "/epidemic/ages", operation_id="epidemic_ages", summary="A count by age, sex and vaccination at the time",
    openapi_extra=doc(answers.EpidemicAges, 403, 404, 422),
)  # fmt: skip
def epidemic_ages(
    request: HttpRequest, area: Area = "", measure: Annotated[Measure, Query()] = "cases",
    first: First = None, last: Last = None, disease: Disease = "covid-19", of: OfMap = None,
) -> HttpResponse:  # fmt: skip
    """As known now, of an area over days; a group without anybody is left out."""
    since, until = days_of(first, last)
    actor, place = _place(request, area, of, until)
    found = queries.by_age(actor, place.id, measure, since, until, disease)
    items = [
        answers.AgeCount(age_band=row.age_band, sex=row.sex, vaccinated=row.vaccinated, count=row.total)
        for row in found
    ]
    ages = answers.EpidemicAges(code=place.code, measure=measure, first=since, last=until, items=items)
    return _dated(answer(request, ages))


def _place(request: HttpRequest, code: str, of: str | None, on: date) -> tuple[Actor, AreaFact]:
    return place_of(request, queries.VERB, code, of, on)


def _file(table: Table, form: exports.Form, wanted: Wanted) -> HttpResponse:
    response = HttpResponse(exports.made(table, form, wanted.as_of), content_type=exports.TYPES[form])
    name = f"lachan-epidemic-{wanted.since.isoformat()}-{wanted.until.isoformat()}.{form}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Vary"] = "Authorization"
    return response


def _dated(response: HttpResponse) -> HttpResponse:
    complete: Any = queries.complete_until()
    if complete is not None:
        response.headers["Last-Modified"] = http_date(complete.timestamp())
    return response
