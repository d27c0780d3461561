"""A person's own requests on screens: tapping what is wrong, the state, the answer; and nobody else's."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from lachan.certificates.corrections import operations, queries
from lachan.certificates.corrections.facts import RequestRow
from lachan.certificates.corrections.operations import Wish
from lachan.certificates.corrections.rules import State
from lachan.certificates.models import CorrectionPhoto, CorrectionRequest
from lachan.kernel.ids import new_id
from tests.certificates.corrections.conftest import Case, case, picture
from tests.house.world import signed_in_person

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
__all__ = ["case"]  # the fixture of the room


@pytest.fixture
def me(case: Case) -> Client:
    return signed_in_person(case.person_id)


def ask(me: Client, **body: str) -> RequestRow:
    sent = {"kind": "birth_date", "right-birth_date": "17/05/1981", "command_id": str(new_id()), **body}
    answer = me.post("/me/requests/new/", sent)
    assert answer.status_code == 302, answer.content.decode()[:3_000]
    row = queries.by_id(UUID(answer["Location"].split("/")[-2]))
    assert row is not None
    return row


def test_what_is_wrong_is_tapped_in_the_own_record(case: Case, me: Client) -> None:
    html = me.get("/me/requests/new/").content.decode()
    assert "Nguyễn Văn An" in html
    assert html.count("kind=dose_wrong&amp;dose=") == 2
    dose = case.doses[0]
    html = me.get(f"/me/requests/new/?kind=dose_wrong&dose={dose.id}").content.decode()
    assert 'value="dose_not_mine"' in html
    assert me.get(f"/me/requests/new/?kind=dose_wrong&dose={new_id()}").status_code == 200, "leads back to the choice"
    row = ask(me, kind="dose_not_mine", dose=str(dose.id))
    assert (row.kind, row.dose_id, row.owner_facility_id) == ("dose_not_mine", dose.id, case.facility.id)


def test_the_state_and_the_answer(case: Case, me: Client) -> None:
    row = ask(me, text="căn cước ghi 1981")
    path = f"/me/requests/{row.id}/"
    assert "Đối chiếu giấy tờ" in me.get(path).content.decode()
    assert row.words().right == {"birth_date": "1981-05-17"}
    case.step("ask_more", words="Gửi ảnh căn cước giúp trạm")
    html = me.get(path).content.decode()
    assert "Gửi ảnh căn cước giúp trạm" in html
    photo = SimpleUploadedFile("anh.jpg", picture(), "image/jpeg")
    sent = re.search(r'name="version" value="(\d+)"', html)
    assert sent
    answer = me.post(f"{path}step/", {"step": "answer", "version": sent[1], "words": "Đây ạ", "photo": photo})
    assert answer.status_code == 302
    photo_id = CorrectionPhoto.objects.get().id
    assert me.get(f"{path}photos/{photo_id}/")["Content-Type"] == "image/jpeg"
    case.step("refuse", reason="record_is_right", words="Căn cước cũng ghi 1980")
    html = me.get(path).content.decode()
    assert "Căn cước cũng ghi 1980" in html
    assert "Hồ sơ khớp với giấy tờ" in html
    assert "Đã từ chối" in me.get("/me/requests/").content.decode()


def test_corrected_and_without_a_card_to_wait_for(case: Case, me: Client) -> None:
    row = ask(me)
    case.propose()
    case.step("approve", "commune")
    assert "Đã sửa, đang cấp giấy mới" in me.get("/me/requests/").content.decode()
    operations.finish(timezone.now())
    assert "Trả lời: đã chỉnh sửa" in me.get(f"/me/requests/{row.id}/").content.decode()


def test_of_others_nothing_is_there(case: Case, me: Client) -> None:
    row = ask(me)
    CorrectionRequest.objects.filter(id=row.id).update(version=row.version)
    other = case.command("person.register", name="Trần Thị Bình", sex="F", birth_date="1990", residence_code="26740")
    stranger = signed_in_person(other)
    path = f"/me/requests/{row.id}/"
    assert stranger.get(path).status_code == 404
    assert stranger.post(f"{path}step/", {"step": "withdraw", "version": "1"}).status_code == 404
    assert stranger.get(f"{path}photos/{new_id()}/").status_code == 404
    assert str(row.id) not in stranger.get("/me/requests/").content.decode()
    body = {"kind": "dose_wrong", "dose": str(case.doses[0].id), "text": "không phải của tôi"}
    assert stranger.post("/me/requests/new/", body).status_code == 422
    assert CorrectionRequest.objects.count() == 1
    assert Client().get("/me/requests/").status_code == 302


def test_taken_back_and_no_step_of_staff(case: Case, me: Client) -> None:
    row = ask(me)
    path = f"/me/requests/{row.id}/step/"
    for step in ("take", "propose", "approve", "finish", ""):
        assert me.post(path, {"step": step, "version": "1"}).status_code == 404, step
    assert me.post(path, {"step": "withdraw", "version": "7"}).status_code == 422, "another version"
    assert me.post(path, {"step": "withdraw", "version": "1"}).status_code == 302
    found = queries.by_id(row.id)
    assert found is not None
    assert found.state is State.WITHDRAWN


@pytest.mark.parametrize("content", [b"nothing", b"", picture("GIF"), b"\0" * (5 * 1024 * 1024)])
def test_what_is_no_photo_is_said_and_kept_nowhere(me: Client, content: bytes) -> None:
    photo = SimpleUploadedFile("a.jpg", content, "image/jpeg")
    body = {"kind": "name", "text": "tên đệm là Văn", "photo": photo, "command_id": str(new_id())}
    answer = me.post("/me/requests/new/", body)
    if not content:
        assert answer.status_code == 302, "an empty file is no photo"
        return
    assert answer.status_code == 422
    assert "tên đệm là Văn" in answer.content.decode(), "what was typed stays"
    assert not CorrectionRequest.objects.exists()


def test_no_more_than_a_few_at_once(me: Client) -> None:
    for kind in ("birth_date", "other", "name"):
        ask(me, kind=kind, text="điều chưa đúng")
    assert "đã đủ mức" in me.get("/me/requests/").content.decode()
    assert me.post("/me/requests/new/", {"kind": "sex", "right-sex": "F"}).status_code == 422


def test_a_wish_of_the_person_is_not_one_of_staff(case: Case, me: Client) -> None:
    row = ask(me)
    [outcome] = operations.act([Wish(row.id, "withdraw", 1)], actor=case.people["head"], now=timezone.now())
    assert outcome.reason is not None
