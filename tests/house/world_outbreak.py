"""Somebody about whom an officer asks why they are on a list, for the walk through every door."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from .world_tracing import under_watch


def neighbour(world: Any) -> UUID:
    """Another one of Bến Nghé, under watch there."""
    found: UUID = world.command(
        "person.register", name="Phan Thị Hàng Xóm", sex="F", birth_date="1979-01-02", residence_code="26740",
        force_new=True,
    )  # fmt: skip
    return under_watch(found, world.areas[3])
