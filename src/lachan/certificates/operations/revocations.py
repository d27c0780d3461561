"""Revoking: by identifier, in the transaction of whoever takes a card back. There is no way back: who was revoked by
mistake gets a new card, because a verifier that was offline meanwhile could not hear of a change of mind."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID, uuid5

import msgspec
import psycopg

from lachan.certificates.lists import hash_of
from lachan.kernel import arrays, journal
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load

Kind = Literal["hcert", "shc", "domestic"]
KINDS: Final[tuple[Kind, ...]] = ("hcert", "shc", "domestic")
MOST: Final = 10_000  # identifiers a statement
LONGEST_IDENTIFIER: Final = 256  # of a UVCI; the specification allows 72
# Why an officer revokes by hand; a free text would bring names into a list that is public.
BY_HAND: Final = ("issued_in_error", "wrong_data", "fraud", "key_compromised", "lost_or_stolen", "holder_asked")

_CARDS: Final = UUID("7f0c2a52-51c3-5a0e-9b1a-6c697374732e")  # names a revoked identifier in the journal


class Revoked(NamedTuple):
    """An identifier that is no longer good. ``identifier``: UVCI, ``rid`` or number of a domestic card as it stands in
    the certificate; ``key_id``: the signer's 8 bytes, empty where not known; ``reason``: a code; ``expires_at``: of the
    certificate, None when it has no end."""

    identifier: str
    kind: Kind
    key_id: bytes
    reason: str
    expires_at: datetime | None


def revoke(cursor: psycopg.Cursor[Any], revoked: Sequence[Revoked], *, now: datetime) -> set[bytes]:
    """Put these on the list, in the caller's transaction; one statement. Again does nothing. Returns the new hashes.

    What has expired already is left out: every verifier refuses it by the clock. ValueError for more than ``MOST``, an
    unknown kind, or an identifier that is empty or too long.
    """
    if len(revoked) > MOST:
        raise ValueError(f"{len(revoked)} identifiers at once; work in portions of {MOST}")
    for one in revoked:
        if one.kind not in KINDS or not 0 < len(one.identifier) <= LONGEST_IDENTIFIER or "\0" in one.identifier:
            raise ValueError(f"no identifier of a {one.kind} card: {len(one.identifier)} characters")
    listed = {hash_of(one.identifier): one for one in revoked if one.expires_at is None or one.expires_at > now}
    if not listed:
        return set()
    # in one order everywhere: two transactions that revoke the same cards do not wait for each other crosswise
    ordered = sorted(listed.items())
    arrays.execute(
        cursor,
        load("certificates", "revoke"),
        [
            now,
            [hash_ for hash_, _ in ordered],
            [one.kind for _, one in ordered],
            [one.identifier if one.kind == "shc" else "" for _, one in ordered],
            [one.key_id for _, one in ordered],
            [one.reason for _, one in ordered],
            [one.expires_at for _, one in ordered],
        ],
    )
    return {bytes(row[0]) for row in cursor.fetchall()}


def revoke_by_hand(revoked: Sequence[Revoked], *, actor_id: UUID, now: datetime) -> list[bool]:
    """What an officer revokes without a fact behind it; one journal row for each that is new. In the order given,
    whether it is new. ValueError for a reason that is not in ``BY_HAND``."""
    for one in revoked:
        if one.reason not in BY_HAND:
            raise ValueError(f"the reason is one of {', '.join(BY_HAND)}")
    with hot_cursor() as cursor:
        new = revoke(cursor, revoked, now=now)
        listed = {hash_of(one.identifier): one for one in revoked}
        journal.append(
            cursor,
            [
                journal.Entry(
                    "card.revoked_by_hand", uuid5(_CARDS, hash_.hex()), now, actor_id, _body(listed[hash_], hash_)
                )
                for hash_ in sorted(new)
            ],
        )
    return [hash_of(one.identifier) in new for one in revoked]


def _body(one: Revoked, hash_: bytes) -> str:
    return msgspec.json.encode({"kind": one.kind, "reason": one.reason, "hash": hash_.hex()}).decode()
