"""Words of the shell: names of roles, of the place a person works at, and what the browser script says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lachan.access import queries as access
from lachan.access.actors import GrantFact
from lachan.access.operations import DEMO_PASSWORD
from lachan.access.queries import GrantRow
from lachan.access.rules import STATION_ROLES, Role
from lachan.places import queries as places

ROLES: Mapping[Role, str | Promise] = {
    Role.RECEPTIONIST: gettext_lazy("Receptionist"),
    Role.SCREENER: gettext_lazy("Screening"),
    Role.VACCINATOR: gettext_lazy("Vaccinator"),
    Role.OBSERVER: gettext_lazy("Observation"),
    Role.HEAD: gettext_lazy("Head of station"),
    Role.LABORATORY: gettext_lazy("Laboratory technician"),
    Role.TRACER: gettext_lazy("Contact tracer"),
    Role.COMMUNE_OFFICER: gettext_lazy("Commune officer"),
    Role.DISTRICT_OFFICER: gettext_lazy("District officer"),
    Role.PROVINCE_OFFICER: gettext_lazy("Province officer"),
    Role.NATIONAL_OFFICER: gettext_lazy("National officer"),
    Role.AUDITOR: gettext_lazy("Auditor"),
    Role.SUPPORT: gettext_lazy("Support"),
    Role.ADMINISTRATOR: gettext_lazy("Administrator"),
    Role.STATION_DEVICE: gettext_lazy("Station device"),
    Role.PARTNER: gettext_lazy("Partner system"),
}


# In the order in which the story of a vaccination day is told: from the station to the nation.
_DEMO_NAMES = ("nurse", "head", "laboratory", "tracer", "commune", "province", "national", "auditor", "admin")


@dataclass(frozen=True)
class DemoPerson:
    username: str
    password: str
    role: str
    place: str


def demo_people() -> list[DemoPerson]:
    """The sign-ins listed on the sign-in page of the demonstration; those not (yet) made are left out."""
    found = [access.user_by_name(name) for name in _DEMO_NAMES]
    return [
        DemoPerson(user.username, DEMO_PASSWORD, role_of(user.grants), place_of(user.grants[0]))
        for user in found
        if user is not None and user.grants
    ]


def role_of(grants: Sequence[GrantFact | GrantRow]) -> str:
    """One role by its name; several at a station as what the person is called there."""
    roles = {grant.role for grant in grants}
    if len(roles) > 1 and roles <= STATION_ROLES and Role.HEAD not in roles:
        return _("Nurse")
    return str(ROLES[grants[0].role]) if grants else ""


def place_of(grant: GrantFact | GrantRow) -> str:
    """Name of the facility or area of a grant, "" when it is not (or no longer) known."""
    if grant.facility_id is not None:
        facility = places.facility(grant.facility_id)
        return facility.name if facility else ""
    if grant.area_id is not None:
        found = places.areas([grant.area_id])
        return found[0].full_name if found else ""
    return ""


def shell_texts() -> dict[str, str]:
    """Texts of ``frontend/islands/shell``, by key; {braces} are filled in by the script."""
    return {
        "network": _("Network"),
        "net_good": _("good"),
        "net_slow": _("slow"),
        "net_lost": _("lost"),
        "waiting": _("{count} waiting to be sent"),
        "undo": _("Undo"),
        "close": _("Close"),
        "sent_again": _("The line is back. {count} entries were sent."),
        "error_line": _("No connection. What you typed is kept; it is sent by itself when the line is back."),
        "error_line_read": _("No connection, the page could not be updated. Check the network and try again."),
        "error_401": _(
            "Your session has ended. Sign in again in a new window, then repeat the last step: what you typed is kept."
        ),
        "error_403": _(
            "Your role may not do this. Nothing was changed. Ask the head of the station or your administrator."
        ),
        "error_404": _("This is no longer here. Reload the page to see the present state."),
        "error_409": _(
            "Someone else changed this at the same time. Reload the page, look at the present state and try again."
        ),
        "error_429": _("Too many attempts in a short time. Wait a minute, then try again."),
        "error_400": _(
            "The server did not understand the request, nothing was recorded. Reload the page and try again."
        ),
        "error_500": _(
            "The server could not do this and recorded nothing. Try again; if it happens again, tell support: {code}"
        ),
        "sign_in": _("Sign in"),
        "draft_back": _("What you had typed here is back."),
        "draft_drop": _("Clear it"),
        "camera_title": _("Scan with the camera"),
        "camera_aim": _("Hold the QR code of the card in front of the camera."),
        "camera_denied": _("The camera is blocked. Allow it in the browser's address bar, or type the number below."),
        "camera_none": _("No camera was found. Type the number below, or use a hand scanner."),
        "camera_slow": _("Nothing read yet. More light and a steady hand help; you can also type the number below."),
        "camera_type": _("Number on the card"),
        "use_number": _("Use this number"),
    }


def span(time: timedelta) -> str:
    """How long, in the unit that says it: seconds, minutes, hours or days."""
    seconds = max(round(time.total_seconds()), 1)
    for size, words in ((86_400, _days), (3_600, _hours), (60, _minutes)):
        if seconds >= 2 * size:
            return words(seconds // size)
    return ngettext("%(count)d second", "%(count)d seconds", seconds) % {"count": seconds}


def _days(count: int) -> str:
    return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}


def _hours(count: int) -> str:
    return ngettext("%(count)d hour", "%(count)d hours", count) % {"count": count}


def _minutes(count: int) -> str:
    return ngettext("%(count)d minute", "%(count)d minutes", count) % {"count": count}
