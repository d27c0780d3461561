"""By what the record that went was named: its ids and numbers, so that a later fact sent under one of them is seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from lachan.kernel import arrays
from lachan.kernel.database import hot_cursor
from lachan.kernel.sealing import blind
from lachan.kernel.statements import load
from lachan.people.cards import CardProblem, parse_card
from lachan.people.facts import IdentifierIn
from lachan.people.intake import Fault, number_of, sealed_number
from lachan.people.merging.queries import Merge

_CARD_FIELDS = {
    "citizen_id": "citizen_id", "old_id": "old_id", "insurance_number": "health_insurance", "passport": "passport",
}  # fmt: skip


class OwnNames(NamedTuple):
    """Ids (its own and the aliases of devices) and blind indexes of numbers."""

    ids: frozenset[str]
    blinds: frozenset[bytes]

    def named_by(self, ref: Any) -> bool:
        """Whether a command's person reference, as it was sent, is one of these."""
        if not isinstance(ref, Mapping):
            return False
        return str(ref.get("id", "")) in self.ids or any(_blind(number) in self.blinds for number in _numbers(ref))


def own_names(merge: Merge) -> OwnNames:
    """What named the record that went in a merge; three queries."""
    with hot_cursor() as cursor:
        cursor.execute(load("people", "aliases_of"), [merge.going_id])
        ids = {str(merge.going_id), *(str(row[0]) for row in cursor.fetchall())}
        arrays.execute(cursor, load("people", "numbers_held"), [[merge.going_id]])
        blinds = {bytes(row[1]) for row in cursor.fetchall()}
        cursor.execute(load("people", "kept_by_mover"), [merge.id, "people_identifier.person_id"])
        for (kept,) in cursor.fetchall():
            moved = msgspec.json.decode(kept) if isinstance(kept, str) else kept
            blinds |= {bytes.fromhex(one) for one in moved}
    return OwnNames(frozenset(ids), frozenset(blinds))


def _numbers(ref: Mapping[str, Any]) -> list[IdentifierIn]:
    """Numbers a reference carries: bare, on a card, or in a scan."""
    found = []
    bare = ref.get("identifier")
    if isinstance(bare, Mapping):
        found.append(IdentifierIn(str(bare.get("system", "")), str(bare.get("value", ""))))
    card = ref.get("card")
    if isinstance(card, Mapping):
        found += [IdentifierIn(system, str(card[field])) for field, system in _CARD_FIELDS.items() if card.get(field)]
    scanned = parse_card(str(ref.get("scan") or "")) if ref.get("scan") else None
    if scanned is not None and not isinstance(scanned, CardProblem):
        number = number_of(scanned)
        found += [number] if number else []
    return found


def _blind(entry: IdentifierIn) -> bytes:
    number = sealed_number(entry, strict=False)
    return blind(entry.system, entry.value) if isinstance(number, Fault) else number.blind
