"""``lachan db check`` recounts cases: what does not follow from the results that stand is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lachan.surveillance.cases import checks
from lachan.surveillance.models import Case, Result
from tests.surveillance.cases.conftest import Ward

pytestmark = [pytest.mark.slow]


def wrong() -> list[str]:
    return [finding.name for finding in checks.check_all() if not finding.good]


DIFFERS, MISSING = "cases against the results that stand", "results that make a case have one"


@pytest.fixture
def story(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> Ward:
    """Cases of every kind: confirmed, discarded, reported, by an officer's word, of two times of illness, joined."""
    monkeypatch.setattr(checks, "PAGE", 2)  # several pages
    ill, cleared, reported, held, twice, one, other = ward.people(7)
    ward.result(ill)
    ward.result(cleared, method="antigen", ago=30)
    ward.result(cleared, "negative", ago=10)
    ward.report(reported, "measles", symptomatic="yes", symptoms=["fever", "rash"])
    ward.result(held)
    ward.say("case.discard", ward.case(held), by=ward.officer, reason="mẫu của người khác")
    ward.result(twice, ago=24 * 100)
    ward.result(twice)
    ward.result(one, ago=30)
    ward.result(other, ago=50)
    ward.must("person.merge", person={"id": str(one)}, other={"id": str(other)}, reason="cùng một người")
    withdrawn = ward.result(reported, ago=3)
    ward.must("result.withdraw", result_id=str(withdrawn), person={"id": str(reported)}, reason="nhiễm chéo")
    return ward


def test_what_the_house_made_agrees(story: Ward) -> None:
    findings = checks.check_all()
    assert all(finding.good for finding in findings), findings
    assert findings[0].detail == "7 illnesses of people"  # measles and covid of one, nobody of the record that went


@pytest.mark.parametrize(
    "broken",
    [
        {"classification": "suspected"},
        {"is_open": False},
        {"results": []},
        {"sampled_at": None},
        {"reason": "antigen"},
    ],
)
def test_a_row_that_was_broken_is_found(story: Ward, broken: dict[str, Any]) -> None:
    case = Case.objects.filter(classification="confirmed", reason="pcr", is_open=True).first()
    assert case is not None
    Case.objects.filter(id=case.id).update(**broken)
    story.broken = True
    [first, second] = checks.check_all()
    assert (first.good, second.good) == (False, True)
    assert first.detail == f"1 differ, the first is case {case.id}"
    assert Case.objects.get(id=case.id).version == case.version, "a recount writes nothing"


def test_a_result_changed_behind_the_houses_back_is_found(story: Ward) -> None:
    result = Result.objects.filter(outcome="positive", status="standing").latest("taken_at")
    Result.objects.filter(id=result.id).update(status="withdrawn")
    story.broken = True
    assert wrong() == [DIFFERS]


def test_a_case_that_is_gone_is_missed(story: Ward) -> None:
    case = Case.objects.get(classification="confirmed", sampled_at=story.now - timedelta(days=100))
    Case.objects.filter(person_id=case.person_id).delete()
    story.broken = True
    assert wrong() == [MISSING]
