"""Rows of members as groups: which rows belong together, and from when to when a vehicle was under way; pure.

Rows of one kind, name and commune are one group. A vehicle is a trip: rows whose times overlap, one after the other,
are one, so that whoever boarded later is with those who sat there already; the same vehicle on another day is another.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any, Final
from uuid import UUID, uuid5

from lachan.exchange.files.reading import Row, moment
from lachan.exchange.linelists.words import coded
from lachan.people.names import search_form
from lachan.tracing.evidence.operations import LONGEST_TRIP

LONGEST_NAME: Final = 120
MOST_ROWS_OF_SEATS: Final = 500
Member = tuple[Mapping[str, Any], Mapping[str, Any]]  # bodies of group.join and group.record, as read
_GROUPS: Final = UUID("5a1f6c1e-7a3b-5d0e-9c55-2f1c0d6b8e47")
_SEAT: Final = re.compile(r"(\d{1,3})[ -]?([a-zA-Z]?)")


def membership(row: Row, commune: str, now: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
    """(body of ``group.join``, body of ``group.record``), both without the group's id: it takes all rows to know it.

    A day without an hour is meant whole. ``commune``: code of where groups are that name none.
    """
    typed, faults = row.typed, row.faults
    kind, label = coded("kind", typed, faults), typed.get("group", "")
    if not search_form(label):
        faults.append(("group", "no_group"))
    elif len(label) > LONGEST_NAME:
        faults.append(("group", "too_long"))
    since = moment(row.raw.get("from"), faults, "from", now=now, at=time.min)
    until = moment(row.raw.get("to"), faults, "to", now=now, at=time(23, 59, 59))
    if since is not None and until is not None and until <= since:
        faults.append(("to", "times_reversed"))
    if kind == "vehicle" and (since is None or until is None) and not {"from", "to"} & {column for column, _ in faults}:
        faults.append(("from" if since is None else "to", "no_trip"))
    body: dict[str, Any] = {}
    if since is not None:
        body["from_at"] = since.isoformat()
    if until is not None:
        body["to_at"] = until.isoformat()
    if typed.get("row"):
        seat = _SEAT.fullmatch(typed["row"])
        if seat is None or not 1 <= int(seat[1]) <= MOST_ROWS_OF_SEATS:
            faults.append(("row", "row_unreadable"))
        else:
            body |= {"row": int(seat[1]), "seat": typed["row"] if seat[2] else ""}
    area = five(typed.get("place", "")) or commune
    return body, {"kind": kind, "label": label, "area": area, "source": "list"}


def five(code: str) -> str:
    """A commune's code with the zeros that spreadsheets drop."""
    return code.zfill(5) if code.isdecimal() else code


def groups(members: Sequence[Member], sender: UUID) -> list[tuple[dict[str, Any], str]]:
    """The body of each row's ``group.record``, now with id and times, and the code of what is wrong with its trip.

    The id is made of what names the group, so a list that comes again, mended or longer, adds to the same one. A group
    without a commune is the sender's own.
    """
    trips = _trips(members)
    found: list[tuple[dict[str, Any], str]] = []
    for index, (_, group) in enumerate(members):
        named = [group["area"] or str(sender), group["kind"], search_form(group["label"])]
        times, wrong = {}, ""
        if index in trips:
            since, until = trips[index]
            named.append(str(int(since.timestamp())))
            times = {"starts_at": since.isoformat(), "ends_at": until.isoformat()}
            wrong = "trip_too_long" if until - since > LONGEST_TRIP else ""
        found.append(({**group, "group_id": str(uuid5(_GROUPS, "|".join(named))), **times}, wrong))
    return found


def _trips(members: Sequence[Member]) -> dict[int, tuple[datetime, datetime]]:
    """Departure and arrival of the trip of each row in a vehicle whose times are known."""
    rides: defaultdict[tuple[str, str], list[tuple[datetime, datetime, int]]] = defaultdict(list)
    for index, (body, group) in enumerate(members):
        if group["kind"] == "vehicle" and body.get("from_at") and body.get("to_at"):
            since, until = datetime.fromisoformat(body["from_at"]), datetime.fromisoformat(body["to_at"])
            if since < until:
                rides[group["area"], search_form(group["label"])].append((since, until, index))
    found: dict[int, tuple[datetime, datetime]] = {}
    for spans in rides.values():
        joined: list[list[tuple[datetime, datetime, int]]] = []
        end = min(spans)[0]
        for one in sorted(spans):
            if one[0] >= end:
                joined.append([])
            joined[-1].append(one)
            end = max(end, one[1])
        for trip in joined:
            whole = trip[0][0], max(until for _, until, _ in trip)
            found |= {index: whole for _, _, index in trip}
    return found
