"""Words of tracing by their codes. What a contact is told says how they were near a case, never who it is."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy

PURPOSE: Final = "contact tracing"

KINDS: Final[dict[str, Any]] = {
    "call": gettext_lazy("First call"),
    "follow_up": gettext_lazy("Daily question"),
    "test": gettext_lazy("Test"),
    "end": gettext_lazy("Last day"),
    "order": gettext_lazy("Quarantine order"),
}
OUTCOMES: Final[dict[str, tuple[str, Any]]] = {
    "reached": ("done", gettext_lazy("Spoken to")),
    "household": ("done", gettext_lazy("The household spoke for them")),
    "no_answer": ("waiting", gettext_lazy("No answer")),
    "wrong_number": ("question", gettext_lazy("Wrong number")),
    "refuses": ("stop", gettext_lazy("Refuses")),
    "declared": ("done", gettext_lazy("Declared")),
    "noted": ("done", gettext_lazy("Quarantine has begun")),
}
WHY: Final[dict[str, Any]] = {
    "visit": gettext_lazy("was at the same place as a case"),
    "encounter": gettext_lazy("was close to a case, by the phones"),
    "household": gettext_lazy("lives with a case"),
    "work": gettext_lazy("works with a case"),
    "class": gettext_lazy("is in a class with a case"),
    "transport": gettext_lazy("travelled with a case"),
    "vehicle": gettext_lazy("travelled with a case"),
    "care": gettext_lazy("cared for a case"),
}
WHY_OTHER: Final = gettext_lazy("was near a case")
SYMPTOMS: Final[dict[str, Any]] = {
    "fever": gettext_lazy("Fever"),
    "cough": gettext_lazy("Cough"),
    "sore_throat": gettext_lazy("Sore throat"),
    "breathless": gettext_lazy("Short of breath"),
    "loss_of_smell": gettext_lazy("Loss of smell or taste"),
    "diarrhoea": gettext_lazy("Diarrhoea"),
    "rash": gettext_lazy("Rash"),
    "tired": gettext_lazy("Tired, aching"),
    "headache": gettext_lazy("Headache"),
    "other": gettext_lazy("Another one"),
}
STAYING: Final[dict[str, Any]] = {
    "home": gettext_lazy("at home"),
    "facility": gettext_lazy("at a quarantine facility"),
    "elsewhere": gettext_lazy("elsewhere"),
}
QUARANTINE: Final[dict[str, Any]] = {
    "home": gettext_lazy("quarantine at home"),
    "facility": gettext_lazy("quarantine at a facility"),
    "none": gettext_lazy("watch without quarantine"),
}
STATES: Final[dict[str, tuple[str, Any]]] = {
    "open": ("waiting", gettext_lazy("under watch")),
    "ended": ("done", gettext_lazy("watch ended")),
    "released": ("unknown", gettext_lazy("released")),
    "case": ("stop", gettext_lazy("became a case")),
}
HANDOVERS: Final[dict[str, tuple[str, Any]]] = {
    "offered": ("waiting", gettext_lazy("waits for an answer")),
    "accepted": ("done", gettext_lazy("accepted")),
    "returned": ("question", gettext_lazy("returned")),
    "withdrawn": ("unknown", gettext_lazy("no longer needed")),
}
DISEASES: Final[dict[str, Any]] = {
    "covid-19": gettext_lazy("COVID-19"),
    "measles": gettext_lazy("measles"),
    "dengue": gettext_lazy("dengue"),
}


def symptoms_of(codes: Any) -> list[Any]:
    """Symptoms in words; a code of another list as it stands."""
    return [SYMPTOMS.get(code, code) for code in codes]
