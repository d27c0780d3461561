"""The page of an area in an epidemic: what a minister reads in a minute. Nation, province, commune: the same page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET

from lachan.access.actors import Actor
from lachan.access.doors import needs
from lachan.access.rules import may
from lachan.analytics import queries as coverage
from lachan.analytics.epidemic import queries as epidemic
from lachan.analytics.epidemic.changed import DAYS, HEAP_FROM, HEAP_SHARE, TAKEN_FROM, WEEK, Change, Line, changes
from lachan.analytics.epidemic.facts import Figures, Table, Wanted
from lachan.analytics.epidemic.reported import reported
from lachan.analytics.facts import Picture
from lachan.analytics.maps import Map, map_of, on_map
from lachan.forecasting import queries as forecasts
from lachan.forecasting.facts import AlarmFact, AlarmPage, State
from lachan.places import queries as places
from lachan.places.facts import AreaFact
from lachan.places.rules import COMMUNE, COUNTRY_ID
from lachan.web.parts.picture.epidemic import areas, drawn, figures, tables
from lachan.web.parts.picture.epidemic.ahead import Ahead, ahead_of
from lachan.web.parts.picture.epidemic.areas import Place, last_whole
from lachan.web.parts.picture.epidemic.ask import DRAWN, SHOWN, Ask, ask_of
from lachan.web.parts.picture.epidemic.debts import debts_of
from lachan.web.parts.picture.epidemic.definitions import definitions
from lachan.web.parts.picture.epidemic.plan import plan_of
from lachan.web.parts.picture.epidemic.told import Links, Told, sentences
from lachan.web.parts.picture.epidemic.who import who_of
from lachan.web.reading import actor_for, plainly
from lachan.web.templatetags.lachan import day as day_text

BEHIND: Final = timedelta(minutes=30)  # the figures are older than this: the page says so
ALARMS: Final = 5
MAPS: Final = 6  # of every commune, as a process remembers them drawn: under a megabyte each
HEAP_WEIGHT: Final = 9.0  # of a heap entered today: before any rise, it may be the whole of it


@gzip_page
@require_GET
@needs("epidemic.read")
def nation(request: HttpRequest) -> HttpResponse:
    """The nation for those who may see it; others are led to their own area."""
    actor = actor_for(request)
    ask = ask_of(request, COUNTRY_ID)
    home = coverage.home_area(actor)
    if home is None:
        raise PermissionDenied
    if home != COUNTRY_ID:
        return HttpResponseRedirect(ask.of_area(home))
    with plainly():
        return render(request, "web/picture/epidemic/page.html", Scene(actor, ask).context())


@gzip_page
@require_GET
@needs("epidemic.read")
def area(request: HttpRequest, area_id: int) -> HttpResponse:
    """A province, district or commune of either map."""
    if area_id == COUNTRY_ID:
        return HttpResponseRedirect(reverse("picture"))
    actor, ask = actor_for(request), ask_of(request, area_id)
    found = places.area(area_id)
    if found is None:
        raise Http404
    if not epidemic.may_see(actor, area_id):
        raise PermissionDenied
    ask = ask.but(of=map_of(found))
    shown = on_map(area_id, ask.of)
    if shown is not None and shown.id != area_id:  # a period the map does not show: its neighbour in time
        return HttpResponseRedirect(ask.of_area(shown.id))
    with plainly():
        return render(request, "web/picture/epidemic/page.html", Scene(actor, ask).context())


@dataclass(frozen=True)
class Scene:
    """Everything one page shows; each part is asked for once."""

    actor: Actor
    ask: Ask

    @cached_property
    def area(self) -> AreaFact:
        found = places.area(self.ask.area_id)
        assert found is not None  # the view looked
        return found

    @property
    def nation(self) -> bool:
        return self.ask.area_id == COUNTRY_ID

    @cached_property
    def now(self) -> datetime:
        return timezone.localtime()

    @cached_property
    def places(self) -> tuple[Place, ...]:
        return areas.places_in(self.actor, self.ask)

    @cached_property
    def version(self) -> int:
        return epidemic.version()

    @cached_property
    def counts(self) -> tuple[Table, Table | None]:
        return tables.counts_of(self.actor, self.ask, self.version)

    @cached_property
    def news(self) -> dict[str, list[int]]:
        """Cases and deaths of the place itself by the day they were reported, the last one the page's day."""
        return {measure: reported([self.ask.area_id], self.ask.day, DAYS + 1, measure)[0].tolist()
                for measure in ("cases", "deaths")}  # fmt: skip

    @cached_property
    def whole_days(self) -> dict[str, list[int]]:
        """The same of the 28 last whole days."""
        end = DAYS + 1 - (self.ask.day - last_whole(self.ask)).days
        return {measure: values[end - DAYS : end] for measure, values in self.news.items()}

    @cached_property
    def ahead(self) -> Ahead:
        return ahead_of(self.actor, self.ask)

    @cached_property
    def work(self) -> figures.Work | None:
        return figures.work_of(self.actor, self.ask.area_id, self.now)

    @cached_property
    def alarms(self) -> AlarmPage | None:
        if not may(self.actor, forecasts.VERB):
            return None
        return forecasts.alarms(self.actor, self.ask.area_id, state=State.OPEN)

    @cached_property
    def quiet(self) -> bool:
        """No case in four weeks, here or below: an epidemic that is not there is not drawn."""
        return not any(self.news["cases"]) and not any(any(place.days) for place in self.places)

    def context(self) -> dict[str, Any]:
        ask, actor = self.ask, self.actor
        picture = figures.picture_of(actor, ask)
        found = epidemic.latest(actor, ask.area_id, ask.day, ask.as_of, version=self.version)
        now = epidemic.latest(actor, ask.area_id, ask.day, version=self.version) if ask.as_of is not None else None
        complete = epidemic.complete_until()
        asked = ask.but(shown="coverage") if self.quiet else ask
        return {
            "ask": ask,
            "now": self.now,
            "name": _("Viet Nam") if self.nation else self.area.full_name,
            "path": self._path(),
            "nation": self.nation,
            "people": self.area.population,
            "complete": complete,
            "never": complete is None,
            "behind": complete is not None and self.now - complete > BEHIND and ask.day == ask.today,
            "silent": [place for place in self.places if place.silent],
            "quiet": self.quiet,
            "figures": self.five(picture, found, now),
            "sentences": self.sentences,
            "until": last_whole(ask),
            "map": self._map(asked),
            "measures": self._choices("shown", SHOWN, asked),
            "drawings": self._choices("drawn", DRAWN, asked) if self.nation else [],
            "maps": self._maps(),
            "ahead": self.ahead,
            "plan": plan_of(picture, ask),
            "debts": debts_of(actor, ask, self.work),
            "alarms": self.open_alarms(),
            "who": who_of(actor, ask),
            "tables": self._tables(picture),
            "definitions": definitions(),
            "may_download": may(actor, "coverage.download"),
            "links": self._links(),
            "data": {"page": reverse("picture"), "query": ask.query()},
        }

    def _path(self) -> list[tuple[str, str]]:
        """The way up, as far as the actor may see."""
        if self.nation:
            return []
        steps = [(step.full_name, self.ask.of_area(step.id)) for step in reversed(places.path(self.area.id))
                 if step.id != self.area.id and epidemic.may_see(self.actor, step.id)]  # fmt: skip
        if epidemic.may_see(self.actor, COUNTRY_ID):
            steps.insert(0, (_("Viet Nam"), self.ask.of_area(COUNTRY_ID)))
        return steps

    def five(self, picture: Picture, found: Figures, now: Figures | None = None) -> list[figures.Item]:
        return figures.five(self.ask, picture, self.news["cases"][1:], found, now, self.work)

    @cached_property
    def sentences(self) -> list[Told]:
        day = last_whole(self.ask)
        whole = [Line(values, measure=measure) for measure, values in self.whole_days.items()]
        whole.append(Line(self._in_hospital(day), measure="in_hospital"))
        found = changes(day, whole, [place.line for place in self.places], self._more(day))
        links = Links(self.ask.of_area, "#days", "#alarms", "#debts", "#ahead")
        return sentences(found, links)

    def _in_hospital(self, day: date) -> list[int]:
        """Of 28 days; the two that are compared each as known when it ended, or late reports would look like a fall.
        Two statements."""
        found: list[int] = self.counts[0].of("in_hospital")[0].tolist()
        for back in (0, WEEK):
            on = day - timedelta(days=back)
            asked = Wanted(measures=("in_hospital",), since=on, until=on, area_ids=(self.ask.area_id,), as_of=on)
            found[-1 - back] = int(epidemic.series(self.actor, asked, self.version).values[0, 0, 0])
        return found

    def _more(self, day: date) -> list[Change]:
        """What other rooms know: open alarms, tasks overdue, the forecast. Only of now."""
        found = [self.ahead.change] if self.ahead.change is not None else []
        if not self.ask.is_now:
            return found
        today, week = self.news["cases"][-1], sum(self.news["cases"][-WEEK:])
        if today >= HEAP_FROM and today >= HEAP_SHARE * week:  # not a whole day yet, and already too much for one
            found.append(Change("heap", self.ask.day, count=today, share=today / week, weight=HEAP_WEIGHT))
        if today <= -TAKEN_FROM:
            found.append(Change("taken", self.ask.day, count=-today, weight=HEAP_WEIGHT))
        if self.alarms is not None and self.alarms.items:
            latest = self.alarms.items[0]
            count = self.alarms.counts.get(State.OPEN, len(self.alarms.items))
            found.append(Change("alarms", latest.last_on, latest.measure, None, _name_of(latest.area_id), count,
                                weight=3.1))  # fmt: skip
        if self.work is not None and self.work.late:
            found.append(Change("overdue", day, count=self.work.late, weight=1.2))
        return found

    def _map(self, ask: Ask) -> drawn.Drawing | None:
        if self.nation and ask.drawn == "tiles":
            return drawn.tile_map(self.places, ask)
        if self.area.level == COMMUNE or not self.places:
            return None
        if self.nation and ask.shown != "coverage" and self.version:
            return _points(ask, self.version, get_language())
        lying = self.places if ask.of is Map.OF_2025 and not self.nation else areas.points_in(self.actor, ask)
        return drawn.point_map(lying, ask, linked=not self.nation)

    def _choices(self, field: str, keys: Sequence[str], ask: Ask) -> list[dict[str, Any]]:
        names = {
            "incidence": _("New cases"), "growth": _("Growth"), "coverage": _("Coverage"), "tiles": _("Provinces"),
            "points": _("Communes"),
        }  # fmt: skip
        return [{"name": names[key], "href": ask.but(**{field: key}).address(), "here": getattr(ask, field) == key}
                for key in keys]  # fmt: skip

    def _maps(self) -> list[dict[str, Any]]:
        """The same place on the other map, where it is one place there."""
        names = {Map.OF_2021: _("2021 · 63 provinces"), Map.OF_2025: _("2025 · 34 provinces")}
        found = []
        for of, name in names.items():
            other = on_map(self.ask.area_id, of)
            if other is not None and epidemic.may_see(self.actor, other.id):
                href = self.ask.but(of=of, area_id=other.id).address()
                found.append({"name": name, "href": href, "here": of == self.ask.of})
        return found if len(found) > 1 else []

    def open_alarms(self) -> dict[str, Any] | None:
        if self.alarms is None:
            return None
        rows = [_alarm(one) for one in self.alarms.items[:ALARMS]]
        return {"rows": rows, "count": self.alarms.counts.get(State.OPEN, len(self.alarms.items))}

    def _tables(self, picture: Picture) -> list[Any]:
        found = [tables.places_table(self.places, self.ask)] if self.places else []
        return [*found, tables.days_table(self.whole_days["cases"], *self.counts, picture, self.ask)]

    def _links(self) -> dict[str, str]:
        wish = {"day": self.ask.day.isoformat()} if self.ask.day != self.ask.today else {}
        query = "?" + "&".join(f"{key}={value}" for key, value in wish.items()) if wish else ""
        vaccination = reverse("national") if self.nation else reverse("national_area", args=[self.ask.area_id])
        return {
            "vaccination": vaccination + query,
            "compare": f"{reverse('picture-compare')}?in={self.ask.area_id}" if self.places else "",
            "wall": reverse("picture-wall"),
            "forecast": reverse("forecast-area", args=[self.ask.area_id]),
            "alarms": f"{reverse('alarms')}?area={self.ask.area_id}",
            "now": self.ask.now(),
        }


@lru_cache(maxsize=MAPS)
def _points(ask: Ask, _version: int, _language: str | None) -> drawn.Drawing | None:
    """The nation's communes as last drawn, for whoever may see the nation: the page asked before."""
    return drawn.point_map(areas.points_in(Actor.system("picture"), ask), ask, linked=False)


def _name_of(area_id: int) -> str:
    found = places.area(area_id)
    return _("Viet Nam") if area_id == COUNTRY_ID else found.full_name if found else ""


def _alarm(one: AlarmFact) -> dict[str, Any]:
    return {
        "name": _name_of(one.area_id), "href": reverse("alarm", args=[one.id]), "since": day_text(one.opened_on),
        "count": round(one.observed),
    }  # fmt: skip
