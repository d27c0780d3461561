"""Two records made one three weeks ago in the demonstration, with something that came later: there is one to undo."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from lachan.access.actors import Actor
from lachan.demonstration.plan import uuid_for
from lachan.immunization.commands import execute
from lachan.kernel.commands import Command
from lachan.kernel.outcomes import Outcome

WEEKS = timedelta(weeks=3)
ADDRESS = "26740"


def seed_merge(actor: Actor, now: datetime) -> int:
    """People that were made one; done before, it adds nothing."""
    then = now - WEEKS
    one, other = uuid_for("merge", "one"), uuid_for("merge", "other")
    person = {"sex": "F", "birth_date": "1962-09-02", "residence_code": ADDRESS, "force_new": True}
    phone = {"contacts": [{"kind": "phone", "value": "0908000321"}]}
    told: Sequence[tuple[str, datetime, dict[str, Any]]] = (
        ("person.register", then, {**person, **phone, "name": "Phạm Thị Lành", "person_id": str(one)}),
        ("person.register", then, {**person, **phone, "name": "Phạm Thị Lanh", "person_id": str(other)}),
        ("dose.record", then, _dose(str(one), now - timedelta(days=150))),
        ("dose.record", then, _dose(str(other), now - timedelta(days=100))),
        ("person.merge", then, {
            "person": {"id": str(one)}, "other": {"id": str(other)}, "evidence": ["names_alike", "date:full"],
            "reason": "Cùng ngày sinh, cùng số điện thoại; dấu trong tên bị ghi thiếu",
        }),
        ("dose.record", now, _dose(str(other), now - timedelta(days=1))),  # sent under the id that went
    )  # fmt: skip
    outcomes: list[Outcome] = []
    for number, (verb, at, body) in enumerate(told):
        command = Command(uuid_for("merge", f"step {number}"), verb, at, body)
        outcomes += execute([command], actor=actor, now=at)
    return sum(outcome.id is not None for outcome in outcomes[4:5])


def _dose(person: str, at: datetime) -> dict[str, Any]:
    return {
        "person": {"id": person}, "product": "astrazeneca", "source": "elsewhere", "given_on": at.date().isoformat(),
        "override": {"codes": ["lot_missing"], "reason": "Theo phiếu xác nhận tiêm"},
    }  # fmt: skip
