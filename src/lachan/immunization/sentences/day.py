"""Reasons of the vaccination day, and of commands as such."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
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
}
