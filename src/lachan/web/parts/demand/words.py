"""Demand in words: how it stands at a glance, and what the figures mean, in plain sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lachan.forecasting.charts.numbers import between, number
from lachan.forecasting.charts.numbers import day as day_text
from lachan.forecasting.demand.facts import COVERED, LIKELY, Demand
from lachan.forecasting.sentences import SENTENCES

Text = str | Promise

# sign: kind of badge, word
SIGNS: Final[Mapping[str, tuple[str, Text]]] = {
    "likely": ("stop", gettext_lazy("Runs out")),
    "possible": ("question", gettext_lazy("May run out")),
    "unlikely": ("done", gettext_lazy("Enough")),
    "unknown": ("unknown", gettext_lazy("Cannot say")),
}
LEAST_TOLD: Final = 1.0  # doses lost or expired, below which nothing is said


def percent(chance: float) -> str:
    """A chance as people say it; paths are a hundred, so never 0 or 100."""
    if chance < 0.01:
        return _("under 1 %")
    return _("over 99 %") if chance > 0.99 else f"{100 * chance:.0f} %"


def why(note: str) -> str:
    """Why nothing is said, as a sentence."""
    return str(SENTENCES[note]) if note in SENTENCES else ""


def wanted(found: Demand) -> str:
    """What is wanted until the order's end, against what is there, and what to do."""
    said = _("In the next {weeks} weeks {doses} doses are wanted; {stock} are in stock").format(
        weeks=COVERED,
        doses=between(found.covered.q05, found.covered.q95, 0),
        stock=number(found.in_stock, 0),
    )
    if found.on_the_way:
        said += _(", {coming} on the way").format(coming=number(found.on_the_way, 0))
    return f"{said}: {_to_do(found)}"


def _to_do(found: Demand) -> str:
    """Order, move what lies elsewhere, or nothing."""
    if not found.ordered:
        return _("nothing needs to be ordered.")
    doses, vials = number(found.ordered, 0), number(found.vials, 0)
    if found.places > 1 and found.in_stock + found.on_the_way >= found.target:
        return _("enough in all, but not where it is needed. Move {vials} vials ({doses} doses).").format(
            vials=vials, doses=doses
        )
    said = ngettext("order {vials} vial ({doses} doses).", "order {vials} vials ({doses} doses).", found.vials)
    return said.format(vials=vials, doses=doses)


def more(found: Demand) -> list[str]:
    """What else a planner should know of it."""
    said = []
    if found.note:
        said.append(why(found.note))
    if found.places > 1 and found.likely:
        said.append(
            ngettext(
                "In {likely} of {places} communes somebody is more likely than not turned away within {weeks} weeks.",
                "In {likely} of {places} communes somebody is more likely than not turned away within {weeks} weeks.",
                found.places,
            ).format(likely=number(found.likely, 0), places=number(found.places, 0), weeks=COVERED)
        )
    elif found.places > 1:
        said.append(
            _("In none of {places} communes is anybody likely to be turned away within {weeks} weeks.").format(
                places=number(found.places, 0), weeks=COVERED
            )
        )
    if found.ever is not None:
        said.append(
            _("Chance that somebody is turned away within {weeks} weeks: {chance}.").format(
                weeks=COVERED, chance=percent(found.ever)
            )
        )
    if found.out is not None:
        first = next((week for week, out in zip(found.wanted, found.out, strict=True) if out >= LIKELY), None)
        if first is not None:
            said.append(_("More likely than not from the week up to {day} on.").format(day=day_text(first.day)))
    if found.expired >= LEAST_TOLD:
        said.append(
            _("About {doses} doses expire unused within {weeks} weeks.").format(
                doses=number(found.expired, 0), weeks=len(found.wanted)
            )
        )
    if found.opened >= LEAST_TOLD:
        lost = _("About {doses} doses are lost in opened vials within {weeks} weeks.").format(
            doses=number(found.opened, 0), weeks=len(found.wanted)
        )
        few = found.opened > found.through[-1].q50  # more is poured away than given
        said.append(f"{lost} {_('Few come at a time: call them to one session.')}" if few else lost)
    return said
