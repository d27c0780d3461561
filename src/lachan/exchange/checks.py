"""What must be equal in this room, recounted: rows said to be carried out were, and what rows said goes in time."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from lachan.exchange.tables import carrying, store
from lachan.kernel.checks import Finding
from lachan.kernel.commands import known_outcomes

LATE = timedelta(days=2)  # the job runs each night


def check_all(now: datetime | None = None) -> list[Finding]:
    """Two findings; every row whose content is still kept is opened."""
    now = now or timezone.now()
    carried, missing = 0, []
    for sheet_id in store.with_content():
        wanted = _commands(sheet_id)
        carried += len(wanted)
        good = {command for command, outcome in known_outcomes(list(wanted)).items() if outcome.status == "accepted"}
        missing += sorted(wanted - good)
    late = store.kept_too_long(now - LATE)
    return [
        Finding(
            "rows of sheets carried out by a command",
            not missing,
            f"{len(missing)} missing of {carried} rows, the first is {missing[0]}" if missing else f"{carried} rows",
        ),
        Finding("sheets emptied after 30 days", not late, f"{late} kept too long" if late else "none kept too long"),
    ]


def _commands(sheet_id: UUID) -> set[UUID]:
    """The commands that rows said to be carried out must have been sent as."""
    found: set[UUID] = set()
    after = 0
    while part := store.rows_of(sheet_id, ("done", "undone"), after=after, limit=1_000):
        found |= {carrying.command_id(sheet_id, row) for row in part if row.content.changes}
        after = part[-1].number
    return found
