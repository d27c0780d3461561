"""Every reason an outcome can carry, as a sentence: what happened, why, what to do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from lachan.immunization.messages import DOSE_SENTENCES, dose_sentence
from lachan.immunization.rules.reasons import Reason

COMMAND_SENTENCES = {
    "content_changed": _(
        "This command was sent before with other content. Both versions are kept; if the new one is right, correct the "
        "record or send it under a new id."
    ),
    "unknown_verb": _("The verb %(verb)s is not known. See the API file for the verbs."),
    "malformed": _("The command is not as the API file says: %(problem)s. Correct it and send it under a new id."),
    "time_without_offset": _("The time of %(field)s has no offset. Send it with one, such as +07:00."),
    "happened_in_future": _(
        "The time in %(field)s has not come yet. Set the clock of the device and send the command under a new id."
    ),
    "not_allowed": _("You may not do this (%(verb)s). Ask the head of your station."),
    "not_allowed_here": _("You have no rights at %(facility)s. Ask its head, or use the key of that station."),
    "not_processed": _(
        "The command could not be processed and is kept. The engineers have been told; do not send it again."
    ),
    "session_unknown": _("This session does not exist. Open the session first, then send the command under a new id."),
    "session_of_other_facility": _("A session with this id belongs to another facility. Use a new id."),
    "facility_unknown": _("The facility %(facility)s is not known. Check its code."),
    "facility_missing": _("Name the facility, or the session, where it happened."),
    "person_unknown": _(
        "Nobody is known by this number. The command is kept; register the person, then resolve it from the list."
    ),
    "person_id_taken": _("This person id belongs to somebody else. Register under a new id."),
    "card_unreadable": _("The card could not be read. Scan it again or type the number."),
    "name_malformed": _("The name is empty or too long. Type it as on the papers."),
    "sex_unknown": _("Sex must be M, F or U (not known)."),
    "birth_date_malformed": _(
        "The birth date must be a year, a month or a day that has been: YYYY, YYYY-MM or YYYY-MM-DD."
    ),
    "too_many_numbers": _("At most %(most)s numbers, contacts or guardians can be sent with a person."),
    "identifier_system_unknown": _("The kind of number %(system)s is not known."),
    "identifier_malformed": _(
        "The number is not as such a number is written. Look at the card: 12 digits for the citizen card, 9 "
        "for the old one."
    ),
    "contact_malformed": _("The phone number or e-mail address is not written as one. Correct it or leave it out."),
    "residence_unknown": _("The commune code %(code)s is not known. Choose the commune from the list."),
    "identifier_conflict": _(
        "The number belongs to someone with another name and birth date. A provisional record was made; "
        "compare the papers."
    ),
    "possible_match": _("Somebody known may be the same person. A provisional record was made; compare the two."),
    "form_unknown": _(
        "There is no screening form %(form)s for this age and day. Leave the form out to take the right one."
    ),
    "form_unreadable": _("The answers do not fit the form. Send them under the codes of the form."),
    "screening_incomplete": _("Answers or measures are missing. Fill in what is marked."),
    "already_vaccinated_in_session": _(
        "This person was vaccinated in this session. Void the dose first if that is wrong."
    ),
    "dose_unknown": _("This person has no such dose."),
    "dose_already_corrected": _("This dose was corrected before. Correct the one that replaced it."),
    "lot_unknown_in_stock": _("Lot %(lot)s is not known. Enter its delivery with the expiry date first."),
    "quantity_not_positive": _("The quantity must be more than zero; only a count may be negative."),
    "reason_missing": _("State the reason."),
}


def sentence(reason: str, params: Mapping[str, Any] | None, language: str | None = None) -> str:
    """The sentence of a reason in ``language`` (the active one when None); the bare code for one that has none."""
    with translation.override(language or translation.get_language() or "vi"):
        filled: Mapping[str, Any] = defaultdict(str, params or {})
        if reason in Reason._value2member_map_ and Reason(reason) in DOSE_SENTENCES:
            try:
                return dose_sentence(reason, filled)
            except KeyError:
                return str(DOSE_SENTENCES[Reason(reason)]) % filled
        words = COMMAND_SENTENCES.get(reason)
        return str(words) % filled if words is not None else reason
