"""Words of declarations: classes with colour and shape, kinds, what was done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lachan.immunization.sentences import sentence
from lachan.surveillance.declarations.form import form_on
from lachan.surveillance.rules.risk import RiskRules
from lachan.web.parts.declarations import forms

# (state of the house's colours, icon) by class: colour, shape and word say the same
TONES: Final = (("done", "circle-check"), ("question", "alert-triangle"), ("stop", "alert-octagon"))

SETTLED: Final[Mapping[str, Promise]] = {
    "called": _("Called, nothing more to do"),
    "sampled": _("Sent for a sample"),
    "case": _("Reported as a suspected case"),
    "unreached": _("Could not be reached"),
    "mistaken": _("Not about this person"),
}
SOURCES: Final[Mapping[str, Promise]] = {
    "self": _("by themselves"),
    "member": _("by the family"),
    "staff": _("at the desk"),
    "partner": _("by a partner's system"),
}


def of_class(risk: int, rules: RiskRules) -> dict[str, str]:
    """A class in the words of its rules, with its colour and shape."""
    tone, icon = TONES[risk]
    return {"class_word": rules.word(risk, forms.tongue()), "tone": tone, "icon": icon}


def kind(code: str) -> str:
    """A kind of declaration, in the words of today's form."""
    found = form_on(timezone.localdate()).kind(code)
    return str(found[forms.tongue()]) if found is not None else code


def minutes(wait: timedelta) -> int:
    """For people: whole minutes, at least one."""
    return max(1, -(-int(wait.total_seconds()) // 60))


def refused(reason: str, params: Mapping[str, Any] | None) -> str:
    """Why a declaration was not taken."""
    return sentence(reason, params)
