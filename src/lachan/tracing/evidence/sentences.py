"""Reasons about groups of people: what happened, why, what to do."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

SENTENCES: Final[dict[str, Any]] = {
    "group_unknown": _("There is no such group. Record the household, class, workplace or vehicle first."),
    "group_of_others": _("This group was recorded by another place. Ask that place, or record a group of your own."),
    "group_area_unknown": _("No commune has the code %(area)s today. Choose the commune from the list."),
    "group_has_no_trip": _("Only a vehicle has a departure and an arrival. Leave the times out, or choose vehicle."),
    "group_trip_missing": _("A vehicle needs the time of departure and of arrival. Enter both."),
    "group_trip_too_long": _("A trip lasts seven days at most. Correct the departure or the arrival."),
    "group_times_reversed": _("The end is not after the beginning. Correct one of the two times."),
    "not_in_group": _("This person is not in that group, or was taken out already. Load the list again."),
}
