"""Words of reactions: states, clocks, sources and kinds of entries by their codes."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lachan.immunization.rules.harm import Clock

# State of a case: (kind of badge, word).
STATES: Final[dict[str, tuple[str, Any]]] = {
    "new": ("question", gettext_lazy("New")),
    "reported": ("waiting", gettext_lazy("Reported to the province")),
    "acknowledged": ("waiting", gettext_lazy("Acknowledged by the province")),
    "investigated": ("waiting", gettext_lazy("Investigated")),
    "classified": ("done", gettext_lazy("Classified")),
    "closed": ("done", gettext_lazy("Closed")),
}
CLOCKS: Final[dict[str, str]] = {
    Clock.NONE: "unknown",
    Clock.RUNNING: "waiting",
    Clock.SOON: "question",
    Clock.LATE: "stop",
    Clock.MET: "done",
    Clock.MET_LATE: "question",
}
SEVERITY_KINDS: Final = {"mild": "unknown", "moderate": "question", "severe": "stop"}
SOURCES: Final[dict[str, Any]] = {
    "station": gettext_lazy("the station, during observation"),
    "staff": gettext_lazy("health staff"),
    "hospital": gettext_lazy("a hospital"),
    "person": gettext_lazy("the person vaccinated"),
    "family": gettext_lazy("the family"),
}
ENTRIES: Final[dict[str, Any]] = {
    "report": gettext_lazy("Report"),
    "follow_up": gettext_lazy("Follow-up"),
    "notify": gettext_lazy("Reported to the province"),
    "acknowledge": gettext_lazy("Acknowledged by the province"),
    "investigate": gettext_lazy("Investigation"),
    "classify": gettext_lazy("Causality classified"),
    "close": gettext_lazy("Case closed"),
    "remind": gettext_lazy("Reminder sent"),
    "escalate": gettext_lazy("Passed to the national level"),
}
MORE: Final[dict[str, Any]] = {
    "note": gettext_lazy("Note"),
    "milder_reason": gettext_lazy("Why it is milder than said before"),
    "source": gettext_lazy("Reported by"),
    "closing_reason": gettext_lazy("Reason"),
    "causality": gettext_lazy("Class"),
    "causality_committee": gettext_lazy("Decided by"),
    "causality_on": gettext_lazy("Decided on"),
    "causality_reason": gettext_lazy("Reason"),
}
SORTS: Final[dict[str, Any]] = {
    "due": gettext_lazy("Clock first"),
    "known": gettext_lazy("Latest first"),
    "onset": gettext_lazy("Onset"),
    "severity": gettext_lazy("Gravest first"),
    "facility": gettext_lazy("Facility"),
    "lot": gettext_lazy("Lot"),
}
KINDS: Final[dict[str, Any]] = {
    "lot": gettext_lazy("Lot"),
    "facility": gettext_lazy("Facility"),
    "lot_facility": gettext_lazy("Lot at a facility"),
    "session": gettext_lazy("Session"),
}


def clock_word(clock: Clock, due_at: datetime | None, notified_at: datetime | None, now: datetime) -> str:
    """What the clock says: time left, time over, or how it was met."""
    if clock is Clock.NONE or due_at is None:
        return _("no clock")
    if clock in (Clock.RUNNING, Clock.SOON):
        return _("%(time)s left") % {"time": span(due_at, now)}
    if clock is Clock.LATE:
        return _("late by %(time)s") % {"time": span(now, due_at)}
    if clock is Clock.MET:
        return _("reported in time")
    return _("reported %(time)s late") % {"time": span(notified_at or now, due_at)}


def span(later: datetime, earlier: datetime) -> str:
    """How long between two moments, in the two largest units."""
    minutes = max(int((later - earlier).total_seconds() // 60), 0)
    hours, rest = divmod(minutes, 60)
    if hours >= 48:
        return ngettext("%(count)s day", "%(count)s days", hours // 24) % {"count": hours // 24}
    if hours:
        return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": rest}
    return _("%(minutes)s min") % {"minutes": rest}


def texts() -> dict[str, str]:
    """Texts of ``frontend/islands/harm``, by key."""
    return {
        "left": _("{hours} h {minutes} min left"),
        "late": _("late by {hours} h {minutes} min"),
        "days_late": _("late by {days} days"),
    }
