"""How long it takes to make two records one, and to take them apart again, with everything that follows a person."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.utils import timezone

from lachan.access.actors import Actor, GrantFact
from lachan.access.operations import log_looks
from lachan.access.rules import Role
from lachan.bench.wire import percentile
from lachan.immunization.commands import execute
from lachan.immunization.queries.person import person_history
from lachan.immunization.rules.reasons import Reason
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED
from lachan.places import queries as places

FIRST: Final = date(2021, 8, 1)
VISITS: Final = 5  # sessions each of the two was in; one of them both
PRODUCT, LOT = "pfizer", "BENCH-MERGE"


def merge_ms(pairs: int = 60, doses: int = 20) -> dict[str, Any]:
    """Merges ``pairs`` of persons with ``doses`` each through the one door, then undoes them; milliseconds.

    Keys: merge_p50_ms, merge_p95_ms, unmerge_p50_ms, unmerge_p95_ms, and ``restored``: every dose is back where it was.
    Needs the reference data; what it makes stays in the database it runs on.
    """
    now = timezone.now()
    bench = _Bench(now)
    made = [bench.pair(number, doses) for number in range(pairs)]
    before = bench.numbers(made)
    merges, ids = [], []
    for one, other in made:
        body = {"person": {"id": str(one)}, "other": {"id": str(other)}, "reason": "measured"}
        started = time.perf_counter()
        ids.append(bench.must("person.merge", body, bench.officer))
        merges.append((time.perf_counter() - started) * 1000)
    joined = bench.numbers(made)
    unmerges = []
    for merge_id in reversed(ids):
        started = time.perf_counter()
        bench.must("person.unmerge", {"merge_id": str(merge_id), "reason": "measured"}, bench.officer)
        unmerges.append((time.perf_counter() - started) * 1000)
    return {
        "pairs": pairs,
        "doses_each": doses,
        "merge_p50_ms": round(percentile(merges, 0.5), 1),
        "merge_p95_ms": round(percentile(merges, 0.95), 1),
        "unmerge_p50_ms": round(percentile(unmerges, 0.5), 1),
        "unmerge_p95_ms": round(percentile(unmerges, 0.95), 1),
        "joined": all(len(joined[one]) > doses and not joined[other] for one, other in made),
        "restored": bench.numbers(made) == before,
    }


class _Bench:
    """People to merge, at one station."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.facility = next(row for row in places.facility_table().values() if row.kind == "station")
        self.system = Actor.system("bench")
        area = places.area(self.facility.area_id)
        assert area is not None
        grant = GrantFact(Role.PROVINCE_OFFICER, None, area.province_id or area.id)
        self.officer = Actor(new_id(), "user", "bench", (grant,))
        self.answered = {
            "codes": [Reason.SERIES_COMPLETE_NO_BOOSTER_RULE, Reason.BOOSTER_TOO_EARLY, Reason.INTERVAL_TOO_SHORT],
            "reason": "measured",
        }
        self.commune = area.code
        self.must(
            "stock.move",
            {"facility": self.facility.code, "product": PRODUCT, "lot": LOT, "kind": "receive", "quantity": 1_000_000,
             "expires_on": (now.date() + timedelta(days=400)).isoformat()},
        )  # fmt: skip
        self.sessions = [new_id() for _ in range(2 * VISITS)]
        for session in self.sessions:
            self.must(
                "session.open",
                {"session_id": str(session), "facility": self.facility.code, "date": now.date().isoformat()},
            )

    def pair(self, number: int, doses: int) -> tuple[UUID, UUID]:
        """Two records of one person, their doses by turns; contacts, visits and looks as a busy record has them."""
        people = []
        for side in range(2):
            body = {
                "name": f"Nguyễn Văn {chr(65 + number % 26)}", "sex": "M", "birth_date": "1980-05-17",
                "residence_code": self.commune, "force_new": True,
                "contacts": [{"kind": "phone", "value": f"09{side}{number:07}"}],
            }  # fmt: skip
            person = self.must("person.register", body)
            days = [FIRST + timedelta(days=14 * n + 7 * side) for n in range(doses)]
            given = [
                {"person": {"id": str(person)}, "product": PRODUCT, "lot": LOT, "facility": self.facility.code,
                 "given_on": day.isoformat(), "override": self.answered}
                for day in days
            ]  # fmt: skip
            visits = [
                {"person": {"id": str(person)}, "session_id": str(session)}
                for session in self.sessions[side * (VISITS - 1) :][:VISITS]
            ]
            sent = [("dose.record", body) for body in given] + [("arrival.record", body) for body in visits]
            outcomes = execute(
                [Command(new_id(), verb, self.now, body) for verb, body in sent], actor=self.system, now=self.now
            )
            assert {outcome.status for outcome in outcomes} == {ACCEPTED}, outcomes
            log_looks(self.officer, [person] * 10, "measured", "page", self.now)
            people.append(person)
        return people[0], people[1]

    def must(self, verb: str, body: dict[str, Any], actor: Actor | None = None) -> UUID:
        [outcome] = execute([Command(new_id(), verb, self.now, body)], actor=actor or self.system, now=self.now)
        assert outcome.status is ACCEPTED, outcome
        assert outcome.id is not None
        return outcome.id

    def numbers(self, made: list[tuple[UUID, UUID]]) -> dict[UUID, list[tuple[Any, ...]]]:
        """(day, number) of each person's doses that count."""
        return {
            person: [(d.given_on, d.dose_number) for d in person_history(person).doses if d.status == "active"]
            for pair in made
            for person in pair
        }
