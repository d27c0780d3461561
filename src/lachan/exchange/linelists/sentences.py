"""What is wrong with a cell of a line list; what it shares with other sheets has its sentence there."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lachan.exchange.tables.sentences import sentence

FAULTS: Final[dict[str, Promise]] = {
    "nobody_named": _("Who it is about is not said: name and birth date, or the citizen number."),
    "disease_unknown": _("The disease is not one that is watched here."),
    "class_unknown": _("Write suspected, probable or confirmed."),
    "link_unknown": _("Write close contact, epidemiological factor, or leave it empty."),
    "relation_unknown": _("Write household, work, class, transport, care or other."),
    "no_case": _("The number of the case is missing: without it nobody knows whose contact this is."),
    "case_unknown": _("No case of your places has this number."),
    "no_time": _("When they met is missing: at least the day of the last contact."),
    "time_unreadable": _("The time cannot be read. Write it like 16/10/2021 14:30."),
    "minutes_unreadable": _("Write the minutes as a whole number."),
    "kind_unknown": _("Write household, class, workplace or vehicle."),
    "no_group": _("Which group it is stands nowhere: write its name or code, the same in all its rows."),
    "place_unknown": _("No commune has this code today. Leave the cell empty, or write the five digits."),
    "no_trip": _("A vehicle needs departure and arrival, at least the day of each."),
    "times_reversed": _("The end is not after the beginning. Correct one of the two."),
    "trip_too_long": _("The rows of this vehicle make a trip of more than seven days. Correct departure or arrival."),
    "row_unreadable": _("Write the row of the seat, counted from the front, from 1 to 500; 12A is row 12."),
}


def told(code: str) -> str:
    """The sentence of a fault."""
    return str(FAULTS[code]) if code in FAULTS else sentence(code)
