"""The wall of a crisis room: the minister's minute without anything to press, up to date by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET

from lachan.access.doors import needs
from lachan.analytics import queries as coverage
from lachan.analytics.epidemic import queries as epidemic
from lachan.places.rules import COUNTRY_ID
from lachan.web.parts.picture.epidemic import drawn, figures
from lachan.web.parts.picture.epidemic.ask import ask_of
from lachan.web.parts.picture.epidemic.debts import debts_of
from lachan.web.parts.picture.epidemic.page import BEHIND, Scene
from lachan.web.reading import actor_for, plainly

OLD: Final = timedelta(hours=6)  # figures so old are drawn as such, all of them


@gzip_page
@require_GET
@needs("epidemic.read")
def page(request: HttpRequest) -> HttpResponse:
    """The whole screen, of the widest area the actor may see."""
    with plainly():
        return render(request, "web/picture/epidemic/wall.html", _context(request))


@gzip_page
@require_GET
@needs("epidemic.read")
def live(request: HttpRequest) -> HttpResponse:
    """Its figures again, asked for by the open screen."""
    with plainly():
        return render(request, "web/picture/epidemic/_wall.html", _context(request))


def _context(request: HttpRequest) -> dict[str, Any]:
    actor = actor_for(request)
    home = coverage.home_area(actor)
    if home is None:
        raise PermissionDenied
    ask = ask_of(request, home).but(as_of=None, shown="incidence", drawn="tiles")
    ask = ask.but(day=ask.today)
    scene = Scene(actor, ask)
    picture = figures.picture_of(actor, ask)
    found = epidemic.latest(actor, home, ask.day)
    complete = epidemic.complete_until()
    age = scene.now - complete if complete is not None else None
    return {
        "now": scene.now, "complete": complete, "never": complete is None,
        "behind": age is not None and age > BEHIND, "old": age is not None and age > OLD,
        "name": _("Viet Nam") if home == COUNTRY_ID else scene.area.full_name,
        "figures": scene.five(picture, found), "sentences": scene.sentences,
        "map": drawn.tile_map(scene.places, ask) if home == COUNTRY_ID and not scene.quiet else None,
        "silent": [place for place in scene.places if place.silent], "quiet": scene.quiet,
        "debts": debts_of(actor, ask, scene.work), "alarms": scene.open_alarms(), "ahead": scene.ahead,
    }  # fmt: skip
