"""The tables behind the page of the epidemic: places and days; the same on the page, as CSV and as Excel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from lachan.access.actors import Actor
from lachan.analytics.epidemic import queries as epidemic
from lachan.analytics.epidemic.changed import DAYS
from lachan.analytics.epidemic.facts import Table as Counts
from lachan.analytics.epidemic.reported import reported
from lachan.analytics.facts import Picture
from lachan.places.rules import COUNTRY_ID
from lachan.web.parts.picture.epidemic.areas import Place, last_whole, places_in, wanted
from lachan.web.parts.picture.epidemic.ask import Ask
from lachan.web.parts.picture.epidemic.figures import picture_of
from lachan.web.parts.picture.tables import Column, Table, counts, with_files
from lachan.web.templatetags.lachan import day as day_text

NAMES: Final = ("provinces", "communes", "days", "who")
DAILY: Final = ("cases", "deaths", "in_hospital")


def table(name: str, actor: Actor, ask: Ask) -> Table:
    """A table by its name, asked for by itself (a download); KeyError when there is none of that name."""
    if name in ("provinces", "communes"):  # whichever the place has below it
        return places_table(places_in(actor, ask), ask)
    if name == "days":
        counts = counts_of(actor, ask)  # asks whether the place may be seen
        news = reported([ask.area_id], last_whole(ask), DAYS)[0].tolist()
        return days_table(news, *counts, picture_of(actor, ask), ask)
    raise KeyError(name)


def counts_of(actor: Actor, ask: Ask, version: int = 0) -> tuple[Counts, Counts | None]:
    """The place's own days as the page knows them, and as known now where that is another time. Two statements."""
    then = epidemic.series(actor, wanted(ask, DAILY), version)
    if ask.as_of is None:
        return then, None
    return then, epidemic.series(actor, wanted(ask, ("cases",), as_known_now=True), version)


def places_table(found: Sequence[Place], ask: Ask) -> Table:
    """Provinces or communes, with what the map can show and the counts behind it."""
    nation = ask.area_id == COUNTRY_ID
    columns = (
        Column(_("Province") if nation else _("Commune"), "name"),
        *counts(_("Population"), _("Reported, 7 days"), _("The 7 days before")),
        Column(_("Change"), "text"),
        Column(_("Fell ill in 7 days, per 100,000"), "rate"),
        *counts(_("Deaths, 7 days"), _("In hospital")),
        Column(_("Fully vaccinated, share"), "percent"),
    )
    rows = tuple(
        (
            place.area.name if nation else place.area.full_name, place.area.population, place.week, place.before,
            change_of(place), place.incidence, place.deaths, place.in_hospital, place.coverage,
        )
        for place in found
    )  # fmt: skip
    links = tuple(ask.of_area(place.area.id) for place in found)
    note = _("Whole days only, by residence; areas of the map of {map}.").format(map=ask.of)
    title = _("Provinces") if nation else _("Communes")
    return with_files(Table("provinces" if nation else "communes", title, note, columns, rows, links), ask)


def change_of(place: Place) -> str:
    """Growth in words: a number only where it is more than chance."""
    if place.silent:
        return _("reports nothing")
    if place.growth is None:
        return _("too few")
    if not place.sure:
        return _("no clear change")
    return _("rising") if place.growth > 1 else _("falling")


def days_table(news: Sequence[int], then: Counts, now: Counts | None, picture: Picture, ask: Ask) -> Table:
    """28 days, the latest first; ``now`` beside then where the page shows what was known. ``news``: cases by the day
    they were reported."""
    again = (_("Fell ill, as known now"),) if now is not None else ()
    columns = (
        Column(_("Day"), "day"),
        *counts(_("Cases reported"), _("Fell ill"), *again, _("Deaths"), _("In hospital"), _("Doses")),
    )
    doses = {row.day: row.sums.doses for row in picture.days}
    rows = []
    for index in range(len(then.days) - 1, -1, -1):
        day: date = then.days[index].astype("datetime64[D]").item()
        known = [int(now.of("cases")[0, index])] if now is not None else []
        cases, deaths, hospital = (int(then.of(measure)[0, index]) for measure in DAILY)
        rows.append((day, news[index], cases, *known, deaths, hospital, doses.get(day)))
    note = _("As known on {day}.").format(day=day_text(ask.as_of)) if ask.as_of else _("As known now.")
    note += " " + _("Who fell ill in the last days is not all reported yet.")
    return with_files(Table("days", _("Days"), note, columns, tuple(rows)), ask)
