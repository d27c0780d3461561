"""The stock book: what comes and goes, counts, transfers, vials, and what the codes on boxes mean."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from lachan.immunization.bodies.base import Body, Long, Short
from lachan.immunization.rules.stock import Difference, WasteReason

Lot = Annotated[str, Meta(min_length=1, max_length=60)]
Doses = Annotated[int, Meta(ge=1, le=1_000_000)]
InVial = Annotated[int, Meta(ge=1, le=100)]
Gtin = Annotated[str, Meta(pattern=r"^[0-9]{14}$")]


class BoxIn(Body):
    """A box by the code on it."""

    gtin: Gtin
    serial: Annotated[str, Meta(min_length=1, max_length=20)]


class StockIn(Body):
    """``stock.move``: doses received, given out to a session and brought back, wasted, returned, adjusted.

    ``quantity`` is in doses; only that of ``adjust`` may be negative. ``expires_on`` makes a lot known that was not,
    ``use_by`` is the last day of thawed vials. ``anyway``: what was asked about an entry like this is answered so.
    """

    facility: Short
    product: Short
    lot: Lot
    kind: Literal["receive", "adjust", "waste", "return", "issue", "session_return"]
    quantity: Annotated[int, Meta(ge=-1_000_000, le=1_000_000)]
    expires_on: date | None = None
    use_by: date | None = None
    vial_doses: InVial | None = None
    boxes: Annotated[tuple[BoxIn, ...], Meta(max_length=500)] = ()
    session_id: UUID | None = None
    document: Short = ""
    reason: Long = ""
    note: Long = ""
    anyway: Long = ""


class CountIn(Body):
    """``stock.count``: what was found on the shelf, in sessions and in open vials together. The difference is derived;
    without a reason it waits for somebody to explain it."""

    facility: Short
    product: Short
    lot: Lot
    counted: Annotated[int, Meta(ge=0, le=10_000_000)]
    reason: Difference | None = None
    note: Long = ""


class ExplainIn(Body):
    """``stock.explain``: why doses cannot be accounted for."""

    facility: Short
    discrepancy_id: UUID
    reason: Difference
    note: Long = ""


class SentIn(Body):
    """A lot of a transfer."""

    product: Short
    lot: Lot
    quantity: Doses


class ArrivedIn(Body):
    """A lot of a transfer as it arrived; zero when none of it did."""

    product: Short
    lot: Lot
    quantity: Annotated[int, Meta(ge=0, le=1_000_000)]


class TransferSendIn(Body):
    """``transfer.send``: goods leave for another facility. The id is the client's; it stands on the delivery note."""

    transfer_id: UUID
    facility: Short
    to: Short
    lines: Annotated[tuple[SentIn, ...], Meta(min_length=1, max_length=200)]
    document: Short = ""
    note: Long = ""
    anyway: Long = ""


class TransferReceiveIn(Body):
    """``transfer.receive``: goods arrived. A lot that is not named arrived as it was sent."""

    transfer_id: UUID
    facility: Short
    lines: Annotated[tuple[ArrivedIn, ...], Meta(max_length=200)] = ()
    reason: Difference | None = None
    note: Long = ""


class TransferCancelIn(Body):
    """``transfer.cancel``: goods that were sent are back, or never left."""

    transfer_id: UUID
    facility: Short
    reason: Annotated[str, Meta(min_length=3, max_length=2_000)]


class VialOpenIn(Body):
    """``vial.open``: a vial is opened in a session. The id is the client's, so that an offline day can name it;
    ``doses`` only where it differs from what is known of lot and product."""

    session_id: UUID
    vial_id: UUID
    product: Short
    lot: Lot
    doses: InVial | None = None
    anyway: Long = ""


class VialDiscardIn(Body):
    """``vial.discard``: an open vial is thrown away; what is left in it is waste."""

    session_id: UUID
    vial_id: UUID
    reason: WasteReason = "opened_not_used"
    note: Long = ""


class GtinTeachIn(Body):
    """``gtin.teach``: the code on a box means this product, so many doses a box, so many a vial."""

    facility: Short
    gtin: Gtin
    product: Short
    doses: Doses
    vial_doses: InVial
