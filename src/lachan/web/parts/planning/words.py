"""Words of planning and of the tally by their codes."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

DESKS: dict[str, Any] = {
    "reception": _("Reception"),
    "screening": _("Screening"),
    "vaccination": _("Vaccination"),
    "observation": _("Observation"),
}

# State of a session: (kind of badge, word).
STATES: dict[str, tuple[str, Any]] = {
    "planned": ("waiting", _("To come")),
    "open": ("done", _("Open")),
    "closed": ("unknown", _("Closed")),
    "cancelled": ("stop", _("Called off")),
}

CAUSES: dict[str, Any] = {
    "miscounted": _("Counted wrongly on paper"),
    "other_facility": _("Recorded at another facility"),
    "not_given": _("Counted, but not given"),
    "paper_lost": _("The papers are lost"),
    "other": _("Another reason"),
}

EXPLANATIONS: dict[str, tuple[str, Any]] = {
    "proposed": ("waiting", _("Waiting for the commune or the district")),
    "accepted": ("done", _("Accepted")),
    "returned": ("question", _("Returned")),
}

# Decision 3355/QD-BYT, 8 July 2021, in short; the number is that of the ministry's list.
GROUPS: dict[int, Any] = {
    1: _("Health workers"), 2: _("Anti-epidemic staff"), 3: _("Army"), 4: _("Police"),
    5: _("Diplomats, international organisations"), 6: _("Customs, immigration"), 7: _("Essential services"),
    8: _("Teachers, pupils, public-facing officials"), 9: _("Chronic disease, over 65"),
    10: _("Residents of outbreak areas"), 11: _("Poor, social policy"), 12: _("Going abroad, foreign experts"),
    13: _("Enterprises, markets, transport"), 14: _("Religious dignitaries"), 15: _("Freelance workers"),
    16: _("Others decided by the ministry or the province"),
}  # fmt: skip
