"""What is wrong, or soon will be, with our keys and the lists of others, each with what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID

from django.conf import settings

from lachan.certificates.keys import facts, ring, trust
from lachan.certificates.keys.facts import AUTHORITY, KeyFact
from lachan.certificates.keys.vault import Vault, VaultError
from lachan.kernel.errors import Problem

LIST_OLD: Final = timedelta(days=7)  # lists of others change daily; a week without one is forgotten work

Code = Literal[
    "no_signer", "ends_soon", "successor_waits", "key_missing", "key_unreadable", "passphrase_wrong",
    "passphrase_missing", "key_open", "module_away", "module_lacks_key", "authority_ends_soon", "list_old",
    "keys_expired",
]  # fmt: skip


class KeyFinding(NamedTuple):
    """``state``: wrong must be mended now, warn before long, note should be known. ``params`` fill the sentence and the
    remedy of :data:`SENTENCES`."""

    code: Code
    state: Literal["note", "warn", "wrong"]
    key_id: UUID | None
    params: dict[str, Any]

    @property
    def sentence(self) -> str:
        return SENTENCES[self.code][0].format(**self.params)

    @property
    def remedy(self) -> str:
        return SENTENCES[self.code][1].format(**self.params)


# What happened, and what to type. The screen has its own words for the first, in both languages.
SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "no_signer": ("no key signs {purpose} today", "lachan certificates keys create {purpose}"),
    "ends_soon": (
        "{label} signs until {until}, in {days} days, and has no successor",
        "lachan certificates keys rotate {purpose}",
    ),
    "successor_waits": ("{label} takes over on {until}", "Nothing to do"),
    "authority_ends_soon": (
        "{label} signs certificates until {until}, in {days} days, and has no successor",
        "lachan certificates keys create authority",
    ),
    "key_missing": (
        "the file of {label} is not there: {path}",
        "Bring it back from the backup or another server; if it is lost: lachan certificates keys rotate {purpose}",
    ),
    "key_unreadable": (
        "the file of {label} cannot be read: {detail}",
        "Let the service own {path}, or bring it back from the backup",
    ),
    "passphrase_wrong": (
        "the passphrase does not open {label}",
        "Set signing_passphrase to the one the key was made with",
    ),
    "passphrase_missing": (
        "no passphrase is set, so {label} cannot be opened",
        "Set signing_passphrase (LACHAN_SIGNING_PASSPHRASE)",
    ),
    "key_open": ("others may read the file of {label}", "chmod 600 {path}"),
    "module_away": ("{detail}", "Look at the module and at pkcs11_module, pkcs11_token and pkcs11_pin"),
    "module_lacks_key": (
        "the token does not hold the key of {label}",
        "Name the right token in pkcs11_token; if the key is lost: lachan certificates keys rotate {purpose}",
    ),
    "list_old": (
        "the list {source} was last taken in {days} days ago",
        "Fetch it again: lachan certificates trust import FILE --source {source}",
    ),
    "keys_expired": (
        "{count} keys of the list {source} have ended",
        "Ask for a newer list; cards signed by them are refused",
    ),
}


def findings(now: datetime, *, anew: bool = True) -> list[KeyFinding]:
    """Everything, worst first. ``anew``: each key is read and opened again, a few hundredths of a second each; else
    what this process remembers of it counts."""
    found = [*_signers(now), *_opened(now, anew), *_lists(now)]
    return sorted(found, key=lambda entry: ("wrong", "warn", "note").index(entry.state))


def _signers(now: datetime) -> Iterator[KeyFinding]:
    for purpose in (AUTHORITY, *facts.PURPOSES):
        rows = [row for row in ring.rows() if row.purpose == purpose and row.state == "active"]
        if not any(row.signs_at(now) for row in rows):
            yield KeyFinding("no_signer", "wrong", None, {"purpose": purpose})
        else:
            last = max(rows, key=lambda row: row.signs_until)
            if last.signs_until - now < facts.ENDS_SOON:
                code: Code = "authority_ends_soon" if purpose == AUTHORITY else "ends_soon"
                yield KeyFinding(code, "warn", last.id, _params(last, last.signs_until, now))
        if waiting := next((row for row in rows if row.waits_at(now)), None):
            yield KeyFinding("successor_waits", "note", waiting.id, _params(waiting, waiting.signs_from, now))


def _opened(now: datetime, anew: bool) -> Iterator[KeyFinding]:
    rows = [row for row in ring.rows() if row.state == "active" and now < row.signs_until]
    for row in (row for row in rows if row.place == "pkcs11"):
        found = _in_module(row, now)
        if found is not None:
            yield found
            if found.code == "module_away":  # and the other keys are away with it
                break
    for row in (row for row in rows if row.place == "disk"):
        vault = ring.vault()
        params = {**_params(row, row.signs_until, now), "path": str(vault.path(row.id))}
        if error := _fault(row, vault, anew):
            yield KeyFinding(_CODES[error.code], "wrong", row.id, {**params, "detail": str(error)})
        elif vault.too_open(row.id):
            yield KeyFinding("key_open", "wrong", row.id, params)


def _fault(row: KeyFact, vault: Vault, anew: bool) -> VaultError | None:
    try:
        if anew:
            vault.get(row.id)
        else:
            ring.opened(row)
    except VaultError as error:
        return error
    except Problem as problem:
        found = problem.__cause__
        return found if isinstance(found, VaultError) else VaultError("unreadable", problem.detail)
    return None


_CODES: Final[dict[str, Code]] = {
    "missing": "key_missing",
    "unreadable": "key_unreadable",
    "passphrase_missing": "passphrase_missing",
    "passphrase_wrong": "passphrase_wrong",
}


def _in_module(row: KeyFact, now: datetime) -> KeyFinding | None:
    from lachan.certificates.keys.module import module

    params = _params(row, row.signs_until, now)
    try:
        if module().holds(row.id):
            return None
    except Problem as problem:
        return KeyFinding("module_away", "wrong", row.id, {**params, "detail": problem.detail})
    return KeyFinding("module_lacks_key", "wrong", row.id, params)


def _lists(now: datetime) -> Iterator[KeyFinding]:
    sources: dict[str, list[facts.Trusted]] = {}
    for entry in trust.others():
        sources.setdefault(entry.source, []).append(entry)
    for source, entries in sorted(sources.items()):
        age = now - max(entry.fetched_at for entry in entries)
        if age > LIST_OLD:
            yield KeyFinding("list_old", "warn", None, {"source": source, "days": age.days})
        if expired := sum(entry.not_after is not None and entry.not_after <= now for entry in entries):
            yield KeyFinding("keys_expired", "warn", None, {"source": source, "count": expired})


def _params(row: KeyFact, until: datetime, now: datetime) -> dict[str, Any]:
    return {
        "purpose": row.purpose,
        "label": row.label,
        "until": f"{until:%d/%m/%Y}",
        "days": max((until - now).days, 0),
    }


def needed() -> bool:
    """Whether this installation issues: it has keys, or says who issues. One that does not is not told to make keys."""
    return bool(ring.rows() or settings.CONF.issuer_name)
