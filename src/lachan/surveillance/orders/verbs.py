"""The verbs of orders."""

from __future__ import annotations

from typing import Final

from lachan.immunization.verbs.base import Verb
from lachan.surveillance.orders import bodies, handlers

VERBS: Final[dict[str, Verb]] = {
    "order.issue": Verb(150, bodies.OrderIssueIn, handlers.issue, False),
    "order.deliver": Verb(151, bodies.OrderDeliverIn, handlers.deliver, False),
    "order.withdraw": Verb(152, bodies.OrderWithdrawIn, handlers.withdraw, False),
}
