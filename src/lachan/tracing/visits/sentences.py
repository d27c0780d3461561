"""Reasons of venues and visits: what happened, why, what to do."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

SENTENCES: Final[dict[str, Any]] = {
    "visit_in_future": _("This check-in lies in the future. Set the clock of the device and scan again."),
    "visit_too_old": _("This check-in is older than visits may be kept, so it was not recorded."),
    "visit_times_reversed": _("The stay ends before it begins. Correct the times and send it again."),
    "visit_malformed": _("This line is no visit. Check the program that sent it."),
    "venue_unknown": _("There is no venue with this code. Check the code below the poster."),
    "venue_closed": _("This venue has been closed. Ask the commune whether it is to be opened again."),
    "venue_not_yours": _(
        "This venue is not one of those you answer for. Ask whoever registered it, or the officers of its commune."
    ),
    "impossible_travel": _(
        "This person was scanned too far away shortly before or after. Nobody travels that fast: check whose code was "
        "shown."
    ),
    "scan_unreadable": _(
        "What was scanned is neither a citizen card, an insurance card nor a personal code. Scan again, or type the "
        "number."
    ),
    "number_unreadable": _("This is no number of a citizen card or insurance card. Check the digits."),
    "code_unreadable": _("This is no code of a venue. Scan the large code on the poster or the screen."),
    "code_other_country": _("This code belongs to another country. It is not valid here."),
    "code_forged": _("This code was not issued by the health service. Tell the staff of the venue."),
    "code_expired": _("This code has expired. Scan the one on the screen now."),
    "code_not_yet": _("This code is not valid yet. Check the clock of the telephone and scan again."),
    "code_withdrawn": _("This poster has been replaced. Scan the new one."),
    "venue_name_missing": _("A venue needs the name that people will read on the poster."),
    "venue_kind_unknown": _("This kind of venue is not in the list. Choose one of the list."),
    "venue_needs_commune": _("A venue lies in a commune. Choose the commune."),
    "venue_parent_unknown": _("A room lies in a venue that is registered and is no room itself. Choose that venue."),
    "venue_place_unlikely": _("These coordinates lie outside Vietnam. Give both, latitude first, or leave both empty."),
    "venue_number_unlikely": _(
        "A number is out of bounds: capacity from 1, usual stay 5 to 720 minutes, code changing every 1 to 60 minutes."
    ),
}
