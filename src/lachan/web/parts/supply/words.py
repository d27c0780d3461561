"""Words of the supply part: states, outcomes and places by their codes."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from lachan.access.actors import Actor
from lachan.access.rules import OFFICER_LEVEL, allowed
from lachan.access.scopes import NATION
from lachan.places import queries as places

# (kind of badge, word)
STATUS: Final[dict[str, tuple[str, Any]]] = {
    "recalled": ("stop", _("Recalled")),
    "quarantined": ("question", _("In quarantine")),
    "ok": ("done", _("May be used")),
}

MESSAGES: Final[dict[str, Any]] = {
    "queued": _("message waits"),
    "sent": _("message sent"),
    "failed": _("message failed"),
}

FAILED: Final[dict[str, Any]] = {
    "no_contact": _("no telephone is known"),
    "dead": _("recorded as dead"),
    "person_gone": _("the record is gone"),
    "too_many_tries": _("the operator could not deliver it"),
}

OUTCOMES: Final[dict[str, Any]] = {
    "reached": _("Reached"),
    "no_answer": _("No answer"),
    "wrong_number": _("Wrong number"),
    "moved": _("Has moved"),
    "refused": _("Does not want to talk"),
}

KINDS: Final[dict[str, tuple[str, Any]]] = {
    "high": ("stop", _("Too warm")),
    "low": ("question", _("Too cold")),
    "freezing": ("stop", _("Frozen")),
}

PLAN_STATES: Final[dict[str, tuple[str, Any]]] = {
    "open": ("waiting", _("Open")),
    "decided": ("done", _("Decided")),
    "closed": ("unknown", _("Closed")),
}

WAYS: Final[dict[str, tuple[Any, Any]]] = {
    "missing": (
        _("By people without a dose"),
        _("doses = available × (population − people with a first dose) ÷ the sum of these"),
    ),
    "asked": (_("By what was asked"), _("doses = available × asked ÷ sum asked, and never more than asked")),
    "days": (
        _("By days of stock"),
        _("so that stock and gift last equally many days at the pace of the last 14 days"),
    ),
}


def place_name(area_id: int | None, facility_id: int | None) -> str:
    """A place in words."""
    if facility_id is not None:
        facility = places.facility(facility_id)
        return facility.name if facility else "–"
    if area_id in (None, NATION):
        return str(_("The whole nation"))
    area = places.area(area_id or 0)
    return area.full_name if area else "–"


def places_of(actor: Actor, verb: str) -> list[tuple[str, str]]:
    """(code for a form, name) of the places an actor may name whole for a verb: the facility or area of each grant."""
    found: dict[str, str] = {}
    for grant in actor.grants:
        if grant.role not in allowed(verb):
            continue
        if grant.facility_id is not None:
            found[f"f{grant.facility_id}"] = place_name(None, grant.facility_id)
        elif grant.area_id is not None:
            found[f"a{grant.area_id}"] = place_name(grant.area_id, None)
    return list(found.items())


def level_of(actor: Actor) -> int | None:
    """The area an officer decides for: of the highest grant that may plan."""
    found = [
        (OFFICER_LEVEL[grant.role], grant.area_id)
        for grant in actor.grants
        if grant.role in allowed("allocation.plan") and grant.role in OFFICER_LEVEL and grant.area_id is not None
    ]
    return min(found)[1] if found else None
