"""Reasons: reactions after a dose and what is found out about them."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Promise] = {
    "case_unknown": _("This person has no such case. Open it from the list of reactions and try again."),
    "case_exists": _("A case with this id belongs to another dose. Report under a new id."),
    "symptom_unknown": _(
        "The symptom %(symptom)s is not in the list. Choose from the list, or write it as another one."
    ),
    "milder_without_reason": _(
        "This would make the case milder than what was said before (%(fields)s). State the reason; what was said "
        "before stays in its history."
    ),
    "nothing_new": _("Nothing new was said about the case. Fill in what has changed."),
    "case_closed": _("The case is closed. Add what is new as a follow-up; that opens it again."),
    "case_not_investigated": _("A serious case is classified after its investigation. Record the investigation first."),
    "case_not_classified": _("A serious case is closed after its causality was classified. Classify it first."),
    "case_already_acknowledged": _("The province has acknowledged this case already."),
    "case_too_long": _(
        "The case has as many entries as it may hold. Close it, and report what is new as its own case."
    ),
    "reaction_serious": _("Serious reaction, case %(code)s: report it to the province by %(due)s."),
    "reaction_late": _("The time for case %(code)s is over: it has not been reported to the province. Report it now."),
    "reaction_not_acknowledged": _("Case %(code)s has been reported and nobody at the province has acknowledged it."),
    "reaction_escalated": _("Case %(code)s stayed without an answer and was passed to the national level."),
}
