"""Which cards a person should have, against those they have: what to issue, what is superseded, what is revoked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from lachan.certificates.rules.entries import (
    Codes,
    DoseFact,
    Holder,
    content_hash,
    domestic_content,
    hcert_content,
    shc_content,
)
from lachan.certificates.rules.policy import Kind, Policy

RENEW_BEFORE: Final = timedelta(days=14)  # a card that ends sooner is followed by a new one

# why a card ended; sentences in certificates/messages.py
SUPERSEDED, RENEWED = "newer_dose", "renewed"
DOSE_CHANGED, DETAILS_CHANGED, HOLDER_DIED, KEY_DISTRUSTED = (
    "dose_changed",
    "details_changed",
    "holder_died",
    "key_distrusted",
)


class Standing(NamedTuple):
    """A card that is not revoked and not past its end."""

    id: UUID
    kind: Kind
    dose_id: UUID | None
    content_hash: bytes
    state: str  # current | superseded
    valid_until: datetime
    key_id: bytes
    identifier: str  # what revocation names


class Wanted(NamedTuple):
    """A card to issue. ``replaces``: the one it takes the place of."""

    kind: Kind
    dose_id: UUID | None
    content: dict[str, Any]
    content_hash: bytes
    replaces: UUID | None
    reason: str  # why the replaced one ended; "" for a first card


class Ended(NamedTuple):
    """A card that is no longer the one to show. ``revoked``: it must not be accepted any more either."""

    card: Standing
    reason: str
    revoked: bool


class Plan(NamedTuple):
    """What changes for one person; ``restore``: superseded cards that are the latest again."""

    issue: list[Wanted]
    ended: list[Ended]
    restore: list[UUID]


class _Truth(NamedTuple):
    kind: Kind
    dose_id: UUID | None
    content: dict[str, Any]
    hash: bytes


def plan(
    holder: Holder | None, doses: Sequence[DoseFact], standing: Sequence[Standing], names: Mapping[str, str],
    *, policy: Policy, codes: Codes, now: datetime, kinds: Collection[Kind], distrusted: Collection[bytes] = (),
) -> Plan:  # fmt: skip
    """What is to be issued and ended for one person, or nothing at all.

    ``holder`` None: the record is gone, nothing it says is true. ``doses`` in order of their numbers. ``kinds``: the
    cards issued unasked; a kind of which the person has a card is kept up as well.
    """
    truths = _truths(holder, doses, names, policy, codes)
    done = Plan([], [], [])
    for kind in policy.kinds:
        cards = [card for card in standing if card.kind == kind]
        if cards or kind in kinds:
            _one_kind(done, cards, [truth for truth in truths if truth.kind == kind], holder, doses, now, distrusted)
    return done


def _one_kind(
    done: Plan, cards: Sequence[Standing], truths: Sequence[_Truth], holder: Holder | None, doses: Sequence[DoseFact],
    now: datetime, distrusted: Collection[bytes],
) -> None:  # fmt: skip
    by_hash = {truth.hash: truth for truth in truths}
    latest = truths[-1] if truths else None
    kept, former, why = None, None, ""
    for card in sorted(cards, key=lambda card: (card.valid_until, card.id)):
        false = card.content_hash not in by_hash or card.key_id in distrusted
        reason = _why_false(card, holder, doses, distrusted) if false else SUPERSEDED
        if false:
            done.ended.append(Ended(card, reason, revoked=True))
        elif latest is not None and card.content_hash == latest.hash:
            if kept is not None and kept.state == "current":
                done.ended.append(Ended(kept, RENEWED, revoked=False))
            kept = card
            continue
        elif card.state == "current":
            done.ended.append(Ended(card, reason, revoked=False))
        if card.state == "current":
            former, why = card.id, reason
    if latest is None:
        return
    if kept is not None and kept.valid_until - now > RENEW_BEFORE:
        if kept.state != "current":
            done.restore.append(kept.id)
        return
    if kept is not None:
        former, why = kept.id, RENEWED
        if kept.state == "current":
            done.ended.append(Ended(kept, RENEWED, revoked=False))
    done.issue.append(Wanted(latest.kind, latest.dose_id, latest.content, latest.hash, former, why))


def _truths(
    holder: Holder | None, doses: Sequence[DoseFact], names: Mapping[str, str], policy: Policy, codes: Codes
) -> list[_Truth]:
    """Everything that may be said of the person now, a kind's in order: the last is what they show."""
    if holder is None or holder.died_on is not None or not holder.birth:
        return []
    found: list[_Truth] = []

    def add(kind: Kind, dose: DoseFact | None, content: dict[str, Any] | None) -> None:
        if content is not None:
            found.append(_Truth(kind, dose.id if dose is not None else None, content, content_hash(content)))

    for kind, terms in policy.kinds.items():
        vouched = [dose for dose in doses if dose.signed or terms.vouched_by == "station"]
        if kind == "hcert":
            # what was given elsewhere counts for the number, but only who gave it can vouch for it
            for dose in vouched:
                if dose.source == "here":
                    add(kind, dose, hcert_content(dose, doses, names, holder.birth, codes, terms.schema))
        elif kind == "domestic":
            last = vouched[-1] if any(dose.completes for dose in vouched) else None
            add(kind, None, domestic_content(holder) if last is not None else None)
        elif vouched:
            for end in range(1, len(vouched) + 1):
                add(kind, vouched[end - 1], shc_content(holder, vouched[:end], codes))
    return found


def _why_false(card: Standing, holder: Holder | None, doses: Sequence[DoseFact], distrusted: Collection[bytes]) -> str:
    if holder is not None and holder.died_on is not None:
        return HOLDER_DIED
    if card.key_id in distrusted:
        return KEY_DISTRUSTED
    if card.kind == "domestic":  # it names no dose: when it says what the record says, the doses behind it are gone
        same = holder is not None and content_hash(domestic_content(holder)) == card.content_hash
        return DOSE_CHANGED if same else DETAILS_CHANGED
    return DETAILS_CHANGED if card.dose_id in {dose.id for dose in doses} else DOSE_CHANGED
