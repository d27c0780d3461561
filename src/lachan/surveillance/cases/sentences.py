"""Reasons of cases."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: Final[dict[str, Promise]] = {
    "case_not_theirs": _("This person has no such case. Open the case again from the list of cases."),
    "case_other_disease": _("This case is of another disease. Report under a case of its own."),
    "case_id_taken": _("A case with this id belongs to somebody else. Report under a new id."),
    "case_nothing_new": _("Nothing new was said about the case. Fill in what has changed."),
    "case_ended": _("The isolation of this case has ended already. Look at its timeline."),
    "onset_without_signs": _(
        'A day of onset or signs were given together with "no signs". Say that there are signs, or leave them out.'
    ),
    "onset_far": _(
        "The day of onset lies more than %(days)s days from the sample or report. Check the date; of an earlier "
        "illness report a case of its own."
    ),
    "onset_before_birth": _("The day of onset lies before the birth of this person. Check the date."),
    "outcome_without_day": _("Say on which day it came to that."),
    "outcome_before_onset": _("The outcome is dated before the illness began. Check both days."),
    "death_taken_back": _("This person is recorded as having died of it. State why that is taken back."),
    "isolation_too_early": _(
        "By the rule in force the isolation may end from %(earliest)s. An officer may end it earlier with a reason."
    ),
    "isolation_needs_test": _(
        "By the rule in force the isolation ends with a test that is clean; by days alone from %(days_alone)s. Have a "
        "sample taken, or let an officer state a reason."
    ),
    "commune_not_known": _("No commune has the code %(commune)s on that day. Choose the commune by its name."),
    "source_unknown": _("There is no such case of this disease. Look the source up in the list of cases."),
    "source_self": _("Nobody is their own source. Choose the case of another person."),
}
