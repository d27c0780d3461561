"""Dated facts, kept in the process for a minute; lots are always read, for a recall must hold at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any, Final

import msgspec
import psycopg
from msgspec import structs

from lachan.immunization.models import BoosterRule, MixingRule, Product, ProductRule, ScreeningForm
from lachan.immunization.rules.catalogue import Catalogue
from lachan.immunization.rules.facts import Lot, LotMark
from lachan.immunization.rules.stock import lot_key
from lachan.kernel import arrays
from lachan.kernel.statements import load
from lachan.places import queries as places
from lachan.places.rules import COUNTRY_ID

MEMORY: Final = 60.0  # seconds
_kept: dict[str, tuple[float, Any]] = {}


def forget() -> None:
    """Drop what this process remembers (after loading reference data, and between tests)."""
    _kept.clear()


def _remembered(name: str, make: Callable[[], Any]) -> Any:
    found = _kept.get(name)
    if found is None or time.monotonic() > found[0]:
        found = _kept[name] = (time.monotonic() + MEMORY, make())
    return found[1]


def catalogue() -> Catalogue:
    """Products and their dated rules; four queries a minute."""
    return _remembered(  # type: ignore[no-any-return]
        "catalogue",
        lambda: Catalogue.from_rows(
            Product.objects.values(),
            ProductRule.objects.values(),
            MixingRule.objects.values(),
            BoosterRule.objects.values(),
        ),
    )


def products() -> list[Product]:
    """All products by id."""
    return _remembered("products", lambda: list(Product.objects.order_by("id")))  # type: ignore[no-any-return]


def forms() -> list[dict[str, Any]]:
    """Bodies of all screening forms, as the rules read them."""
    return _remembered("forms", lambda: list(ScreeningForm.objects.values_list("body", flat=True)))  # type: ignore[no-any-return]


def lots_in(cursor: psycopg.Cursor[Any], wanted: Iterable[tuple[int, str]]) -> dict[tuple[int, str], tuple[int, Lot]]:
    """(id, facts) of lots by product and number. A number of another product only is found under the product asked
    for."""
    asked = {pair: (pair[0], lot_key(pair[1])) for pair in wanted}
    pairs = sorted(set(asked.values()))
    if not pairs:
        return {}
    arrays.execute(cursor, load("immunization", "lots_by_number"), [[p for p, _ in pairs], [n for _, n in pairs]])
    found = {(row[1], row[2]): _lot(row) for row in cursor.fetchall()}
    missing = [pair for pair in pairs if pair not in found]
    if missing:
        arrays.execute(cursor, load("immunization", "lots_by_number_only"), [[number for _, number in missing]])
        others = {row[2]: _lot(row) for row in cursor.fetchall()}
        found |= {pair: others[pair[1]] for pair in missing if pair[1] in others}
    return {pair: found[key] for pair, key in asked.items() if key in found}


def _lot(row: tuple[Any, ...]) -> tuple[int, Lot]:
    return row[0], Lot(row[2], row[1], row[3], marks_of(row[5]), row[4])


def marks_of(found: Any) -> tuple[LotMark, ...]:
    """Marks of a lot as the statements give them: JSON, or nothing."""
    if found is None:
        return ()
    values = msgspec.json.decode(found) if isinstance(found, str | bytes) else found
    return tuple(msgspec.convert(dict(zip(LotMark.__struct_fields__, row, strict=True)), LotMark) for row in values)


def marks_at(marks: tuple[LotMark, ...], facility_id: int | None) -> tuple[LotMark, ...]:
    """Those of marks that hold at a facility: its own and of the areas it lies in; without a facility the nation's."""
    return tuple(mark for mark in marks if _covers(mark, facility_id))


def lot_at(lot: Lot | None, facility_id: int | None) -> Lot | None:
    """The lot as it stands at a facility."""
    if lot is None or not lot.marks:
        return lot
    return structs.replace(lot, marks=marks_at(lot.marks, facility_id))


def _covers(mark: LotMark, facility_id: int | None) -> bool:
    if mark.area_id == COUNTRY_ID:
        return True
    if facility_id is None:
        return False
    if mark.facility_id is not None:
        return mark.facility_id == facility_id
    return facility_id in places.facilities_in(mark.area_id or 0)
