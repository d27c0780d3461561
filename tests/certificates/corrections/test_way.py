"""The way of a request: who may take which step, that two people stand behind every change, and what is left of it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from lachan.access.actors import Actor, GrantFact
from lachan.access.models import Grant, User
from lachan.access.rules import Role
from lachan.certificates.corrections import checks, operations, queries
from lachan.certificates.corrections.facts import Said
from lachan.certificates.corrections.operations import Wish
from lachan.certificates.corrections.proposals import Wanted, lines_of
from lachan.certificates.corrections.rules import Owner, State
from lachan.certificates.models import CorrectionPhoto, CorrectionRequest, CorrectionStep, DoseSignature
from lachan.immunization.models import Message
from lachan.kernel.ids import new_id
from lachan.kernel.journal import history
from lachan.kernel.outcomes import ACCEPTED, DUPLICATE, REFUSED
from lachan.people.queries import persons
from lachan.places import queries as places

from .conftest import LOT, Case, picture

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def count(sql: str, *parameters: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        row = cursor.fetchone()
    return int(row[0])


def commands(case: Case, verb: str) -> int:
    return count("SELECT count(*) FROM kernel_command WHERE verb = %s", verb)


def test_asked_proposed_approved_answered(case: Case) -> None:
    assert case.ask(photos=[picture()]).status is ACCEPTED
    row = case.row
    assert (row.state, row.owner.area_id) == (State.ASKED, case.person.residence_id)
    assert case.step("take").status is ACCEPTED
    assert case.propose().status is ACCEPTED
    assert str(case.person.birth_date) == "1980-05-17", "a proposal changes nothing"
    assert commands(case, "person.amend") == 0, "what was tried leaves no command behind"
    assert case.step("approve", "commune").status is ACCEPTED
    assert str(case.person.birth_date) == "1981-05-17"
    assert commands(case, "person.amend") == 1
    assert operations.finish(case.now + timedelta(seconds=3)) == 1
    row = case.row
    assert (row.state, row.proposer_id, row.approver_id) == (
        State.DONE, case.people["head"].id, case.people["commune"].id,
    )  # fmt: skip
    assert [step.step for step in queries.steps(row)] == ["ask", "take", "propose", "approve", "finish"]
    assert [entry.verb for entry in history(case.person_id) if entry.verb.startswith("correction")] == [
        "correction.done", "correction.approved", "correction.proposed", "correction.taken", "correction.asked",
    ]  # fmt: skip
    told = Message.objects.get(template="correction_answered")
    assert set(told.params) == {"asked"}
    assert checks.check_all()[0].good


def test_the_proposer_does_not_approve_and_the_table_would_not_take_it(case: Case) -> None:
    case.ask()
    case.propose("commune")
    assert case.step("approve", "commune").reason == "correction_own_proposal"
    assert case.row.state is State.PROPOSED
    with pytest.raises(IntegrityError), transaction.atomic():
        CorrectionRequest.objects.update(approver_id=case.people["commune"].id)
    with pytest.raises(IntegrityError), transaction.atomic():
        CorrectionRequest.objects.update(approver_id=case.people["head"].id, proposer_id=None)


def test_without_the_right_or_the_place_nothing_is_there(case: Case) -> None:
    case.ask()
    for who in ("nurse", "receptionist", "national", "auditor", "admin", "support"):
        assert case.step("take", who).reason == "correction_unknown", who
        assert queries.request(case.row.id, case.people[who]) is None
    for grant in case.people["head"].grants:
        Grant.objects.filter(user_id=case.people["head"].id, role=grant.role).update(facility_id=1)
    elsewhere = Actor(new_id(), "user", "", (case.people["head"].grants[0].__class__(
        case.people["head"].grants[0].role, 1, None),))  # fmt: skip
    assert queries.request(case.row.id, elsewhere) is None
    assert queries.open_requests(elsewhere, queries.Filter(), now=case.now) == []


def test_a_dose_belongs_to_the_station_that_gave_it(case: Case) -> None:
    dose = case.doses[0]
    case.ask("dose_wrong", "Lô sai", dose_id=dose.id)
    assert case.row.owner == Owner(facility_id=case.facility.id)
    case.propose(wanted=Wanted("dose.amend", {"given_on": (dose.given_on - timedelta(days=3)).isoformat()}, dose.id))
    proposal = case.row.proposed()
    assert proposal is not None
    changed = [line for line in lines_of(proposal.command, proposal.before) if line.changes]
    assert [line.field for line in changed] == ["given_on"]
    assert case.step("approve", "commune").status is ACCEPTED
    assert case.doses[0].given_on == dose.given_on - timedelta(days=3)
    assert commands(case, "dose.amend") == 1
    # two people looked at it: the corrected dose needs no other signature
    [amended] = [kept for kept in case.doses if kept.dose_number == dose.dose_number]
    assert DoseSignature.objects.get(person_id=case.person_id, dose_id=amended.id).stands


def test_a_head_from_elsewhere_may_approve_and_does_not_sign_for_the_station(case: Case) -> None:
    """Otherwise a head could choose, anywhere in the country, who signs for doses of the own station."""
    far = next(row for row in places.facility_table().values() if row.province_id != case.facility.province_id)
    case.people["far"] = Actor(new_id(), "user", "far", (GrantFact(Role.HEAD, far.id, None),))
    case.ask("other", "Sai ngày tiêm")
    assert case.row.served_facility_id == case.facility.id
    assert case.step("hand_over", owner=Owner(facility_id=far.id)).status is ACCEPTED
    dose = case.doses[0]
    wanted = Wanted("dose.amend", {"given_on": (dose.given_on - timedelta(days=3)).isoformat()}, dose.id)
    assert case.propose(wanted=wanted).status is ACCEPTED
    assert case.step("approve", "far").status is ACCEPTED
    [amended] = [kept for kept in case.doses if kept.dose_number == dose.dose_number]
    assert amended.id != dose.id
    assert not DoseSignature.objects.filter(dose_id=amended.id).exists(), "it waits for the head who answers for it"


def test_a_dose_that_is_not_mine_is_voided_and_a_missing_one_recorded(case: Case) -> None:
    second = case.doses[1]
    case.ask("dose_not_mine", "", dose_id=second.id)
    case.propose(wanted=Wanted("dose.void", {}, second.id))
    assert case.step("approve", "district").status is ACCEPTED
    assert [dose.id for dose in case.doses] == [case.doses[0].id]
    case.ask("dose_missing", "Tôi đã tiêm ở Đà Nẵng")
    day = (case.now - timedelta(days=10)).date().isoformat()
    wanted = Wanted("dose.record", {"product": "pfizer", "given_on": day, "lot": "X9", "source": "elsewhere"})
    assert case.propose(wanted=wanted).status is ACCEPTED
    assert len(case.doses) == 1
    assert case.step("approve", "commune").status is ACCEPTED
    assert len(case.doses) == 2


def test_what_the_record_would_refuse_cannot_be_proposed(case: Case) -> None:
    case.ask()
    answer = case.propose(wanted=Wanted("person.amend", {"birth_date": "2031-01-01"}))
    assert (answer.status, answer.reason) == (REFUSED, "born_after_dose")
    assert case.row.state is State.ASKED
    assert count("SELECT count(*) FROM kernel_worklistitem") == 0, "the request is what is worked through"
    assert case.propose(wanted=Wanted("person.amend", {})).reason == "correction_nothing_proposed"
    assert case.propose(wanted=Wanted("person.merge", {})).reason == "correction_nothing_proposed"


def test_what_the_record_refuses_at_approval_keeps_the_request_open(case: Case) -> None:
    case.ask()
    case.propose()
    Grant.objects.filter(user_id=case.people["head"].id).delete()  # who proposed it has lost the right meanwhile
    answer = case.step("approve", "commune")
    assert (answer.status, answer.reason) == (REFUSED, "not_allowed")
    row = case.row
    assert (row.state, row.proposer_id, row.command_id, row.proposal) == (State.TAKEN, None, None, None)
    assert str(case.person.birth_date) == "1980-05-17"
    last = queries.steps(row)[-1]
    assert (last.step, last.reason) == ("fail", "not_allowed")
    assert commands(case, "person.amend") == 0
    assert case.propose("commune").status is ACCEPTED, "and somebody else can propose again"


def test_what_a_closed_account_proposed_is_carried_out_by_nobody(case: Case) -> None:
    case.ask()
    case.propose()
    User.objects.filter(username="head").update(is_active=False)
    answer = case.step("approve", "commune")
    assert answer.status is REFUSED, answer
    assert str(case.person.birth_date) == "1980-05-17"
    assert (case.row.state, case.row.approver_id) == (State.TAKEN, None), "somebody else proposes it anew, or does not"


def test_a_record_that_changed_meanwhile_is_compared_again(case: Case) -> None:
    case.ask()
    case.propose()
    case.command(
        "person.amend", person={"id": str(case.person_id)}, changes={"birth_date": "1979"}, reason="giấy khai sinh"
    )
    assert case.step("approve", "commune").reason == "correction_record_changed"
    assert case.row.state is State.TAKEN
    assert str(case.person.birth_date) == "1979-01-01"


def test_who_acts_on_an_old_page_is_told(case: Case) -> None:
    case.ask()
    seen = case.row.version
    case.step("take")
    assert case.step("refuse", "commune", version=seen, reason="no_evidence").reason == "correction_changed_meanwhile"


def test_refused_with_a_reason_and_told(case: Case) -> None:
    case.ask()
    assert case.step("refuse", reason="").reason == "correction_reason_unknown"
    assert case.step("refuse", reason="record_is_right", words="").reason == "correction_words_missing"
    assert case.step("refuse", reason="record_is_right", words="Căn cước ghi 1980").status is ACCEPTED
    row = case.row
    assert (row.state, row.reason) == (State.REFUSED, "record_is_right")
    assert Message.objects.filter(template="correction_answered").count() == 1
    assert case.step("take").reason == "correction_not_now"


def test_asked_for_more_the_clock_of_the_house_stands_still(case: Case) -> None:
    case.ask()
    promised = case.row.answer_due_at
    case.step("ask_more", words="Gửi ảnh giấy khai sinh")
    later = case.now + timedelta(days=2)
    row = case.row
    wish = Wish(row.id, "answer", row.version, "Đây ạ", photos=[picture("PNG")])
    [outcome] = operations.act_as_person([wish], own={case.person_id}, now=later)
    assert outcome.status is ACCEPTED
    row = case.row
    assert (row.state, len(queries.photos(row))) == (State.ASKED, 1)
    assert row.answer_due_at == promised + timedelta(days=2)


def test_a_person_acts_for_their_own_only_and_takes_no_step_of_staff(case: Case) -> None:
    case.ask()
    row = case.row
    [outcome] = operations.act_as_person([Wish(row.id, "withdraw", row.version)], own={new_id()}, now=case.now)
    assert outcome.reason == "correction_unknown"
    for step in ("take", "propose", "approve", "refuse", "finish", "fail"):
        [outcome] = operations.act_as_person([Wish(row.id, step, row.version)], own={case.person_id}, now=case.now)
        assert outcome.status is REFUSED, step
    for step in ("answer", "withdraw", "finish", "fail", "ask", ""):
        assert case.step(step).status is REFUSED, step
    [outcome] = operations.act_as_person([Wish(row.id, "withdraw", row.version)], own={case.person_id}, now=case.now)
    assert outcome.status is ACCEPTED
    assert case.row.state is State.WITHDRAWN


def test_handed_over_it_is_the_others(case: Case) -> None:
    case.ask()
    assert case.step("hand_over", owner=Owner(area_id=case.row.owner_area_id)).reason == "correction_owner_unknown"
    assert case.step("hand_over", owner=Owner(facility_id=999_999)).reason == "correction_owner_unknown"
    assert case.step("hand_over", owner=Owner(facility_id=case.facility.id)).status is ACCEPTED
    assert (case.row.owner, case.row.handler_id) == (Owner(facility_id=case.facility.id), None)


def test_sent_twice_is_asked_once_and_there_is_an_end(case: Case) -> None:
    same = new_id()
    assert case.ask(request_id=same).status is ACCEPTED
    assert case.ask(request_id=same).status is DUPLICATE
    assert case.ask().reason == "correction_already_open"
    assert case.ask("other", "khác").status is ACCEPTED
    assert case.ask("sex", "tôi là nữ").status is ACCEPTED
    assert case.ask("name", "sai tên đệm").reason == "correction_too_many"
    assert CorrectionRequest.objects.count() == 3


@pytest.mark.parametrize(
    ("kind", "more", "reason"),
    [
        ("nonsense", {}, "correction_kind_unknown"),
        ("name", {"text": ""}, "correction_words_missing"),
        ("name", {"text": "x" * 3_000}, "correction_too_long"),
        ("name", {"said": Said("x" * 10, {"name": "y" * 300})}, "correction_too_long"),
        ("dose_wrong", {"dose_id": new_id()}, "correction_dose_unknown"),
        ("dose_wrong", {}, "correction_dose_unknown"),
        ("name", {"photos": [b"nothing"]}, "photo_unreadable"),
        ("name", {"photos": [picture()] * 4}, "photo_too_many"),
    ],
)
def test_what_cannot_be_asked(case: Case, kind: str, more: dict[str, Any], reason: str) -> None:
    assert case.ask(kind, **({"text": "tên đệm"} | more)).reason == reason
    assert not CorrectionRequest.objects.exists()


def test_nothing_that_was_written_stands_open_in_the_database_or_the_journal(case: Case) -> None:
    case.ask(text="tên mẹ tôi là Bí Mật", photos=[picture()])
    case.step("ask_more", words="gửi ảnh Bí Mật")
    kept = [bytes(CorrectionRequest.objects.get().said), bytes(CorrectionPhoto.objects.get().content)]
    kept += [bytes(step.words) for step in CorrectionStep.objects.all() if step.words]
    assert all("Bí Mật".encode() not in value and b"\xff\xd8\xff" not in value for value in kept)
    bodies = json.dumps([entry.body for entry in history(case.person_id)], ensure_ascii=False)
    assert "Bí Mật" not in bodies


def test_pictures_are_deleted_thirty_days_after_the_answer(case: Case) -> None:
    case.ask(photos=[picture(), picture("WEBP")])
    case.step("refuse", reason="no_evidence")
    assert operations.delete_old_photos(case.now + timedelta(days=29)) == 0
    assert operations.delete_old_photos(case.now + timedelta(days=31)) == 2
    assert not CorrectionPhoto.objects.exists()


def test_requests_follow_a_merge_and_its_way_back(case: Case) -> None:
    case.ask()
    other = case.command("person.register", name="Nguyễn Văn Ân", sex="M", birth_date="1980", force_new=True,
                         residence_code="26740")  # fmt: skip
    merge = case.command(
        "person.merge", person={"id": str(other)}, other={"id": str(case.person_id)}, reason="một người"
    )
    [row] = queries.requests_of([other])
    assert len(queries.steps(row)) == 1
    assert queries.request(row.id, case.people["head"]) is not None
    wanted = Wanted("person.amend", {"birth_date": "1982"})
    [outcome] = operations.act([Wish(row.id, "propose", row.version, "giấy tờ", wanted=wanted)],
                               actor=case.people["head"], now=case.now)  # fmt: skip
    assert outcome.status is ACCEPTED, outcome
    case.command("person.unmerge", merge_id=str(merge), reason="hai người")
    assert queries.requests_of([case.person_id])[0].id == row.id
    assert persons([other])[other].id == other


def test_late_ones_are_counted_by_who_owns_them(case: Case) -> None:
    case.ask("dose_wrong", "sai lô", dose_id=case.doses[0].id)
    case.ask()
    head, later = case.people["head"], case.now + timedelta(days=14)
    assert queries.counts(head, case.now)[:2] == (2, 0)
    assert queries.counts(head, later)[:2] == (2, 2)
    late = queries.late_by_owner(case.people["commune"], later)
    assert {(owner.facility_id, owner.area_id) for owner in late} == {
        (case.facility.id, None), (None, case.person.residence_id),
    }  # fmt: skip
    assert [row.kind for row in queries.open_requests(head, queries.Filter(late=True), now=later)] == [
        "dose_wrong", "birth_date",
    ]  # fmt: skip
    assert queries.open_requests(head, queries.Filter(decide=True), now=later) == []
    case.step("propose", "commune", wanted=Wanted("person.amend", {"birth_date": "1981-05-17"}))
    assert len(queries.open_requests(head, queries.Filter(decide=True), now=later)) == 1
    assert LOT


def test_what_nobody_answers_lapses_and_its_pictures_go(case: Case) -> None:
    case.ask(photos=[picture()])
    case.step("ask_more", words="Gửi ảnh giấy khai sinh")
    assert operations.lapse(case.now + timedelta(days=29)) == 0
    closed = case.now + timedelta(days=31)
    assert operations.lapse(closed) == 1
    assert (case.row.state, case.row.reason) == (State.REFUSED, "no_answer")
    assert Message.objects.filter(template="correction_answered").count() == 1
    assert operations.delete_old_photos(closed + timedelta(days=31)) == 1
    assert checks.check_all()[0].good


def test_the_rules_question_a_dose_and_the_proposer_answers_for_it(case: Case) -> None:
    dose = case.doses[1]
    case.ask("dose_wrong", "Tiêm sớm hơn", dose_id=dose.id)
    early = (case.doses[0].given_on + timedelta(days=5)).isoformat()
    answer = case.propose(wanted=Wanted("dose.amend", {"given_on": early}, dose.id))
    assert answer.reason == "interval_too_short"
    assert case.row.state is State.ASKED
    answered = Wanted("dose.amend", {"given_on": early}, dose.id, ("interval_too_short",))
    assert case.propose("commune", answered).reason == "interval_too_short", (
        "an officer answers for no rule of medicine"
    )
    assert case.propose("head", answered).status is ACCEPTED
    assert case.step("approve", "commune").status is ACCEPTED
    assert case.doses[1].given_on.isoformat() == early
