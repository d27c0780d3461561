"""The line list and the cases as files: CSV streamed row by row, Excel made first; without names unless a purpose is
stated, and then every person in it is a logged look."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from openpyxl import Workbook

from lachan.access.actors import Actor
from lachan.access.doors import needs
from lachan.access.rules import may
from lachan.tracing.outbreak import exports, lines
from lachan.tracing.work.rules import HERE
from lachan.web.parts.board.desk import actor_here
from lachan.web.parts.cases import words as of_cases
from lachan.web.parts.outbreak import words
from lachan.web.parts.outbreak.listing import narrowed, query_of, wish_of

EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMS: Final = {"csv": exports.MOST_ROWS, "xlsx": exports.MOST_EXCEL}
WHAT: Final = {"contacts": "contact.read", "cases": "case.read"}


class _Echo:
    """A file that hands back what is written, for a CSV that is sent as it is made."""

    def write(self, text: str) -> str:
        return text


@require_http_methods(["GET", "POST"])
@needs("contact.read", "case.read")
def page(request: HttpRequest) -> HttpResponseBase:
    """GET asks what and for which purpose; POST sends the file, so that no address makes one."""
    actor, now = actor_here(request), timezone.now()
    wish = wish_of(request.GET)
    what = request.GET.get("what", "contacts")
    if what not in WHAT or not may(actor, WHAT[what]) or not may(actor, "outbreak.read"):
        raise PermissionDenied
    if request.method == "GET":
        count = lines.counted(actor, wish, now) if what == "contacts" else None
        context = {
            "what": what, "count": count, "more": count is not None and count > lines.MOST_COUNTED,
            "narrowed": narrowed(wish), "purposes": words.PURPOSES, "query": query_of(wish), "most": FORMS,
            "named": exports.MOST_NAMED, "diseases": of_cases.DISEASES, "now": now,
            "texts": {
                "rows": _("{n} rows"), "done": _("The file is here: {n} rows."),
                "failed": _("The file broke off. Try again."),
            },
        }  # fmt: skip
        return render(request, "web/outbreak/export.html", context)
    form, purpose = request.POST.get("form", ""), request.POST.get("purpose", "")
    if form not in FORMS or (purpose and purpose not in exports.PURPOSES):
        messages.warning(request, _("Choose the form of the file, and a purpose from the list."))
        return redirect(f"{request.path}?what={what}&{query_of(wish)}")
    disease = request.POST.get("disease", "")
    rows = _rows(actor, what, wish, disease if disease in of_cases.DISEASES else "", now, purpose, FORMS[form])
    heads = (*(exports.CONTACTS if what == "contacts" else exports.CASES), *(exports.NAMED if purpose else ()))
    name = f"lachan-{what}-{now.astimezone(HERE):%Y%m%d-%H%M}.{form}"
    return _csv(heads, rows, name) if form == "csv" else _excel(heads, rows, name)


def _rows(
    actor: Actor, what: str, wish: lines.Wish, disease: str, now: datetime, purpose: str, most: int
) -> Iterator[list[exports.Row]]:
    if what == "contacts":
        return exports.contacts(actor, wish, now, purpose=purpose, most=most)
    return exports.case_rows(actor, disease, wish.area_id, now, purpose=purpose, most=most)


def _csv(heads: Iterable[str], rows: Iterator[list[exports.Row]], name: str) -> HttpResponseBase:
    """Sent while it is made: the first rows leave before the last are read."""
    writer = csv.writer(_Echo())

    def sent() -> Iterator[str]:
        # the mark without which Excel reads Vietnamese as gibberish
        yield "\ufeff" + writer.writerow(heads)
        for portion in rows:
            yield "".join(writer.writerow([exports.plain(cell) for cell in row]) for row in portion)

    return _named(StreamingHttpResponse(sent(), content_type="text/csv; charset=utf-8"), name)


def _excel(heads: Iterable[str], rows: Iterator[list[exports.Row]], name: str) -> HttpResponseBase:
    """Written row by row into a file of the moment, never whole in memory."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Lá Chắn")
    sheet.freeze_panes = "B2"
    sheet.append(list(heads))
    for portion in rows:
        for row in portion:
            sheet.append([_cell(cell) for cell in row])
    content = tempfile.TemporaryFile()  # noqa: SIM115  the answer closes it
    book.save(content)
    content.seek(0)
    return _named(FileResponse(content, content_type=EXCEL), name)


def _cell(cell: Any) -> Any:
    """Times as Excel knows them: of the clock on the wall here, without a zone."""
    if isinstance(cell, datetime):
        return cell.astimezone(HERE).replace(tzinfo=None)
    return cell if isinstance(cell, date | int | float) else exports.plain(cell)


def _named(response: HttpResponseBase, name: str) -> HttpResponseBase:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
