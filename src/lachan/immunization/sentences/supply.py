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
    "not_allowed_in_area": _("Your rights do not cover %(area)s. Ask the officer of that level."),
}
