"""How often somebody may declare whose contact is proved already; codes have limits of their own, all one set."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from lachan.people.self_service import secrets, throttle
from lachan.people.self_service.rules import Limit
from lachan.people.self_service.throttle import Counted

# A family declares in one sitting, a team leader for a crew; a mobile operator puts thousands behind one address.
OF_CONTACT: Final = Limit("declarations of a contact", 40, timedelta(days=1))
OF_ADDRESS: Final = Limit("declarations of an address", 600, timedelta(minutes=10))


def too_often(contact: tuple[str, str], address: str, now: datetime) -> timedelta | None:
    """Count one declaration; how long to wait when it was one too many. One statement."""
    return throttle.take(
        [
            Counted(OF_CONTACT, secrets.counter("declare_contact", ":".join(contact))),
            Counted(OF_ADDRESS, secrets.counter("declare_address", address)),
        ],
        now,
    )
