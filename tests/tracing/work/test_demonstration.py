"""The tracer's day of the demonstration: begun, not finished, and the same when it is made again."""

from __future__ import annotations

import pytest
from django.utils import timezone

from lachan.access import operations
from lachan.demonstration.tracing_work import seed_tracing_work
from lachan.tracing.models import Call, Handover, Task
from tests.tracing.work.conftest import Ward


@pytest.mark.slow
def test_the_day_of_the_tracer(ward: Ward) -> None:
    operations.create_demo_users(timezone.now())
    ward.now = timezone.now()
    for n in range(12):
        ward.watch(ward.person(f"Người {n}", phone=f"09030002{n:02}"))
    ward.watch(ward.person("Người Xa", commune="00166"), ward.there)
    assert "8 contacts called, 2 hand-overs" in seed_tracing_work(ward.now)
    assert {"reached", "household", "no_answer", "wrong_number"} == set(Call.objects.values_list("outcome", flat=True))
    assert Task.objects.filter(kind="call", state="open").exists()
    assert set(Handover.objects.values_list("to_area_id", flat=True)) == {ward.here, ward.there}
    seed_tracing_work(ward.now)
    assert Call.objects.count() == 8
