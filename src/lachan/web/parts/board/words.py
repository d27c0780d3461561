"""Words of the board: states, reasons and symptoms by their codes."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lachan.immunization.rules.encounter import EncounterState

PARTS: dict[str, Any] = {
    "morning": gettext_lazy("Morning"),
    "afternoon": gettext_lazy("Afternoon"),
    "day": gettext_lazy("Whole day"),
}

# State of an encounter: (kind of badge, word).
STATES: dict[EncounterState, tuple[str, Any]] = {
    EncounterState.WAITING: ("waiting", gettext_lazy("Waiting")),
    EncounterState.SCREENING: ("question", gettext_lazy("No consent yet")),
    EncounterState.READY: ("done", gettext_lazy("Eligible")),
    EncounterState.OBSERVATION: ("waiting", gettext_lazy("Under observation")),
    EncounterState.OVERDUE: ("stop", gettext_lazy("Time is over")),
    EncounterState.REACTION: ("stop", gettext_lazy("Reaction")),
    EncounterState.DONE: ("done", gettext_lazy("Vaccinated")),
    EncounterState.DEFERRED: ("question", gettext_lazy("Deferred")),
    EncounterState.CONTRAINDICATED: ("stop", gettext_lazy("Contraindicated")),
    EncounterState.REFUSED: ("unknown", gettext_lazy("Declined")),
    EncounterState.NOT_GIVEN: ("unknown", gettext_lazy("Not vaccinated")),
}

CLASSES: dict[str, tuple[str, Any]] = {
    "eligible": ("done", gettext_lazy("Eligible")),
    "caution": ("question", gettext_lazy("Eligible with caution")),
    "defer": ("question", gettext_lazy("Defer")),
    "contraindicated": ("stop", gettext_lazy("Contraindicated")),
}

NOT_GIVEN: dict[str, Any] = {
    "deferred": gettext_lazy("Deferred by the doctor"),
    "contraindicated": gettext_lazy("Contraindicated"),
    "refused": gettext_lazy("Does not want the vaccine"),
    "left": gettext_lazy("Left before being vaccinated"),
    "no_vaccine": gettext_lazy("No suitable vaccine today"),
    "had_elsewhere": gettext_lazy("Already vaccinated elsewhere"),
    "other": gettext_lazy("Another reason"),
}

SEVERITIES: dict[str, tuple[str, Any]] = {
    "mild": ("question", gettext_lazy("Mild")),
    "moderate": ("stop", gettext_lazy("Moderate")),
    "severe": ("stop", gettext_lazy("Severe")),
}

SYMPTOMS: dict[str, Any] = {
    "pain": gettext_lazy("Pain or swelling where injected"),
    "fever": gettext_lazy("Fever, chills"),
    "headache": gettext_lazy("Headache"),
    "dizziness": gettext_lazy("Dizziness"),
    "nausea": gettext_lazy("Nausea, vomiting"),
    "rash": gettext_lazy("Rash, itching"),
    "breathless": gettext_lazy("Breathlessness, wheezing"),
    "palpitations": gettext_lazy("Palpitations, chest pain"),
    "fainting": gettext_lazy("Fainting, low blood pressure"),
    "angioedema": gettext_lazy("Swelling of face, lips or tongue"),
    "anaphylaxis": gettext_lazy("Anaphylaxis"),
    "seizure": gettext_lazy("Seizure"),
}

SITES: dict[str, Any] = {"left_arm": gettext_lazy("Left arm"), "right_arm": gettext_lazy("Right arm")}

COLUMNS: dict[str, Any] = {
    "waiting": gettext_lazy("Queue"),
    "screening": gettext_lazy("At screening"),
    "vaccination": gettext_lazy("Vaccination"),
    "observation": gettext_lazy("Observed"),
    "done": gettext_lazy("Finished"),
}


def board_texts() -> dict[str, str]:
    """Texts of ``frontend/islands/board``, by key."""
    return {
        "overdue": _("Time is over"),
        "over_by": _("over by {time}"),
        "left": _("{time} left"),
        "updated": _("updated"),
    }
