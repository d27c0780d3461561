"""Tables of surveillance, by topic."""

from __future__ import annotations

from lachan.surveillance.models.cases import Case, CaseClass, CaseNote
from lachan.surveillance.models.declarations import Declaration
from lachan.surveillance.models.laboratory import (
    LabOrder,
    Pool,
    PoolMember,
    PoolResult,
    Result,
    ResultCorrection,
    Sample,
    Tube,
)
from lachan.surveillance.models.orders import Order, OrderNumber

__all__ = [
    "Case",
    "CaseClass",
    "CaseNote",
    "Declaration",
    "LabOrder",
    "Order",
    "OrderNumber",
    "Pool",
    "PoolMember",
    "PoolResult",
    "Result",
    "ResultCorrection",
    "Sample",
    "Tube",
]
