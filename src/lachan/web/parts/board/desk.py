"""A desk of a session: which session, what the person at it may do there, and the way to send what happened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from lachan.access import scopes
from lachan.access.actors import Actor, actor_of
from lachan.immunization.commands import execute
from lachan.immunization.queries import board
from lachan.immunization.queries.board import SessionView, StockLine, Visit
from lachan.immunization.queries.stock import OpenVial, open_vials
from lachan.immunization.rules.facts import VIETNAM
from lachan.immunization.sentences import sentence
from lachan.kernel.commands import Command
from lachan.kernel.database import hot_cursor
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED, DUPLICATE, Outcome
from lachan.people.facts import PersonFacts
from lachan.people.queries import persons_in
from lachan.places import queries as places
from lachan.places.facts import FacilityRow

RECORDING = (
    "arrival.record", "screening.record", "dose.record", "dose.void", "not_given.record", "reaction.record",
    "release.record", "session.close", "session.halt", "reaction.notify", "person.register", "vial.open",
)  # fmt: skip
LATE = timedelta(hours=12)  # a line lost longer than a shift: the time of the page is not believed any more


class Desk:
    """What one request at a session knows. Read together in one transaction: :func:`desk_of`."""

    def __init__(self, actor: Actor, session: SessionView, stock: list[StockLine], now: datetime) -> None:
        self.actor, self.session, self.stock, self.now = actor, session, stock, now
        self.visits: list[Visit] = []
        self.people: dict[UUID, PersonFacts] = {}
        self.vials: list[OpenVial] = []

    @cached_property
    def facility(self) -> FacilityRow:
        return places.facility_table()[self.session.facility_id]

    @cached_property
    def rights(self) -> frozenset[str]:
        """Verbs the actor may do here; nothing but reading in a session that is over."""
        here = {verb for verb in RECORDING if scopes.may_at(self.actor, verb, self.session.facility_id)}
        return frozenset(here if self.session.open else here & {"release.record", "reaction.record", "reaction.notify"})

    @property
    def today(self) -> date:
        return self.now.astimezone(VIETNAM).date()

    def line(self, product: str, number: str) -> StockLine | None:
        return next((line for line in self.stock if line.product == product and line.number == number), None)


def actor_here(request: HttpRequest) -> Actor:
    """The signed-in actor; the door has made sure there is one."""
    actor = actor_of(request)
    assert actor is not None
    return actor


def desk_of(request: HttpRequest, session_id: UUID, *, everyone: bool = False) -> Desk:
    """The desk of this request. 404 for a session that is not there or not within the actor's facilities.

    ``everyone``: with all people of the session and their names: three queries in all, else one.
    """
    actor = actor_here(request)
    scope = scopes.facility_array(actor, "session.read")
    with hot_cursor() as cursor:
        found = board.session_with_stock(cursor, session_id, scope)
        if found is None:
            raise Http404
        desk = Desk(actor, *found, timezone.now())
        if everyone:
            desk.visits = board.visits(cursor, session_id, scope)
    if everyone and desk.session.vials:
        desk.vials = open_vials([desk.session.facility_id], session_id)
    return desk


def name_everyone(desk: Desk) -> None:
    """Who the people of the session are: one query."""
    with hot_cursor() as cursor:
        desk.people = persons_in(cursor, {visit.person_id for visit in desk.visits})


def person_at(desk: Desk, person_id: UUID) -> tuple[PersonFacts, Visit]:
    """Someone of this session; 404 for anyone else."""
    scope = scopes.facility_array(desk.actor, "session.read")
    with hot_cursor() as cursor:
        visit = board.visit_of(cursor, desk.session.id, person_id, scope)
        person = persons_in(cursor, [person_id]).get(person_id)
    if visit is None or person is None:
        raise Http404
    return person, visit


def send(request: HttpRequest, desk: Desk, verb: str, body: dict[str, Any]) -> Outcome:
    """Send what happened under the page's own command id, at the time it happened at the desk."""
    command = Command(command_id(request), verb, happened_at(request, desk.now), body)
    [outcome] = execute([command], actor=desk.actor, now=desk.now)
    return outcome


def command_id(request: HttpRequest) -> UUID:
    """The id the page gave the command, so that a repetition is recognised; a new one when it gave none."""
    try:
        return UUID(request.POST.get("command_id", ""))
    except ValueError:
        return new_id()


def happened_at(request: HttpRequest, now: datetime) -> datetime:
    """When the button was pressed, by the server's clock as the page knows it; now when that cannot be."""
    try:
        said = parse_datetime(request.POST.get("happened_at", ""))
    except ValueError:
        said = None
    if said is None or said.tzinfo is None or not now - LATE <= said <= now:
        return now
    return said


def moment(text: str) -> datetime | None:
    """A time as a field of the browser gives it, of the clock on the wall here; None for none, and for what is none."""
    try:
        at = parse_datetime(text)
    except ValueError:
        return None
    return timezone.make_aware(at) if at is not None and at.tzinfo is None else at


def accepted(outcome: Outcome) -> bool:
    """Whether it is recorded: now, or by the same command before."""
    return outcome.status is ACCEPTED or (
        outcome.status is DUPLICATE and (outcome.params or {}).get("first") == ACCEPTED.value
    )


def sentences(outcome: Outcome) -> list[str]:
    """Every reason of an outcome as a sentence in the reader's language."""
    params: Mapping[str, Any] = outcome.params or {}
    found = params.get("all")
    if found:
        return [sentence(finding["code"], finding["params"]) for finding in found]
    return [sentence(outcome.reason, params)] if outcome.reason else []
