"""What was scanned or typed at a door, turned into whose visit it is. No database; keys are handed in.

A chip card, an insurance card, a typed number, or the person's own code. A telephone number is a contact and names
nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from lachan.kernel.sealing import SealError, blind, sealer
from lachan.people import identifiers
from lachan.people.cards import CardProblem, parse_card
from lachan.people.intake import number_of
from lachan.places.venues import codes, keys
from lachan.tracing.visits.facts import DEVICE_CARD, DEVICE_CODE, PHONE_SIGNED_IN, PHONE_TYPED

PERSON_CODE_CONTEXT: Final = "visits.person_code"
REMEMBERED_CONTEXT: Final = "visits.remembered"
PERSON_CODE_LIFE: Final = 10 * 60  # seconds; the page shows a new one before that
LONGEST_SCAN: Final = 2_000


class Whose(NamedTuple):
    """Exactly one of ``person`` and ``number`` (blind index of an identity number)."""

    person: UUID | None
    number: bytes | None
    source: int


def whose(text: str, at: int, public: Mapping[int, Ed25519PublicKey]) -> Whose | str:
    """Whose a scan is, or the reason why that cannot be read: ``scan_unreadable``, or one of the code's own
    (``code_forged``, ``code_expired``, ``code_not_yet``, ``code_other_country``)."""
    head = text.partition("|")[0].strip()
    # nearly every scan: the chip card, whose first field is the number; the rest of it is nobody's business here
    if len(head) == 12 and head.isascii() and head.isdigit() and identifiers.check("citizen_id", head).ok:
        return Whose(None, blind("citizen_id", head), DEVICE_CARD)
    if codes.looks_like_person_code(text):
        return _own_code(text, at, public)
    card = parse_card(text[:LONGEST_SCAN])
    number = None if isinstance(card, CardProblem) else number_of(card)
    if number is None:
        return "scan_unreadable"
    return Whose(None, blind(number.system, number.value), DEVICE_CARD)


def _own_code(text: str, at: int, public: Mapping[int, Ed25519PublicKey]) -> Whose | str:
    read = codes.read_person_code(text, public, at)
    if isinstance(read, codes.CodeProblem):
        return read.reason
    # the device says when it was scanned: a code copied once would otherwise be good for every day before it
    if at < read.until - PERSON_CODE_LIFE - codes.EARLY:
        return "code_not_yet"
    try:
        return Whose(UUID(bytes=sealer().open(read.sealed, PERSON_CODE_CONTEXT)), None, DEVICE_CODE)
    except (SealError, ValueError):
        return "code_forged"


def own_code(person_id: UUID, now: int, key: keys.HouseKey) -> str:
    """A person's own code, good for ten minutes."""
    sealed = sealer().seal(person_id.bytes, PERSON_CODE_CONTEXT)
    return codes.person_code(key.private, key.number, now + PERSON_CODE_LIFE, sealed)


def remember(whom: Whose) -> str:
    """What a telephone keeps of its owner, so that they type their number once: sealed, of no use to anybody else."""
    value = b"p" + whom.person.bytes if whom.person is not None else b"b" + (whom.number or b"")
    return sealer().seal(value, REMEMBERED_CONTEXT).hex()


def remembered(token: str) -> Whose | None:
    """Whom a telephone remembers; None for none, and for what was damaged or made up."""
    try:
        value = sealer().open(bytes.fromhex(token[:400]), REMEMBERED_CONTEXT)
    except (SealError, ValueError):
        return None
    if value[:1] == b"p":
        return Whose(UUID(bytes=value[1:]), None, PHONE_SIGNED_IN)
    return Whose(None, value[1:], PHONE_TYPED)
