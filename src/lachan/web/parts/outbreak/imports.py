"""An empty list of each kind, to fill in and send back."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from lachan.access.doors import needs
from lachan.access.rules import may
from lachan.exchange.linelists import blank
from lachan.exchange.linelists.staging import VERBS
from lachan.web import sheets
from lachan.web.parts.board.desk import actor_here
from lachan.web.parts.outbreak.downloads import EXCEL


@require_GET
@needs("outbreak.read")
def sheet(request: HttpRequest, what: str) -> HttpResponse:
    """The Excel file with the headings of this kind in the reader's language."""
    kind = next((kind for kind in VERBS if kind == what), None)
    if kind is None:
        raise Http404
    if not may(actor_here(request), VERBS[kind]):
        raise PermissionDenied
    content = blank.sheet(kind, sheets.tongue())
    name = {"Content-Disposition": f'attachment; filename="lachan-{kind}.xlsx"'}
    return HttpResponse(content, content_type=EXCEL, headers=name)
