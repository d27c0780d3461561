"""Results find their person by tube, card or number; what cannot be right is refused or held with its reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from lachan.access.actors import Actor, GrantFact
from lachan.access.rules import Role
from lachan.kernel.database import hot_cursor
from lachan.kernel.models import WorklistItem
from lachan.kernel.outcomes import ACCEPTED, HELD, REFUSED
from lachan.surveillance.laboratory.queries import standing_results
from lachan.surveillance.models import LabOrder, Result, Sample, Tube

from .conftest import Laboratory

pytestmark = [pytest.mark.django_db]


def test_a_tube_leads_to_its_person(lab: Laboratory) -> None:
    person = lab.person()
    assert lab.take(person, "sg-0001").status is ACCEPTED
    outcome = lab.result("positive", sample=" SG-0001 ", ct=18.5, device="1065", method="pcr")
    assert outcome.status is ACCEPTED
    with hot_cursor() as cursor:
        [fact] = standing_results(cursor, {(person, "covid-19"), (person, "dengue")})[person, "covid-19"]
    assert (fact.result_id, fact.outcome, fact.ct, fact.kind) == (outcome.id, "positive", 18.5, "pcr")
    assert (fact.taken_at, fact.resulted_at) == (lab.now - timedelta(hours=2), lab.now)
    assert fact.facility_id == lab.facility.id
    assert lab.state("SG-0001") == "done"


def test_a_partner_sends_person_time_and_outcome_without_a_tube(lab: Laboratory) -> None:
    card = {"name": "Lê Thị Hoa", "sex": "F", "birth_date": "1988-02-03", "citizen_id": "079188000017"}
    body = {"person": {"card": card}, "taken_at": (lab.now - timedelta(hours=5)).isoformat()}
    first = lab.result("negative", **body)
    assert first.status is ACCEPTED
    again = lab.result("negative", **body)  # the same file once more, under other ids
    assert (again.status, again.id, (again.params or {})["known"]) == (ACCEPTED, first.id, True)
    assert Sample.objects.count() == Result.objects.count() == 1
    assert Tube.objects.count() == 0


def test_an_unknown_code_with_its_person_makes_the_sample(lab: Laboratory) -> None:
    person = lab.person()
    taken = (lab.now - timedelta(hours=1)).isoformat()
    assert lab.result(sample="HN-77", person={"id": str(person)}, taken_at=taken).status is ACCEPTED
    assert Sample.objects.get(code="HN-77").person_id == person
    assert lab.result("invalid", sample="HN-77").status is ACCEPTED


@pytest.mark.parametrize(
    ("more", "status", "reason"),
    [
        ({"sample": "NOBODY-1"}, HELD, "sample_unknown"),
        ({"sample": "a"}, REFUSED, "sample_code_unreadable"),
        ({"sample": "079188000017"}, REFUSED, "sample_code_is_person"),
        ({"sample": "SG-1", "disease": "plague"}, REFUSED, "disease_unknown"),
        ({"sample": "SG-1", "method": "smell"}, REFUSED, "method_unknown"),
        ({"sample": "SG-1", "disease": "measles", "method": "antigen"}, REFUSED, "method_not_of_disease"),
        ({"sample": "SG-1", "specimen": "hair"}, REFUSED, "specimen_unknown"),
        ({"outcome": "negative"}, REFUSED, "malformed"),  # neither sample nor person
        ({"sample": "SG-1", "ct": 99}, REFUSED, "malformed"),
    ],
)
def test_what_cannot_be_a_result(lab: Laboratory, more: dict[str, str], status: str, reason: str) -> None:
    lab.take(lab.person(), "SG-1")
    outcome = lab.result(**{"outcome": "positive", **more})
    assert (outcome.status, outcome.reason) == (status, reason)
    assert Result.objects.count() == 0


def test_the_tube_of_another_person_is_held_for_somebody_to_decide(lab: Laboratory) -> None:
    one, other = lab.people(2)
    lab.take(one, "SG-1")
    outcome = lab.result("positive", sample="SG-1", person={"id": str(other)})
    assert (outcome.status, outcome.reason) == (HELD, "sample_of_other")
    assert WorklistItem.objects.get().facility_id == lab.facility.id
    assert lab.of(one) == lab.of(other) == []


def test_a_result_before_its_sample_is_refused(lab: Laboratory) -> None:
    person = lab.person()
    lab.take(person, "SG-1", at=lab.now)
    early = lab.now - timedelta(minutes=1)
    assert lab.result(sample="SG-1", at=early).reason == "result_before_sample"
    assert lab.result(sample="SG-1", tested_at=early.isoformat()).reason == "result_before_sample"
    missing = lab.result(person={"id": str(person)})
    assert missing.reason == "taken_at_missing"
    assert lab.result(sample="SG-1").status is ACCEPTED


def test_a_device_outside_the_value_set_is_a_note(lab: Laboratory) -> None:
    lab.take(lab.person(), "SG-1")
    outcome = lab.result("negative", sample="SG-1", method="antigen", device="Made at home", ct=20.0)
    assert outcome.status is ACCEPTED
    assert (outcome.params or {})["notes"] == ["device_unknown", "ct_without_meaning"]


def test_another_outcome_by_the_same_method_waits_for_a_person(lab: Laboratory) -> None:
    person = lab.person()
    lab.take(person, "SG-1")
    lab.result("indeterminate", sample="SG-1")
    assert lab.state("SG-1") == "again"
    lab.result("negative", sample="SG-1")
    assert lab.state("SG-1") == "done"
    differs = lab.result("positive", sample="SG-1")
    assert (differs.reason, (differs.params or {})["before"]) == ("result_differs", "negative")
    elsewhere = lab.result("positive", sample="SG-1", facility=lab.station.code, by=lab.root)
    assert (elsewhere.reason, (elsewhere.params or {})["before"]) == ("result_differs", "…")
    assert lab.result("positive", sample="SG-1", method="antigen").status is ACCEPTED
    assert lab.of(person) == [("indeterminate", "standing"), ("negative", "standing"), ("positive", "standing")]


def test_a_sample_for_two_diseases_is_done_when_both_are_answered(lab: Laboratory) -> None:
    lab.take(lab.person(), "SG-1", diseases=["measles", "dengue"], specimen="serum")
    lab.result(sample="SG-1", disease="measles", method="igm")
    assert lab.state("SG-1") == "waiting"
    lab.result(sample="SG-1", disease="dengue", method="antigen")
    assert lab.state("SG-1") == "done"


def test_an_order_is_answered_by_the_next_sample(lab: Laboratory) -> None:
    person = lab.person()
    order = lab.send("order.place", by=lab.root, person={"id": str(person)}, reason="contact")
    assert order.status is ACCEPTED
    lab.take(person, "SG-1", diseases=["dengue"])
    assert LabOrder.objects.get().sample_id is None
    lab.take(person, "SG-2")
    sample = Sample.objects.get(code="SG-2")
    assert (sample.order_id, sample.reason) == (order.id, "contact")
    assert LabOrder.objects.get().sample_id == sample.id


def test_a_label_is_used_once(lab: Laboratory) -> None:
    one, other = lab.people(2)
    lab.take(one, "SG-1")
    assert lab.take(other, "SG-1").reason == "sample_code_used"
    assert lab.take(other, "079188000017").reason == "sample_code_is_person"


def test_a_result_belongs_to_the_senders_laboratory(lab: Laboratory) -> None:
    lab.take(lab.person(), "SG-1")
    elsewhere = lab.role(Role.LABORATORY, lab.station)
    assert lab.result(sample="SG-1", by=elsewhere).reason == "not_allowed_here"
    assert lab.result(sample="SG-1", by=lab.role(Role.VACCINATOR)).reason == "not_allowed"
    device = Actor(uuid4(), "key", "partner", (GrantFact(Role.PARTNER, lab.facility.id, None),))
    assert lab.result(sample="SG-1", by=device).status is ACCEPTED


@pytest.mark.slow
def test_a_slice_of_results_is_a_handful_of_statements(lab: Laboratory, monkeypatch: pytest.MonkeyPatch) -> None:
    """250 results, a fifth of them positive, cost what 5 cost."""

    def sent(count: int, mark: str) -> list[str]:
        taken = [
            ("sample.take", {"person": {"id": str(person)}, "sample": f"{mark}-{n:04}", "facility": lab.facility.code})
            for n, person in enumerate(lab.people(count))
        ]
        lab.execute(taken, at=lab.now - timedelta(hours=1))
        body = {"facility": lab.facility.code, "disease": "covid-19", "method": "pcr"}
        found = [
            ("result.record", {**body, "sample": f"{mark}-{n:04}", "outcome": "negative" if n % 5 else "positive"})
            for n in range(count)
        ]
        seen: list[str] = []
        plain = psycopg.Cursor.execute

        def counting(self: Any, query: Any, *rest: Any, **more: Any) -> Any:
            seen.append(str(query))
            return plain(self, query, *rest, **more)

        with monkeypatch.context() as patch:
            patch.setattr(psycopg.Cursor, "execute", counting)
            outcomes = lab.execute(found)
        assert {outcome.status for outcome in outcomes} == {ACCEPTED}
        return seen

    sent(5, "A")  # what is remembered for a minute is read once
    few, many = sent(5, "B"), sent(250, "C")
    assert len(many) == len(few) <= 40, "\n".join(many)
    assert sum("surveillance_" in statement for statement in many) <= 20
    assert Result.objects.count() == 260
