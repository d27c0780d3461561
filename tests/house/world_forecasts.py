"""A run and an alarm for the walk through every door."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from lachan.forecasting.models import Alarm, Run
from lachan.kernel.ids import new_id

from .world import World

MADE = datetime(2026, 5, 5, 2, 0, tzinfo=UTC)


def run(world: World) -> UUID:
    """A published run that says nothing of any place."""
    made, _ = Run.objects.get_or_create(
        source="register", as_of=date(2026, 5, 4),
        defaults={
            "id": new_id(), "of_map": "2025", "status": "published", "begun_at": MADE, "made_at": MADE,
            "published_at": MADE, "engine": "1", "inputs": "0", "card": {}, "seal": "0",
        },
    )  # fmt: skip
    return made.id


def alarm(world: World) -> UUID:
    """An open alarm of the commune."""
    made, _ = Alarm.objects.get_or_create(
        source="register", area_id=world.areas[3], disease="covid-19", measure="cases",
        defaults={
            "id": new_id(), "opened_on": MADE.date(), "last_on": MADE.date(), "methods": ["ears_c1"], "strength": 1,
            "observed": 9.0, "run_id": run(world), "state": "open", "changed_at": MADE,
        },
    )  # fmt: skip
    return made.id
