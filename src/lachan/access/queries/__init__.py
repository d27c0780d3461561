"""Reads of access: who may sign in and where they are signed in, which keys exist, who looked at whom."""

from __future__ import annotations

from lachan.access.queries.core import (
    GrantRow,
    KeyFact,
    LookFact,
    UserFact,
    key_by_prefix,
    keys_in_scope,
    labels,
    looks_at,
    looks_by,
    user_by_name,
    users_in_scope,
    within,
)
from lachan.access.queries.people import (
    DoneFact,
    ExpiringFact,
    RequestFact,
    SessionFact,
    UserWish,
    done_to,
    expiring,
    find_users,
    open_requests,
    sessions_of,
    user,
)

__all__ = [
    "DoneFact",
    "ExpiringFact",
    "GrantRow",
    "KeyFact",
    "LookFact",
    "RequestFact",
    "SessionFact",
    "UserFact",
    "UserWish",
    "done_to",
    "expiring",
    "find_users",
    "key_by_prefix",
    "keys_in_scope",
    "labels",
    "looks_at",
    "looks_by",
    "open_requests",
    "sessions_of",
    "user",
    "user_by_name",
    "users_in_scope",
    "within",
]
