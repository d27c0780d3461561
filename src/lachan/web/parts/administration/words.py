"""Words of administration: places, roles, reasons, what became of a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lachan.access.actors import Actor
from lachan.access.messages import MESSAGES
from lachan.access.queries import AlertFact, ExpiringFact, GrantRow, LookFact, RequestFact, labels
from lachan.access.rules import KEY_ROLES, Role
from lachan.access.uploads.parse import COLUMNS, day
from lachan.kernel.outcomes import Outcome
from lachan.places import queries as places
from lachan.web.templatetags.lachan import num
from lachan.web.words import ROLES

Text = str | Promise

# In the order of a station, then upward.
STAFF: Final = [role for role in Role if role not in KEY_ROLES]

KINDS: Mapping[str, Text] = {
    "password": gettext_lazy("New password"),
    "factor": gettext_lazy("Second factor taken off"),
    "both": gettext_lazy("New password, second factor taken off"),
    "administrator": gettext_lazy("Role of administrator"),
    "first": gettext_lazy("First sign-in"),
}


@dataclass(frozen=True, slots=True)
class Held:
    """A grant in words. ``state``: now, later, over, taken."""

    id: Any
    role: Text
    key: str
    place: str
    valid_from: date | None
    valid_to: date | None
    state: str
    soon: bool = False


LOST: Mapping[str, Text] = {
    "password": gettext_lazy("the password"),
    "factor": gettext_lazy("the second factor"),
    "both": gettext_lazy("both"),
}

FILES: Mapping[str, Text] = {
    "users": gettext_lazy("Users from a file"),
    "facilities": gettext_lazy("Facilities from a file"),
    "keys": gettext_lazy("Keys from a file"),
}

_COLUMNS: Mapping[str, Mapping[str, Text]] = {
    "users": {
        "username": gettext_lazy("who signs in; 3 to 60 letters a to z, digits, dots, hyphens"),
        "name": gettext_lazy("the name people read; needed for new accounts"),
        "language": gettext_lazy("vi or en; vi when empty"),
        "email": gettext_lazy("for your own use; nothing is sent"),
        "role": gettext_lazy("a role of the list below; one row a role"),
        "place": gettext_lazy("code of the facility or area, or nation"),
        "from": gettext_lazy("first day; today when empty"),
        "to": gettext_lazy("last day; a year for officers when empty"),
    },
    "facilities": {
        "code": gettext_lazy("code of the facility; a known code is changed, another opened"),
        "name": gettext_lazy("its name"),
        "kind": gettext_lazy("station or hospital; station when empty"),
        "commune": gettext_lazy("code of the commune it stands in"),
        "opened": gettext_lazy("day it opens; today when empty"),
        "closed": gettext_lazy("day it closes; open when empty"),
    },
    "keys": {
        "label": gettext_lazy("whose key it is, as people will read it"),
        "kind": gettext_lazy("device or partner"),
        "place": gettext_lazy("code of the facility or area it serves"),
        "days": gettext_lazy("days until it ends, at most 400; 365 when empty"),
    },
}


RULE_WORDS: Mapping[str, Text] = {
    "many_an_hour": gettext_lazy("Very many people in one hour"),
    "many_a_day": gettext_lazy("Far more people than usual"),
    "elsewhere": gettext_lazy("People of other places, not treated"),
    "known_name": gettext_lazy("A name on the auditor's list"),
    "no_act": gettext_lazy("Records opened, nothing done"),
}
LIMITS: Mapping[str, Text] = {
    "hour_floor": gettext_lazy("People in one hour"),
    "day_floor": gettext_lazy("People in one day, at least"),
    "times_own": gettext_lazy("and times one's own usual day"),
    "times_peers": gettext_lazy("and times the usual day of others with the same role"),
    "elsewhere": gettext_lazy("People of other places opened and not treated, in a day"),
    "no_act_floor": gettext_lazy("Records opened in a day, at least"),
    "no_act_share": gettext_lazy("and share of them after which nothing was done (0 to 1)"),
}
# Purposes as the house writes them into the log.
PURPOSES: Mapping[str, Text] = {
    "served at the door": gettext_lazy("served at the door"),
    "found by name": gettext_lazy("found by name"),
    "worklist": gettext_lazy("worklist"),
    "registration": gettext_lazy("registration"),
    "opened by address": gettext_lazy("opened by address"),
    "received at the own station": gettext_lazy("received at the own station"),
    "compare with the document": gettext_lazy("compare with the document"),
    "call the person": gettext_lazy("call the person"),
    "correct the record": gettext_lazy("correct the record"),
    "answer the person": gettext_lazy("answer the person"),
}


_PARTS: Mapping[str, Text] = {
    "page": gettext_lazy("record"),
    "record": gettext_lazy("record"),
    "identifier": gettext_lazy("numbers in full"),
    "slip": gettext_lazy("confirmation slip"),
    "search": gettext_lazy("list of names"),
    "possible match": gettext_lazy("possible doubles"),
    "arrival": gettext_lazy("arrival"),
    "worklist": gettext_lazy("worklist entry"),
    "reactions": gettext_lazy("reactions after vaccination"),
    "contact": gettext_lazy("telephone number"),
}


def look(row: LookFact) -> dict[str, Any]:
    """A look in words; what no word is known for stays as it was logged."""
    return {"row": row, "purpose": PURPOSES.get(row.purpose, row.purpose), "part": _PARTS.get(row.what, row.what)}


def alert(fact: AlertFact) -> dict[str, Any]:
    """An alert in words: what was found and the numbers that say so."""
    evidence = fact.row.evidence
    said = {name: num(evidence.get(name), 0) for name in ("persons", "limit", "opened")}
    sentence = {
        "many_an_hour": _("%(persons)s people within one hour; the limit is %(limit)s."),
        "many_a_day": _("%(persons)s people in one day; the limit for this person on this day is %(limit)s."),
        "elsewhere": _("%(persons)s records of people of other places were opened, and nobody of them was treated."),
        "known_name": _("%(persons)s people of the list were looked at without being treated."),
        "no_act": _("Of %(opened)s records opened, nothing was done after %(persons)s."),
    }[fact.row.rule]
    return {
        "row": fact.row, "who": fact.label, "rule": RULE_WORDS[fact.row.rule], "said": sentence % said,
        "usual": evidence.get("usual"), "peers": evidence.get("peers"), "answered_by": fact.answered_by,
        "people": evidence.get("person_ids", []),
    }  # fmt: skip


def columns(kind: str) -> list[tuple[str, Text, bool]]:
    """Columns of a file: (name, what it takes, whether it must be there)."""
    return [(name, _COLUMNS[kind][name], must) for name, (must, _names) in COLUMNS[kind].items()]


def asked(row: RequestFact, actor: Actor) -> dict[str, Any]:
    """A question for a second administrator, in words; ``mine``: whoever reads it asked it."""
    names = labels([row.asked_by])
    return {
        "row": row,
        "kind": KINDS[row.kind],
        "place": place(None, row.area_id) if row.area_id else "",
        "by": names.get(row.asked_by, ""),
        "mine": row.asked_by == actor.id or row.user_id == actor.id,
    }


def day_of(text: str) -> date | None:
    """A day as people or date fields write it."""
    return day(text.strip())


def why(outcome: Outcome) -> str:
    """The sentence of a refusal."""
    reason = outcome.reason or ""
    return str(MESSAGES.get(reason, reason)) % (outcome.params or {})


def place(facility_id: int | None, area_id: int | None) -> str:
    """Name of where a grant holds, with its way up where the name alone does not say enough."""
    if facility_id is not None:
        row = places.facility(facility_id)
        return row.name if row else str(facility_id)
    return places.address(area_id) or _nation(area_id) if area_id is not None else ""


def _nation(area_id: int) -> str:
    found = places.areas([area_id])
    return found[0].full_name if found else str(area_id)


def held(row: GrantRow, today: date) -> Held:
    state = (
        "taken" if row.revoked_at else "now" if row.in_force(today) else "later" if row.valid_from > today else "over"
    )
    soon = state == "now" and row.valid_to is not None and (row.valid_to - today).days <= 14
    return Held(
        row.id, ROLES[row.role], row.role.value, place(row.facility_id, row.area_id), row.valid_from, row.valid_to,
        state, soon,
    )  # fmt: skip


def ending(row: ExpiringFact) -> dict[str, Any]:
    """A grant that ends soon, in words."""
    left = (row.valid_to - timezone.localdate()).days
    return {"row": row, "role": ROLES[row.role], "place": place(row.facility_id, row.area_id), "left": left}


def role_word(role: Role) -> Text:
    return ROLES[role]


def roles(chosen: str = "") -> list[tuple[str, Text, bool]]:
    """Roles of people to choose from: (key, word, whether chosen)."""
    return [(role.value, ROLES[role], role.value == chosen) for role in STAFF]
