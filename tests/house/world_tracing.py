"""Somebody under watch, for the addresses of tracing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from lachan.kernel.database import hot_cursor
from lachan.tracing.models import CaseList, Watch
from lachan.tracing.work.facts import WatchChange
from lachan.tracing.work.planning import follow_watches

from .world_cases import episode


def under_watch(person_id: UUID, area_id: int) -> UUID:
    """The person, watched as a contact in this commune."""
    now = timezone.now()
    day = timezone.localdate()
    if not Watch.objects.filter(person_id=person_id).exists():
        watch = Watch.objects.create(
            person_id=person_id, disease="covid-19", level=1, area_id=area_id, rule="vn-11042-2021-12-29",
            last_exposure=now, since=day, until=day + timedelta(days=14), quarantine="home", listed_at=now,
            changed_at=now,
        )  # fmt: skip
        change = WatchChange(
            person_id, watch.id, "covid-19", "opened", area_id, 1, day, watch.until, (), "home", 1.0
        )  # fmt: skip
        with hot_cursor() as cursor:
            follow_watches(cursor, [change], now=now)
    return person_id


def traced(world: Any) -> UUID:
    """A case with a list, which is empty."""
    now = timezone.now()
    case_id = episode(world)
    CaseList.objects.get_or_create(
        person_id=world.person_id, case_id=case_id,
        defaults={
            "disease": "measles", "rule": "vn-measles", "anchor_kind": "onset", "anchor_at": now, "window_from": now,
            "window_to": now, "f1": 0, "f2": 0, "computed_at": now, "case_at": now, "list_at": now,
        },
    )  # fmt: skip
    return case_id
