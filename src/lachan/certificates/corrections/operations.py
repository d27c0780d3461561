"""Steps of requests: taken by staff, by the person, by the house. Each request in a transaction of its own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec
import psycopg
from django.utils import timezone

from lachan.access.actors import Actor
from lachan.certificates.corrections.asking import LONGEST_TEXT, add_photos
from lachan.certificates.corrections.carrying import carry_out, proposer, succeeded
from lachan.certificates.corrections.facts import (
    FOLLOWER,
    HOUSE,
    PERSON,
    PROPOSAL,
    Proposal,
    RequestRow,
    Words,
    sealed,
)
from lachan.certificates.corrections.photo import BadPhoto, Photo, redrawn
from lachan.certificates.corrections.proposals import Wanted, command_of, standing, touched
from lachan.certificates.corrections.queries import by_id, in_reach
from lachan.certificates.corrections.rules import CLOSED, NO_ANSWER, REFUSALS, STEPS, Owner, State, Who, fault, step_due
from lachan.certificates.corrections.steps import add_step, locked, save
from lachan.certificates.corrections.telling import tell
from lachan.certificates.corrections.terms import calendar, terms_on
from lachan.certificates.operations.signatures import sign_corrected
from lachan.kernel import journal
from lachan.kernel.database import hot_cursor
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED, REFUSED, Outcome
from lachan.kernel.statements import load
from lachan.places import queries as places

_DOSES: Final = frozenset({"dose.amend", "dose.record"})  # their answer names the dose that stands now
UNKNOWN: Final = Outcome(REFUSED, "correction_unknown")


class Wish(NamedTuple):
    """A step somebody wants to take. ``version``: of the request as they saw it. ``words`` say why, or answer;
    ``reason``: code of a refusal; ``wanted``: the change to propose; ``owner``: to whom it is handed."""

    request_id: UUID
    step: str
    version: int
    words: str = ""
    reason: str = ""
    wanted: Wanted | None = None
    owner: Owner | None = None
    photos: Sequence[bytes] = ()


class _Next(NamedTuple):
    """What a step makes of a request: the row, the code and words of the step, what the caller is answered, and what
    the journal keeps of it."""

    row: RequestRow
    step: str
    outcome: Outcome
    reason: str = ""
    said: Words = Words()
    journal_body: dict[str, Any] = {}


def act(wishes: Sequence[Wish], *, actor: Actor, now: datetime) -> list[Outcome]:
    """Steps of staff; one outcome each. What lies outside of the actor's places is ``correction_unknown``.

    Refused: what :func:`rules.fault` says, ``correction_changed_meanwhile`` (another version), and for a proposal or an
    approval whatever the record itself answers, with its parameters; an approved change that the record does not take
    goes back to who handles it.
    """
    return [_act(wish, actor, now) for wish in wishes]


def act_as_person(wishes: Sequence[Wish], *, own: Collection[UUID], now: datetime) -> list[Outcome]:
    """Steps of the person, or of somebody of the household: answering what was asked, taking the request back.
    ``own``: whose requests they may see."""
    return [_act_as_person(wish, own, now) for wish in wishes]


def finish(now: datetime, *, most: int = 500) -> int:
    """Close requests whose new card is there, or whose person has none to wait for; how many. Run by the clock."""
    with hot_cursor() as cursor:
        cursor.execute(load("certificates", "corrections_waiting_for_cards"), [most])
        waiting = cursor.fetchall()
    behind = journal.unread_since(FOLLOWER) if waiting else None
    done = 0
    for request_id, changed_at, card_at, may_have_card in waiting:
        looked_at = behind is None or behind > changed_at  # and left as they are, where nothing came of it
        if card_at is not None or looked_at or not may_have_card:
            done += _close(request_id, "finish", now, card_at=card_at)
    return done


def lapse(now: datetime, *, most: int = 500) -> int:
    """Close requests whose person was asked something long ago and never answered; how many. They are told."""
    asked_before = now - timedelta(days=terms_on(timezone.localdate(now)).lapse_days)
    with hot_cursor() as cursor:
        cursor.execute(load("certificates", "corrections_unanswered"), [asked_before, most])
        silent = [row[0] for row in cursor.fetchall()]
    return sum(_close(request_id, "lapse", now, reason=NO_ANSWER) for request_id in silent)


def delete_old_photos(now: datetime) -> int:
    """Delete the pictures of requests answered long enough ago; how many."""
    with hot_cursor() as cursor:
        cursor.execute(load("certificates", "delete_correction_photos"), [photos_end(now)])
        return cursor.rowcount


def photos_end(now: datetime) -> datetime:
    """Pictures of requests closed before this are to be gone."""
    return now - timedelta(days=terms_on(timezone.localdate(now)).photo_days)


def _act(wish: Wish, actor: Actor, now: datetime) -> Outcome:
    rule = STEPS.get(wish.step)
    if rule is None or rule.who not in (Who.HANDLER, Who.APPROVER) or len(wish.words) > LONGEST_TEXT:
        return Outcome(REFUSED, "correction_too_long" if rule else "correction_step_unknown", wish.request_id)
    verb = "correction.approve" if rule.who is Who.APPROVER else "correction.handle"
    with hot_cursor() as cursor:
        row = locked(cursor, wish.request_id)
        if row is None or not in_reach(actor, verb, row):
            return UNKNOWN
        found = fault(wish.step, row.state, words=wish.words, proposer=row.proposer_id, actor=actor.id)
        if row.version != wish.version:
            found = "correction_changed_meanwhile"
        if found:
            return Outcome(REFUSED, found, row.id)
        planned = _plan(cursor, wish, row, actor, now)
        if isinstance(planned, Outcome):
            return planned
        _write(cursor, row, planned, actor, now)
        return planned.outcome


def _plan(cursor: psycopg.Cursor[Any], wish: Wish, row: RequestRow, actor: Actor, now: datetime) -> _Next | Outcome:
    """What the step makes of the request; an outcome when it cannot be taken."""
    to, taken = STEPS[wish.step].to, Outcome(ACCEPTED, None, row.id)
    said = Words(wish.words.strip())
    if wish.step == "propose":
        return _propose(wish, row, actor, now)
    if wish.step == "approve":
        return _approve(cursor, row, actor, now)
    if wish.step == "refuse":
        if wish.reason not in REFUSALS:
            return Outcome(REFUSED, "correction_reason_unknown", row.id)
        return _Next(_unproposed(row)._replace(state=to, reason=wish.reason, closed_at=now, handler_id=actor.id),
                     wish.step, taken, wish.reason, said)  # fmt: skip
    if wish.step == "hand_over":
        owner = wish.owner or Owner()
        if not _exists(owner) or owner == row.owner:
            return Outcome(REFUSED, "correction_owner_unknown", row.id)
        moved = row._replace(state=to, owner_facility_id=owner.facility_id, owner_area_id=owner.area_id,
                             handler_id=None)  # fmt: skip
        where = {"facility": owner.facility_id, "area": owner.area_id}
        return _Next(moved, wish.step, taken, "", said, where)
    handler = row.handler_id if wish.step == "send_back" else actor.id
    return _Next(_unproposed(row)._replace(state=to, handler_id=handler), wish.step, taken, "", said)


def _propose(wish: Wish, row: RequestRow, actor: Actor, now: datetime) -> _Next | Outcome:
    """A change is proposed only if the record would take it: it is tried, and taken back."""
    if wish.wanted is None:
        return Outcome(REFUSED, "correction_nothing_proposed", row.id)
    why = wish.words.strip()
    command = command_of(wish.wanted, row.person_id, why=why, command_id=new_id(), now=now)
    if isinstance(command, str):
        return Outcome(REFUSED, command, row.id)
    before = standing(row.person_id, wish.wanted.dose_id)
    answer = carry_out(command, actor, now, keep=False)
    if not succeeded(answer):
        return answer._replace(id=row.id)
    proposal = sealed(Proposal(command, before, why), PROPOSAL)
    row = row._replace(state=State.PROPOSED, handler_id=actor.id, proposer_id=actor.id, command_id=command.id,
                       proposal=proposal)  # fmt: skip
    body = {"verb": command.verb, "command": str(command.id)}
    return _Next(row, "propose", Outcome(ACCEPTED, None, row.id), "", Words(why), body)


def _approve(cursor: psycopg.Cursor[Any], row: RequestRow, actor: Actor, now: datetime) -> _Next:
    """The change, in this transaction, under the name of who proposed it. What the record does not take is not lost:
    the request goes back with the answer."""
    proposal = row.proposed()
    assert proposal is not None
    assert row.proposer_id is not None
    command = proposal.command
    dose_id = command.body.get("dose_id")
    today = standing(row.person_id, UUID(dose_id) if dose_id else None)
    changed = [key for key in touched(command) if today.get(key, "") != proposal.before.get(key, "")]
    if changed:
        answer = Outcome(REFUSED, "correction_record_changed", row.id)
    else:
        answer = carry_out(command, proposer(row.proposer_id, now), now)
    body = {"verb": command.verb, "command": str(command.id)}
    if not succeeded(answer):
        params = msgspec.to_builtins(answer.params or {})
        back = _unproposed(row)._replace(state=State.TAKEN)
        return _Next(back, "fail", answer._replace(id=row.id), answer.reason or "", Words("", params), body)
    if command.verb in _DOSES and answer.id is not None:
        # two people looked at it: the dose as corrected needs no other signature to give a card (decision 33)
        sign_corrected(cursor, row.person_id, answer.id, actor=actor, now=now)
    cursor.execute("SELECT now()")  # the time of the change in the journal, by which a card says what it follows
    [changed_at] = cursor.fetchone() or (now,)
    row = row._replace(state=State.APPROVED, approver_id=actor.id, changed_at=changed_at)
    return _Next(row, "approve", Outcome(ACCEPTED, None, row.id), "", Words(), body)


def _act_as_person(wish: Wish, own: Collection[UUID], now: datetime) -> Outcome:
    rule = STEPS.get(wish.step)
    if rule is None or rule.who is not Who.PERSON or len(wish.words) > LONGEST_TEXT:
        return Outcome(REFUSED, "correction_too_long" if rule else "correction_step_unknown", wish.request_id)
    seen = by_id(wish.request_id)
    if seen is None or seen.person_id not in own:
        return UNKNOWN
    if found := fault(wish.step, seen.state, words=wish.words):
        return Outcome(REFUSED, found, seen.id)  # asked again under the lock; drawing a picture is dear
    try:
        photos = [redrawn(photo) for photo in wish.photos[:1]]
    except BadPhoto as bad:
        return Outcome(REFUSED, bad.reason, wish.request_id)
    with hot_cursor() as cursor:
        row = locked(cursor, wish.request_id)
        if row is None or row.person_id not in own:
            return UNKNOWN
        found = fault(wish.step, row.state, words=wish.words)
        if row.version != wish.version:
            found = "correction_changed_meanwhile"
        if found:
            return Outcome(REFUSED, found, row.id)
        if photos and not _room_for(cursor, row, photos, now):
            return Outcome(REFUSED, "photo_too_many", row.id, {"most": terms_on(timezone.localdate(now)).most_photos})
        after = row._replace(state=rule.to)
        if rule.to in CLOSED:
            after = after._replace(closed_at=now)
        if wish.step == "answer":  # the time the house waited for the person is not the house's
            after = after._replace(answer_due_at=row.answer_due_at + (now - row.since))
        taken = Outcome(ACCEPTED, None, row.id)
        _write(cursor, row, _Next(after, wish.step, taken, "", Words(wish.words.strip())), PERSON, now)
        add_photos(cursor, row.person_id, row.id, photos, now)
        return taken


def _close(request_id: UUID, step: str, now: datetime, *, card_at: datetime | None = None, reason: str = "") -> int:
    """A step of the house that ends a request; 1, or 0 when somebody was quicker."""
    rule = STEPS[step]
    with hot_cursor() as cursor:
        row = locked(cursor, request_id)
        if row is None or row.state not in rule.since:
            return 0
        after = row._replace(state=rule.to, card_at=card_at, closed_at=now, reason=reason)
        _write(cursor, row, _Next(after, step, Outcome(ACCEPTED, None, row.id), reason), HOUSE, now)
        return 1


def _write(cursor: psycopg.Cursor[Any], before: RequestRow, planned: _Next, actor: Actor, now: datetime) -> None:
    after = planned.row._replace(version=before.version + 1, since=now)
    terms = terms_on(timezone.localdate(after.asked_at))
    due = step_due(after.state, now, terms, calendar())
    after = after._replace(due_at=due)
    save(cursor, after)
    actor = HOUSE if planned.step == "fail" else actor
    add_step(
        cursor, after.person_id, after.id, after.version, planned.step, after.state, actor, now,
        waited_for=before.due_at, reason=planned.reason, said=planned.said, journal_body=planned.journal_body,
    )  # fmt: skip
    tell(cursor, after, now)


def _unproposed(row: RequestRow) -> RequestRow:
    return row._replace(proposer_id=None, command_id=None, proposal=None, approver_id=None)


def _exists(owner: Owner) -> bool:
    if owner.facility_id is not None:
        return owner.area_id is None and places.facility(owner.facility_id) is not None
    return owner.area_id is not None and places.area(owner.area_id) is not None


def _room_for(cursor: psycopg.Cursor[Any], row: RequestRow, photos: Sequence[Photo], now: datetime) -> bool:
    cursor.execute(load("certificates", "count_correction_photos"), [row.person_id, row.id])
    counted = cursor.fetchone()
    assert counted is not None
    return int(counted[0]) + len(photos) <= terms_on(timezone.localdate(now)).most_photos
