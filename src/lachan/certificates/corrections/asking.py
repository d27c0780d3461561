"""A person says that something is wrong: at their own door, or at a desk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

import psycopg
from django.utils import timezone

from lachan.access.actors import Actor
from lachan.certificates.corrections.facts import PHOTO, SAID, Said, sealed
from lachan.certificates.corrections.photo import BadPhoto, Photo, redrawn
from lachan.certificates.corrections.proposals import dose_in
from lachan.certificates.corrections.rules import ABOUT_DOSE, CLOSED, KINDS, Owner, State, due_after, owner_of, step_due
from lachan.certificates.corrections.steps import add_step
from lachan.certificates.corrections.terms import calendar, terms_on
from lachan.immunization.queries.person import person_history
from lachan.kernel import locks
from lachan.kernel.database import hot_cursor
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED, DUPLICATE, REFUSED, Outcome
from lachan.kernel.sealing import sealer
from lachan.kernel.statements import load
from lachan.people.facts import PersonFacts
from lachan.people.queries import persons_in
from lachan.places import queries as places

LONGEST_TEXT: Final = 2_000
LONGEST_FIELD: Final = 200
MOST_FIELDS: Final = 12


class Asked(NamedTuple):
    """A request as sent. ``request_id`` is the client's, so that sending it twice makes one."""

    request_id: UUID
    person_id: UUID
    kind: str
    said: Said
    dose_id: UUID | None = None
    photos: Sequence[bytes] = ()
    language: str = "vi"
    at_desk: bool = False


def ask(asked: Sequence[Asked], *, actor: Actor, now: datetime) -> list[Outcome]:
    """Take requests; one outcome each. Whether the actor may ask for this person is the caller's to know.

    Refused: ``correction_kind_unknown``, ``correction_words_missing``, ``correction_too_long``, ``correction_too_many``
    (open, or today), ``correction_already_open`` (the same thing of the same dose), ``correction_dose_unknown``,
    ``correction_nobody_keeps``, ``person_unknown``, and what :func:`photo.redrawn` says of a picture.
    """
    return [_ask(one, actor, now) for one in asked]


def _ask(one: Asked, actor: Actor, now: datetime) -> Outcome:
    code = _malformed(one)
    if code:
        return Outcome(REFUSED, code)
    terms = terms_on(timezone.localdate(now))
    if len(one.photos) > terms.most_photos:
        return Outcome(REFUSED, "photo_too_many", None, {"most": terms.most_photos})
    if one.photos and (refused := _refused_before(one, now)) is not None:
        return refused  # drawing is dear: not for what would be refused anyway
    try:
        photos = [redrawn(photo) for photo in one.photos]  # before any lock is held: it takes a while
    except BadPhoto as bad:
        return Outcome(REFUSED, bad.reason)
    with hot_cursor() as cursor:
        person = persons_in(cursor, [one.person_id]).get(one.person_id)
        if person is None:
            return Outcome(REFUSED, "person_unknown")
        locks.lock(cursor, "person", [person.id])
        known = _asked_before(cursor, person.id, one, now)
        if known is not None:
            return known
        kept = _kept(one, person)
        if kept is None:
            return Outcome(REFUSED, "correction_dose_unknown")
        if kept.owner == Owner():
            return Outcome(REFUSED, "correction_nobody_keeps")
        due = step_due(State.ASKED, now, terms, calendar())
        cursor.execute(
            load("certificates", "insert_correction"),
            [person.id, one.request_id, actor.id, now, one.at_desk, "en" if one.language == "en" else "vi", one.kind,
             one.dose_id, sealed(one.said, SAID), *kept.owner, kept.served, State.ASKED, 1, now, due,
             due_after(now, terms.answer_days, calendar())],
        )  # fmt: skip
        add_photos(cursor, person.id, one.request_id, photos, now)
        place: dict[str, Any] = {"kind": one.kind, "facility": kept.owner.facility_id, "area": kept.owner.area_id}
        add_step(cursor, person.id, one.request_id, 1, "ask", State.ASKED, actor, now, journal_body=place)
        return Outcome(ACCEPTED, None, one.request_id)


def add_photos(
    cursor: psycopg.Cursor[Any], person_id: UUID, request_id: UUID, photos: Sequence[Photo], now: datetime
) -> None:
    """Keep pictures of a request, sealed."""
    for photo in photos:
        cursor.execute(
            load("certificates", "insert_correction_photo"),
            [new_id(), person_id, request_id, now, photo.width, photo.height, sealer().seal(photo.content, PHOTO)],
        )


def _malformed(one: Asked) -> str:
    said = one.said
    if one.kind not in KINDS:
        return "correction_kind_unknown"
    if len(said.text) > LONGEST_TEXT or len(said.right) > MOST_FIELDS:
        return "correction_too_long"
    if any(len(text) > LONGEST_FIELD for text in (*said.right.values(), said.facility)):
        return "correction_too_long"
    filled = any(value.strip() for value in said.right.values())
    if len(said.text.strip()) < 3 and not filled and one.kind not in ("dose_not_mine", "dose_double"):
        return "correction_words_missing"
    return ""


def _refused_before(one: Asked, now: datetime) -> Outcome | None:
    """What is known without a lock to be too much; asked again under it."""
    with hot_cursor() as cursor:
        person = persons_in(cursor, [one.person_id]).get(one.person_id)
        return _asked_before(cursor, person.id, one, now) if person is not None else None


def _asked_before(cursor: psycopg.Cursor[Any], person_id: UUID, one: Asked, now: datetime) -> Outcome | None:
    """The same request again, or too many: a form cannot be used to fill a station's list."""
    terms = terms_on(timezone.localdate(now))
    cursor.execute(load("certificates", "corrections_asked"), [person_id, now - timedelta(days=1), one.request_id])
    rows = cursor.fetchall()
    if any(row[0] == one.request_id for row in rows):
        return Outcome(DUPLICATE, None, one.request_id, {"first": ACCEPTED.value})
    still_open = [row for row in rows if State(row[3]) not in CLOSED]
    same = [row for row in still_open if (row[1], row[2]) == (one.kind, one.dose_id) and one.kind != "other"]
    if same:
        return Outcome(REFUSED, "correction_already_open", same[0][0])
    if len(still_open) >= terms.most_open:
        return Outcome(REFUSED, "correction_too_many", None, {"most": terms.most_open})
    if len([row for row in rows if row[4] >= now - timedelta(days=1)]) >= terms.most_a_day:
        return Outcome(REFUSED, "correction_too_many", None, {"most": terms.most_a_day})
    return None


class _Kept(NamedTuple):
    """Who keeps the fact, and who else may work on it."""

    owner: Owner
    served: int | None


def _kept(one: Asked, person: PersonFacts) -> _Kept | None:
    """Who keeps it; None when the dose is not this person's. What the commune keeps may also be worked on where the
    person was received last: people walk to the nearest station, and communes were merged since many were written."""
    history = person_history(person.id)
    dose = dose_in(history, one.dose_id) if one.dose_id is not None else None
    if (one.kind in ABOUT_DOSE and dose is None) or (dose is not None and dose.status != "active"):
        return None
    named = places.facilities_by_code([one.said.facility]).get(one.said.facility) if one.said.facility else None
    visits = [(met.arrived_at, met.facility_id) for met in history.encounters]
    visits += [(given.happened_at, given.facility_id) for given in history.doses if given.facility_id is not None]
    seen = max(visits)[1] if visits else None
    owner = owner_of(
        one.kind,
        dose_facility=dose.facility_id if dose is not None else None,
        named_facility=named.id if named is not None else None,
        residence=person.residence_id,
        seen_at=seen,
    )
    return _Kept(owner, seen if owner.area_id is not None else None)
