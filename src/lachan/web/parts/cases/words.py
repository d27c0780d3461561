"""Words of cases and orders by their codes."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

DISEASES: Final[dict[str, Any]] = {
    "covid-19": _("COVID-19"),
    "measles": _("Measles"),
    "dengue": _("Dengue"),
}
# Class: (kind of badge, word).
CLASSES: Final[dict[str, tuple[str, Any]]] = {
    "suspected": ("question", _("Suspected case")),
    "probable": ("question", _("Probable case")),
    "confirmed": ("stop", _("Confirmed case (F0)")),
    "discarded": ("unknown", _("Not a case")),
}
# Clauses of the definitions, and what takes a class away.
REASONS: Final[dict[str, Any]] = {
    "pcr": _("positive PCR"),
    "pcr_weak": _("PCR positive at a very late cycle"),
    "antigen": _("positive rapid test alone"),
    "antigen_and_contact": _("close contact with a positive rapid test"),
    "antigen_ill_and_link": _("signs, a link and a positive rapid test"),
    "antigen_and_ill": _("signs and a positive rapid test"),
    "antigen_twice_and_link": _("two positive rapid tests within eight hours and a link"),
    "ill_and_link": _("signs and a link to a case or place"),
    "ill_and_contact": _("signs and contact with a case"),
    "contact_and_reported": _("contact with a case, reported"),
    "smell_taste": _("loss of smell or taste"),
    "ill": _("signs of the disease"),
    "fever_and_rash": _("fever and rash"),
    "igm": _("IgM antibodies"),
    "igm_and_ill": _("signs and IgM antibodies"),
    "virus": _("virus found"),
    "ns1": _("NS1 antigen found"),
    "reported": _("reported by health staff"),
    "negative": _("ruled out by a negative test"),
    "withdrawn": _("the result it rested on was withdrawn"),
    "same_illness": _("the same illness as another case"),
    "officer": _("by an officer's word"),
}
CAUSES: Final[dict[str, Any]] = {
    "result": _("after a result"),
    "report": _("after what was reported"),
    "withdrawn": _("a result was withdrawn or corrected"),
    "negative": _("after a negative result"),
    "officer": _("decided by an officer"),
    "joined": _("two records of one person were joined"),
    "parted": _("two records came apart again"),
}
SYMPTOMS: Final[dict[str, Any]] = {
    "fever": _("Fever"),
    "cough": _("Cough"),
    "sore_throat": _("Sore throat"),
    "runny_nose": _("Runny or blocked nose"),
    "breathless": _("Trouble breathing"),
    "taste_loss": _("Loss of taste or smell"),
    "fatigue": _("Fatigue"),
    "headache": _("Headache"),
    "myalgia": _("Muscle pain"),
    "vomiting": _("Nausea or vomiting"),
    "diarrhoea": _("Diarrhoea"),
    "rash": _("Rash"),
    "conjunctivitis": _("Red eyes"),
    "joint_pain": _("Joint pain"),
    "abdominal_pain": _("Abdominal pain"),
    "eye_pain": _("Pain behind the eyes"),
    "bleeding": _("Bleeding under the skin"),
    "drowsy": _("Drowsy, hard to wake"),
}
SEVERITIES: Final[dict[str, Any]] = {
    "mild": _("Mild"),
    "moderate": _("Moderate"),
    "severe": _("Severe"),
    "critical": _("Critical"),
}
SEVERITY_KINDS: Final = {"mild": "unknown", "moderate": "question", "severe": "stop", "critical": "stop"}
OUTCOMES: Final[dict[str, Any]] = {
    "recovered": _("Recovered"),
    "died": _("Died"),
    "transferred": _("Transferred"),
    "lost": _("Lost from sight"),
}
WHERE: Final[dict[str, Any]] = {
    "home": _("At home"),
    "facility": _("Isolation facility"),
    "hospital": _("Hospital"),
}
LINKS: Final[dict[str, Any]] = {
    "": _("none known"),
    "factor": _("same place or event as a case"),
    "contact": _("close contact of a case"),
}
STATES: Final[dict[str, Any]] = {
    "open": _("open"),
    "loose": _("not isolated yet"),
    "ended": _("isolation ended"),
    "all": _("all"),
}
NOTES: Final[dict[str, Any]] = {
    "report": _("Reported"),
    "onset": _("Day of onset"),
    "course": _("Course"),
    "isolate": _("Isolated"),
    "end": _("Isolation ended"),
    "word": _("Officer's word"),
    "source": _("Source"),
    "cluster": _("Cluster"),
    "move": _("Another commune answers"),
}
FIELDS: Final[dict[str, Any]] = {
    "disease": _("Disease"),
    "symptomatic": _("Any signs"),
    "symptoms": _("Signs"),
    "onset_on": _("Day of onset"),
    "link": _("Link"),
    "severity": _("Severity"),
    "hospital": _("Hospital"),
    "outcome": _("Outcome"),
    "outcome_on": _("On"),
    "isolated_at": _("Since"),
    "kind": _("Where isolated"),
    "place": _("Place of isolation"),
    "classification": _("Class"),
    "reason": _("Reason"),
    "rule": _("Rule"),
    "cluster": _("Cluster"),
    "infected_from": _("Infected from"),
    "imported_from": _("From country"),
    "note": _("Note"),
    "facility": _("Facility"),
}
SIGNS: Final[dict[str, Any]] = {"yes": _("yes"), "no": _("no signs"), "unknown": _("not known")}
ORDER_KINDS: Final[dict[str, Any]] = {
    "isolation": _("Isolation"),
    "quarantine": _("Quarantine"),
    "release": _("Release"),
    "discharge": _("Confirmation of recovery"),
}
ORDER_STATES: Final[dict[str, Any]] = {
    "new": _("to print"),
    "bring": _("to deliver"),
    "brought": _("delivered"),
    "all": _("all"),
}
DELIVERIES: Final[dict[str, Any]] = {
    "hand": _("By hand"),
    "post": _("By post"),
    "sms": _("By SMS"),
    "phone": _("By telephone"),
}


def of(table: dict[str, Any], code: str) -> str:
    """The word of a code; the code itself where the table does not know it."""
    found = table.get(code)
    return str(found[1] if isinstance(found, tuple) else found) if found is not None else code
