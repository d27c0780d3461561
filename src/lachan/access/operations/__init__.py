"""What changes in access: users, grants, keys, and the log of looks. The only place of this room that writes.

List form, one outcome per item in the same order, one journal row per fact in the same transaction. Reason codes and
their sentences: :mod:`lachan.access.messages`.
"""

from __future__ import annotations

from lachan.access.operations.demo import DEMO_PASSWORD, DemoUser, create_demo_users
from lachan.access.operations.grants import NewGrant, extend_grants, grant, revoke_grants
from lachan.access.operations.keys import KeyMade, NewApiKey, create_api_key, create_api_keys, revoke_api_keys
from lachan.access.operations.looks import SERVED, log_looks
from lachan.access.operations.recovery import Confirmed, ask, confirm, first_code, recover, told, use_code, withdraw
from lachan.access.operations.sessions import end_own, sign_out
from lachan.access.operations.users import (
    Details,
    NewUser,
    change_details,
    create_users,
    set_active,
    set_language,
    set_passwords,
)

__all__ = [
    "DEMO_PASSWORD",
    "SERVED",
    "Confirmed",
    "DemoUser",
    "Details",
    "KeyMade",
    "NewApiKey",
    "NewGrant",
    "NewUser",
    "ask",
    "change_details",
    "confirm",
    "create_api_key",
    "create_api_keys",
    "create_demo_users",
    "create_users",
    "end_own",
    "extend_grants",
    "first_code",
    "grant",
    "log_looks",
    "recover",
    "revoke_api_keys",
    "revoke_grants",
    "set_active",
    "set_language",
    "set_passwords",
    "sign_out",
    "told",
    "use_code",
    "withdraw",
]
