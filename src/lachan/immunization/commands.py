"""The one door for every fact of this room: decode, resolve, lock, then hand list after list to the operations.

A slice may hold a whole day of a station in order (arrival, screening, dose, release, the next person …). Commands are
regrouped by verb so that each operation gets lists, and a person's own commands keep their order.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
import psycopg

from lachan.access import rules as access_rules
from lachan.access.actors import Actor
from lachan.immunization import operations, queries, subjects
from lachan.immunization.batch import Batch, Item
from lachan.immunization.bodies.base import Timed
from lachan.immunization.rules.facts import moment
from lachan.immunization.verbs import VERBS
from lachan.kernel import commands as kernel_commands
from lachan.kernel import journal
from lachan.kernel.commands import EARLIEST, UNREADABLE, Command, Refusal, Worked
from lachan.kernel.errors import Problem
from lachan.kernel.outcomes import Outcome
from lachan.places import queries as places
from lachan.places.facts import FacilityRow

_NUMBER = re.compile(r"\d{6,}")
_WORD = re.compile(r"value '.*'", re.DOTALL)


def execute(commands: Sequence[Command], *, actor: Actor, now: datetime) -> list[Outcome]:
    """Carry out up to 1,000 commands; one outcome each, in order. Raises :class:`Problem` for too many."""
    if len(commands) > kernel_commands.MOST_COMMANDS:
        raise Problem(
            "too_many_commands",
            "Too many commands",
            f"Send at most {kernel_commands.MOST_COMMANDS} commands a call.",
            status=413,
        )

    def work(cursor: psycopg.Cursor[Any], fresh: Sequence[Command]) -> list[Worked]:
        return _Slice(cursor, fresh, actor, now).run()

    return kernel_commands.run(commands, work, actor_id=actor.id, now=now, home=_home(actor))


def _home(actor: Actor) -> Refusal:
    """The first place the actor holds a role at; the house itself has none."""
    grant = next(iter(actor.grants), None)
    return Refusal(grant.facility_id, grant.area_id) if grant is not None else Refusal()


class _Slice:
    """The commands of one transaction."""

    def __init__(self, cursor: psycopg.Cursor[Any], commands: Sequence[Command], actor: Actor, now: datetime) -> None:
        self.batch = Batch(cursor, actor, now, moment(now), queries.catalogue(), {}, [])
        self.items = [Item(command, None) for command in commands]
        self.done: list[Worked | None] = [None] * len(commands)

    def run(self) -> list[Worked]:
        self._decode()
        self._open_sessions()
        self._find_sessions()
        self._find_facilities([index for index, _ in self._open()])
        self._register()
        self._find_persons()
        for wave in self._waves():
            for rank in sorted(wave):
                indexes = wave[rank]
                verb = VERBS[self.items[indexes[0]].command.verb]
                if verb.changes_people:  # the journal tells what came before it first
                    journal.append(self.batch.cursor, self.batch.entries)
                    self.batch.entries.clear()
                for index, worked in zip(
                    indexes, verb.handler(self.batch, [self.items[i] for i in indexes]), strict=True
                ):
                    self.done[index] = worked
                if verb.changes_people:
                    subjects.find_again(self.batch, [item for _, item in self._open()])
        journal.append(self.batch.cursor, self.batch.entries)
        return self.done  # type: ignore[return-value]

    def _open(self) -> Iterable[tuple[int, Item]]:
        return ((index, item) for index, item in enumerate(self.items) if self.done[index] is None)

    def _decode(self) -> None:
        allowed: dict[str, bool] = {}
        for index, item in enumerate(self.items):
            command = item.command
            verb = VERBS.get(command.verb)
            if command.verb == UNREADABLE:
                self.done[index] = item.refuse("malformed", problem="it could not be read as a command")
                continue
            if verb is None:
                self.done[index] = item.refuse("unknown_verb", verb=command.verb[:60].replace("\0", "\ufffd"))
                continue
            if command.verb not in allowed:
                allowed[command.verb] = access_rules.may(self.batch.actor, command.verb)
            if not allowed[command.verb]:
                self.done[index] = item.refuse("not_allowed", verb=command.verb)
                continue
            if command.happened_at.tzinfo is None:
                self.done[index] = item.refuse("time_without_offset", field="happened_at")
                continue
            if command.happened_at > self.batch.moment.latest:
                self.done[index] = item.refuse("happened_in_future", field="happened_at")
                continue
            if command.happened_at < EARLIEST:
                self.done[index] = item.refuse("malformed", problem="`happened_at` is before 1900")
                continue
            try:
                item.body = msgspec.convert(command.body, verb.body)
            except msgspec.ValidationError as error:
                self.done[index] = item.refuse("malformed", problem=_plain(str(error)))
                continue
            if isinstance(item.body, Timed):
                fault = item.body.untimely(self.batch.moment.latest)
                if fault is not None:
                    self.done[index] = item.refuse(fault.reason, **fault.params)

    def _open_sessions(self) -> None:
        """Sessions first: what follows in the same slice may already happen in them."""
        for verb in ("session.plan", "session.open"):
            indexes = [index for index, item in self._open() if item.command.verb == verb]
            if not indexes:
                continue
            wanted = {self.items[index].body.session_id for index in indexes}
            self.batch.sessions |= queries.sessions_in(self.batch.cursor, wanted - self.batch.sessions.keys())
            self._find_facilities(indexes)
            indexes = [index for index in indexes if self.done[index] is None]
            done = VERBS[verb].handler(self.batch, [self.items[index] for index in indexes])
            for index, worked in zip(indexes, done, strict=True):
                self.done[index] = worked

    def _find_sessions(self) -> None:
        asking = [
            (index, item, item.body.session_id)
            for index, item in self._open()
            if getattr(item.body, "session_id", None) is not None
        ]
        if not asking:
            return
        self.batch.sessions |= queries.sessions_in(self.batch.cursor, {session_id for _, _, session_id in asking})
        for index, item, session_id in asking:
            item.session = self.batch.sessions.get(session_id)
            if item.session is None:
                self.done[index] = item.refuse("session_unknown", field="session_id")

    def _find_facilities(self, indexes: Sequence[int]) -> None:
        permitted: dict[tuple[str, int], bool] = {}
        facilities = places.facility_table()
        for index in indexes:
            item = self.items[index]
            code = getattr(item.body, "facility", "")
            if item.session is not None:
                item.facility = facilities.get(item.session.facility_id)
            elif code:
                item.facility = _facility(code)
                if item.facility is None:
                    self.done[index] = item.refuse("facility_unknown", field="facility", facility=code[:40])
                    continue
            verb = item.command.verb
            if item.facility is None:
                if VERBS[verb].at_facility and getattr(item.body, "source", "here") == "here":
                    self.done[index] = item.refuse("facility_missing", field="facility")
                continue
            key = (verb, item.facility.id)
            if key not in permitted:
                permitted[key] = self.batch.may_at(verb, item.facility.id)
            if not permitted[key]:
                # the fact stays with the station it concerns, whose head can see who sent it
                self.done[index] = item.refuse("not_allowed_here", facility=item.facility.name)

    def _register(self) -> None:
        """Registrations first: what follows in the same slice may already name these people."""
        indexes = [index for index, item in self._open() if item.command.verb == "person.register"]
        if indexes:
            done = operations.register_persons(self.batch, [self.items[index] for index in indexes])
            for index, worked in zip(indexes, done, strict=True):
                self.done[index] = worked

    def _find_persons(self) -> None:
        for index, worked in subjects.find(self.batch, self._open()).items():
            self.done[index] = worked

    def _waves(self) -> list[dict[int, list[int]]]:
        """Indexes by wave and rank. A person's command of an earlier rank after a later one begins a new wave, and so
        does whatever changes who persons are, for all that follows. Corrections of different persons that follow each
        other are one wave: an Excel sheet holds thousands."""
        waves: list[dict[int, list[int]]] = []
        latest: dict[Any, tuple[int, int]] = {}
        first = 0
        amended: set[Any] = set()  # of the wave that is the latest one, while it holds corrections only
        for index, item in self._open():
            rank = VERBS[item.command.verb].rank
            if VERBS[item.command.verb].changes_people:
                if item.command.verb == "person.amend" and amended and item.person.id not in amended:
                    waves[-1][rank].append(index)
                    amended.add(item.person.id)
                    continue
                waves.append({rank: [index]})
                latest, first = {}, len(waves)
                amended = {item.person.id} if item.command.verb == "person.amend" else set()
                continue
            amended = set()
            subject = item.person.id if item.resolved is not None else getattr(item.body, "session_id", None)
            wave, before = latest.get(subject, (first, 0)) if subject is not None else (first, 0)
            if rank < before:
                wave += 1
            latest[subject] = (wave, rank)
            while len(waves) <= wave:
                waves.append(defaultdict(list))
            waves[wave][rank].append(index)
        return waves


def _facility(code: str) -> FacilityRow | None:
    return places.facilities_by_code([code]).get(code)


def _plain(message: str) -> str:
    """The decoder's message: the field and the expected type. A key in a field's place may be somebody's number, and a
    word that is not of a list is repeated by the decoder, not by us."""
    said = _WORD.sub("value", message).replace("`$.", "`").replace("`$`", "body")
    return _NUMBER.sub("…", said)[:300].replace("\0", "\ufffd")
