"""Words of the laboratory: states and outcomes by their codes."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy

# (kind of badge, word)
STATES: Final[dict[str, tuple[str, Any]]] = {
    "waiting": ("waiting", gettext_lazy("To be tested")),
    "pooled": ("waiting", gettext_lazy("In a pool")),
    "single": ("question", gettext_lazy("To be tested singly")),
    "again": ("question", gettext_lazy("Test again")),
    "done": ("done", gettext_lazy("Has its result")),
}
POOL_STATES: Final[dict[str, tuple[str, Any]]] = {
    "waiting": ("waiting", gettext_lazy("To be tested")),
    "again": ("question", gettext_lazy("Test again")),
    "opened": ("stop", gettext_lazy("Opened into singles")),
    "negative": ("done", gettext_lazy("All negative")),
}
OUTCOMES: Final[dict[str, tuple[str, Any]]] = {
    "positive": ("stop", gettext_lazy("Positive")),
    "negative": ("done", gettext_lazy("Negative")),
    "indeterminate": ("question", gettext_lazy("Indeterminate")),
    "invalid": ("unknown", gettext_lazy("Invalid")),
}
KEYS: Final = {"positive": "P", "negative": "N", "indeterminate": "I", "invalid": "X"}
REASONS: Final[dict[str, Any]] = {
    "symptoms": gettext_lazy("Symptoms"),
    "contact": gettext_lazy("Contact of a case"),
    "screening": gettext_lazy("Screening"),
    "discharge": gettext_lazy("Discharge"),
    "entry": gettext_lazy("Entry into the country"),
}
# Why a tube that was sent to another laboratory is opened here; the code stands in the log of looks.
GROUNDS: Final[dict[str, Any]] = {
    "sent_on": gettext_lazy("The laboratory it was meant for sent it on"),
    "misdirected": gettext_lazy("It was entered for another laboratory and brought here"),
    "confirm": gettext_lazy("To confirm what another laboratory found"),
}
NOTES: Final[dict[str, Any]] = {
    "device_unknown": gettext_lazy("The product is not in the published list; it was kept as written."),
    "ct_without_meaning": gettext_lazy("This method has no Ct; it was kept all the same."),
}
ENDED: Final[dict[str, Any]] = {
    "corrected": gettext_lazy("Corrected"),
    "withdrawn": gettext_lazy("Withdrawn"),
}
