"""What is said of orders: issue, bring, take back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Final, Literal
from uuid import UUID

from msgspec import Meta

from lachan.immunization.bodies.base import Body, Long, Short
from lachan.people.facts import PersonRef
from lachan.surveillance.orders.basis import Kind, PlaceKind

LONGEST: Final = timedelta(days=120)
Stated = Annotated[str, Meta(min_length=3, max_length=2_000)]


class OrderIssueIn(Body):
    """``order.issue``: a numbered document about a person. ``cause_id``: the case or the watch it follows from.
    ``place``: the address in words; left out, the commune of the person."""

    person: PersonRef
    kind: Kind
    disease: Short
    cause_id: UUID
    starts_on: date
    ends_on: date | None = None
    place_kind: PlaceKind = "home"
    place: Annotated[str, Meta(max_length=300)] = ""
    order_id: UUID | None = None


class OrderDeliverIn(Body):
    """``order.deliver``: the order came to its person, when the command happened. ``note``: who signed for it."""

    person: PersonRef
    order_id: UUID
    how: Literal["hand", "post", "sms", "phone"]
    note: Long = ""


class OrderWithdrawIn(Body):
    """``order.withdraw``: the order holds no longer; its number stays used."""

    person: PersonRef
    order_id: UUID
    reason: Stated
