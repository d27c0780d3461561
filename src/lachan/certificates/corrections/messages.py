"""What a reason of this topic says: what happened, why, what to do. English here, Vietnamese in ``locale``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lachan.immunization.sentences import sentence as record_sentence

SENTENCES: Final[dict[str, Promise]] = {
    "correction_unknown": _(
        "There is no such request among those of your places. It may have been handed over; look in the list."
    ),
    "correction_step_unknown": _("This step does not exist. Reload the page and choose again."),
    "correction_not_now": _("The request is no longer at this step. Reload the page to see where it stands."),
    "correction_changed_meanwhile": _(
        "Somebody was quicker: the request changed while this page was open. Look at it again before you decide."
    ),
    "correction_words_missing": _("Say in a few words what is meant; at least three letters."),
    "correction_own_proposal": _("Nobody approves what they proposed themselves. Ask a second person with this right."),
    "correction_without_proposal": _("Nothing has been proposed yet. Propose the change first."),
    "correction_nothing_proposed": _("No change is filled in. Fill in what should stand there."),
    "correction_reason_unknown": _("Choose the reason of the refusal from the list."),
    "correction_owner_unknown": _("Choose the facility or commune that keeps this fact; it must be another than now."),
    "correction_record_changed": _(
        "The record was changed after this was proposed, so nothing was done. Compare again and propose anew."
    ),
    "correction_kind_unknown": _("Choose from the list what is wrong."),
    "correction_too_long": _("The text is too long. Shorten it to 2,000 letters."),
    "correction_too_many": _("There are %(most)s requests already. Wait for their answers, or go to the station."),
    "correction_already_open": _("This was asked already and is being worked on. Look at the request in the list."),
    "correction_dose_unknown": _("This dose is not in the record any more. Reload the page and choose again."),
    "correction_nobody_keeps": _(
        "We do not know which station keeps this record. Go to the nearest station with your papers; they "
        "enter the request for you."
    ),
    "photo_too_large": _(
        "The picture is larger than 4 MB. Take it again with less detail, or send the request without it."
    ),
    "photo_unreadable": _("The picture cannot be read. Send a photo as JPEG, PNG or WebP."),
    "photo_too_many_pixels": _("The picture has more than 24 million pixels. Take it again with less detail."),
    "photo_too_small": _("The picture is too small to read anything. Take it again from nearer."),
    "photo_too_many": _("At most %(most)s pictures a request. Send the ones that show what is right."),
}


def sentences(reason: str | None, params: Mapping[str, Any] | None) -> list[str]:
    """What an outcome says in the active language: ours, or every reason the record itself gave."""
    if not reason:
        return []
    if reason in SENTENCES:
        return [str(SENTENCES[reason]) % defaultdict(str, params or {})]
    found = (params or {}).get("all")
    if found:
        return [record_sentence(finding["code"], finding["params"]) for finding in found]
    return [record_sentence(reason, params)]
