"""Brings the cards of people up to date with their facts: issue, supersede, revoke, tell, in one transaction.

Everything is worked out from the tables as they stand, never from what changed: the same person twice, or facts in
another order, come to the same cards.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec
import psycopg

from lachan.access.actors import Actor
from lachan.certificates.facts import WIRE_CONTEXT
from lachan.certificates.operations.revocations import Revoked, revoke
from lachan.certificates.operations.signatures import stand_with_doses, standing
from lachan.certificates.operations.wires import Made, make
from lachan.certificates.queries.facts import codes, distrusted, dose_fact, holders, names_of
from lachan.certificates.rules.entries import DoseFact, Holder
from lachan.certificates.rules.plan import HOLDER_DIED, SUPERSEDED, Ended, Plan, Standing, Wanted, plan
from lachan.certificates.rules.policy import Kind, policy_on
from lachan.immunization.operations.messages import NewMessage, queue_messages
from lachan.immunization.queries.published import doses_that_count
from lachan.immunization.rules.facts import VIETNAM
from lachan.kernel import arrays, journal, locks
from lachan.kernel.ids import new_id
from lachan.kernel.sealing import seal
from lachan.kernel.statements import load

UNASKED: Final[tuple[Kind, ...]] = ("hcert", "domestic")  # an SHC is made when its holder asks for one, then kept up
MOST: Final = 500  # people a transaction
ISSUER: Final = Actor.system("certificates").id


class Cause(NamedTuple):
    """What made a person's cards due, and when it was recorded."""

    what: str
    at: datetime


class Done(NamedTuple):
    """What one round changed."""

    people: int
    issued: int
    superseded: int
    revoked: int


class _Card(NamedTuple):
    person_id: UUID
    id: UUID
    wanted: Wanted
    made: Made
    cause: Cause


def bring_up_to_date(
    cursor: psycopg.Cursor[Any], causes: Mapping[UUID, Cause], *, now: datetime, kinds: Collection[Kind] = UNASKED
) -> Done:
    """Make the cards of these people (at most ``MOST``) say what the tables say now. A dozen statements however many.

    Raises :class:`lachan.kernel.errors.Problem` when there is no key to sign with; nothing is changed then.
    """
    if not causes:
        return Done(0, 0, 0, 0)
    if len(causes) > MOST:
        raise ValueError(f"{len(causes)} people at once; work in portions of {MOST}")
    people = sorted(causes)
    locks.lock(cursor, "person", people)
    plans, found, _ = plans_of(cursor, people, now=now, kinds=kinds, settle=True)
    new = _made(plans, found, causes, now)
    _write(cursor, plans, new, now)
    ended = [(person_id, end) for person_id, one in plans.items() for end in one.ended]
    taken = [
        Revoked(end.card.identifier, end.card.kind, end.card.key_id, end.reason, end.card.valid_until)
        for _, end in ended
        if end.revoked
    ]
    revoke(cursor, taken, now=now)
    _tell(cursor, ended, new, now)
    _record(cursor, ended, new, now)
    return Done(len(people), len(new), len(ended) - len(taken), len(taken))


def plans_of(
    cursor: psycopg.Cursor[Any],
    people: Sequence[UUID],
    *,
    now: datetime,
    kinds: Collection[Kind] = UNASKED,
    settle: bool = False,
) -> tuple[dict[UUID, Plan], dict[UUID, Holder], dict[UUID, list[Standing]]]:
    """What is to be changed for these people, who they are, and the cards they have.

    ``settle``: signatures are made to stand with their doses on the way. Seven statements however many.
    """
    policy = policy_on(now.astimezone(VIETNAM).date())
    found = holders(cursor, people)
    doses = _doses(cursor, people, now, settle)
    cards_of = _standing(cursor, people, now)
    plans: dict[UUID, Plan] = {}
    for person_id in people:
        cards, given = cards_of.get(person_id, []), doses.get(person_id, [])
        if not cards and not given:
            continue
        holder = found.get(person_id)
        plans[person_id] = plan(
            holder, given, cards, names_of(holder.name) if holder else {}, policy=policy,
            codes=codes(), now=now, kinds=kinds, distrusted=distrusted(),
        )  # fmt: skip
    return plans, found, cards_of


def _doses(
    cursor: psycopg.Cursor[Any], people: Sequence[UUID], now: datetime, settle: bool
) -> dict[UUID, list[DoseFact]]:
    counting = doses_that_count(cursor, people)
    known = {(dose.person_id, dose.id) for dose in counting}
    signed = stand_with_doses(cursor, people, known, now=now) if settle else standing(cursor, people, known)[0]
    found: dict[UUID, list[DoseFact]] = defaultdict(list)
    for dose in counting:
        found[dose.person_id].append(dose_fact(dose, signed=(dose.person_id, dose.id) in signed))
    return found


def _standing(cursor: psycopg.Cursor[Any], people: Sequence[UUID], now: datetime) -> dict[UUID, list[Standing]]:
    arrays.execute(cursor, load("certificates", "standing_cards"), [list(people), now])
    found: dict[UUID, list[Standing]] = defaultdict(list)
    for person_id, card_id, kind, dose_id, content, state, until, key_id, identifier in cursor.fetchall():
        card = Standing(card_id, kind, dose_id, bytes(content), state, until, bytes(key_id), identifier)
        found[person_id].append(card)
    return found


def _made(
    plans: Mapping[UUID, Plan], found: Mapping[UUID, Holder], causes: Mapping[UUID, Cause], now: datetime
) -> list[_Card]:
    asked = [(person_id, wanted) for person_id, one in plans.items() for wanted in one.issue]
    made = make([(found[person_id], wanted) for person_id, wanted in asked], now=now)
    return [
        _Card(person_id, new_id(), wanted, wire, causes[person_id])
        for (person_id, wanted), wire in zip(asked, made, strict=True)
        if wire is not None
    ]


def _write(cursor: psycopg.Cursor[Any], plans: Mapping[UUID, Plan], new: Sequence[_Card], now: datetime) -> None:
    ends = [
        (person_id, end.card.id, "revoked" if end.revoked else "superseded", end.reason, now)
        for person_id, one in plans.items()
        for end in one.ended
    ]
    if ends:
        columns = arrays.columns(ends)
        arrays.execute(cursor, load("certificates", "end_cards"), [*columns, columns[0]])
    back = [(person_id, card_id) for person_id, one in plans.items() for card_id in one.restore]
    if back:
        arrays.execute(cursor, load("certificates", "restore_cards"), arrays.columns(back))
    rows = [
        (card.person_id, card.id, card.wanted.kind, card.wanted.dose_id, card.made.identifier,
         seal(card.made.wire, WIRE_CONTEXT), card.wanted.content_hash, card.made.key_id, now,
         card.made.valid_until, card.cause.what, card.cause.at, card.wanted.replaces)
        for card in new
    ]  # fmt: skip
    if rows:
        arrays.execute(cursor, load("certificates", "insert_cards"), arrays.columns(rows))


def _tell(
    cursor: psycopg.Cursor[Any], ended: Sequence[tuple[UUID, Ended]], new: Sequence[_Card], now: datetime
) -> None:
    """One message a person whose card must no longer be shown; a newer dose needs none, the dead get none."""
    replaced = {card.person_id: card.id for card in new if card.wanted.replaces is not None}
    told: dict[UUID, NewMessage] = {}
    for person_id, end in ended:
        if end.revoked and end.reason != HOLDER_DIED:
            after = replaced.get(person_id)
            template = "card_replaced" if after is not None else "card_revoked"
            told[person_id] = NewMessage(person_id, after or end.card.id, template, {})
    queue_messages(cursor, list(told.values()), now=now)


def _record(
    cursor: psycopg.Cursor[Any], ended: Sequence[tuple[UUID, Ended]], new: Sequence[_Card], now: datetime
) -> None:
    entries = [
        _entry("card.issued", card.person_id, now, card=str(card.id), kind=card.wanted.kind, cause=card.cause.what,
               replaces=str(card.wanted.replaces) if card.wanted.replaces else None)
        for card in new
    ]  # fmt: skip
    entries += [
        _entry("card.revoked" if end.revoked else "card.superseded", person_id, now, card=str(end.card.id),
               reason=end.reason or SUPERSEDED)
        for person_id, end in ended
    ]  # fmt: skip
    journal.append(cursor, entries)


def _entry(verb: str, person_id: UUID, now: datetime, **body: Any) -> journal.Entry:
    return journal.Entry(verb, person_id, now, ISSUER, msgspec.json.encode(body).decode())
