"""What the rows of a file do, through the same operations as the screens. Called twice: once in a transaction that is
taken back, to show what would happen, and once for good."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.utils import timezone

from lachan.access.actors import Actor
from lachan.access.models import ApiKey, Grant, User
from lachan.access.operations import facilities as facility_operations
from lachan.access.operations.grants import NewGrant, extend_grants, grant
from lachan.access.operations.keys import NewApiKey, create_api_keys
from lachan.access.operations.users import Details, NewUser, change_details, create_users
from lachan.access.rules import Role, default_last_day
from lachan.access.scopes import NATION
from lachan.access.uploads.parse import Row, day
from lachan.kernel.outcomes import ACCEPTED, REFUSED, Outcome
from lachan.kernel.text import fold
from lachan.places import queries as places
from lachan.places.operations_facilities import Change, NewFacility

FORMER_MAP: Final = date(2025, 6, 30)  # the last day with districts
# Roles as Vietnamese sheets name them, without accents; the keys of ``rules.Role`` are understood too.
ROLE_WORDS: Final = {
    "tiep don": "receptionist", "sang loc": "screener", "tiem": "vaccinator", "nguoi tiem": "vaccinator",
    "theo doi": "observer", "truong tram": "head", "can bo xa": "commune_officer", "can bo huyen": "district_officer",
    "can bo tinh": "province_officer", "can bo quoc gia": "national_officer", "thanh tra": "auditor",
    "ho tro": "support", "quan tri vien": "administrator",
}  # fmt: skip
# Which column a reason is about.
_COLUMN: Final = {
    "username_malformed": "username", "name_missing": "name", "language_unknown": "language", "unknown_role": "role",
    "role_is_for_keys": "role", "needs_two": "role", "role_needs_place": "place", "role_needs_facility": "place",
    "role_needs_area": "place", "wrong_level": "place", "place_unknown": "place", "out_of_scope": "place",
    "dates_reversed": "to", "facility_code_malformed": "code", "facility_code_taken": "code", "kind_unknown": "kind",
    "facility_kind_unknown": "kind", "facility_needs_commune": "commune", "expiry_out_of_range": "days",
    "unknown_facility": "code", "own_account": "username",
}  # fmt: skip


@dataclass(slots=True)
class Result:
    """What a row does. ``state``: new, changed, same, refused. ``made``: id of a user that is new."""

    number: int
    state: str = "same"
    column: str = ""
    reason: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    made: UUID | None = None
    token: str | None = None

    def refuse(self, reason: str, column: str = "", **params: Any) -> None:
        self.state, self.reason, self.params = "refused", reason, params
        self.column = column or _COLUMN.get(reason, "")

    def take(self, outcome: Outcome, state: str) -> bool:
        """Note an outcome; whether the row may go on."""
        if outcome.status is REFUSED:
            self.refuse(outcome.reason or "", **(outcome.params or {}))
            return False
        if outcome.status is ACCEPTED and self.state != "new":
            self.state = state
        return True


def carry_out(kind: str, rows: Sequence[Row], *, actor: Actor, now: datetime) -> list[Result]:
    """One result a row, in order; a refused row leaves its neighbours alone."""
    work: dict[str, Callable[..., list[Result]]] = {"users": _users, "facilities": _facilities, "keys": _keys}
    results: list[Result] = []
    for begin in range(0, len(rows), 500):
        results += work[kind](rows[begin : begin + 500], actor, now)
    return results


def place_of(code: str, today: date) -> tuple[int | None, int | None] | None:
    """(facility id, area id) of a code: of a facility, ``nation``, or an area of today's map, else of the former."""
    found = places.facilities_by_code([code]).get(code)
    if found is not None:
        return found.id, None
    if code == "nation":
        return None, NATION
    level = {2: 1, 3: 2, 5: 3}.get(len(code))
    if level is None or not code.isdigit():
        return None
    area = places.area_at(code, level, today) or places.area_at(code, level, FORMER_MAP)
    return None if area is None else (None, area.id)


def _users(rows: Sequence[Row], actor: Actor, now: datetime) -> list[Result]:
    results = {row.number: Result(row.number) for row in rows}
    names = {row.number: row.cells.get("username", "").lower() for row in rows}
    known = {user.username: user for user in User.objects.filter(username__in=names.values())}
    wanted = {names[row.number]: row for row in reversed(rows) if names[row.number] not in known}
    new = [
        NewUser(
            name, row.cells.get("name", ""), None, row.cells.get("email", ""), row.cells.get("language", "vi").lower()
        )
        for name, row in wanted.items()
    ]
    for (_name, row), outcome in zip(wanted.items(), create_users(new, actor=actor, now=now), strict=True):
        result = results[row.number]
        if result.take(outcome, "new"):
            result.made = outcome.id
    known |= {user.username: user for user in User.objects.filter(username__in=wanted)}
    _details(rows, names, known, results, actor, now)
    due = []
    for row in rows:
        result = results[row.number]
        user = known.get(names[row.number])
        if user is None and result.state != "refused":
            result.refuse("unknown_user", "username")
        if user is not None and result.state != "refused" and ("role" in row.cells or "place" in row.cells):
            item = _wanted(row, user.id, result, timezone.localdate(now))
            if item is not None:
                due.append((result, item, "to" in row.cells))
    _give(due, actor, now)
    return list(results.values())


def _details(
    rows: Sequence[Row], names: dict[int, str], known: dict[str, User], results: dict[int, Result], actor: Actor,
    now: datetime,
) -> None:  # fmt: skip
    """Names, addresses and languages that differ; an empty cell leaves things as they are."""
    changes, numbers = [], []
    for row in rows:
        user = known.get(names[row.number])
        if user is None or results[row.number].state != "same":
            continue
        new = Details(
            row.cells.get("name", user.display_name),
            row.cells.get("email", user.email),
            row.cells.get("language", user.language).lower(),
        )
        if new != Details(user.display_name, user.email, user.language):
            changes.append((user.id, new))
            numbers.append(row.number)
    for number, outcome in zip(numbers, change_details(changes, actor=actor, now=now), strict=True):
        results[number].take(outcome, "changed")


def _wanted(row: Row, user_id: UUID, result: Result, today: date) -> NewGrant | None:
    """The role a row asks for; None when a cell of it cannot be read, and the result says which."""
    role = row.cells.get("role", "")
    role = ROLE_WORDS.get(fold(role), role.lower())
    place = place_of(row.cells.get("place", ""), today)
    dates = {name: day(row.cells[name]) for name in ("from", "to") if name in row.cells}
    wrong = next((name for name, found in dates.items() if found is None), None)
    if wrong is not None:
        result.refuse("date_malformed", wrong, value=row.cells[wrong])
    elif role not in Role._value2member_map_:
        result.refuse("unknown_role", role=row.cells.get("role", ""))
    elif place is None:
        result.refuse("place_unknown", code=row.cells.get("place", ""))
    else:
        first = dates.get("from") or today
        last = dates.get("to") or default_last_day(role, max(first, today))
        return NewGrant(role, user_id, None, place[0], place[1], first, last)
    return None


def _give(due: Sequence[tuple[Result, NewGrant, bool]], actor: Actor, now: datetime) -> None:
    """Roles that are not held yet are given; those held get another last day where the file names one."""
    today = timezone.localdate(now)
    held = {
        (row.user_id, row.role, row.facility_id, row.area_id): row
        for row in Grant.objects.filter(user_id__in=[item.user_id for _, item, _ in due], revoked_at=None)
        if row.valid_to is None or row.valid_to >= today
    }
    new: dict[tuple[Any, ...], tuple[Result, NewGrant]] = {}
    longer: list[tuple[Result, UUID, date]] = []
    for result, item, said in due:
        key = (item.user_id, item.role, item.facility_id, item.area_id)
        there = held.get(key)
        if there is None:
            new.setdefault(key, (result, item))
        elif said and item.valid_to is not None and there.valid_to != item.valid_to:
            longer.append((result, there.id, item.valid_to))
    outcomes = grant([item for _, item in new.values()], actor=actor, now=now)
    for (result, _), outcome in zip(new.values(), outcomes, strict=True):
        result.take(outcome, "changed")
    outcomes = extend_grants([(grant_id, last) for _, grant_id, last in longer], actor=actor, now=now)
    for (result, _, _), outcome in zip(longer, outcomes, strict=True):
        result.take(outcome, "changed")


def _facilities(rows: Sequence[Row], actor: Actor, now: datetime) -> list[Result]:
    today = timezone.localdate(now)
    there = places.facilities_by_code([row.cells.get("code", "") for row in rows])
    results = {row.number: Result(row.number) for row in rows}
    new: list[tuple[Result, NewFacility]] = []
    changes: list[tuple[Result, Change]] = []
    for row in rows:
        result, cells = results[row.number], row.cells
        dates = {name: day(cells[name]) for name in ("opened", "closed") if name in cells}
        wrong = next((name for name, found in dates.items() if found is None), None)
        known = there.get(cells.get("code", ""))
        place = place_of(cells.get("commune", ""), today)
        if wrong is not None:
            result.refuse("date_malformed", wrong, value=cells[wrong])
        elif known is not None:
            changes.append((result, Change(known.id, cells.get("name"), dates.get("closed"))))
        elif place is None or place[1] is None:
            result.refuse("facility_needs_commune")
        else:
            kind = cells.get("kind", "station").lower()
            opened = dates.get("opened") or today
            new.append((result, NewFacility(cells.get("code", ""), cells.get("name", ""), kind, place[1], opened)))
    opened_up = facility_operations.open_up([item for _, item in new], actor=actor, now=now)
    for (result, _), outcome in zip(new, opened_up, strict=True):
        result.take(outcome, "new")
    changed = facility_operations.change([item for _, item in changes], actor=actor, now=now)
    for (result, _), outcome in zip(changes, changed, strict=True):
        result.take(outcome, "changed")
    return list(results.values())


def _keys(rows: Sequence[Row], actor: Actor, now: datetime) -> list[Result]:
    return [_key(row, actor, now) for row in rows]


def _key(row: Row, actor: Actor, now: datetime) -> Result:
    result, cells = Result(row.number), row.cells
    place = place_of(cells.get("place", ""), timezone.localdate(now))
    if place is None:
        result.refuse("place_unknown", code=cells.get("place", ""))
        return result
    label, kind, text = cells.get("label", ""), cells.get("kind", "").lower(), cells.get("days", "365")
    same = ApiKey.objects.filter(label=label, kind=kind, revoked_at=None, expires_at__gt=now)
    where: dict[str, Any] = {"facility_id": place[0], "area_id": place[1], "revoked_at": None}
    there = Grant.objects.filter(api_key_id__in=same.values("id"), **where)
    if there.exists():
        return result
    days = int(text) if text.isdigit() and len(text) < 5 else 0
    item = NewApiKey(
        label,
        kind,
        now + timedelta(days=days),
        *(((place[0],), ()) if place[0] is not None else ((), (place[1] or 0,))),
    )
    [made] = create_api_keys([item], actor=actor, now=now)
    if result.take(made.outcome, "new"):
        result.token = made.token
    return result
