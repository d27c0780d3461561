"""Somebody about whom an officer asks why they are on a list, for the walk through every door."""

from __future__ import annotations

from typing import Any
from uuid import UUID


def neighbour(world: Any) -> UUID:
    """Another one who lives in Bến Nghé."""
    found: UUID = world.command(
        "person.register", name="Phan Thị Hàng Xóm", sex="F", birth_date="1979-01-02", residence_code="26740",
        force_new=True,
    )  # fmt: skip
    return found
