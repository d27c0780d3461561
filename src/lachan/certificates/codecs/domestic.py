"""The domestic card ("LC1:"): name, birth date, validity, an identifier, and nothing about health.

Whoever checks it at a door learns that a station vouches for the bearer today, not why. The form is in
docs/reference/domestic-card.md. It is not packed by zlib, as health certificates are: 130 bytes of names, numbers and a
signature only grow by it, and every letter less makes the QR code coarser.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from re import compile as pattern
from typing import Any, Final, NamedTuple

import cbor2

from lachan.certificates.codecs import base45, cbor, x509
from lachan.certificates.codecs.cose import Sign1, read1, sign1
from lachan.certificates.codecs.signing import Signer

PREFIX: Final = "LC1:"
MOST_TEXT: Final = 1_000  # letters; ours have about 200
MOST_NAME: Final = 80  # characters
MOST_HOURS: Final = 24 * 366 * 10
ZONE: Final = timezone(timedelta(hours=7))  # Viet Nam: its days begin at this midnight, all year round
# in the order they are listed; after one of the first four nothing below it can be read
WORDS: Final = ("PREFIX", "BASE45", "COSE", "CBOR", "SIGNATURE", "EXPIRED")
_EPOCH: Final = date(1970, 1, 1)
_FIRST_BIRTH: Final = date(1850, 1, 1)
_IDENTIFIER: Final = pattern(r"[A-Za-z0-9_-]{1,24}\Z")  # as a SMART Health Card's rid
_PARTIAL_BIRTH: Final = pattern(r"(?:18[5-9]|19[0-9]|20[0-9])[0-9](?:-(?:0[1-9]|1[0-2]))?\Z")
_AROUND: Final = "\r\n\t"  # what scanners put around a text; no letters of base45


class Card(NamedTuple):
    """What a card says. ``birth``: YYYY-MM-DD, YYYY-MM or YYYY."""

    name: str
    birth: str
    identifier: str
    valid_from: datetime
    valid_until: datetime


class Verdict(NamedTuple):
    """``error`` is the first of ``errors`` (words of ``WORDS``), None when all is well. ``card`` is given whenever it
    can be read, also when the signature is wrong: only ``ok`` vouches for it. ``notes``: "NO_CERTIFICATE", "NOT_YET",
    "UNKNOWN_KEY", "OTHER_KEY", "NO_KEY_ID", "UNREADABLE_CERTIFICATE", or the sentence of a layer that is unreadable."""

    ok: bool
    error: str | None
    errors: tuple[str, ...]
    card: Card | None
    key_id: bytes | None
    notes: tuple[str, ...]


def issue(
    *, name: str, birth: str, identifier: str, valid_from: datetime, valid_until: datetime, signer: Signer
) -> str:
    """The card's text, for an alphanumeric QR code.

    ``name``: signs that print nothing are left out, and what is beyond 80 characters. ``birth``: YYYY-MM-DD, YYYY-MM
    or YYYY. ``identifier``: 1 to 24 of A-Z a-z 0-9 _ -, naming nobody. The times carry a zone; the card counts from the
    beginning of the day of ``valid_from`` in Viet Nam and ends at the full hour at or before ``valid_until``.
    ValueError when one of them has another form or the period is none.
    """
    written = _written(name)
    if not _IDENTIFIER.match(identifier):
        raise ValueError("the identifier has 1 to 24 of A-Z a-z 0-9 _ -")
    if not _is_name(written):
        raise ValueError("the name has at least one character that can be printed")
    if valid_from.tzinfo is None or valid_until.tzinfo is None:
        raise ValueError("the times carry a zone")
    first = valid_from.astimezone(ZONE).date()
    hours = (valid_until - _midnight(first)) // timedelta(hours=1)
    if hours > MOST_HOURS or _midnight(first) + timedelta(hours=hours) <= valid_from:
        raise ValueError("the card must end after it begins, and within ten years")
    said = [written, _coded_birth(birth), (first - _EPOCH).days, hours, identifier]
    return PREFIX + base45.encode(sign1(cbor2.dumps(said), signer=signer, tagged=False))


def check(
    text: str,
    *,
    certificate: bytes | None = None,
    trusted: Callable[[bytes], Sequence[bytes]] | None = None,
    clock: datetime | None = None,
) -> Verdict:
    """Verdict on the text of a QR code, by the signer's ``certificate`` (DER) or by a trust list's certificates under a
    key id; these must be the country's own domestic signers only. ``clock``: now when None, UTC without a zone."""
    try:
        message = _opened(text)
    except _Unreadable as error:
        return Verdict(False, error.word, (error.word,), None, None, (str(error),))
    errors: list[str] = []
    notes: list[str] = []
    card = None
    try:
        card = _card(message.payload)
    except ValueError as error:
        errors.append("CBOR")
        notes.append(str(error))
    if not _signed(message, _candidates(message, certificate, trusted, notes), notes):
        errors.append("SIGNATURE")
    if card is not None and not _in_time(card, clock, notes):
        errors.append("EXPIRED")
    return Verdict(not errors, errors[0] if errors else None, tuple(errors), card, message.key_id, tuple(notes))


class _Unreadable(ValueError):
    def __init__(self, word: str, why: str) -> None:
        super().__init__(why)
        self.word = word


def _opened(text: str) -> Sign1:
    text = text.strip(_AROUND)
    if not text.startswith(PREFIX):
        raise _Unreadable("PREFIX", f"the text does not start with {PREFIX}")
    if len(text) > MOST_TEXT:
        raise _Unreadable("BASE45", f"longer than {MOST_TEXT} letters")
    try:
        data = base45.decode(text[len(PREFIX) :])
    except ValueError as error:
        raise _Unreadable("BASE45", str(error)) from None
    try:
        return read1(data)
    except ValueError as error:
        raise _Unreadable("COSE", str(error)) from None


def _candidates(
    message: Sign1,
    certificate: bytes | None,
    trusted: Callable[[bytes], Sequence[bytes]] | None,
    notes: list[str],
) -> Sequence[bytes]:
    if message.key_id is None:
        notes.append("NO_KEY_ID")
        return ()
    if certificate is None and trusted is None:
        notes.append("NO_CERTIFICATE")
        return ()
    found = [certificate] if certificate is not None else list(trusted(message.key_id)) if trusted else []
    if not found:
        notes.append("UNKNOWN_KEY")
    return found


def _signed(message: Sign1, candidates: Sequence[bytes], notes: list[str]) -> bool:
    for candidate in candidates:
        try:
            signer = x509.read(candidate)
        except ValueError:
            notes.append("UNREADABLE_CERTIFICATE")
            continue
        if signer.key_id != message.key_id:
            notes.append("OTHER_KEY")
        elif message.verify(signer.key):
            return True
    return False


def _card(payload: bytes) -> Card:
    said: Any = cbor.decode(payload)
    if type(said) is not list or len(said) != 5:
        raise ValueError("not a list of five")
    name, birth, first, hours, identifier = said
    if type(name) is not str or not _is_name(name):
        raise ValueError("no name")
    if type(identifier) is not str or not _IDENTIFIER.match(identifier):
        raise ValueError("no identifier")
    if type(first) is not int or not 0 <= first <= 60_000 or type(hours) is not int or not 0 < hours <= MOST_HOURS:
        raise ValueError("no period of validity")
    begins = _midnight(_EPOCH + timedelta(days=first))
    return Card(name, _read_birth(birth), identifier, begins, begins + timedelta(hours=hours))


def _written(name: str) -> str:
    seen = (sign for sign in unicodedata.normalize("NFC", name) if sign.isprintable() or sign.isspace())
    return " ".join("".join(seen).split())[:MOST_NAME].rstrip()


def _is_name(name: str) -> bool:
    return 0 < len(name) <= MOST_NAME and name.isprintable() and name == name.strip()


def _coded_birth(birth: str) -> int | str:
    """Days since 1970-01-01 for a whole date, three bytes in place of eleven; else the text itself."""
    if _PARTIAL_BIRTH.match(birth):
        return birth
    day = date.fromisoformat(birth)
    if day.isoformat() != birth or day < _FIRST_BIRTH:
        raise ValueError("the birth date is YYYY-MM-DD, YYYY-MM or YYYY, from 1850")
    return (day - _EPOCH).days


def _read_birth(coded: Any) -> str:
    if type(coded) is str and _PARTIAL_BIRTH.match(coded):
        return coded
    if type(coded) is int and (_FIRST_BIRTH - _EPOCH).days <= coded <= 60_000:
        return (_EPOCH + timedelta(days=coded)).isoformat()
    raise ValueError("no birth date")


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZONE)


def _in_time(card: Card, clock: datetime | None, notes: list[str]) -> bool:
    now = clock or datetime.now(UTC)
    now = now if now.tzinfo else now.replace(tzinfo=UTC)
    if now < card.valid_from:
        notes.append("NOT_YET")
    return card.valid_from <= now <= card.valid_until
