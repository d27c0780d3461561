"""The facts of what changed as sentences, each with the link that shows more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from lachan.analytics.epidemic.changed import Change
from lachan.forecasting.told import text
from lachan.web.parts.picture.words import Look

_DOUBT: Final = Look(tone="question", icon="alert-triangle")
_WORSE: Final = Look(tone="stop", icon="trending-up")
_BETTER: Final = Look(tone="done", icon="trending-down")
_LOOKS: Final = {
    "up": _WORSE,
    "area_up": _WORSE,
    "begins": _WORSE,
    "down": _BETTER,
    "area_down": _BETTER,
    "steady": Look(tone="waiting", icon="equal"),
    "none": Look(tone="done", icon="circle-check"),
    "ahead": Look(tone="waiting", icon="chart-line"),
}


@dataclass(frozen=True)
class Told:
    """One sentence. ``href`` empty: there is nothing more to open."""

    text: str
    link: str
    href: str
    look: Look


@dataclass(frozen=True)
class Links:
    """Where sentences lead; a callable for places, addresses or "" for the rest."""

    area: Callable[[int], str]
    days: str
    alarms: str = ""
    tasks: str = ""
    forecast: str = ""


def sentences(found: Sequence[Change], links: Links) -> list[Told]:
    """In the order given."""
    return [Told(text(one), *_way(one, links), _LOOKS.get(one.kind, _DOUBT)) for one in found]


def _way(one: Change, links: Links) -> tuple[str, str]:
    """What the link says, and where it leads."""
    if one.kind == "none":
        return "", ""
    if one.kind == "alarms":
        return _("See the alarms"), links.alarms
    if one.kind == "overdue":
        return _("See where"), links.tasks
    if one.kind == "ahead":
        return _("See the forecast"), links.forecast
    if one.area_id is not None:
        return _("See {name}").format(name=one.name), links.area(one.area_id)
    return _("See the days"), links.days
