"""What stood out when reactions were held against chance, and the lots it is about."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from lachan.immunization.models import HarmSignal, Lot

__all__ = ["HarmSignal", "lots_by_id", "signal", "standing"]


def standing(most: int) -> list[HarmSignal]:
    """Signals that still stand, the least likely by chance first. One query."""
    return list(HarmSignal.objects.filter(gone_at=None).order_by("p_value")[:most])


def signal(signal_id: UUID) -> HarmSignal | None:
    """One signal, standing or gone."""
    return HarmSignal.objects.filter(id=signal_id).first()


def lots_by_id(ids: Iterable[int | None]) -> dict[int, Lot]:
    """Lots with number, expiry and product, by id. One query."""
    return Lot.objects.in_bulk([lot_id for lot_id in ids if lot_id is not None])
