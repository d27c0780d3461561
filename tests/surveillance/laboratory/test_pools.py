"""Samples tested as one: a negative speaks for all of them, a positive opens the pool."""

from __future__ import annotations

from uuid import UUID

import pytest

from lachan.access.rules import Role
from lachan.kernel.outcomes import ACCEPTED, HELD, REFUSED
from lachan.surveillance.models import Pool, PoolMember, PoolResult, Result, Sample, Tube

from .conftest import Laboratory

pytestmark = [pytest.mark.django_db]


def pooled(lab: Laboratory, count: int, mark: str = "G") -> list[UUID]:
    """People whose tubes G-0… are in the pool POOL-G."""
    people = lab.people(count)
    for n, person in enumerate(people):
        assert lab.take(person, f"{mark}-{n:03}").status is ACCEPTED
    codes = [f"{mark}-{n:03}" for n in range(count)]
    outcome = lab.send("sample.pool", pool=f"POOL-{mark}", samples=codes, facility=lab.facility.code)
    assert outcome.status is ACCEPTED, outcome
    return people


def test_a_negative_pool_is_a_negative_of_each(lab: Laboratory) -> None:
    people = pooled(lab, 5)
    outcome = lab.result("negative", sample="POOL-G")
    assert (outcome.status, (outcome.params or {})["members"]) == (ACCEPTED, 5)
    assert [lab.of(person) for person in people] == [[("negative", "standing")]] * 5
    assert {result.pool_id for result in Result.objects.all()} == {Pool.objects.get().pool_id}
    assert {sample.state for sample in Sample.objects.all()} == {"done"}
    assert Pool.objects.get().state == "negative"


@pytest.mark.parametrize("found", ["positive", "indeterminate"])
def test_a_pool_that_is_not_negative_opens_into_singles(lab: Laboratory, found: str) -> None:
    people = pooled(lab, 5)
    lab.result(found, sample="POOL-G", ct=31.0)
    assert [lab.of(person) for person in people] == [[]] * 5, "nobody is positive by a pool"
    assert {sample.state for sample in Sample.objects.all()} == {"single"}
    assert lab.result("positive", sample="G-002", ct=24.0).status is ACCEPTED
    assert (lab.state("G-002"), lab.state("G-003")) == ("done", "single")
    assert lab.of(people[2]) == [("positive", "standing")]


def test_an_invalid_pool_is_tested_again(lab: Laboratory) -> None:
    people = pooled(lab, 3)
    lab.result("invalid", sample="POOL-G")
    assert Pool.objects.get().state == "again"
    assert lab.result("negative", sample="POOL-G").status is ACCEPTED
    assert lab.of(people[0]) == [("negative", "standing")]


def test_a_shared_tube_is_filled_by_taking(lab: Laboratory) -> None:
    people = lab.people(21)
    for person in people[:20]:
        assert lab.take(person, "", pool="FIELD-1").status is ACCEPTED
    assert lab.take(people[20], "", pool="FIELD-1").reason == "pool_full"
    assert lab.take(people[0], "", pool="FIELD-2", diseases=["dengue"], specimen="serum").status is ACCEPTED
    assert lab.take(people[1], "", pool="FIELD-2").reason == "pool_of_other_kind"
    assert PoolMember.objects.count() == 21
    lab.result("positive", sample="FIELD-1")
    assert Sample.objects.filter(state="single", code=None).count() == 20
    assert lab.take(people[20], "", pool="FIELD-1").reason == "pool_tested"


def test_what_does_not_go_into_a_pool(lab: Laboratory) -> None:
    people = lab.people(4)
    for n, person in enumerate(people[:3]):
        lab.take(person, f"S-{n}00")
    lab.take(people[3], "S-300", diseases=["measles"], specimen="serum")
    lab.result("negative", sample="S-200")

    def put(*codes: str) -> str | None:
        return lab.send("sample.pool", pool="P-100", samples=list(codes), facility=lab.facility.code).reason

    assert put("S-000", "S-000") == "sample_twice"
    assert put("S-000", "S-200") == "sample_tested"
    assert put("S-000", "S-300") == "pool_of_other_kind"
    assert put("S-000", "NOBODY") == "sample_unknown"
    assert put("S-000", "079188000017") == "sample_unknown"
    assert put("S-000") == "malformed"
    assert put("S-000", "S-100") is None
    assert lab.send("sample.pool", pool="P-200", samples=["S-000", "S-100"], facility=lab.facility.code).reason == (
        "sample_pooled"
    )
    assert lab.result("negative", sample="P-100", method="igm").reason == "method_not_for_pools"
    held = lab.result("negative", sample="P-100", person={"id": str(people[0])})
    assert (held.status, held.reason) == (HELD, "sample_of_other")
    by_station = lab.send("sample.pool", by=lab.role(Role.SCREENER), pool="P-9000", samples=["S-000", "S-100"],
                          facility=lab.facility.code)  # fmt: skip
    assert (by_station.status, by_station.reason) == (REFUSED, "not_allowed")


def test_a_pool_corrected_from_negative_to_positive_takes_its_negatives_back(lab: Laboratory) -> None:
    people = pooled(lab, 4)
    first = lab.result("negative", sample="POOL-G")
    assert first.id is not None
    outcome = lab.send(
        "result.correct", sample="POOL-G", result_id=str(first.id), reason="wells were swapped",
        changes={"outcome": "positive", "ct": 27.5},
    )  # fmt: skip
    assert outcome.status is ACCEPTED, outcome
    assert [lab.of(person) for person in people] == [[("negative", "corrected")]] * 4
    assert {sample.state for sample in Sample.objects.all()} == {"single"}
    assert [(row.outcome, row.status, row.ct) for row in PoolResult.objects.order_by("-status")] == [
        ("positive", "standing", 27.5),
        ("negative", "corrected", None),
    ]


def test_a_pool_corrected_to_negative_leaves_what_was_found_singly(lab: Laboratory) -> None:
    people = pooled(lab, 3)
    first = lab.result("positive", sample="POOL-G")
    lab.result("positive", sample="G-001")
    lab.send("result.correct", sample="POOL-G", result_id=str(first.id), reason="read from the wrong row",
             changes={"outcome": "negative"})  # fmt: skip
    assert [lab.of(person) for person in people] == [
        [("negative", "standing")], [("positive", "standing")], [("negative", "standing")],
    ]  # fmt: skip


def test_a_pool_withdrawn_waits_again(lab: Laboratory) -> None:
    people = pooled(lab, 2)
    first = lab.result("negative", sample="POOL-G")
    assert (
        lab.send("result.withdraw", sample="POOL-G", result_id=str(first.id), reason="wrong plate").status is ACCEPTED
    )
    assert lab.of(people[0]) == [("negative", "withdrawn")]
    assert (Pool.objects.get().state, lab.state("G-000")) == ("again", "pooled")
    again = lab.result("negative", sample="POOL-G")
    assert again.status is ACCEPTED
    one = Result.objects.get(person_id=people[0], status="standing")
    kept = lab.send("result.correct", person={"id": str(people[0])}, result_id=str(one.id), reason="not mine",
                    changes={"outcome": "positive"})  # fmt: skip
    assert kept.reason == "result_of_pool"


def test_a_merge_takes_samples_and_results_along_and_brings_them_back(lab: Laboratory) -> None:
    people = pooled(lab, 2)
    stays = lab.person()
    merged = lab.send("person.merge", by=lab.root, person={"id": str(stays)}, other={"id": str(people[0])},
                      reason="the same card")  # fmt: skip
    assert merged.status is ACCEPTED, merged
    assert Tube.objects.get(code="G-000").person_id == stays
    assert lab.result("negative", sample="POOL-G").status is ACCEPTED
    assert lab.of(stays) == [("negative", "standing")]
    assert lab.send("person.unmerge", by=lab.root, merge_id=str(merged.id), reason="two after all",
                    facts=[str(Result.objects.get(person_id=stays).id)]).status is ACCEPTED  # fmt: skip
    assert lab.of(people[0]) == [("negative", "standing")]
    assert Tube.objects.get(code="G-000").person_id == people[0]
