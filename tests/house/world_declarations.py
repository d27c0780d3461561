"""A declaration that asks for somebody, for the addresses of declarations."""

from __future__ import annotations

from typing import Any
from uuid import UUID

NO = {"contact_suspected": "no", "outbreak_area": "no", "abroad": "no"}


def declaration(world: Any) -> UUID:
    """Of the person addresses point at, made at the station's desk: they were near a case and cough."""
    from lachan.places import queries as places

    found: UUID = world.command(
        "declaration.make", person={"id": str(world.person_id)}, kind="domestic", symptoms=[{"code": "cough"}],
        answers={**NO, "contact_case": "yes"}, facility=places.facilities([world.facility_id])[0].code,
        area_code="26740",
    )  # fmt: skip
    return found
