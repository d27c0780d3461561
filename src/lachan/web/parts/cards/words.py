"""Cards in words: their kinds, why one was made, how it stands and why it ended; for their holders and for staff."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lachan.certificates.queries.cards import CardFacts

# (name, what it is for), in the order in which people need them
KINDS: Final[dict[str, tuple[str | Promise, str | Promise]]] = {
    "hcert": (
        gettext_lazy("Vaccine passport"),
        gettext_lazy("For borders: read in the European Union and wherever its form is known."),
    ),
    "domestic": (
        gettext_lazy("Domestic card"),
        gettext_lazy("For doors in Vietnam: shows name, birth date and validity, nothing of the vaccine."),
    ),
    "shc": (
        gettext_lazy("SMART Health Card"),
        gettext_lazy("For telephones' wallets and for the United States, Canada and Japan."),
    ),
}
ENDED: Final[dict[str, str | Promise]] = {
    "newer_dose": gettext_lazy("replaced: a newer dose has its own certificate"),
    "renewed": gettext_lazy("replaced by one that is valid longer"),
    "dose_changed": gettext_lazy("no longer valid: a dose was corrected"),
    "details_changed": gettext_lazy("no longer valid: name or birth date was corrected"),
    "holder_died": gettext_lazy("no longer valid"),
    "key_distrusted": gettext_lazy("no longer valid: it was signed with a key that is not trusted any more"),
}
CAUSES: Final[dict[str, str | Promise]] = {
    "dose": gettext_lazy("a dose was recorded"),
    "signature": gettext_lazy("the head signed the dose"),
    "correction": gettext_lazy("a dose was corrected"),
    "person": gettext_lazy("name or birth date was corrected"),
    "renewal": gettext_lazy("the former one ran out"),
    "key": gettext_lazy("the key of the former one is not trusted any more"),
    "asked": gettext_lazy("the person asked for it"),
}


def state_of(card: CardFacts, now: datetime) -> str:
    """current, over (its time has run out), superseded or revoked."""
    return "over" if card.state == "current" and card.valid_until <= now else card.state


def why_of(card: CardFacts, now: datetime) -> str:
    """Why it is not current; empty while it is."""
    return _("its time has run out") if state_of(card, now) == "over" else str(ENDED.get(card.ended_reason, ""))
