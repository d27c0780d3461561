"""The poster of a venue: A4, the code at least 15 cm wide, what to do in both languages, one sheet a room if wanted."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from lachan.access.doors import needs
from lachan.certificates.codecs import qr
from lachan.kernel.paper import MOST_SHEETS, plain, typeset
from lachan.places import queries as places
from lachan.places.venues import codes, keys
from lachan.places.venues.queries import VenueFacts, rooms_of
from lachan.web.parts.venues.staff import venue_here

TEMPLATES: Final = Path(str(files("lachan.web.parts.venues") / "paper"))


@require_GET
@needs("venue.read")
def poster(request: HttpRequest, venue_code: str) -> HttpResponse:
    """The poster as PDF; ``?rooms`` adds one for each room."""
    venue = venue_here(request, venue_code)
    sheets = [venue, *(rooms_of(venue.id) if "rooms" in request.GET else [])][:MOST_SHEETS]
    address = request.build_absolute_uri(reverse("checkin"))
    response = HttpResponse(draw(sheets, address), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{venue.code}.pdf"'
    response["Cache-Control"] = "no-store, private"
    return response


def draw(sheets: list[VenueFacts], address: str) -> bytes:
    """One PDF of posters. ``address``: of the page that people come to, without the code."""
    key = keys.signing_key(timezone.now())
    return typeset(TEMPLATES, "poster", [_sheet(venue, key, address) for venue in sheets], inputs={})


def _sheet(venue: VenueFacts, key: keys.HouseKey, address: str) -> dict[str, Any]:
    code = codes.venue_code(key.private, key.number, venue.id, venue.code_version)
    # a phone two metres away, in the sun, through a scratched foil: the second highest correction
    picture = qr.png_of(qr.matrix(f"{address}{code}/", "Q"), scale=1)
    return {
        "name": plain(venue.name, 120),
        "place": plain(", ".join(part for part in (venue.address, places.address(venue.area_id)) if part), 160),
        "code": venue.code,
        "picture": list(picture),
        "address": plain(address, 60),
        "version": venue.code_version,
        "specimen": bool(getattr(settings, "LACHAN_DEMO", False)),
    }
