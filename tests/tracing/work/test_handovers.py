"""One record, responsibility moves: nobody on two lists, nobody on none."""

from __future__ import annotations

from uuid import UUID

import pytest

from lachan.access.actors import Actor
from lachan.access.rules import Role
from lachan.kernel.models import WorklistItem
from lachan.tracing.models import CaseList, Handover, Named, Request, Task
from lachan.tracing.work.rules import settings_on
from tests.tracing.work.conftest import Ward

WHY = "lives with his sister in Hà Nội until the end of the month"


@pytest.fixture
def an(ward: Ward) -> UUID:
    person = ward.person("Nguyễn Văn An")
    ward.watch(person)
    return person


@pytest.fixture
def far(ward: Ward) -> Actor:
    return ward.actor(Role.TRACER, ward.there)


def lists(person: UUID) -> set[int]:
    return set(Task.objects.filter(person_id=person, state="open").values_list("area_id", flat=True))


def test_the_first_place_answers_until_the_other_accepts(ward: Ward, tracer: Actor, far: Actor, an: UUID) -> None:
    offered = ward.send("contact.handover", an, tracer, to_area_id=ward.there, reason=WHY)
    assert lists(an) == {ward.here}
    assert ward.send("contact.call", an, far, outcome="reached").reason == "another_place_answers"
    ward.send("contact.call", an, tracer, outcome="no_answer")

    ward.send("contact.accept", an, far, handover_id=str(offered.id))
    assert lists(an) == {ward.there}
    watch = ward.watch_of(an)
    assert (watch.area_id, watch.area_from) == (ward.there, "handover")
    assert ward.send("contact.call", an, tracer, outcome="reached").reason == "another_place_answers"
    assert ward.tasks(an)["call"].attempts == 1  # what was done before stays with the record
    assert ward.send("contact.call", an, far, outcome="reached").reason is None
    assert [call.outcome for call in ward.calls(an)] == ["no_answer", "reached"]


def test_returned_with_a_reason_nothing_has_moved(ward: Ward, tracer: Actor, far: Actor, an: UUID) -> None:
    offered = ward.send("contact.handover", an, tracer, to_area_id=ward.there, reason=WHY)
    ward.send("contact.return", an, far, handover_id=str(offered.id), reason="nobody of this name lives here")
    assert lists(an) == {ward.here}
    row = Handover.objects.get()
    assert (row.state, row.answer, row.answered_by) == ("returned", "nobody of this name lives here", far.id)
    assert ward.send("contact.accept", an, far, handover_id=str(offered.id)).reason == "handover_answered"
    assert ward.send("contact.handover", an, tracer, to_area_id=ward.there, reason=WHY).reason is None


def test_one_offer_at_a_time_to_another_place_that_exists(ward: Ward, tracer: Actor, an: UUID) -> None:
    assert ward.send("contact.handover", an, tracer, to_area_id=ward.here, reason=WHY).reason == "handover_to_itself"
    assert ward.send("contact.handover", an, tracer, to_area_id=99_999_999, reason=WHY).reason == "area_unknown_here"
    assert ward.send("contact.handover", an, tracer, to_area_id=1, reason=WHY).reason is None  # the centre
    assert ward.send("contact.handover", an, tracer, to_area_id=ward.there, reason=WHY).reason == "handover_offered"


def test_only_the_place_it_was_offered_to_answers(ward: Ward, tracer: Actor, an: UUID) -> None:
    offered = ward.send("contact.handover", an, tracer, to_area_id=ward.there, reason=WHY)
    told = ward.send("contact.accept", an, tracer, handover_id=str(offered.id))
    assert told.reason == "another_place_answers"
    assert WorklistItem.objects.get(reason="another_place_answers").area_id == ward.there


def test_an_offer_of_a_watch_that_is_over_is_withdrawn(ward: Ward, tracer: Actor, far: Actor, an: UUID) -> None:
    offered = ward.send("contact.handover", an, tracer, to_area_id=ward.there, reason=WHY)
    officer = ward.actor(Role.COMMUNE_OFFICER, ward.here)
    assert ward.send("contact.release", an, tracer, reason="negative three times").reason == "not_allowed"
    assert ward.send("contact.release", an, officer, reason="negative three times").reason is None
    assert lists(an) == set()
    assert Handover.objects.get().state == "withdrawn"
    assert ward.send("contact.accept", an, far, handover_id=str(offered.id)).reason == "handover_answered"
    assert ward.watch_of(an).area_id == ward.here
    assert ward.watch_of(an).release_reason == "officer: negative three times"


def test_a_later_plan_leaves_the_person_with_the_place_that_accepted(
    ward: Ward, tracer: Actor, far: Actor, an: UUID
) -> None:
    offered = ward.send("contact.handover", an, tracer, to_area_id=ward.there, reason=WHY)
    ward.send("contact.accept", an, far, handover_id=str(offered.id))
    watch = ward.watch_of(an)
    ward.follow(ward.change(an, watch.area_id, watch_id=watch.id, what="extended"))
    assert lists(an) == {ward.there}


def test_tasks_are_given_to_those_who_call(ward: Ward, an: UUID) -> None:
    officer = ward.actor(Role.COMMUNE_OFFICER, ward.here)
    stranger = ward.actor(Role.TRACER, ward.here)  # no user of the house
    assert ward.send("contact.assign", an, officer, to_user_id=str(stranger.id)).reason == "not_a_tracer"
    assert ward.send("contact.assign", an, officer).reason is None


def test_a_place_says_how_many_calls_it_makes(ward: Ward) -> None:
    from lachan.tracing.models import Capacity

    officer = ward.actor(Role.COMMUNE_OFFICER, ward.here)
    assert ward.execute("contact.capacity", {"area_id": ward.here, "calls_a_day": 25}, officer).reason is None
    told = ward.execute("contact.capacity", {"area_id": ward.there, "calls_a_day": 25}, officer)
    assert told.reason == "another_place_answers"
    assert list(Capacity.objects.values_list("area_id", "calls_a_day")) == [(ward.here, 25)]
    assert settings_on(ward.now.date()).calls_a_day > 0


def test_a_named_contact_is_evidence_and_the_list_is_asked_for_again(ward: Ward, tracer: Actor, an: UUID) -> None:
    case_person, case = ward.person("Lê Văn Ca"), ward.person("x")
    at = dict.fromkeys(("anchor_at", "window_from", "window_to", "computed_at", "case_at", "list_at"), ward.now)
    body = {
        "other": {"id": str(case_person)}, "disease": "covid-19", "relation": "work",
        "first_at": ward.now.isoformat(), "last_at": ward.now.isoformat(),
    }  # fmt: skip
    assert ward.send("contact.add", an, tracer, **body).reason == "no_list_of_case"
    stranger = ward.actor(Role.TRACER, ward.there)
    told = ward.send("contact.add", an, stranger, **body).reason
    assert told == "another_place_answers", "who is ill and who is not is no answer to a place of neither"
    CaseList.objects.create(
        person_id=case_person, case_id=case, disease="covid-19", rule="r", anchor_kind="onset", f1=0, f2=0, **at
    )
    Request.objects.all().delete()
    assert ward.send("contact.add", an, tracer, **body).reason is None
    assert ward.send("contact.add", an, tracer, **body).reason is None  # said twice, kept once
    assert Named.objects.get().case_person_id == case_person
    assert set(Request.objects.values_list("case_id", "what")) == {(case, "named")}
    far = ward.actor(Role.TRACER, ward.there)
    assert ward.send("contact.add", an, far, **body).reason == "another_place_answers"
