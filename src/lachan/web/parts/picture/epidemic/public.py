"""What anybody may see of the epidemic: no signing in, no cookie, nothing of a person, small numbers hidden.

The answer is the same for everyone who asks for the same address, so it may be kept by whatever stands between: the
language is part of the address, not of the reader.
"""

from __future__ import annotations

import hashlib
import time
from datetime import timedelta
from functools import lru_cache
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET

from lachan.analytics.epidemic import queries as epidemic
from lachan.analytics.epidemic.facts import Public, PublicLine
from lachan.analytics.maps import Map, map_on
from lachan.places import queries as places
from lachan.places.rules import COUNTRY_ID, PROVINCE
from lachan.web.parts.picture import tiles
from lachan.web.parts.picture.address import number
from lachan.web.parts.picture.epidemic.drawn import Drawing, Tile, legend
from lachan.web.templatetags.lachan import num

FRESH: Final = 300  # seconds for which a copy may be shown without asking
KEPT: Final = 60  # seconds this process's own copy stands


@login_not_required
@gzip_page
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The nation by provinces, or a province by communes (``area``), of the last whole day."""
    language = request.GET.get("lang", settings.LANGUAGE_CODE)
    language = language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    area_id = number(request.GET.get("area", "")) or COUNTRY_ID
    area = places.area(area_id)
    if area is None or area.level > PROVINCE or (area.level == PROVINCE and area.id not in _provinces()):
        raise Http404
    content = drawn(area_id, language, int(time.time()) // KEPT)
    tag = f'"{hashlib.blake2b(content, digest_size=12).hexdigest()}"'
    known = {text.strip().removeprefix("W/") for text in request.headers.get("If-None-Match", "").split(",")}
    response = HttpResponseNotModified() if tag in known else HttpResponse(content)
    response["ETag"] = tag
    response["Cache-Control"] = f"public, max-age={FRESH}, stale-while-revalidate=600, stale-if-error=86400"
    response["Content-Language"] = language
    request.session.accessed = False  # the frame looked who comes; nothing of it is in the answer: no Vary on cookies
    return response


@lru_cache(maxsize=80)
def drawn(area_id: int, language: str, _minute: int) -> bytes:
    """The page as it is sent, drawn once a minute whoever asks: three statements."""
    with translation.override(language):
        return render_to_string("web/picture/epidemic/public.html", _context(area_id, language)).encode()


def _provinces() -> frozenset[int]:
    return frozenset(area.id for area in places.provinces(map_on(timezone.localdate()).day))


def _context(area_id: int, language: str) -> dict[str, Any]:
    today = timezone.localdate()
    found = epidemic.public(area_id, today - timedelta(days=1))
    nation = area_id == COUNTRY_ID
    other = next(code for code, _name in settings.LANGUAGES if code != language)
    starts = tiles.breaks([line.incidence7 for line in found.lines if line.incidence7 is not None])
    return {
        "language": language, "other": other, "nation": nation, "area": found.whole.area, "day": found.week_end,
        "name": _("Viet Nam") if nation else found.whole.area.full_name,
        "figures": _figures(found.whole), "lines": [_line(line, nation) for line in found.lines],
        "map": _map(found, map_on(today), starts, language) if nation else None,
        "hidden": found.hidden, "complete": epidemic.complete_until(),
        "quiet": not any(line.cases7 != 0 for line in (found.whole, *found.lines)),
    }  # fmt: skip


def _figures(whole: PublicLine) -> list[tuple[str, str]]:
    return [
        (_("New cases, 7 days"), _shown(whole.cases7)),
        (_("Per 100,000 people"), _rate(whole.incidence7)),
        (_("Deaths, 7 days"), _shown(whole.deaths7)),
        (_("Tests, 7 days"), _shown(whole.tests7)),
    ]


def _line(line: PublicLine, nation: bool) -> dict[str, Any]:
    return {
        "name": line.area.name if nation else line.area.full_name, "id": line.area.id if nation else None,
        "cases": _shown(line.cases7), "incidence": _rate(line.incidence7), "deaths": _shown(line.deaths7),
        "tests": _shown(line.tests7),
    }  # fmt: skip


def _shown(value: int | None) -> str:
    """A hidden number is called hidden, never written as zero."""
    return _("hidden") if value is None else num(value)


def _rate(value: float | None) -> str:
    if value is None:
        return _("hidden")
    return num(f"{value:.1f}", 1) if 0 < value < 100 else num(round(value))


def _map(found: Public, of: Map, starts: tuple[float, ...], language: str) -> Drawing:
    """The tile map without a way to inner pages: each square leads to its province's public page."""
    by_id = {line.area.id: line for line in found.lines}
    squares = []
    for tile in sorted(places.tiles(of.day), key=lambda one: (one.row, one.col)):
        line = by_id[tile.province_id]
        islands, value = tile.part == "islands", line.incidence7
        squares.append(
            Tile(
                f"?area={line.area.id}&lang={language}",
                tile.col * tiles.WIDTH + 2,
                tile.row * tiles.HEIGHT + 2,
                tiles.lines_of(tile.name, islands),
                "" if islands or value is None else _rate(value),
                "pic-none" if value is None else f"pic-b{tiles.bucket(value, starts)}",
                f"{tile.name}: {_rate(value)}",
                islands,
            )
        )
    right = max(square.x for square in squares) + tiles.WIDTH - 2
    bottom = max(square.y for square in squares) + tiles.HEIGHT - 2
    return Drawing(right, bottom, legend(starts, "incidence"), tiles=tuple(squares))
