"""The national picture and the way down: province, commune, facility. The same figures and tables on every floor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET

from lachan.access.actors import Actor
from lachan.access.doors import needs
from lachan.access.rules import may
from lachan.analytics import queries
from lachan.analytics.changes import changes
from lachan.analytics.facts import AreaRow, AreaTable, FacilityDays, Picture
from lachan.analytics.maps import Map, map_of, on_map
from lachan.analytics.rules import Sums
from lachan.places import queries as places
from lachan.places.facts import AreaFact
from lachan.places.rules import COMMUNE, COUNTRY_ID, PROVINCE
from lachan.web.parts.picture import charts, tables, words
from lachan.web.parts.picture.tiles import tile_map
from lachan.web.parts.picture.wish import MEASURES, Wish, wish_of
from lachan.web.reading import actor_for, plainly
from lachan.web.templatetags.lachan import day as day_text
from lachan.web.templatetags.lachan import num

_MOST_FACILITIES = 50  # of a page; the files have all
_FEW = 0.01  # of the doses
_NO_AREAS = AreaTable((), Sums(), 0)


@gzip_page
@require_GET
@needs("coverage.read")
def national(request: HttpRequest) -> HttpResponse:
    """The nation for those who may see it; others are led to their own area."""
    actor = actor_for(request)
    home = queries.home_area(actor)
    if home is None:
        raise PermissionDenied
    wish = wish_of(request, COUNTRY_ID)
    if home != COUNTRY_ID:
        return HttpResponseRedirect(wish.but(area_id=home).address())
    with plainly():
        picture = queries.picture(actor, COUNTRY_ID, wish.day, wish.of)
        provinces = queries.coverage_by_province(actor, wish.of, wish.day)
        sessions = queries.sessions(actor, COUNTRY_ID, wish.day)
        context = Scene(actor, wish, picture, sessions, provinces).context()
    return render(request, "web/picture/page.html", context)


@gzip_page
@require_GET
@needs("coverage.read")
def area(request: HttpRequest, area_id: int) -> HttpResponse:
    """A province, district or commune of either map."""
    if area_id == COUNTRY_ID:
        return HttpResponseRedirect(reverse("national"))
    actor = actor_for(request)
    wish = wish_of(request, area_id)
    found = places.area(area_id)
    if found is None:
        raise Http404
    wish = wish.but(of=map_of(found))
    with plainly():
        picture = queries.picture(actor, area_id, wish.day)
        drawn = on_map(area_id, wish.of)
        if drawn is not None and drawn.id != area_id:  # a period the map does not show: its neighbour in time
            return HttpResponseRedirect(wish.but(area_id=drawn.id).address())
        communes = _NO_AREAS if found.level == COMMUNE else queries.coverage_by_commune(actor, area_id, wish.day)
        facilities = queries.by_facility(actor, area_id, wish.day)
        sessions = queries.sessions(actor, area_id, wish.day)
        context = Scene(actor, wish, picture, sessions, communes, facilities).context()
    return render(request, "web/picture/page.html", context)


@gzip_page
@require_GET
@needs("coverage.read")
def facility(request: HttpRequest, facility_id: int) -> HttpResponse:
    """One facility: what was given at it."""
    actor = actor_for(request)
    wish = wish_of(request, facility_id=facility_id)
    with plainly():
        picture = queries.facility_picture(actor, facility_id, wish.day)
        wish = wish.but(area_id=picture.area.id)
        context = Scene(actor, wish, picture, (0, 0), _NO_AREAS).context()
    return render(request, "web/picture/page.html", context)


@dataclass(frozen=True)
class Scene:
    """Everything one page shows, before it is put into words."""

    actor: Actor
    wish: Wish
    picture: Picture
    sessions: tuple[int, int]
    areas: AreaTable
    facilities: tuple[FacilityDays, ...] = ()

    @property
    def nation(self) -> bool:
        return self.wish.area_id == COUNTRY_ID

    @property
    def facility(self) -> bool:
        return self.wish.facility_id is not None

    def context(self) -> dict[str, Any]:
        wish, picture, now = self.wish, self.picture, timezone.localtime()
        found = changes(picture.days, self._given(), self._comparable(), self._whole(), self.facilities)
        return {
            "wish": wish,
            "picture": picture,
            "nation": self.nation,
            "facility": picture.facility,
            "empty": not picture.residents.doses and not any(row.sums.doses for row in picture.days),
            "now": now,
            "name": self._name(),
            "path": self._path(),
            "figures": self._figures(),
            "sentences": words.sentences(found, wish),
            "latest": self._latest(),
            "map": tile_map(self.areas.rows, wish) if self.nation else None,
            "points": self.nation or picture.area.level == PROVINCE,
            "map_text": words.map_text(self._comparable(), wish.measure),
            "measures": self._measures(),
            "points_measure": wish.measure if wish.measure in MEASURES[:3] else MEASURES[0],
            "maps": self._maps(),
            "days": charts.day_bars(picture.days),
            "days_text": words.days_text(picture.days),
            "ages": charts.age_bars(ages := queries.by_age(self.actor, picture.area.id, wish.facility_id)),
            "tables": self._tables(ages),
            "definitions": words.definitions()[: 4 if self.facility else 5],
            "may_download": may(self.actor, "coverage.download"),
            "texts": self._texts(),
            "data": self._data(),
        }

    def _name(self) -> str:
        if self.picture.facility is not None:
            return self.picture.facility.name
        return _("National picture") if self.nation else self.picture.area.full_name

    def _path(self) -> list[tuple[str, str]]:
        """Where the page stands: the way up, as far as the actor may see."""
        if self.nation:
            return []
        area = self.picture.area
        above: list[AreaFact] = list(reversed(places.path(area.id)))
        if not self.facility:
            above = [step for step in above if step.id != area.id]
        steps = [(step.full_name, self.wish.but(area_id=step.id, facility_id=None).address()) for step in above
                 if queries.may_see(self.actor, step.id)]  # fmt: skip
        if queries.may_see(self.actor, COUNTRY_ID):
            steps.insert(0, (_("Viet Nam"), self.wish.but(area_id=COUNTRY_ID, facility_id=None).address()))
        return steps

    def _figures(self) -> list[dict[str, Any]]:
        residents, today, yesterday = self.picture.residents, self.picture.today, self.picture.yesterday
        days = self.picture.days
        people = None if self.facility else self.picture.area.population
        names = {entry.key: entry.name for entry in words.definitions()}
        if not self.wish.is_today:
            names["doses"] = _("Doses on this day")
        found = [
            {
                "key": "doses",
                "label": names["doses"],
                "value": today.doses,
                "difference": today.doses - yesterday.doses,
                "since": _("against all of yesterday") if self.wish.is_today else _("against the day before"),
                "spark": charts.spark([row.sums.doses for row in days]),
                "table": "#days",
            }
        ]
        for key in ("first", "completed", "boosters"):
            value = getattr(residents, key)
            found.append(
                {
                    "key": key,
                    "label": names[key],
                    "value": value,
                    "share": words.percent(100 * value / people) if people and key != "boosters" else "",
                    "difference": getattr(today, key),
                    "since": _("since yesterday") if self.wish.is_today else _("on this day"),
                    "spark": charts.spark([getattr(row.sums, key) for row in days]),
                    "table": "#areas" if self.areas.rows else "#days",
                }
            )
        if not self.facility:
            text = _("at {count} stations").format(count=num(self.sessions[1]))
            found.append({"key": "sessions", "label": names["sessions"], "value": self.sessions[0], "text": text})
        return found

    def _latest(self) -> dict[str, str] | None:
        """The last day with doses, when the day of the page has none."""
        if self.picture.today.doses:
            return None
        before = [row.day for row in self.picture.days if row.sums.doses]
        latest = before[-1] if before else queries.latest_day(self.wish.day)
        if latest is None or latest == self.wish.day:
            return None
        return {"day": day_text(latest), "href": self.wish.but(day=latest).address()}

    def _given(self) -> Mapping[AreaFact, Mapping[date, int]]:
        by_id = {row.area.id: row.area for row in self.areas.rows}
        return {by_id[key]: days for key, days in self.picture.given.items() if key in by_id}

    def _comparable(self) -> Sequence[AreaRow]:
        """Areas that may be set against each other: not when many residents wait to be assigned to one of them."""
        waiting, doses = self.areas.unassigned.doses, self.picture.residents.doses
        return self.areas.rows if waiting <= _FEW * doses else ()

    def _whole(self) -> float | None:
        people = self.picture.area.population
        return 100 * self.picture.residents.completed / people if people else None

    def _measures(self) -> list[dict[str, Any]]:
        return [
            {"key": key, "name": name, "href": self.wish.but(measure=key).address(), "here": key == self.wish.measure}
            for key, name in words.measures().items()
        ]

    def _maps(self) -> list[dict[str, Any]]:
        """The same place on the other map, where it is one place there."""
        names = {Map.OF_2021: _("2021 · 63 provinces"), Map.OF_2025: _("2025 · 34 provinces")}
        found = []
        for of, name in names.items():
            other = None if self.facility else on_map(self.wish.area_id, of)
            if other is not None and queries.may_see(self.actor, other.id):
                found.append(
                    {"name": name, "href": self.wish.but(of=of, area_id=other.id).address(), "here": of == self.wish.of}
                )
        return found if len(found) > 1 else []

    def _tables(self, ages: Any) -> list[tables.Table]:
        area_id, facility_id = self.picture.area.id, self.wish.facility_id
        found = []
        if self.areas.rows:
            found.append(tables.areas_table(self.areas, self.wish, "provinces" if self.nation else "communes"))
        if self.facilities:
            found.append(tables.facilities_table(self.facilities, self.wish, most=_MOST_FACILITIES))
        found.append(tables.days_table(self.picture, self.wish))
        found.append(tables.products_table(queries.by_product(self.actor, area_id, facility_id), self.wish))
        found.append(tables.ages_table(ages, self.wish))
        return found

    def _texts(self) -> dict[str, str]:
        return {
            "updated": _("updated {time}"),
            "stale": _("No connection to the figures. These are of {time}; the page keeps trying."),
            "per_minute": _("{count} doses a minute"),
            "waiting": _("Waiting for the next doses …"),
            "more": _("{count} doses in {place}"),
            "population": _("Population"),
            "no_points": _("The communes could not be drawn. Check the network and reload the page."),
            **{f"measure_{key}": name for key, name in words.measures().items()},
        }

    def _data(self) -> dict[str, Any]:
        """For the island: where to ask, and the names it needs for what arrives."""
        wish = self.wish
        query = f"?area={wish.area_id}&day={wish.day.isoformat()}&map={wish.of}"
        return {
            "live": reverse("national_live") + query if wish.is_today and not self.facility else "",
            "communes": reverse("national_communes") + query,
            "page": reverse("national"),
            "query": wish.query(),
            "doses": self.picture.today.doses,
            "provinces": {str(key): days.get(wish.day, 0) for key, days in self.picture.given.items()},
            "names": {str(row.area.id): row.area.name for row in self.areas.rows} if self.nation else {},
        }
