"""Sessions to come: planned, changed, staffed, called off."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from lachan.access import queries as access
from lachan.access.staff import facilities_of
from lachan.immunization.batch import Batch, Item, SessionRow
from lachan.immunization.bodies.planning import DutyIn
from lachan.immunization.rules.facts import VIETNAM
from lachan.immunization.rules.planning import clash
from lachan.kernel import arrays
from lachan.kernel.arrays import columns
from lachan.kernel.commands import Worked
from lachan.kernel.statements import load


class Planned(NamedTuple):
    """A session as it stands before a change."""

    id: UUID
    date: date
    part: str
    capacity: int
    staff: list[dict[str, Any]]
    status: str


class _Duty(NamedTuple):
    session_id: UUID
    facility_id: int
    when: tuple[date, str]


class Roster:
    """Who is where on the days a slice is about; asked of the database once, then kept as the slice goes on."""

    def __init__(self, batch: Batch, items: list[tuple[Item, date, tuple[DutyIn, ...]]]) -> None:
        users = {duty.user for _, _, staff in items for duty in staff}
        self.names = access.labels(users)
        self.places = facilities_of(users, batch.today) if users else {}
        self.duties: dict[UUID, list[_Duty]] = {}
        facilities = sorted(set().union(*self.places.values())) if self.places else []
        if facilities:
            days = sorted({day for _, day, _ in items})
            arrays.execute(batch.cursor, load("immunization", "sessions_with_staff"), [facilities, days])
            for session_id, facility_id, day, part, staff in batch.cursor.fetchall():
                self.note(session_id, facility_id, (day, part), _json(staff))

    def note(self, session_id: UUID, facility_id: int, when: tuple[date, str], staff: list[dict[str, Any]]) -> None:
        """These people are at this session, and no longer where they were in it before."""
        for duties in self.duties.values():
            duties[:] = [duty for duty in duties if duty.session_id != session_id]
        for entry in staff:
            if "user" in entry:
                self.duties.setdefault(UUID(entry["user"]), []).append(_Duty(session_id, facility_id, when))

    def fault(self, item: Item, session_id: UUID, when: tuple[date, str], staff: tuple[DutyIn, ...]) -> Worked | None:
        """Someone without a role here is refused; someone who is at another session then is a question."""
        assert item.facility is not None
        for duty in staff:
            if item.facility.id not in self.places.get(duty.user, frozenset()):
                name = self.names.get(duty.user, "?")
                return item.refuse("staff_without_role", field="staff", name=name, facility=item.facility.name)
        if item.body.double_duty.strip():
            return None
        for duty in staff:
            for other in self.duties.get(duty.user, ()):
                if other.session_id != session_id and clash(other.when, when):
                    return item.hold(
                        "staff_elsewhere", field="staff", name=self.names.get(duty.user, "?"), day=when[0].isoformat()
                    )
        return None

    def stored(self, staff: tuple[DutyIn, ...]) -> list[dict[str, str]]:
        """As a session keeps it; the name beside the id, so that a paper of that day still says who it was."""
        return [
            {"desk": duty.desk, "user": str(duty.user), "name": self.names.get(duty.user, "")}
            for duty in sorted(set_of(staff), key=lambda duty: (duty.desk, str(duty.user)))
        ]


def set_of(staff: tuple[DutyIn, ...]) -> list[DutyIn]:
    """Each person once a desk."""
    return list({(duty.user, duty.desk): duty for duty in staff}.values())


def plan_sessions(batch: Batch, items: list[Item]) -> list[Worked]:
    """Plan sessions; one that is known under the same id and facility is accepted again and left as it is."""
    roster = Roster(batch, [(item, item.body.date, item.body.staff) for item in items])
    sessions, plans, done = [], [], []
    for item in items:
        body, facility = item.body, item.facility
        assert facility is not None
        known = batch.sessions.get(body.session_id)
        fault = _plan_fault(batch, item, known)
        if fault is not None:
            done.append(fault)
            continue
        if known is not None:
            done.append(item.accept(body.session_id))
            continue
        when = (body.date, body.part)
        clashing = roster.fault(item, body.session_id, when, body.staff)
        if clashing is not None:
            done.append(clashing)
            continue
        staff = roster.stored(body.staff)
        roster.note(body.session_id, facility.id, when, staff)
        batch.sessions[body.session_id] = SessionRow(body.session_id, facility.id, body.date, "planned", None)
        sessions.append((body.session_id, facility.id, *when, body.capacity, _text(staff)))
        plans.append((body.session_id, facility.id, _text(body.doses), body.double_duty))
        batch.record(
            "session.planned", body.session_id, item.command.happened_at,
            _text({"facility": facility.id, "day": body.date.isoformat(), "part": body.part}),
        )  # fmt: skip
        done.append(item.accept(body.session_id))
    if sessions:
        arrays.execute(batch.cursor, load("immunization", "plan_sessions"), columns(sessions))
        arrays.execute(batch.cursor, load("immunization", "insert_plans"), [batch.actor.id, batch.now, *columns(plans)])
    return done


def _plan_fault(batch: Batch, item: Item, known: SessionRow | None) -> Worked | None:
    body = item.body
    assert item.facility is not None
    if known is not None and known.facility_id != item.facility.id:
        return item.refuse("session_of_other_facility", field="session_id")
    if unknown := [key for key in body.doses if key not in batch.catalogue.keys]:
        return item.refuse("product_unknown", field="doses", product=unknown[0][:40])
    if known is None and body.date < item.command.happened_at.astimezone(VIETNAM).date():
        return item.refuse("plan_in_the_past", field="date", day=body.date.isoformat())
    return None


def replan_sessions(batch: Batch, items: list[Item]) -> list[Worked]:
    """Change planned sessions; one that was opened or called off is refused, with what it is now."""
    return _change(batch, items, _replanned)


def staff_sessions(batch: Batch, items: list[Item]) -> list[Worked]:
    """Who is at which desk, of sessions planned or open."""
    return _change(batch, items, _staffed)


def cancel_sessions(batch: Batch, items: list[Item]) -> list[Worked]:
    """Call off planned sessions; twice is once."""
    return _change(batch, items, _cancelled)


class _Changed(NamedTuple):
    after: Planned
    staff: tuple[DutyIn, ...]
    reason: str
    doses: Any  # product key -> doses; None: as before


def _change(batch: Batch, items: list[Item], change: Any) -> list[Worked]:
    before = _planned(batch, {item.body.session_id for item in items})
    proposed = [(item, change(batch, item, before[item.body.session_id])) for item in items]
    asking = [(item, c.after.date, c.staff) for item, c in proposed if isinstance(c, _Changed)]
    roster = Roster(batch, asking)
    rows, plans, done = {}, [], []
    for item, changed in proposed:
        if isinstance(changed, Worked):
            done.append(changed)
            continue
        # a slice may change one session several times
        changed = change(batch, item, before[item.body.session_id])
        after = changed.after
        if changed.staff and (fault := roster.fault(item, after.id, (after.date, after.part), changed.staff)):
            done.append(fault)
            continue
        staff = roster.stored(changed.staff) if item.command.verb == "session.staff" else after.staff
        assert item.facility is not None
        roster.note(after.id, item.facility.id, (after.date, after.part), staff)
        before[after.id] = after._replace(staff=staff)
        rows[after.id] = (after.id, after.date, after.part, after.capacity, _text(staff), after.status)
        at = item.command.happened_at
        plans.append((after.id, _text(changed.doses), changed.reason, at, after.status == "cancelled"))
        batch.record(
            _FACT[item.command.verb], after.id, at,
            _text({"facility": item.facility.id, "day": after.date.isoformat(), "part": after.part}),
        )  # fmt: skip
        done.append(item.accept(after.id))
    if rows:
        arrays.execute(batch.cursor, load("immunization", "replan_sessions"), columns(list(rows.values())))
        latest = {row[0]: row for row in plans}
        arrays.execute(batch.cursor, load("immunization", "change_plans"), columns(list(latest.values())))
    return done


_FACT = {
    "session.replan": "session.replanned",
    "session.staff": "session.staffed",
    "session.cancel": "session.cancelled",
}


def _replanned(batch: Batch, item: Item, now: Planned) -> _Changed | Worked:
    body = item.body
    if now.status != "planned":
        return _not_planned(item, now)
    if unknown := [key for key in body.doses or {} if key not in batch.catalogue.keys]:
        return item.refuse("product_unknown", field="doses", product=unknown[0][:40])
    if body.date is not None and body.date < item.command.happened_at.astimezone(VIETNAM).date():
        return item.refuse("plan_in_the_past", field="date", day=body.date.isoformat())
    after = now._replace(date=body.date or now.date, part=body.part or now.part, capacity=body.capacity or now.capacity)
    duties = tuple(DutyIn(user=UUID(entry["user"]), desk=entry["desk"]) for entry in now.staff if "user" in entry)
    moved = (after.date, after.part) != (now.date, now.part)
    return _Changed(after, duties if moved else (), body.reason, body.doses)


def _staffed(batch: Batch, item: Item, now: Planned) -> _Changed | Worked:
    if now.status not in ("planned", "open"):
        return _not_planned(item, now)
    return _Changed(now, item.body.staff, item.body.double_duty, None)


def _cancelled(batch: Batch, item: Item, now: Planned) -> _Changed | Worked:
    if now.status == "cancelled":
        return item.accept(now.id)
    if now.status != "planned":
        return _not_planned(item, now)
    return _Changed(now._replace(status="cancelled"), (), item.body.reason, None)


def _not_planned(item: Item, now: Planned) -> Worked:
    return item.refuse(f"session_{now.status}_already", day=now.date.isoformat())


def _planned(batch: Batch, ids: set[UUID]) -> dict[UUID, Planned]:
    arrays.execute(batch.cursor, load("immunization", "planned_sessions"), [list(ids)])
    return {row[0]: Planned._make((*row[:4], _json(row[4]), row[5])) for row in batch.cursor.fetchall()}


def _text(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _json(stored: Any) -> Any:
    return msgspec.json.decode(stored) if isinstance(stored, str) else stored
