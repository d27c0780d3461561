"""The forecast of a place: the fan, what it means, how it did, Rt, the days not yet complete, the places below."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET

from lachan.access.actors import Actor
from lachan.access.doors import needs
from lachan.access.rules import may
from lachan.analytics.maps import Map, on_map
from lachan.forecasting import charts, doubts, queries
from lachan.forecasting.charts.numbers import between
from lachan.forecasting.facts import (
    REPLAY,
    CannotSay,
    Glimpse,
    NowcastFact,
    Past,
    Published,
    RtFact,
    RunFact,
    Standing,
)
from lachan.places import queries as places
from lachan.places.facts import AreaFact
from lachan.places.rules import COMMUNE, COUNTRY_ID
from lachan.web.parts.forecast import reading, words
from lachan.web.parts.forecast.ask import Ask, ask_of, home_of
from lachan.web.parts.forecast.assumed import of_beds
from lachan.web.reading import actor_for, plainly

PAST_WEEKS: Final = 20
SHOWN_WEEKS: Final = 26  # of the history
RT_DAYS: Final = 90
NOWCAST_DAYS: Final = 28


@require_GET
@needs("forecast.read")
def home(request: HttpRequest) -> HttpResponse:
    """To the widest place the reader has."""
    return HttpResponseRedirect(ask_of(request, home_of(actor_for(request))).address)


@gzip_page
@require_GET
@needs("forecast.read")
def page(request: HttpRequest, area_id: int) -> HttpResponse:
    """One place and measure. At most 22 statements, however many places lie below."""
    actor, ask = actor_for(request), ask_of(request, area_id)
    with plainly():
        found = _found(actor, ask)
    return render(request, "web/forecast/page.html", found.context(actor))


@dataclass(frozen=True)
class Found:
    """What the page shows, before it is put into words."""

    ask: Ask
    area: AreaFact
    standing: Standing
    forecast: Published | CannotSay
    came: Published | CannotSay | None  # the same place as known now, when the page is of an earlier day
    past: Past
    records: tuple[Any, ...]
    rt: RtFact | CannotSay
    nowcast: NowcastFact | CannotSay
    below: dict[int, Glimpse]
    replays: bool

    def context(self, actor: Actor) -> dict[str, Any]:
        ask, forecast = self.ask, self.forecast
        published = forecast if isinstance(forecast, Published) else None
        return {
            "ask": ask,
            "area": self.area,
            "name": _("Viet Nam") if self.area.level == 0 else self.area.full_name,
            "path": _path(actor, ask, self.area),
            "measure": words.MEASURES[ask.measure],
            "measures": [
                (name, ask.but(measure=key).address, key == ask.measure) for key, name in words.MEASURES.items()
            ],
            "sources": self._sources(),
            "today": timezone.localdate(),
            "run": published.run if published else self.standing.shown,
            "blocked": self._blocked(),
            "published": published,
            "why_not": words.why(forecast.reason, forecast.params) if isinstance(forecast, CannotSay) else "",
            "reading": reading.reading_of(published) if published else None,
            "fan": self._fan(published) if published else None,
            "notes": words.notes_of(published.notes) if published else [],
            "assumed": of_beds(published.assumed) if published else [],
            "doubts": self._doubts(actor),
            "past": self._past(),
            "rt": _rt(self.rt, self.ask),
            "nowcast": _nowcast(self.nowcast, self.ask),
            "below": (below := _below(self.below, ask)),
            "below_untold": len(self.below) - len(below),
            "below_of": _("Communes") if self.area.level else _("Provinces"),
            "records": [_record(entry) for entry in self.records],
            "may_alarms": may(actor, "forecast.read"),
        }

    def _sources(self) -> list[tuple[str, str, bool]]:
        """Our own register and the replay of 2021, where it was run."""
        if not self.replays and not self.ask.replayed:
            return []
        names = {False: _("Our register"), True: _("Replay of 2021")}
        return [
            (
                name,
                self.ask.but(source=REPLAY if replayed else "register", as_of=None).address,
                replayed == self.ask.replayed,
            )
            for replayed, name in names.items()
        ]

    def _blocked(self) -> dict[str, Any] | None:
        """The last attempt, when it came to nothing: why, and what is shown instead."""
        last = self.standing.last
        if last is None or not self.standing.blocked:
            return None
        return {"run": last, "why": words.why(last.reason, last.params), "shown": self.standing.shown}

    def _doubts(self, actor: Actor) -> list[str]:
        """What is wrong with the data of the run that is shown, here or in what this place is part of."""
        run = self.standing.shown
        if run is None:
            return []
        drawn = on_map(self.area.id, Map(run.of_map)) or self.area
        return doubts.sentences(queries.card(actor, run.id).data, drawn, self.ask.measure)

    def _fan(self, published: Published) -> charts.Chart:
        history = published.history[-SHOWN_WEEKS:]
        return charts.fan(
            history,
            [charts.Band(*band) for band in published.bands],
            truth=self._truth(published),
            unit=str(words.WEEKLY[published.measure]),
            today=self._day(published.run),
            title=_("{measure}: known and forecast").format(measure=words.MEASURES[published.measure]),
            measure=published.measure,
        )

    def _truth(self, published: Published) -> list[tuple[date, float | None]]:
        """What has come since, when the page looks back."""
        if not isinstance(self.came, Published) or not published.history:
            return []
        last, end = published.history[-1][0], published.bands[-1].day if published.bands else date.min
        return [(day, value) for day, value in self.came.history if last < day <= end and value is not None]

    def _day(self, run: RunFact) -> date:
        return run.as_of

    def _past(self) -> dict[str, Any] | None:
        if not self.past.weeks:
            return None
        unit = str(words.WEEKLY[self.ask.measure])
        return {
            "chart": charts.past(
                [charts.Past(charts.Band(*week.band), week.truth) for week in self.past.weeks],
                unit=unit,
                title=_("Forecasts made {weeks} weeks ahead, and what came").format(weeks=self.past.horizon),
                measure=self.ask.measure,
            ),
            "said": reading.record_said(self.past),
            "narrow": reading.too_narrow(self.past),
            "baseline": reading.baseline_said(self.past),
            "misses": [
                {"day": week.band.day, "truth": week.truth, "interval": between(week.band.q05, week.band.q95, 0),
                 "above": (week.truth or 0) > week.band.q95}
                for week in reversed(self.past.misses)
            ],
        }  # fmt: skip


def _found(actor: Actor, ask: Ask) -> Found:
    area = places.area(ask.area_id)
    about: dict[str, Any] = {"source": ask.source, "as_of": ask.as_of}
    forecast = queries.latest(actor, ask.area_id, ask.measure, **about)  # refuses first
    assert area is not None
    came = queries.latest(actor, ask.area_id, ask.measure, source=ask.source) if ask.as_of else None
    _run, below = queries.glimpses(actor, ask.area_id, ask.measure, **about) if area.level != COMMUNE else (None, {})
    return Found(
        ask, area, queries.standing(actor, **about), forecast, came,
        queries.past(actor, ask.area_id, ask.measure, horizon=reading.AHEAD, weeks=PAST_WEEKS, **about),
        queries.record(actor, ask.area_id, ask.measure, weeks=PAST_WEEKS, **about),
        queries.rt(actor, ask.area_id, **about), queries.nowcast(actor, ask.area_id, ask.measure, **about),
        below, queries.standing(actor, source=REPLAY).shown is not None,
    )  # fmt: skip


def _path(actor: Actor, ask: Ask, area: AreaFact) -> list[tuple[str, str]]:
    """The way up, as far as the reader may see."""
    if area.level == 0:
        return []
    above = [step for step in reversed(places.path(area.id)) if step.id != area.id]
    steps = [(step.full_name, ask.but(area_id=step.id).address) for step in above if queries.may_see(actor, step.id)]
    if queries.may_see(actor, COUNTRY_ID):
        steps.insert(0, (_("Viet Nam"), ask.but(area_id=COUNTRY_ID).address))
    return steps


def _rt(found: RtFact | CannotSay, ask: Ask) -> dict[str, Any]:
    if isinstance(found, CannotSay):
        return {"why_not": words.why(found.reason, found.params)}
    points = [charts.Point(*day) for day in found.days[-RT_DAYS:]]
    now = found.now
    return {
        "chart": charts.line(points, unit="Rt", at=1.0, title=_("Reproduction number (Rt)")),
        "now": now,
        "interval": between(now.low, now.high, 2) if now and now.low is not None and now.high is not None else "",
        "late": words.why(found.reason, {}) if found.reason else "",
        "way": _growing(now.low, now.high) if now and now.low is not None and now.high is not None else "",
    }


def _growing(low: float, high: float) -> str:
    if low > 1:
        return _("Each case infects more than one other: the epidemic grows.")
    if high < 1:
        return _("Each case infects fewer than one other: the epidemic shrinks.")
    return _("It cannot be said whether the epidemic grows or shrinks.")


def _nowcast(found: NowcastFact | CannotSay, ask: Ask) -> dict[str, Any]:
    if isinstance(found, CannotSay):
        return {"why_not": words.why(found.reason, found.params)}
    since = found.reported[-1][0] - timedelta(days=NOWCAST_DAYS) if found.reported else date.min
    reported = [(day, value) for day, value in found.reported if day > since]
    bands = [charts.Band(*band) for band in found.bands if band.day > since]
    chart = charts.fan(
        reported, [], nowcast=bands, unit=str(words.DAILY[found.measure]), today=found.run.as_of,
        title=_("The last days, with late reports still to come"), measure=found.measure,
    )  # fmt: skip
    return {
        "chart": chart,
        "shifted": found.since if found.shifted else None,
        "reporter": words.REPORTERS.get(found.reporter, ""),
    }


def _below(found: dict[int, Glimpse], ask: Ask) -> list[dict[str, Any]]:
    """Places below of which something is said, those with the most first; what cannot be said is a dash."""
    rows = []
    for area in places.areas(found):
        glimpse = found[area.id]
        rt = glimpse.rt if glimpse.rt and glimpse.rt.median is not None else None
        if glimpse.last_week is None and glimpse.ahead is None and rt is None:
            continue
        rows.append(
            {
                "name": area.full_name,
                "href": ask.but(area_id=area.id).address,
                "last": glimpse.last_week,
                "ahead": between(glimpse.ahead.q05, glimpse.ahead.q95, 0) if glimpse.ahead else "–",
                "rt": rt,
                "rt_interval": between(rt.low, rt.high, 2) if rt and rt.low is not None and rt.high is not None else "",
            }
        )
    return sorted(rows, key=lambda row: (-(row["last"] or 0), row["name"]))


def _record(entry: Any) -> dict[str, Any]:
    return {
        "weeks": entry.horizon,
        "scored": entry.scored,
        "wis": entry.wis,
        "base": entry.wis_base,
        "share": 100 * entry.wis / entry.wis_base if entry.wis_base else None,
        "inside50": 100 * entry.inside50 / entry.scored if entry.scored else None,
        "inside90": 100 * entry.inside90 / entry.scored if entry.scored else None,
    }
