"""What to put into the addresses of the house, for the walk through every door."""

from __future__ import annotations

from collections.abc import Callable

from lachan.kernel.ids import new_id
from lachan.places import queries as places

from . import (
    world_cases,
    world_declarations,
    world_forecasts,
    world_laboratory,
    world_outbreak,
    world_tracing,
    world_visits,
)
from .world import World

# What to put into an address, by the name of the parameter in the route.
PARAMETERS: dict[str, Callable[[World], object]] = {
    "person_id": lambda world: world.person_id,
    "contact_id": lambda world: world_tracing.under_watch(world.person_id, world.areas[3]),
    "other_id": lambda world: world.person_id,  # one person already: the comparison leads to the page
    "merge_id": lambda world: world.merge_id,
    "sample_id": world_laboratory.sample,
    "pool_id": world_laboratory.pool,
    "file_id": world_laboratory.file,
    "declaration_id": world_declarations.declaration,
    "arrived_id": lambda world: world.person_id,  # of the session
    "pair_id": lambda world: world.pair_id,
    "card_id": lambda world: world.health_card_id,
    "sheet": lambda world: "pocket",
    "dose_id": lambda world: world.dose_id,
    "item_id": lambda world: world.item_id,
    "sheet_id": lambda world: world.sheet_id,
    "session_id": lambda world: world.session_id,
    "facility_id": lambda world: world.facility_id,
    "facility_code": lambda world: places.facilities([world.facility_id])[0].code,
    "case_id": lambda world: world.case_id,
    "episode_id": world_cases.episode,
    "traced_id": world_tracing.traced,
    "listed_id": world_outbreak.neighbour,
    "list_id": lambda world: new_id(),  # nobody's: leads back to the files
    "signal_id": lambda world: world.signal_id,
    "step": lambda world: "notify",
    "command_id": lambda world: world.command_id,
    "lot_id": lambda world: world.lot_id,
    "status_id": lambda world: world.status_id,
    "plan_id": lambda world: world.plan_id,
    "excursion_id": lambda world: world.excursion_id,
    "transfer_id": lambda world: world.transfer_id,
    "discrepancy_id": lambda world: new_id(),  # nobody's
    "correction_id": lambda world: world.correction_id,
    "photo_id": lambda world: world.photo_id,
    "area_id": lambda world: world.areas[1],
    "run_id": world_forecasts.run,
    "alarm_id": world_forecasts.alarm,
    "table": lambda world: "provinces",
    "form": lambda world: "csv",
    "user_id": lambda world: world.colleague_id,
    "grant_id": lambda world: world.grant_id,
    "request_id": lambda world: new_id(),  # deciding about nothing leads back to the list
    "key_id": lambda world: new_id(),
    "alert_id": lambda world: new_id(),
    "kind": lambda world: "users",
    "what": lambda world: "groups",
    "upload_id": lambda world: world.upload_id,
    "venue_code": world_visits.code,
    "signed": world_visits.signed,
    "door_device_id": world_visits.device,
    "device_id": lambda world: new_id(),  # nobody's: signing it out again does no harm
    "pk": lambda world: 1,  # of a passkey
    "country": lambda world: "at",
    "filter_version": lambda world: world.lists.before,
    "before": lambda world: world.lists.before,
    "after": lambda world: world.lists.after,
    "batch": lambda world: f"{world.lists.after}-0",
    "kid": lambda world: world.lists.kid,
}
