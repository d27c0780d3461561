"""Certificates of one's own: the list."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from lachan.web.person_door import draw, needs_person


@require_GET
@needs_person
def certificates(request: HttpRequest) -> HttpResponse:
    """Certificates of whose record is shown, what counts first."""
    return draw(request, "web/me/certificates.html", "certificates")
