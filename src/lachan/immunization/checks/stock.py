"""The stock book against itself, vials against their doses, transfers against the book, the list of what is missing."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db import connection

from lachan.immunization.rules.facts import CLOCK_SKEW
from lachan.immunization.rules.vials import VialRow
from lachan.kernel.checks import Finding, one_moment
from lachan.kernel.statements import load

_ANSWERED = {"vial_time_passed", "vial_not_open_yet", "vial_thrown_away"}  # somebody stated why; times may differ then
_PAGE = 10_000


def check_all() -> list[Finding]:
    """Balances against the entries, doses against vials, transfers against both, the list against the balances."""
    with one_moment():
        return [_book(), _vials(), _transfers(), _below_zero()]


def _book() -> Finding:
    wrong = list(_stream("check_book"))
    detail = "every lot of every facility"
    if wrong:
        facility, lot, *sums = wrong[0]
        detail = f"{len(wrong)} differ, first facility {facility} lot {lot}: received, adjusted {sums[:2]}, by the "
        detail += f"entries {sums[2:]}"
    return Finding("stock against the entries of its book", not wrong, detail)


def _vials() -> Finding:
    """A dose and its vial agree always: product, lot, facility, session; as many as were drawn, within its time."""
    product_of = dict(_stream("check_lot_products"))
    vials = {row[0]: VialRow(*row) for row in _stream("check_vials")}
    wasted: dict[UUID, int] = dict(_stream("check_vial_waste"))
    counted: dict[UUID, int] = defaultdict(int)
    wrong: list[str] = []
    doses = 0
    for vial_id, facility_id, session_id, lot_id, product_id, at, dose_id, overridden in _stream("check_vial_doses"):
        doses += 1
        counted[vial_id] += 1
        vial = vials.get(vial_id)
        if vial is None:
            wrong.append(f"dose {dose_id}: its vial is not there")
        elif (vial.facility_id, vial.session_id, vial.lot_id) != (facility_id, session_id, lot_id):
            wrong.append(f"dose {dose_id}: its vial is of another facility, session or lot")
        elif product_of.get(lot_id) != product_id:
            wrong.append(f"dose {dose_id}: its vial is of another product")
        elif not _ANSWERED & set(_codes(overridden)) and not _in_time(vial, at):
            wrong.append(f"dose {dose_id}: not drawn while its vial was open")
    for vial in vials.values():
        if vial.drawn != counted.get(vial.id, 0):
            wrong.append(f"vial {vial.id}: {vial.drawn} drawn, {counted.get(vial.id, 0)} doses")
        if vial.left < 0:
            wrong.append(f"vial {vial.id}: more than the {vial.doses} doses it held")
        if vial.wasted != wasted.get(vial.id, 0):
            wrong.append(f"vial {vial.id}: {vial.wasted} wasted, {wasted.get(vial.id, 0)} by the book")
    detail = f"{len(vials)} vials, {doses} doses" if not wrong else f"{len(wrong)} disagree, the first: {wrong[0]}"
    return Finding("vials against their doses", not wrong, detail)


def _in_time(vial: VialRow, at: Any) -> bool:
    """From the opening (clocks differ a little) to the limit, and not after it was thrown away."""
    return vial.open_at(at) and at <= vial.limit_at + CLOCK_SKEW


def _codes(overridden: Any) -> list[str]:
    found = json.loads(overridden) if isinstance(overridden, str) else overridden
    return list(found or [])


def _transfers() -> Finding:
    entries = {(row[0], row[1]): row[2:] for row in _stream("check_transfer_entries")}
    lines = list(_stream("check_transfers"))
    wrong = []
    for transfer_id, lot_id, sent, received, arrived, cancelled in lines:
        expected = (sent, received if arrived else None, sent if cancelled else 0)
        if entries.pop((transfer_id, lot_id), None) != expected or (arrived and cancelled):
            wrong.append(f"transfer {transfer_id} lot {lot_id}")
    wrong += [f"transfer {transfer_id} lot {lot_id}: in the book only" for transfer_id, lot_id in entries]
    detail = f"{len(lines)} lots sent" if not wrong else f"{len(wrong)} disagree, the first: {wrong[0]}"
    return Finding("transfers against the book", not wrong, detail)


def _below_zero() -> Finding:
    wrong = list(_stream("check_below_zero"))
    detail = "every lot below zero, and no other"
    if wrong:
        detail = f"{len(wrong)} differ, first facility {wrong[0][0]} lot {wrong[0][1]} at {wrong[0][2]}"
    return Finding("lots below zero on the list of discrepancies", not wrong, detail)


def _stream(name: str) -> Iterator[tuple[Any, ...]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(load("immunization", name), [])
        while rows := cursor.fetchmany(_PAGE):
            yield from rows
