"""Reasons: plans, temperatures and recalls."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Promise] = {
    "lot_not_known": _(
        "Lot %(lot)s of %(product)s is not known. Look at the number in the notice; a lot is known once it was "
        "delivered somewhere."
    ),
    "lot_is_recalled": _("Lot %(lot)s is recalled there already; a quarantine would say less. Nothing was changed."),
    "lot_status_not_here": _(
        "Lot %(lot)s is neither in quarantine nor recalled for exactly this place. Release it for the place it was set "
        "for."
    ),
    "one_place_only": _("Name a facility or an area, not both."),
    "area_unknown": _("This area does not exist. Choose it from the list."),
    "nothing_to_tell": _("This person is not among those to be told. Look at the list of the recall again."),
    "plan_unknown": _("There is no such plan for this product. Go back to the list of plans."),
    "plan_not_open": _("The plan is decided or closed; nothing more is asked or changed in it. Make a new round."),
    "place_not_of_plan": _("This place does not belong to the level that gives. Choose one of the places listed."),
    "more_than_available": _(
        "%(total)s doses would be given, but the level has %(available)s. Give less, or state why more is promised."
    ),
    "storage_unknown": _("The kind of storage %(storage)s is not in the list."),
    "device_unknown": _("This facility has no such fridge in use. Register it first."),
    "within_limits": _(
        "The temperatures lie within %(low)s to %(high)s °C: that is no excursion. Check what was read."
    ),
    "excursion_exists": _("This excursion has been entered already."),
    "excursion_not_open": _("Somebody has decided about this excursion already, or it does not exist."),
    "file_too_large": _("The file is larger than 30 MB. Export a shorter time from the logger."),
    "file_not_text": _("The file is not a table of text. Export it from the logger as CSV."),
    "too_many_rows": _("The file has more than 500,000 readings. Export a shorter time from the logger."),
    "no_readings": _(
        "No time with a temperature was found. The table needs a column for the time and one for the temperature."
    ),
    "not_allowed_in_area": _("Your rights do not cover %(area)s. Ask the officer of that level."),
}
