"""``/debt`` and ``/report``: figures without names, within the key's places."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import http_date
from ninja import Query, Router

from lachan.access import scopes
from lachan.access.doors import key_holder
from lachan.analytics.debt import projection, queries
from lachan.analytics.debt.facts import GAPS, Line, Owed
from lachan.analytics.debt.queries import EVER, Days
from lachan.analytics.maps import Map, map_on
from lachan.immunization.queries import catalogue
from lachan.immunization.queries import report as reports
from lachan.kernel.errors import Forbidden, Problem
from lachan.places.facts import AreaFact, FacilityRow
from lachan.rest import debt_answers as answers
from lachan.rest.coverage import Area, OfMap
from lachan.rest.openapi import doc
from lachan.rest.pages import IsoDay, answer
from lachan.rest.places import area_of, facility_of

router = Router(tags=["debt"])

First = Annotated[IsoDay | None, Query(description="First day on which doses were given; all days when left out.")]
Last = Annotated[IsoDay | None, Query(description="Last day; today when left out.")]
_LEVELS: dict[int, Literal["nation", "province", "district", "commune"]] = {
    0: "nation", 1: "province", 2: "district", 3: "commune",
}  # fmt: skip


@router.get(
    "/debt",
    operation_id="debt",
    summary="Given, recorded, matched, and what is missing on the way",
    openapi_extra=doc(answers.DebtMeter, 403, 404, 422),
)
def debt(
    request: HttpRequest,
    area: Area = "",
    facility: Annotated[str, Query(max_length=40, description="Code; instead of an area.")] = "",
    first: First = None,
    last: Last = None,
    of: OfMap = None,
) -> HttpResponse:
    """The debt meter: of the nation by province, of a province or district by commune, of a commune by facility.

    It follows the records half a minute behind at most; `Last-Modified` says until when everything recorded is in it.
    """
    actor = key_holder(request, queries.VERB)
    days = _days(first, last)
    if facility:
        row = facility_of(facility)
        return _answer(request, _of_facility(queries.facility(actor, row.id, days), row, days), projection.as_of())
    drawn = Map(of) if of else map_on(days.last)
    found = area_of(area, drawn.day, "area") if area else queries.home(actor)
    if found is None:
        raise Forbidden("The key has no place whose debt it may read.")
    if isinstance(found, FacilityRow):
        line = queries.facility(actor, found.id, days)
        return _answer(request, _of_facility(line, found, days), projection.as_of())
    meter = queries.meter(actor, found.id, days, drawn)
    body = answers.DebtMeter(
        level=_LEVELS[found.level],
        first=days.first,
        last=days.last,
        whole=_line(meter.whole),
        items=sorted((_line(line) for line in meter.lines), key=lambda entry: entry.code),
        unplaced=_line(meter.unplaced) if meter.unplaced else None,
    )
    return _answer(request, body, meter.as_of)


@router.get(
    "/report",
    operation_id="report",
    summary="The report of a facility over days",
    openapi_extra=doc(answers.Report, 403, 404, 422),
)
def report(
    request: HttpRequest,
    facility: Annotated[str, Query(min_length=1, max_length=40, description="Code.")],
    first: Annotated[IsoDay, Query(description="First day.")],
    last: Annotated[IsoDay | None, Query(description="Last day; the first when left out.")] = None,
) -> HttpResponse:
    """Doses, screening, not vaccinated, reactions, stock and sessions: the figures of the printed report."""
    actor = key_holder(request, "session.read")
    row = facility_of(facility)
    if not scopes.facility_in_scope(actor, row.id, "session.read"):
        raise Problem("not_found", "Not found", "There is no facility with this code within your grants.", status=404)
    until = last or first
    if not 0 <= (until - first).days < reports.MOST_DAYS:
        detail = f"Ask for 1 to {reports.MOST_DAYS} days, the last not before the first."
        raise Problem("days_out_of_range", "Days out of range", detail, status=422, field="query.last")
    found = reports.report([row.id], first, until)
    keys = {product.id: product.key for product in catalogue().products()}
    body = answers.Report(
        facility=row.code, name=row.name, first=first, last=until, arrived=found.arrived, given=found.given,
        doses=[
            answers.ReportDose(
                product=keys[head.product_id], dose_number=head.number, age_band=head.band, sex=head.sex, doses=count
            )
            for head, count in found.doses.items()
        ],
        screening=found.screened, not_given=found.not_given, reactions=found.reactions,
        lots=[
            answers.ReportLot(
                product=keys[line.product_id], lot=line.number, expires_on=line.expires_on, opening=line.opening,
                received=line.received, used=line.used, wasted=line.wasted, other=line.other, closing=line.closing,
                wastage_percent=line.wastage,
            )
            for line in found.lots
        ],
        wastage_percent=found.wastage,
        sessions=[
            answers.ReportSession(
                id=str(session.id), date=session.date, part=session.part, status=session.status, tally=session.tally,
                vials=session.vials,
            )
            for session in found.sessions
        ],
    )  # fmt: skip
    return answer(request, body)


def _days(first: date | None, last: date | None) -> Days:
    today = timezone.localdate()
    days = Days(first or EVER, last or today, today)
    if days.first > days.last:
        raise Problem(
            "days_out_of_range", "Days out of range", "`first` is after `last`.", status=422, field="query.first"
        )
    return days


def _of_facility(line: Line, row: FacilityRow, days: Days) -> answers.DebtMeter:
    return answers.DebtMeter(
        level="facility", first=days.first, last=days.last, whole=_line(line, row), items=[], unplaced=None
    )


def _line(line: Line, row: FacilityRow | None = None) -> answers.Debt:
    place: FacilityRow | AreaFact | None = row or line.facility or line.area
    sums: Owed = line.sums
    gaps = {}
    for gap in GAPS:
        fresh, week, month, older = line.ages[gap].buckets
        gaps[gap] = answers.Ages(
            days_0_1=fresh, days_2_7=week, days_8_30=month, days_over_30=older, oldest=line.ages[gap].oldest
        )
    return answers.Debt(
        code=place.code if place else "",
        name=line.name or (row.name if row else ""),
        gaps=answers.Gaps(**gaps),
        **sums._asdict(),
    )


def _answer(request: HttpRequest, body: answers.DebtMeter, as_of: datetime | None) -> HttpResponse:
    response = answer(request, body)
    if as_of is not None:
        response.headers["Last-Modified"] = http_date(as_of.timestamp())
    return response
