"""Reasons of the work with contacts: what happened, why, what to do."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

SENTENCES: Final[dict[str, Any]] = {
    "not_under_watch": _("This person is not under watch any more. Nothing is left to do for them here."),
    "several_watches": _("This person is under watch for more than one disease. Say which watch is meant."),
    "another_place_answers": _("%(place)s answers for this person. Open their record there, or ask for a hand-over."),
    "contact_symptom_unknown": _(
        "The symptom %(symptom)s is not in the list. Choose from the list, or choose another symptom and write a note."
    ),
    "call_unknown": _("There is no such call. Load the list again."),
    "call_stands": _("This call can no longer be taken back. Record a new call that says what is right."),
    "area_unknown_here": _("This place is not known. Choose a commune, a province or the centre from the list."),
    "handover_to_itself": _("%(place)s answers for this person already. Choose another place."),
    "handover_offered": _("This person is offered to another place already. Wait for its answer."),
    "handover_unknown": _("There is no such offer for this person. Load the list again."),
    "handover_answered": _("This offer has been answered already. Load the list again to see how."),
    "not_a_tracer": _("This user makes no calls. Choose a tracer or an officer of the commune."),
    "no_quarantine_asked": _("The rule asks for no quarantine of this person. Write no order."),
    "no_list_of_case": _("No list of contacts stands for this person. Check the person and the disease."),
    "contact_has_symptoms": _("A contact under watch feels ill. Take a sample today, it may be a case."),
    "contact_refuses": _("A contact refuses to speak or to follow the rules. Send somebody to the house."),
    "contact_wrong_number": _("The telephone number of a contact is wrong. Find the right one, or send somebody."),
    "contact_not_reached": _("A contact was called several times without an answer. Send somebody to the house."),
}
