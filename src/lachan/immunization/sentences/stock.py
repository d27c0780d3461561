"""Reasons of the stock book."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "lot_unknown_in_stock": _("Lot %(lot)s is not known. Enter its delivery with the expiry date first."),
    "quantity_not_positive": _("The quantity must be more than zero; only a count may be negative."),
    "reason_missing": _("State the reason."),
    "session_missing_in_stock": _("Name the session the vials are for, or come back from."),
    "lot_expiry_differs": _(
        "Lot %(lot)s is known to expire on %(known)s; this delivery note says %(expires_on)s. Look at the box: correct "
        "the date, or state why it is entered all the same. The date known stays."
    ),
    "box_received_before": _(
        "The box with serial number %(serial)s was received here on %(on)s. Look whether it was scanned twice; if it "
        "came back, state so."
    ),
    "lot_thawed_too_long": _(
        "What is thawed of lot %(lot)s could be used until %(use_by)s. Set it apart; if it must be opened, the head of "
        "the station states why."
    ),
    "earlier_lot_first": _(
        "Lot %(earlier)s must be used by %(expires_on)s, before lot %(lot)s, and %(left)s doses of it are here. Take "
        "that lot, or state why this one."
    ),
    "stock_short": _(
        "Only %(left)s of these %(wanted)s doses are in the book. Count the lot or enter its delivery; or state why "
        "they are sent all the same."
    ),
    "discrepancy_unknown": _("This entry is not on the list of the station any more. Open the list again."),
    "discrepancy_needs_count": _(
        "More doses were given than have come. Count the lot, or enter its delivery note: the entry then closes by "
        "itself."
    ),
    "transfer_unknown": _("There is no such delivery from or to this facility. Check its number."),
    "transfer_id_taken": _("A delivery with this number was entered before. Use a new number."),
    "transfer_to_itself": _("Goods cannot be sent to where they are. Choose another facility."),
    "transfer_not_on_way": _("This delivery was received or called back before. Open it to see by whom."),
    "transfer_lot_unknown": _("Lot %(lot)s is not part of this delivery. Enter it as a delivery of its own."),
    "vial_unknown": _("This vial is not known in the session. Open it first."),
    "vial_id_taken": _("A vial with this id belongs to another session or lot. Use a new id."),
}
