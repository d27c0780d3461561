"""The next two weeks: the forecast that stands as a fan, how it has done so far, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from lachan.access.actors import Actor
from lachan.access.rules import may
from lachan.analytics.epidemic.changed import Change
from lachan.forecasting import queries
from lachan.forecasting.charts import Band, Chart, fan
from lachan.forecasting.facts import CannotSay, Published
from lachan.web.parts.forecast.words import why
from lachan.web.parts.picture.epidemic.ask import Ask
from lachan.web.templatetags.lachan import num

WEEKS: Final = 2
SHOWN: Final = 12  # weeks of history beside the fan
PAST: Final = 20
_LATE: Final = 14  # days after which a forecast is too old to stand on this page as what comes next


@dataclass(frozen=True)
class Ahead:
    """``chart`` None: no forecast, ``why`` says it. ``blocked``: the last run was not published, and its reason."""

    chart: Chart | None
    why: str
    made_on: date | None
    past: str
    blocked: str
    change: Change | None


def ahead_of(actor: Actor, ask: Ask) -> Ahead:
    """Cases by week. What came since is drawn over a forecast of then. Eight statements."""
    if not may(actor, queries.VERB):
        return Ahead(None, _("Forecasts are not within your grants."), None, "", "", None)
    until = ask.as_of or ask.day
    standing = queries.standing(actor, as_of=until)
    last = standing.last if standing.blocked and ask.is_now else None
    blocked = why(last.reason, last.params) if last is not None else ""
    found = queries.latest(actor, ask.area_id, as_of=until)
    if isinstance(found, CannotSay):
        return Ahead(None, why(found.reason, found.params), None, "", blocked, None)
    if (until - found.run.as_of).days > _LATE:
        return Ahead(None, why("nothing_published"), None, "", blocked, None)
    bands = [entry.band for entry in found.horizons if entry.horizon <= WEEKS]
    chart = fan(
        found.history[-SHOWN:],
        [Band(*band) for band in bands],
        truth=_came(actor, ask, found),
        unit=_("cases a week"),
        today=found.run.as_of,
        title=_("Cases a week and the two weeks to come"),
    )
    return Ahead(chart, "", found.run.as_of, _record(actor, ask), blocked, _change(found, bands))


def _came(actor: Actor, ask: Ask, then: Published) -> Sequence[tuple[date, float | None]] | None:
    """Weeks after the forecast of then, as the newest run knows them."""
    if ask.is_now:
        return None
    now = queries.latest(actor, ask.area_id)
    if isinstance(now, CannotSay) or not then.horizons:
        return None
    days = {entry.target_end for entry in then.horizons if entry.horizon <= WEEKS}
    return [(day, value) for day, value in now.history if day in days] or None


def _record(actor: Actor, ask: Ask) -> str:
    past = queries.past(actor, ask.area_id, horizon=WEEKS, weeks=PAST, as_of=ask.as_of)
    if not past.known:
        return ""
    return _("In the last {weeks} weeks what came lay inside the band of 90 % {inside} times.").format(
        weeks=num(past.known), inside=num(past.inside90)
    )


def _change(found: Published, bands: Sequence[tuple[date, float, float, float, float, float]]) -> Change | None:
    """The second week as a sentence of what changed; it never pushes out what has happened."""
    known = [value for _day, value in found.history if value is not None]
    if not bands or not known:
        return None
    day, low, _q25, middle, _q75, high = bands[-1]
    return Change("ahead", day, area_id=None, count=round(middle), before=round(known[-1]), low=low, high=high,
                  weight=1.8)  # fmt: skip
