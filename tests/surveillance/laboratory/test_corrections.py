"""Results that were wrong: the old row stays, the new one points at it, cases hear of both."""

from __future__ import annotations

import pytest

from lachan.access.rules import Role
from lachan.kernel.database import hot_cursor
from lachan.kernel.ids import new_id
from lachan.kernel.models import Journal
from lachan.kernel.outcomes import ACCEPTED
from lachan.surveillance.laboratory.queries import standing_results
from lachan.surveillance.models import Result, ResultCorrection

from .conftest import Laboratory

pytestmark = [pytest.mark.django_db]


def test_a_corrected_result_points_at_the_one_it_replaces(lab: Laboratory) -> None:
    person = lab.person()
    lab.take(person, "SG-1")
    first = lab.result("positive", sample="SG-1", ct=38.0)
    outcome = lab.send("result.correct", sample="SG-1", result_id=str(first.id), reason="above the cut-off",
                       changes={"outcome": "negative", "ct": None})  # fmt: skip
    assert outcome.status is ACCEPTED
    new = Result.objects.get(id=outcome.id)
    assert (new.outcome, new.ct, new.corrects_id, new.status) == ("negative", None, first.id, "standing")
    old = Result.objects.get(id=first.id)
    assert (old.outcome, old.ct, old.status) == ("positive", 38.0, "corrected")
    why = ResultCorrection.objects.get()
    assert (why.kind, why.replacement_id, why.reason) == ("corrected", new.id, "above the cut-off")
    assert list(Journal.objects.filter(subject=person, verb__startswith="result.").order_by("id").values_list(
        "verb", flat=True)) == ["result.recorded", "result.corrected", "result.recorded"]  # fmt: skip


def test_a_false_positive_withdrawn_stands_no_longer(lab: Laboratory) -> None:
    person = lab.person()
    lab.take(person, "SG-1")
    first = lab.result("positive", sample="SG-1")
    outcome = lab.send("result.withdraw", person={"id": str(person)}, result_id=str(first.id), reason="contamination")
    assert outcome.status is ACCEPTED
    with hot_cursor() as cursor:
        assert standing_results(cursor, {(person, "covid-19")}) == {}
    assert lab.state("SG-1") == "again"
    again = lab.send("result.withdraw", sample="SG-1", result_id=str(first.id), reason="contamination")
    assert again.reason == "result_corrected_before"
    assert lab.result("negative", sample="SG-1").status is ACCEPTED
    assert lab.state("SG-1") == "done"


def test_what_cannot_be_corrected(lab: Laboratory) -> None:
    one, other = lab.people(2)
    lab.take(one, "SG-1")
    lab.take(other, "SG-2")
    first = lab.result("positive", sample="SG-1")

    def correct(**more: object) -> str | None:
        body = {"sample": "SG-1", "result_id": str(first.id), "reason": "because", "changes": {"outcome": "negative"}}
        return lab.send("result.correct", **{**body, **more}).reason

    assert correct(sample="SG-2") == "result_unknown"
    assert correct(sample="SG-3") == "sample_unknown"
    assert correct(result_id=str(new_id())) == "result_unknown"
    assert correct(changes={"outcome": "positive"}) == "result_same"
    assert correct(changes={"method": "isolation"}) == "method_not_of_disease"
    assert correct(changes={"tested_at": "2021-10-01T00:00:00+07:00"}) == "result_before_sample"
    assert correct(reason="") == "malformed"
    assert correct(person={"id": str(one)}) == "malformed"
    elsewhere = lab.send("result.withdraw", by=lab.role(Role.LABORATORY, lab.station), sample="SG-1",
                         result_id=str(first.id), reason="not ours")  # fmt: skip
    assert elsewhere.reason == "not_allowed_here"
    assert correct() is None
