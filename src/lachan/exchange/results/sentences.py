"""What is wrong with a cell of a file of results."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FAULTS: Final[dict[str, Promise]] = {
    "too_long": _("The cell is too long."),
    "formula": _("The cell holds a formula. Replace it by its value."),
    "disease_unreadable": _("The disease is not in the list. Write its name as in the list."),
    "method_unreadable": _("The method is not in the list. Write its name as in the list."),
    "outcome_unreadable": _("The outcome cannot be read. Write positive, negative, indeterminate or invalid."),
    "ct_unreadable": _("The Ct is no number. Write it like 24.5."),
    "number_unreadable": _("This is no citizen number of 12 digits. Compare it with the card."),
    "time_unreadable": _("The time cannot be read. Write it like 16/10/2021 14:30."),
    "sample_code_unreadable": _("This cannot be the code of a tube: 4 to 40 letters and digits."),
    "nobody_named": _("Neither a tube nor a person is named. Fill in the code of the sample, or the citizen number."),
}
