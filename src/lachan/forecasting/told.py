"""What changed, as sentences in the reader's language: on the page, in the report, in a letter the same."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

from lachan.analytics.epidemic.changed import Change
from lachan.forecasting.charts.numbers import day as day_text
from lachan.forecasting.charts.numbers import number as num

TWICE: Final = 2.0  # from here on a rise is told as times, not as percent
WIDE: Final = 5.0  # an interval that reaches this far beyond the week before says nothing


def text(one: Change) -> str:
    """One sentence about one change."""
    if one.kind in ("up", "down", "steady", "none"):
        return _whole(one)
    if one.kind in ("area_up", "area_down", "begins"):
        return _place(one)
    if one.kind in ("silent", "heap", "taken"):
        return _fill(_spoilt(one), one)
    if one.kind == "alarms":
        said = _("{count} alarms are open; the latest is of {name}, {day}.")
        return _fill(_("One alarm is open: {name}, {day}.") if one.count == 1 else said, one)
    if one.kind == "overdue":
        return _fill(_("{count} tracing tasks are overdue."), one)
    said = _("In the week to {day} {low} to {high} cases are expected (nine of ten), most likely about {count}; in the "
             "last week there were {before}.")  # fmt: skip
    return said.format(
        day=day_text(one.day), low=num(round(one.low)), high=num(round(one.high)), count=num(one.count),
        before=num(one.before),
    )  # fmt: skip


def _spoilt(one: Change) -> str:
    """What spoils the figures: a place that fell silent, a heap of late entries, cases taken back."""
    if one.kind == "taken":
        return _taken(one)
    if one.kind == "silent":
        if one.count > 1:
            return _("{count} places report no case since {day}, {name} first of all; {share} % of all cases came from "
                     "them. The figures of the whole are too low.")  # fmt: skip
        return _("{name} reports no case since {day}; {share} % of all cases came from there. The figures of the "
                 "whole are too low.")  # fmt: skip
    if one.area_id is None:
        return _("{count} cases stand on {day} alone, {share} % of that week: probably late entries, not a rise.")
    return _("{count} cases of {name} stand on {day} alone, {share} % of that week: probably late entries, not a rise.")


def _taken(one: Change) -> str:
    if one.measure == "deaths":
        if one.area_id is None:
            return _("On {day} {count} more deaths were taken back than reported: a correction, not a fall.")
        return _("On {day} {name} took back {count} more deaths than it reported: a correction, not a fall.")
    if one.area_id is None:
        return _("On {day} {count} more cases were taken back than reported: a correction, not a fall.")
    return _("On {day} {name} took back {count} more cases than it reported: a correction, not a fall.")


def _whole(one: Change) -> str:
    if one.kind == "none":
        return _nothing(one)
    counted = _counted(one)
    if one.kind == "steady" and one.high > WIDE:
        said = _("{counted}; {before} in the week before. Too few to tell a change.")
        return said.format(counted=counted, before=num(one.before))
    if one.kind == "steady":
        low, high = (_signed(round((end - 1) * 100)) for end in (one.low, one.high))
        said = _("{counted}; {before} in the week before. No clear change ({low} to {high} %).")
        return said.format(counted=counted, before=num(one.before), low=low, high=high)
    return _("{counted}, {change}.").format(counted=counted, change=_change(one))


def _counted(one: Change) -> str:
    """The figure and its time, by what is counted."""
    if one.measure == "deaths":
        said = _("{count} deaths in the seven days to {day}")
    elif one.measure == "in_hospital":
        said = _("{count} in hospital on {day}")
    elif one.measure == "severe":
        said = _("{count} severe cases in the seven days to {day}")
    elif one.measure == "doses":
        said = _("{count} doses in the seven days to {day}")
    else:
        said = _("{count} cases in the seven days to {day}")
    return _fill(said, one)


def _nothing(one: Change) -> str:
    if one.measure == "deaths":
        said = _("Nobody died in the two weeks to {day}.")
    elif one.measure == "in_hospital":
        said = _("Nobody is in hospital on {day}, as a week before.")
    elif one.measure == "severe":
        said = _("No case became severe in the two weeks to {day}.")
    elif one.measure == "doses":
        said = _("No dose was given in the two weeks to {day}.")
    else:
        said = _("No case was recorded in the two weeks to {day}.")
    return _fill(said, one)


def _change(one: Change) -> str:
    """How much, with the interval; after none there is no ratio."""
    if not one.before:
        return _("none in the week before")
    ratio = one.count / one.before
    if ratio >= TWICE:
        said = _("{times} times the week before (90 % interval {low} to {high})")
        return said.format(times=num(ratio, 1), low=num(one.low, 1), high=num(one.high, 1))
    low, high = round((one.low - 1) * 100), round((one.high - 1) * 100)
    if ratio > 1:
        said = _("{share} % more than the week before (90 % interval {low} to {high} %)")
    else:
        said, low, high = _("{share} % fewer than the week before (90 % interval {low} to {high} %)"), -high, -low
    return said.format(share=num(round(abs(ratio - 1) * 100)), low=num(low), high=num(high))


def _place(one: Change) -> str:
    if one.kind == "begins":
        return _fill(_("{name} has its first cases in weeks: {count} in the seven days to {day}."), one)
    said = _("{name} rose most: {counted}, {change}.")
    if one.kind == "area_down":
        said = _("{name} fell most: {counted}, {change}.")
    return said.format(name=one.name, counted=_counted(one), change=_change(one))


def _fill(said: str, one: Change) -> str:
    return said.format(count=num(one.count), name=one.name, day=day_text(one.day), share=num(round(100 * one.share)))


def _signed(value: int) -> str:
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{num(abs(value))}"
