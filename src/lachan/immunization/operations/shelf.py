"""The vials a slice of doses draws from: read once under a lock, decided in memory, written with the stock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from lachan.immunization import queries
from lachan.immunization.batch import Batch, Item, SessionRow
from lachan.immunization.operations import book
from lachan.immunization.rules import vials as rules
from lachan.immunization.rules.facts import DoseFacts, VialDraw
from lachan.immunization.rules.stock import DOSE_AFTER_ALL
from lachan.immunization.rules.vials import VialKind, VialRow
from lachan.kernel import arrays
from lachan.kernel.ids import new_id
from lachan.kernel.statements import load


class Draw(NamedTuple):
    """A dose about to be drawn. ``vial`` None: the next one opens by itself; ``asks``: what the rules must ask."""

    vial: VialRow | None
    asks: VialDraw | None
    named: UUID | None
    session: SessionRow
    lot_id: int
    product_id: int
    at: datetime


class Shelf:
    """Vials of some sessions, and vials named, as they stand in this transaction."""

    def __init__(self, batch: Batch, drawing: frozenset[UUID], found: Iterable[VialRow]) -> None:
        self.batch = batch
        self._drawing = drawing
        self._vials: dict[UUID, VialRow] = {}
        self._of_session: dict[UUID, list[VialRow]] = {}
        for vial in found:
            self._put(vial)
        self._changed: set[UUID] = set()
        self._after_all: list[tuple[VialRow, datetime]] = []

    def about(
        self, session: SessionRow | None, facts: DoseFacts, lot_id: int | None, named: UUID | None
    ) -> Draw | None:
        """Where a dose comes from. None: not from a vial of a session: given elsewhere, of a lot not known, at a time
        not known, or in a session that says nothing about its vials."""
        at = facts.given_at
        if session is None or lot_id is None or at is None or facts.source != "here":
            return None
        if named is None and session.id not in self._drawing:
            return None
        vial = self._vials.get(named) if named is not None else None
        if named is None:
            vial = rules.pick(self._of_session.get(session.id, ()), lot_id, at)
        asks = None if vial is None else rules.draw_facts(vial, lot_id, session.id, at)
        return Draw(vial, asks, named, session, lot_id, facts.product_id, at)

    def take(self, draw: Draw) -> UUID:
        """Draw a dose; without a vial the next one opens by itself, and is marked so."""
        vial = draw.vial
        if vial is None:
            kind = kind_of(draw.product_id)
            vial = VialRow(
                draw.named or new_id(), draw.session.facility_id, draw.session.id, draw.lot_id, kind.doses or 1, 0, 0,
                draw.at, rules.limit(draw.at, kind.hours, None), None, True,
            )  # fmt: skip
            self._put(vial)
            body = f'{{"facility":{vial.facility_id},"lot":{vial.lot_id},"doses":{vial.doses},"automatic":true}}'
            self.batch.record("vial.opened", vial.id, draw.at, body)
        if rules.take(vial, draw.at):
            self._after_all.append((vial, draw.at))
        self._changed.add(vial.id)
        return vial.id

    def give_back(self, vial_id: UUID) -> None:
        """A dose was not drawn from this vial after all."""
        vial = self._vials.get(vial_id)
        if vial is not None:
            vial.drawn -= 1
            self._changed.add(vial_id)

    def changed(self) -> list[tuple[Any, ...]]:
        """Rows of the vials whose contents moved, in the order they are locked in."""
        rows = sorted((self._vials[vial_id] for vial_id in self._changed), key=lambda vial: (vial.facility_id, vial.id))
        return [
            (
                vial.facility_id, vial.id, vial.session_id, vial.lot_id, vial.doses, vial.drawn, vial.wasted,
                vial.opened_at, vial.limit_at, vial.automatic,
            )
            for vial in rows
        ]  # fmt: skip

    def write_back(self) -> None:
        """What had been written off as waste and was given after all goes back into the book."""
        entries = [
            book.Entry(
                vial.facility_id, vial.lot_id, "waste", 1, 1, at, vial.session_id, vial.id, reason=DOSE_AFTER_ALL
            )
            for vial, at in self._after_all
        ]
        self._after_all = []
        book.enter(self.batch, entries)

    def _put(self, vial: VialRow) -> None:
        self._vials[vial.id] = vial
        self._of_session.setdefault(vial.session_id, []).append(vial)


def shelf_of(batch: Batch, items: Iterable[Item]) -> Shelf | None:
    """The vials the doses of these commands may come from; None, without a statement, where no session of theirs draws
    from vials and none is named."""
    wanted = [(item.session.id, item.body.vial) for item in items if item.session is not None]
    drawing = frozenset(session_id for session_id, _ in wanted if batch.sessions[session_id].vials)
    named = {vial_id for _, vial_id in wanted if vial_id is not None}
    return read(batch, drawing, named) if drawing or named else None


def read(batch: Batch, sessions: Iterable[UUID], named: Iterable[UUID] = ()) -> Shelf:
    """Lock and read the vials of sessions that draw from vials, and vials by id; one statement."""
    drawing = frozenset(sessions)
    arrays.execute(batch.cursor, load("immunization", "vials_to_draw"), [sorted(drawing), sorted(named)])
    return Shelf(batch, drawing, [VialRow(*row) for row in batch.cursor.fetchall()])


def kind_of(product_id: int) -> VialKind:
    """Size and time limits of a product's vials; the policy's own where nothing is known."""
    facts: dict[str, Any] = next((product.facts for product in queries.products() if product.id == product_id), {})
    return rules.kind_of(facts)
