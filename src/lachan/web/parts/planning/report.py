"""The report of a day and of a round: one description for screen, paper, CSV and Excel. No number is typed."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from openpyxl import Workbook

from lachan.access import scopes
from lachan.access.actors import Actor
from lachan.access.doors import needs
from lachan.analytics.maps import stations_of
from lachan.immunization.queries import catalogue
from lachan.immunization.queries import report as reads
from lachan.immunization.queries.report import Report
from lachan.places import queries as places
from lachan.places.facts import FacilityRow
from lachan.web.parts.board import words as board_words
from lachan.web.parts.board.desk import actor_here
from lachan.web.parts.picture.tables import Column, Table
from lachan.web.parts.picture.words import band_name
from lachan.web.parts.planning import words

_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Wish:
    """Of what: a facility, or an area of at most a province, on which days."""

    facility: FacilityRow | None
    area_id: int | None
    name: str
    place: str
    first: date
    last: date
    facilities: tuple[int, ...]

    @property
    def query(self) -> str:
        of = f"facility={self.facility.code}" if self.facility else f"area={self.area_id}"
        return f"{of}&first={self.first.isoformat()}&last={self.last.isoformat()}"


@require_GET
@needs("session.read")
def report(request: HttpRequest) -> HttpResponse:
    """For the screen and for paper."""
    wish = _wish(request, actor_here(request))
    if wish is None:
        return redirect("national")  # of the nation there is the picture, a report is of a province at most
    found = reads.report(wish.facilities, wish.first, wish.last)
    held = [session for session in found.sessions if session.tally is None]
    context = {
        "wish": wish, "report": found, "tables": tables(found), "one_day": wish.first == wish.last,
        "now": timezone.now(), "untallied": len(held), "sessions": len(found.sessions),
        "before": _moved(wish, -1), "after": _moved(wish, 1),
    }  # fmt: skip
    return render(request, "web/planning/report.html", context)


@require_GET
@needs("session.read")
def download(request: HttpRequest, form: str) -> HttpResponse:
    """The same tables as ``csv`` or ``xlsx``, figures as plain numbers."""
    if form not in ("csv", "xlsx"):
        raise Http404
    wish = _wish(request, actor_here(request))
    if wish is None:
        raise BadRequest("a report is of a facility, or of an area of at most a province")
    found = tables(reads.report(wish.facilities, wish.first, wish.last))
    content, kind = (_csv(wish, found), "text/csv; charset=utf-8") if form == "csv" else (_excel(wish, found), _EXCEL)
    response = HttpResponse(content, content_type=kind)
    of = wish.facility.code if wish.facility else str(wish.area_id)
    name = f"lachan-report-{of}-{wish.first.isoformat()}-{wish.last.isoformat()}.{form}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def tables(found: Report) -> list[Table]:
    """The report's tables in the order of the paper."""
    return [_by_product(found), _by_age(found), _screening(found), _not_given(found), _reactions(found), _stock(found),
            _sessions(found), _staff(found)]  # fmt: skip


def _by_product(found: Report) -> Table:
    counts: dict[int, Counter[int]] = {}
    for heading, doses in found.doses.items():
        counts.setdefault(heading.product_id, Counter())[min(heading.number, 4)] += doses
    rows = [
        (catalogue().name(product), *(numbers[number] for number in (1, 2, 3, 4)), numbers.total())
        for product, numbers in sorted(counts.items())
    ]
    columns = (
        Column(_("Product"), "name"), Column(_("Dose 1"), "count"), Column(_("Dose 2"), "count"),
        Column(_("Dose 3"), "count"), Column(_("Dose 4 and later"), "count"), Column(_("Total"), "count"),
    )  # fmt: skip
    return Table("doses", _("Doses given by product and dose number"), "", columns, tuple(rows), last=_total(rows))


def _by_age(found: Report) -> Table:
    counts: dict[int, Counter[str]] = {}
    for heading, doses in found.doses.items():
        counts.setdefault(heading.band, Counter())[heading.sex] += doses
    rows = [
        (band_name(band), sexes["F"], sexes["M"], sexes["U"], sexes.total()) for band, sexes in sorted(counts.items())
    ]
    columns = (
        Column(_("Age"), "name"), Column(_("Women"), "count"), Column(_("Men"), "count"),
        Column(_("Sex not known"), "count"), Column(_("Total"), "count"),
    )  # fmt: skip
    return Table("ages", _("Doses given by age and sex"), "", columns, tuple(rows), last=_total(rows))


def _screening(found: Report) -> Table:
    rows = [(str(word), found.screened.get(code, 0)) for code, (_kind, word) in board_words.CLASSES.items()]
    return _counted("screening", _("Outcome of the screening"), _("Class"), rows)


def _not_given(found: Report) -> Table:
    known: Mapping[str, Any] = board_words.NOT_GIVEN
    rows = [(str(known.get(code, code)), count) for code, count in sorted(found.not_given.items())]
    return _counted("not_given", _("Not vaccinated, by reason"), _("Reason"), rows)


def _reactions(found: Report) -> Table:
    rows = [(str(word), found.reactions.get(code, 0)) for code, (_kind, word) in board_words.SEVERITIES.items()]
    return _counted("reactions", _("Doses followed by a reaction, by the gravest noted"), _("Severity"), rows)


def _counted(name: str, title: str, what: str, rows: list[tuple[str, int]]) -> Table:
    columns = (Column(what, "name"), Column(_("How many"), "count"))
    return Table(name, title, "", columns, tuple(rows), last=_total(rows))


def _stock(found: Report) -> Table:
    rows = [
        (f"{catalogue().name(line.product_id)} · {line.number}", line.expires_on, line.opening, line.received,
         line.used, line.wasted, line.other, line.closing, line.wastage)
        for line in found.lots
    ]  # fmt: skip
    columns = (
        Column(_("Lot"), "name"), Column(_("Expires"), "day"), Column(_("At the beginning"), "count"),
        Column(_("Received"), "count"), Column(_("Used"), "count"), Column(_("Wasted"), "count"),
        Column(_("Other"), "count"), Column(_("At the end"), "count"), Column(_("Wastage, %"), "percent"),
    )  # fmt: skip
    sums = [
        sum(getattr(line, name) for line in found.lots)
        for name in ("opening", "received", "used", "wasted", "other", "closing")
    ]
    last = ((_("Total"), None, *sums, found.wastage),) if rows else ()
    note = _("In doses. Other: returned, sent on, differences found by counting. Wastage: wasted of used and wasted.")
    return Table("stock", _("Vaccine by lot"), note, columns, tuple(rows), last=last)


def _sessions(found: Report) -> Table:
    table = places.facility_table()
    rows = [
        (f"{board_words.PARTS.get(session.part, '')} {session.date:%d/%m/%Y}", table[session.facility_id].name,
         str(words.STATES[session.status][1]), session.tally, session.vials)
        for session in found.sessions
    ]  # fmt: skip
    columns = (
        Column(_("Session"), "name"), Column(_("Station"), "text"), Column(_("State"), "text"),
        Column(_("Doses on paper"), "count"), Column(_("Vials opened"), "count"),
    )  # fmt: skip
    return Table("sessions", _("Sessions held"), "", columns, tuple(rows))


def _staff(found: Report) -> Table:
    rows = [(name, str(words.DESKS.get(desk, desk))) for desk, name in found.staff if name]
    return Table("staff", _("Staff on duty"), "", (Column(_("Name"), "name"), Column(_("Desk"), "text")), tuple(rows))


def _total(rows: list[Any]) -> tuple[tuple[Any, ...], ...]:
    if not rows:
        return ()
    return ((_("Total"), *(sum(column) for column in list(zip(*rows, strict=True))[1:])),)


def _csv(wish: Wish, found: list[Table]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerows([[wish.name], [wish.place], [wish.first.isoformat(), wish.last.isoformat()]])
    for table in found:
        writer.writerows([[], [table.title], [column.label for column in table.columns]])
        writer.writerows([_plain(value) for value in row] for row in (*table.rows, *table.last))
    return out.getvalue().encode("utf-8-sig")  # the mark without which Excel reads Vietnamese as gibberish


def _excel(wish: Wish, found: list[Table]) -> bytes:
    book = Workbook(write_only=True)
    for table in found:
        sheet = book.create_sheet(table.title[:31].replace("/", "-"))
        sheet.append([wish.name, wish.first, wish.last])
        sheet.append([column.label for column in table.columns])
        for row in (*table.rows, *table.last):
            sheet.append([_plain(value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _plain(value: Any) -> Any:
    if value is None:
        return ""
    return round(value, 2) if isinstance(value, float) else value


def _wish(request: HttpRequest, actor: Actor) -> Wish | None:
    asked = request.GET
    today = timezone.localdate()
    first = _day(asked.get("first", "")) or today
    last = _day(asked.get("last", "")) or first
    if not 0 <= (last - first).days < reads.MOST_DAYS:
        raise Http404
    if code := asked.get("facility", ""):
        facility = places.facilities_by_code([code]).get(code)
        if facility is None:
            raise Http404
        if not scopes.facility_in_scope(actor, facility.id, "session.read"):
            raise PermissionDenied
        return Wish(facility, None, facility.name, places.address(facility.area_id), first, last, (facility.id,))
    return _of_area(actor, asked.get("area", ""), first, last)


def _of_area(actor: Actor, text: str, first: date, last: date) -> Wish | None:
    """An area the actor may read, or without one the widest: a head's station, an officer's area. None: the nation."""
    if not text:
        mine = next(iter(actor.grants), None)
        if mine is not None and mine.facility_id is not None:
            facility = places.facility(mine.facility_id)
            if facility is not None:
                return Wish(facility, None, facility.name, places.address(facility.area_id), first, last,
                            (facility.id,))  # fmt: skip
        text = str(mine.area_id) if mine is not None and mine.area_id is not None else ""
    area = places.area(int(text)) if text.isdecimal() and len(text) < 10 else None
    if area is None:
        raise Http404
    if not scopes.area_in_scope(actor, area.id, "session.read"):
        raise PermissionDenied
    if area.level == 0:
        return None
    found = sorted(stations_of(area.id))
    scope = scopes.facility_ids(actor, "session.read")
    inside = tuple(key for key in found if scope is None or key in scope)
    if len(inside) > reads.MOST_FACILITIES:
        raise Http404
    return Wish(None, area.id, area.full_name, places.address(area.id), first, last, inside)


def _moved(wish: Wish, direction: int) -> str:
    """The address of the days before or after, as many as these."""
    length = (wish.last - wish.first).days + 1
    step = timedelta(days=direction * length)
    of = f"facility={wish.facility.code}" if wish.facility else f"area={wish.area_id}"
    return f"{of}&first={(wish.first + step).isoformat()}&last={(wish.last + step).isoformat()}"


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None
