"""Reasons: sessions to come, and the tally at closing time."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Promise] = {
    "plan_in_the_past": _("%(day)s is over. Plan a day that is still to come."),
    "staff_without_role": _("%(name)s has no role at %(facility)s. Choose someone who works there."),
    "staff_elsewhere": _(
        "%(name)s is at another session at the same time on %(day)s. Choose someone else, or say why it is possible."
    ),
    "session_open_already": _("The session of %(day)s is open. Change what is left to change on its board."),
    "session_closed_already": _("The session of %(day)s is closed and stays as it was."),
    "session_cancelled_already": _("The session of %(day)s was called off. Plan a new one."),
    "tally_there": _("A tally was entered before. Correct it and say why."),
    "tally_missing": _("There is no tally yet. Enter it first."),
    "tally_too_early": _("The session of %(day)s has not been held yet. Enter the tally when it is over."),
    "tally_product_twice": _("A product stands in the tally twice. Enter one line a product."),
    "tally_numbers_differ": _(
        "By dose number there are %(sum)s doses, in all %(doses)s. Count again; the two must be equal."
    ),
    "nothing_owed": _("Nothing is missing from this session any more. There is nothing to explain."),
    "explanation_waits": _("An explanation is waiting for its answer. Wait for the commune or the district."),
    "explanation_unknown": _("There is no such explanation for this session."),
    "explanation_answered": _("This explanation was answered before."),
    "explanation_own": _("Whoever wrote the explanation cannot accept it. Ask the commune or the district."),
}
