"""The ring of keys as this process knows it: rows read at most every half minute, keys opened once.

A rotation or retirement by another process is seen here within ``MEMORY_S``; by this one at once.
"""

from __future__ import annotations

import logging
import threading
import time
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings

from lachan.certificates.codecs.signing import LocalSigner, Signer
from lachan.certificates.keys.facts import AUTHORITY, KeyFact, Purpose
from lachan.certificates.keys.vault import Vault, VaultError
from lachan.certificates.models import Key
from lachan.kernel.errors import Problem

MEMORY_S: Final = 30.0
MOST_KEYS: Final = 1_000

_log = logging.getLogger(__name__)
_lock = threading.Lock()
_rows: tuple[KeyFact, ...] = ()
_read_at = float("-inf")
_opened: dict[UUID, Signer] = {}
_faults: dict[UUID, Problem] = {}


def rows() -> tuple[KeyFact, ...]:
    """Every key of ours, newest first; at most half a minute old."""
    global _rows, _read_at
    if time.monotonic() - _read_at < MEMORY_S:
        return _rows
    with _lock:
        if time.monotonic() - _read_at >= MEMORY_S:
            _rows = tuple(fact_of(row) for row in Key.objects.order_by("-signs_from", "-created_at", "-id")[:MOST_KEYS])
            _faults.clear()  # what could not be opened is tried again
            for key_id in _opened.keys() - {row.id for row in _rows}:
                del _opened[key_id]
            _read_at = time.monotonic()
    return _rows


def forget() -> None:
    """Read the ring anew at the next call: after a change made by this process."""
    global _read_at
    _read_at = float("-inf")


def signer(purpose: Purpose, *, now: datetime) -> Signer:
    """The key that signs ``purpose`` now: of those in their time, the newest that opens.

    Raises :class:`Problem` ``no_signing_key`` or ``signing_key_unusable`` (503) whose detail says what to do.
    """
    fault: Problem | None = None
    for row in rows():
        if row.purpose == purpose and row.role == "signer" and row.signs_at(now):
            try:
                return opened(row)
            except Problem as problem:
                fault = fault or problem
    raise fault or Problem(
        "no_signing_key", "No signing key", f"No key signs {purpose!r} on {now:%d/%m/%Y}. On the server type: "
        f"lachan certificates keys create {purpose}", status=503,
    )  # fmt: skip


def authority(*, now: datetime) -> KeyFact:
    """The country authority that signs certificates now. Raises :class:`Problem` ``no_authority``."""
    for row in rows():
        if row.role == AUTHORITY and row.signs_at(now):
            return row
    raise Problem(
        "no_authority", "No country authority",
        "There is no country authority that may sign now. Type: lachan certificates keys create authority", status=503,
    )  # fmt: skip


def opened(row: KeyFact) -> Signer:
    """The signer of a row, kept for the life of the process. Raises :class:`Problem` ``signing_key_unusable``."""
    found = _opened.get(row.id)
    if found is not None:
        return found
    if row.id in _faults:  # an unreadable file is not read again for every card
        raise _faults[row.id]
    try:
        found = _open(row)
    except (VaultError, ValueError) as error:
        problem = Problem(
            "signing_key_unusable", "A signing key cannot be used", f"{row.label} ({row.kid.hex()}): {error}. "
            "lachan certificates keys check says what to do", status=503,
        )  # fmt: skip
        _faults[row.id] = problem
        _log.error("signing key %s cannot be used: %s", row.kid.hex(), error)
        raise problem from error
    _opened[row.id] = found
    return found


def _open(row: KeyFact) -> Signer:
    if row.place == "disk":
        return LocalSigner(vault().get(row.id), row.certificate)
    from lachan.certificates.keys.module import ModuleSigner, module

    return ModuleSigner(module(), row.id, row.certificate)


def vault() -> Vault:
    """The folder of this installation's keys."""
    return Vault(settings.CONF.data_dir.resolve() / "keys", settings.CONF.signing_passphrase)


def fact_of(row: Key) -> KeyFact:
    return KeyFact(
        row.id, row.purpose, row.role, bytes(row.kid), bytes(row.certificate), row.authority_id, row.not_before,
        row.not_after, row.signs_from, row.signs_until, row.state, row.place, row.label, row.created_at,  # type: ignore[arg-type]
        row.ended_at, row.reason,
    )  # fmt: skip
