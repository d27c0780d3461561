"""Words of administration: places, roles, reasons, what became of a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from lachan.access.messages import MESSAGES
from lachan.access.queries import ExpiringFact, GrantRow
from lachan.access.rules import KEY_ROLES, Role
from lachan.kernel.outcomes import Outcome
from lachan.places import queries as places
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


def roles(chosen: str = "") -> list[tuple[str, Text, bool]]:
    """Roles of people to choose from: (key, word, whether chosen)."""
    return [(role.value, ROLES[role], role.value == chosen) for role in STAFF]
