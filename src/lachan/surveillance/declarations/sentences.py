"""Reasons: health declarations."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: Final[dict[str, Promise]] = {
    "declaration_form_unknown": _(
        "There is no declaration form %(form)s. Send the code of a form in force, or leave it out."
    ),
    "declaration_question_unknown": _(
        "The form has no question %(question)s for this kind of declaration. Send the codes of the form."
    ),
    "declaration_incomplete": _(
        "These questions are not answered: %(questions)s. Answer each with yes, no or unknown, and send it again."
    ),
    "declaration_unknown": _("This person has no such declaration. Open it from the list and try again."),
    "declaration_elsewhere": _("The declaration belongs to another commune. Whoever is responsible there answers it."),
    "declaration_settled": _("Somebody has dealt with this declaration already. Open it to see what was done."),
}
