"""Work on sheets after the answer was given: large ones carried out, what they said taken away after 30 days."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from lachan.access.actors import actor_of_user
from lachan.exchange.tables import carrying, store
from lachan.kernel.jobs import app


@app.task(name="exchange.carry_out_sheet", pass_context=False)
def carry_out_sheet(sheet_id: str) -> None:
    """Carry a confirmed sheet out to the end, with the rights its confirmer holds today."""
    now = timezone.now()
    sheet = store.sheet(UUID(sheet_id))
    if sheet is not None and sheet.confirmed_by is not None:
        actor = actor_of_user(sheet.confirmed_by, "", today=timezone.localdate(now))
        carrying.carry_out(sheet.id, actor=actor, now=now)


@app.periodic(cron="*/5 * * * *")
@app.task(name="exchange.go_on_with_sheets", queueing_lock="exchange.go_on_with_sheets", pass_context=False)
def go_on_with_sheets(timestamp: int, **_: Any) -> None:
    """Sheets that a stop left half done go on; one that is being carried out elsewhere loses nothing by it."""
    for sheet_id in store.unfinished():
        carry_out_sheet(str(sheet_id))


@app.periodic(cron="41 2 * * *")
@app.task(name="exchange.empty_sheets", queueing_lock="exchange.empty_sheets", pass_context=False)
def empty_sheets(timestamp: int, **_: Any) -> None:
    """What rows of old sheets said goes."""
    while store.empty_old(datetime.fromtimestamp(timestamp, UTC)) == 500:
        pass
