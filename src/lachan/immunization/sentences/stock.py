"""Reasons of the stock book."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "lot_unknown_in_stock": _("Lot %(lot)s is not known. Enter its delivery with the expiry date first."),
    "quantity_not_positive": _("The quantity must be more than zero; only a count may be negative."),
    "reason_missing": _("State the reason."),
}
