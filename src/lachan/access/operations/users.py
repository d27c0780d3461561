"""Accounts: opened, given a password, closed, read in another language."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from lachan.access.actors import Actor
from lachan.access.models import User
from lachan.access.operations._common import Fact, beyond_scope, bounded, write_journal
from lachan.access.operations.sessions import end_all
from lachan.access.rules import may
from lachan.kernel.database import hot_cursor
from lachan.kernel.outcomes import ACCEPTED, DUPLICATE, REFUSED, Outcome
from lachan.kernel.text import fold

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,59}")


class NewUser(NamedTuple):
    """``password`` None makes an account that cannot sign in until a password is set."""

    username: str
    display_name: str
    password: str | None = None
    email: str = ""
    language: str = "vi"


def create_users(items: Sequence[NewUser], *, actor: Actor, now: datetime) -> list[Outcome]:
    """Open accounts. Refusals: not_allowed, username_malformed, name_missing, language_unknown, password_weak,
    username_taken."""
    bounded(items)
    faults = [_user_fault(item, actor) for item in items]
    wanted = [
        User(
            username=item.username.lower(),
            display_name=item.display_name.strip(),
            search_name=search_name(item.username, item.display_name),
            email=item.email,
            language=item.language,
            password=make_password(item.password),
            date_joined=now,
        )
        for item, fault in zip(items, faults, strict=True)
        if fault is None
    ]
    with hot_cursor() as cursor:
        # the unique name decides, not a question asked before: two administrators may open the same account at once
        User.objects.bulk_create(wanted, ignore_conflicts=True)
        made = set(User.objects.filter(id__in=[user.id for user in wanted]).values_list("id", flat=True))
        new = [user for user in wanted if user.id in made]
        write_journal(cursor, actor, now, [("user.created", user.id, {"username": user.username}) for user in new])
    users = iter(wanted)
    outcomes = []
    for fault in faults:
        user = None if fault else next(users)
        if user is None:
            assert fault is not None
            outcomes.append(fault)
        elif user.id in made:
            outcomes.append(Outcome(ACCEPTED, id=user.id))
        else:
            outcomes.append(Outcome(REFUSED, "username_taken", params={"username": user.username}))
    return outcomes


def search_name(username: str, display_name: str) -> str:
    """What a user is found by: both names without accents."""
    return fold(f"{username} {display_name}")[:240]


def _user_fault(item: NewUser, actor: Actor) -> Outcome | None:
    if not may(actor, "user.manage"):
        return Outcome(REFUSED, "not_allowed")
    if not _USERNAME.fullmatch(item.username.lower()):
        return Outcome(REFUSED, "username_malformed", params={"username": item.username})
    if not item.display_name.strip():
        return Outcome(REFUSED, "name_missing")
    if item.language not in ("vi", "en"):
        return Outcome(REFUSED, "language_unknown", params={"language": item.language})
    return None if item.password is None else password_fault(item.password, item.username, item.display_name)


def password_fault(password: str, username: str, display_name: str) -> Outcome | None:
    """``password_weak`` with the reasons in ``why``, or None."""
    try:
        validate_password(password, User(username=username, display_name=display_name))
    except ValidationError as error:
        return Outcome(REFUSED, "password_weak", params={"why": " ".join(error.messages)})
    return None


def set_passwords(items: Sequence[tuple[UUID, str]], *, actor: Actor, now: datetime) -> list[Outcome]:
    """Give users new passwords; their open sessions end. For the command line: an administrator who sets a password
    alone could sign in as anybody, so ``recovery.ask`` and ``confirm`` are theirs. Refusals: needs_two, unknown_user,
    password_weak."""
    if actor.kind != "system":
        return [Outcome(REFUSED, "needs_two") for _ in items]

    def change(user: User, password: str) -> Outcome | None:
        fault = password_fault(password, user.username, user.display_name)
        if fault is None:
            user.password = make_password(password)
        return fault

    return _change_users(items, change, ("password",), "user.password_set", actor, now)


class Details(NamedTuple):
    """What an administrator may correct about an account; the user name stays for ever."""

    display_name: str
    email: str
    language: str


def change_details(items: Sequence[tuple[UUID, Details]], *, actor: Actor, now: datetime) -> list[Outcome]:
    """Correct names, addresses, languages. Refusals: not_allowed, unknown_user, out_of_scope, name_missing,
    language_unknown."""

    def change(user: User, new: Details) -> Outcome | None:
        if not new.display_name.strip():
            return Outcome(REFUSED, "name_missing")
        if new.language not in ("vi", "en"):
            return Outcome(REFUSED, "language_unknown", params={"language": new.language})
        if (user.display_name, user.email, user.language) == (new.display_name.strip(), new.email, new.language):
            return Outcome(DUPLICATE, id=user.id)
        user.display_name, user.email, user.language = new.display_name.strip(), new.email, new.language
        user.search_name = search_name(user.username, user.display_name)
        return None

    fields = ("display_name", "email", "language", "search_name")
    return _change_users(items, change, fields, "user.details_set", actor, now)


def set_active(items: Sequence[tuple[UUID, bool]], *, actor: Actor, now: datetime) -> list[Outcome]:
    """Close (False) or open (True) accounts. A closed account's sessions end at once. Refusals: not_allowed,
    own_account, unknown_user, out_of_scope."""

    def change(user: User, active: bool) -> Outcome | None:
        if user.id == actor.id:
            return Outcome(REFUSED, "own_account")
        if user.is_active == active:
            return Outcome(DUPLICATE, id=user.id)
        user.is_active = active
        return None

    return _change_users(items, change, ("is_active",), "user.active_set", actor, now)


def _change_users(
    items: Sequence[tuple[UUID, Any]],
    change: Callable[[User, Any], Outcome | None],
    fields: tuple[str, ...],
    verb: str,
    actor: Actor,
    now: datetime,
) -> list[Outcome]:
    bounded(items)
    outcomes: list[Outcome] = []
    facts: list[Fact] = []
    allowed = may(actor, "user.manage")
    with hot_cursor() as cursor:
        ids = [user_id for user_id, _ in items]
        users = {user.id: user for user in User.objects.select_for_update().filter(id__in=ids).order_by("id")}
        beyond = beyond_scope(actor, ids)
        for user_id, value in items:
            user = users.get(user_id)
            if not allowed or user is None or user_id in beyond:
                reason = "not_allowed" if not allowed else "unknown_user" if user is None else "out_of_scope"
                outcomes.append(Outcome(REFUSED, reason))
                continue
            outcome = change(user, value)
            if outcome is None:
                facts.append((verb, user.id, {"active": value} if "is_active" in fields else {}))
                outcome = Outcome(ACCEPTED, id=user.id)
            outcomes.append(outcome)
        changed = {user_id for _, user_id, _ in facts if user_id is not None}
        User.objects.bulk_update([user for user in users.values() if user.id in changed], fields)
        if "password" in fields or "is_active" in fields:
            end_all(sorted(changed))
        write_journal(cursor, actor, now, facts)
    return outcomes


def set_language(language: str, *, actor: Actor, now: datetime) -> Outcome:
    """The language the acting user reads from now on. Refusal: language_unknown."""
    if language not in ("vi", "en"):
        return Outcome(REFUSED, "language_unknown", params={"language": language})
    with hot_cursor() as cursor:
        if not User.objects.filter(id=actor.id).update(language=language):
            return Outcome(REFUSED, "unknown_user")
        write_journal(cursor, actor, now, [("user.language_set", actor.id, {"language": language})])
    return Outcome(ACCEPTED, id=actor.id)
