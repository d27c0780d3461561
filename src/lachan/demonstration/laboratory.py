"""The laboratory of the demonstration on a day under way: tubes that wait, two pools, positives, a correction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from lachan.demonstration.plan import Country, uuid_for
from lachan.kernel.commands import Command
from lachan.kernel.outcomes import Outcome
from lachan.surveillance.laboratory.bench import recognise

Run = Callable[[list[Command]], list[Outcome]]
PEOPLE: Final = 26  # of the story's own ward; the last two have a test ordered and no sample yet
NEGATIVE_POOL, OPENED_POOL = range(10), range(10, 15)
# tube, outcome, Ct: what was found singly; 11, 13 and 14 of the opened pool still wait, 20 to 23 too
FOUND: Final = (
    (12, "positive", 19.3), (10, "negative", None), (15, "positive", 26.1), (16, "negative", None),
    (17, "indeterminate", 37.8), (18, "invalid", None), (19, "positive", 35.9),
)  # fmt: skip
CORRECTED: Final = 19


def seed_laboratory(land: Country, now: datetime, run: Run) -> str:
    """Send the day through the one door; what there is, in words. A second time adds nothing."""
    if recognise(_code(now, 0)).sample is not None:
        return "Laboratory: its day is there"
    people = [person.id for person in land.people[land.story.id] if person.residence_id == land.story.area_id][-PEOPLE:]
    if len(people) < PEOPLE:
        people = [person.id for person in land.people[land.story.id]][-PEOPLE:]
    at, code = now - timedelta(hours=3), land.story.code
    take: list[Command] = []
    for number, person in enumerate(people):
        ref = {"person": {"id": str(person)}, "facility": code, "diseases": ["covid-19"]}
        if number >= PEOPLE - 2:
            take.append(_command("order.place", number, now, at, ref | {"reason": "contact"}))
        else:
            body = ref | {"sample": _code(now, number), "specimen": "nasopharyngeal", "reason": "screening"}
            take.append(_command("sample.take", number, now, at + timedelta(minutes=number), body))
    run(take)
    pools = [("A", NEGATIVE_POOL, "negative"), ("B", OPENED_POOL, "positive")]
    run([_pool(now, at, code, name, tubes) for name, tubes, _ in pools])
    found = {"facility": code, "disease": "covid-19", "method": "pcr"}
    run(
        [
            _command(
                "result.record", f"pool-{name}", now, at + timedelta(hours=1, minutes=30),
                found | {"sample": _pool_code(now, name), "outcome": outcome},
            )
            for name, _, outcome in pools
        ]
    )  # fmt: skip
    singles = [
        _command(
            "result.record", f"single-{tube}", now, now - timedelta(minutes=40 - 5 * turn),
            found | {"sample": _code(now, tube), "outcome": outcome} | ({"ct": ct} if ct else {}),
        )
        for turn, (tube, outcome, ct) in enumerate(FOUND)
    ]  # fmt: skip
    recorded = dict(zip((tube for tube, _, _ in FOUND), run(singles), strict=True))
    wrong = recorded[CORRECTED]
    if wrong.id is not None:
        body = {
            "sample": _code(now, CORRECTED), "result_id": str(wrong.id), "reason": "Đọc nhầm giếng, chạy lại âm tính",
            "changes": {"outcome": "negative", "ct": None},
        }  # fmt: skip
        run([_command("result.correct", CORRECTED, now, now - timedelta(minutes=3), body)])
    return f"Laboratory: {PEOPLE - 2} samples, two pools, one of them opened, two positives, one result corrected"


def _pool(now: datetime, at: datetime, facility: str, name: str, tubes: Sequence[int]) -> Command:
    codes = [_code(now, tube) for tube in tubes]
    body = {"pool": _pool_code(now, name), "samples": codes, "facility": facility}
    return _command("sample.pool", name, now, at + timedelta(hours=1), body)


def _command(verb: str, what: object, now: datetime, at: datetime, body: dict[str, Any]) -> Command:
    return Command(uuid_for("laboratory", verb, what, now.date()), verb, at, body)


def _code(now: datetime, number: int) -> str:
    return f"{now:%y%m%d}-{number:04}"


def _pool_code(now: datetime, name: str) -> str:
    return f"GOP-{now:%y%m%d}-{name}"
