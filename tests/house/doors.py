"""What a line of the table of doors says: who gets through, and how everybody else is answered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from lachan.access.rules import Role

RECEPTIONIST, SCREENER, VACCINATOR, OBSERVER, HEAD = (
    Role.RECEPTIONIST,
    Role.SCREENER,
    Role.VACCINATOR,
    Role.OBSERVER,
    Role.HEAD,
)
STATION = frozenset({RECEPTIONIST, SCREENER, VACCINATOR, OBSERVER, HEAD})
OFFICERS = frozenset({Role.COMMUNE_OFFICER, Role.DISTRICT_OFFICER, Role.PROVINCE_OFFICER})
NATIONAL = frozenset({Role.NATIONAL_OFFICER})
AUDITOR = frozenset({Role.AUDITOR})
WITHOUT_NAMES = frozenset({Role.SUPPORT, Role.ADMINISTRATOR})
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
READERS = STATION | OFFICERS | AUDITOR  # who sees named persons, each in their places
LABORATORY = frozenset({Role.LABORATORY})
TRACER = frozenset({Role.TRACER})
KEYS = frozenset({Role.STATION_DEVICE, Role.PARTNER})
STAFF = frozenset(Role) - KEYS
REPORTING_UP = STATION - {RECEPTIONIST} | {Role.COMMUNE_OFFICER, Role.DISTRICT_OFFICER}  # reactions, to the province


@dataclass(frozen=True)
class Door:
    """Who gets through one method of one route; everyone else is answered as ``visitor`` says or with 403.

    ``visitor``: what somebody unknown gets: the sign-in page, 401 (the API), the page itself (``reason`` says why),
    404, which then everyone gets, or "own": the sign-in of people to their own record, which then all staff get too.
    ``newcomer``: whether someone signed in without any role gets through.
    ``body``: what is sent: a form for pages, JSON for the API.
    """

    roles: frozenset[Role]
    visitor: Literal["sign in", "401", "404", "page", "own"]
    newcomer: bool = False
    reason: str = ""
    body: dict[str, object] | None = None

    def sending(self, **body: object) -> Door:
        return replace(self, body=body)


def page(roles: frozenset[Role]) -> Door:
    """A screen for these roles."""
    return Door(roles, "sign in")


def signed_in() -> Door:
    """A screen for everyone who has signed in, a newcomer without a role too."""
    return Door(STAFF, "sign in", newcomer=True)


def api(roles: frozenset[Role]) -> Door:
    """A route for keys; a session opens nothing there."""
    return Door(roles, "401")


def person() -> Door:
    """A page of a person's own record: nobody of the staff gets through, with whatever role, and no key."""
    return Door(frozenset(), "own")


def nobody() -> Door:
    """An address a library brings along and we do not use: not there for anyone."""
    return Door(frozenset(), "404")


def everyone(reason: str) -> Door:
    """Public. The reason is read by whoever reviews this table."""
    return Door(frozenset(Role), "page", newcomer=True, reason=reason)
