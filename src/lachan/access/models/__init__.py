"""Tables of access: users, keys, the grants both hold, and the log of looks at named persons."""

from __future__ import annotations

from lachan.access.models.grants import ApiKey, Grant
from lachan.access.models.looks import Look
from lachan.access.models.recovery import Request
from lachan.access.models.sessions import FactorSecret, Session
from lachan.access.models.uploads import Upload
from lachan.access.models.users import User
from lachan.access.models.watch import Alert, KnownName, Limit

__all__ = [
    "Alert",
    "ApiKey",
    "FactorSecret",
    "Grant",
    "KnownName",
    "Limit",
    "Look",
    "Request",
    "Session",
    "Upload",
    "User",
]
