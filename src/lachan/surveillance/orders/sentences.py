"""Reasons of orders."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: Final[dict[str, Promise]] = {
    "order_unknown": _("There is no such order about this person. Open the list of orders again."),
    "order_without_area": _(
        "Nobody knows in which commune this person is, so no commune can issue the order. Complete the address first."
    ),
    "order_days_reversed": _("The last day lies before the first. Correct the days."),
    "order_too_long": _("An order lasts %(days)s days at most. Correct the last day."),
    "order_delivered_already": _("The proof that this order was brought is there already; the first one stands."),
    "order_stands_no_more": _("This order was replaced or taken back. Look for the one that stands now."),
}
