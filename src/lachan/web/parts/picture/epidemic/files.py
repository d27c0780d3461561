"""Tables of the epidemic as files."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lachan.access.doors import needs
from lachan.places import queries as places
from lachan.web.parts.picture.downloads import address_of, as_file
from lachan.web.parts.picture.epidemic import tables
from lachan.web.parts.picture.epidemic.ask import ask_of
from lachan.web.parts.picture.epidemic.tables import NAMES
from lachan.web.parts.picture.epidemic.who import ages_of, who_table
from lachan.web.reading import actor_for, plainly
from lachan.web.templatetags.lachan import clock
from lachan.web.templatetags.lachan import day as day_text


@require_GET
@needs("coverage.download")
def download(request: HttpRequest, table: str, form: str) -> HttpResponse:
    """A table of a place and day as ``csv`` or ``xlsx``, as known now or as known then."""
    ask = ask_of(request)
    area = places.area(ask.area_id)
    if table not in NAMES or form not in ("csv", "xlsx") or area is None:
        raise Http404
    with plainly():
        actor = actor_for(request)
        found = who_table(ages_of(actor, ask), ask) if table == "who" else tables.table(table, actor, ask)
    now = timezone.localtime()
    source = _("Lá Chắn, figures of the epidemic as of {time} on {day}")
    about = [
        (_("Table"), found.title),
        (_("Place"), address_of(ask.area_id)),
        (_("Day"), day_text(ask.day)),
        (_("As known on"), day_text(ask.as_of or ask.today)),
        (_("Map"), str(ask.of)),
        (_("Note"), found.note),
        (_("Source"), source.format(time=clock(now, True), day=day_text(now))),
    ]
    then = f"-known-{ask.as_of.isoformat()}" if ask.as_of else ""
    return as_file(found, form, f"lachan-{found.name}-{area.code}-{ask.day.isoformat()}{then}", about)
