"""Reasons of the laboratory."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: Final[dict[str, Promise]] = {
    "sample_unknown": _(
        "No sample with the code %(sample)s has been taken. Read the code on the tube again, or name the person and "
        "when the sample was taken."
    ),
    "sample_code_unreadable": _(
        "%(sample)s cannot be the code of a tube: 4 to 40 letters and digits. Scan the label again."
    ),
    "sample_code_is_person": _(
        "This is the number of an identity card, not the code of a tube. Scan the label on the tube."
    ),
    "sample_code_used": _("The code %(sample)s is on another tube already. Take a new label and scan that one."),
    "sample_of_other": _(
        "Tube %(sample)s holds the sample of another person. Look at the name on the tube; somebody in charge decides "
        "whose the result is."
    ),
    "sample_pooled": _("Sample %(sample)s is in a pool already. Take it out of the list."),
    "sample_tested": _(
        "Sample %(sample)s has a result already, or is to be tested by itself. Leave it out of the pool."
    ),
    "sample_twice": _("Sample %(sample)s is in the list twice. Scan every tube once."),
    "specimen_unknown": _("The kind of specimen %(specimen)s is not in the list. Choose one of the list."),
    "disease_unknown": _("The disease %(disease)s is not in the list. Choose one of the list."),
    "method_unknown": _("The method %(method)s is not in the list. Choose one of the list."),
    "method_not_of_disease": _(
        "%(method)s is no method for %(disease)s. Look at which disease the sample is tested for, and choose a method "
        "of its list."
    ),
    "method_not_for_pools": _("A pool cannot be tested by %(method)s. Test its samples one by one."),
    "pool_tested": _("Pool %(pool)s has been tested already. Take a new tube for the next pool."),
    "pool_full": _("Pool %(pool)s holds %(most)s samples already. Take a new tube for the next pool."),
    "pool_has_person": _("A sample of this person is in pool %(pool)s already."),
    "pool_of_other_kind": _(
        "Pool %(pool)s holds samples of another kind, or for another disease. Put it with samples of its own kind."
    ),
    "taken_at_missing": _("State when the sample was taken; without its tube nobody else knows."),
    "result_before_sample": _(
        "The time of the result lies before the sample %(sample)s was taken (%(taken)s). Correct the time that is "
        "wrong."
    ),
    "result_differs": _(
        "Sample %(sample)s has another result by the same method (%(before)s). If that one was wrong, correct it; what "
        "was sent is kept until somebody decides."
    ),
    "result_unknown": _("There is no such result of this sample. Open the sample again and choose the result."),
    "result_corrected_before": _("This result was corrected or withdrawn before. Correct the one that stands now."),
    "result_of_pool": _("This result is that of a pool. Correct the result of the pool, or test the sample by itself."),
    "result_same": _("Nothing differs from what stands. Change what was wrong, or leave the result as it is."),
}
