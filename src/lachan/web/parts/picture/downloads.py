"""Tables as files: CSV for programs, Excel for offices. Figures are plain numbers, not written out."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from lachan.access.doors import needs
from lachan.kernel.errors import Problem
from lachan.places import queries as places
from lachan.web.parts.picture.tables import NAMES, Table, table
from lachan.web.parts.picture.wish import Wish, wish_of
from lachan.web.reading import actor_for, plainly
from lachan.web.templatetags.lachan import clock
from lachan.web.templatetags.lachan import day as day_text

_FORMATS = {"count": "#,##0", "percent": "0.00", "rate": "0.0", "day": "dd/mm/yyyy"}
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@needs("coverage.download")
def download(request: HttpRequest, table: str, form: str) -> HttpResponse:
    """A table of a place and day as ``csv`` or ``xlsx``; the language of the headings is the reader's."""
    if table not in NAMES or form not in ("csv", "xlsx"):
        raise Http404
    wish = wish_of(request)
    if wish.facility_id is not None:
        facility = places.facility(wish.facility_id)
        if facility is None:
            raise Http404
        wish = wish.but(area_id=facility.area_id)
    with plainly():
        found = _table(table, request, wish)
    return as_file(found, form, _file_name(found, wish), _about(found, wish))


def as_file(found: Table, form: str, name: str, about: list[tuple[str, str]]) -> HttpResponse:
    """A table as ``csv``, or as ``xlsx`` with a sheet that says what it is (``about``)."""
    content, kind = (_csv(found), "text/csv; charset=utf-8") if form == "csv" else (_excel(found, about), _EXCEL)
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _table(name: str, request: HttpRequest, wish: Wish) -> Table:
    try:
        return table(name, actor_for(request), wish)
    except Problem as problem:
        if problem.status in (400, 404):  # facilities of the whole nation are not listed
            raise Http404 from problem
        raise


def _file_name(found: Table, wish: Wish) -> str:
    if wish.facility_id is not None:
        facility = places.facility(wish.facility_id)
        place = facility.code if facility else ""
    else:
        area = places.area(wish.area_id)
        place = area.code if area else ""
    return f"lachan-{found.name}-{place}-{wish.day.isoformat()}"


def _csv(found: Table) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([column.label for column in found.columns])
    for row in (*found.rows, *found.last):
        writer.writerow([_plain(value) for value in row])
    return out.getvalue().encode("utf-8-sig")  # the mark without which Excel reads Vietnamese as gibberish


def _plain(value: Any) -> Any:
    if value is None:
        return ""
    return round(value, 4) if isinstance(value, float) else value


def _excel(found: Table, lines: list[tuple[str, str]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(found.title[:31])
    sheet.freeze_panes = "B2"
    for index, column in enumerate(found.columns, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = 34 if column.kind == "name" else 16
    sheet.append([_cell(sheet, column.label, bold=True) for column in found.columns])
    for row in (*found.rows, *found.last):
        sheet.append(
            [
                _cell(sheet, value, number=_FORMATS.get(column.kind, ""))
                for value, column in zip(row, found.columns, strict=True)
            ]
        )
    about = book.create_sheet(_("About"))
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 18, 100
    for label, text in lines:
        about.append([_cell(about, label, bold=True), text])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _about(found: Table, wish: Wish) -> list[tuple[str, str]]:
    now: datetime = timezone.localtime()
    source = _("Lá Chắn, coverage counters as of {time} on {day}")
    facility = places.facility(wish.facility_id) if wish.facility_id is not None else None
    place = f"{facility.name}, {places.address(facility.area_id)}" if facility else address_of(wish.area_id)
    return [
        (_("Table"), found.title),
        (_("Place"), place),
        (_("Day"), day_text(wish.day)),
        (_("Map"), str(wish.of)),
        (_("Note"), found.note),
        (_("Source"), source.format(time=clock(now, True), day=day_text(now))),
    ]


def address_of(area_id: int) -> str:
    area = places.area(area_id)
    return (places.address(area_id) or area.full_name) if area else ""


def _cell(sheet: Any, value: Any, *, bold: bool = False, number: str = "") -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=value)
    if bold:
        cell.font = Font(bold=True)
    if number:
        cell.number_format = number
    return cell
