"""Requests for a correction on the screens of staff: list, case, the two people, the desk; and who sees nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from lachan.access.models import Look
from lachan.certificates.corrections import asking, operations, queries
from lachan.certificates.corrections.facts import PERSON, RequestRow, Said
from lachan.certificates.models import CorrectionPhoto, CorrectionRequest
from lachan.kernel.ids import new_id
from lachan.people.queries import persons
from tests.certificates.corrections.conftest import picture

from .board_days import Day
from .conftest import SignedIn

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
WRONG = "Tôi sinh năm 1981"


@pytest.fixture
def person_id(day: Day) -> UUID:
    """Somebody with a dose of today."""
    day.ready()
    day.inject(0)
    return day.people[0]


def ask(person_id: UUID, kind: str = "birth_date", *, days_ago: int = 0, photo: bool = True) -> RequestRow:
    right = {"birth_date": "1981-05-17"} if kind == "birth_date" else {}
    photos = [picture()] if photo else []
    wish = asking.Asked(new_id(), person_id, kind, Said(WRONG, right), photos=photos)
    [outcome] = asking.ask([wish], actor=PERSON, now=timezone.now() - timedelta(days=days_ago))
    assert outcome.id is not None, outcome
    row = queries.by_id(outcome.id)
    assert row is not None
    return row


def version(page: Client, path: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page.get(path).content.decode())
    assert found
    return found[1]


def send(page: Client, row: RequestRow, step: str, **more: str) -> int:
    path = f"/corrections/{row.id}/"
    body = {"version": version(page, path), "step": step, "words": "đã xem giấy khai sinh", **more}
    return page.post(f"{path}{'propose' if step == 'propose' else 'step'}/", body).status_code


def test_the_oldest_first_with_clocks_and_a_look_for_every_name(person_id: UUID, signed_in: SignedIn) -> None:
    row = ask(person_id, days_ago=9)
    html = signed_in("head").get("/corrections/").content.decode()
    assert f"/corrections/{row.id}/" in html
    assert "quá hạn" in html
    assert WRONG not in html, "what somebody wrote stands on the page of the request only"
    assert Look.objects.filter(person_id=person_id, purpose="correction", what="corrections").count() == 1
    html = signed_in("commune").get("/corrections/?show=late").content.decode()
    assert "Quá hạn, theo nơi lưu hồ sơ" in html
    assert signed_in("head").get("/corrections/?show=x&page=x&facility=x").status_code == 200


def test_from_the_request_to_the_changed_record(person_id: UUID, signed_in: SignedIn) -> None:
    row, head, commune = ask(person_id), signed_in("head"), signed_in("commune")
    path = f"/corrections/{row.id}/"
    html = head.get(path).content.decode()
    assert WRONG in html
    assert 'value="17/05/1981"' in html, "the form is filled with what the person says"
    assert send(head, row, "propose", change="person.amend", birth_date="17/05/1981") == 302
    html = head.get(path).content.decode()
    assert "<ins>17/05/1981</ins>" in html
    assert 'data-dialog-open="approve"' not in html, "not by who proposed it"
    assert send(head, row, "approve") == 422
    assert str(persons([person_id])[person_id].birth_date) == "1980-05-05"
    assert send(commune, row, "approve") == 302
    assert str(persons([person_id])[person_id].birth_date) == "1981-05-17"
    operations.finish(timezone.now())
    assert "Đã sửa" in head.get(path).content.decode()


def test_only_what_differs_is_a_change(person_id: UUID, signed_in: SignedIn) -> None:
    row, head = ask(person_id), signed_in("head")
    name = persons([person_id])[person_id].name
    same = {"name": name, "was-name": name, "sex": "M", "was-sex": "M", "birth_date": "05/05/1980",
            "was-birth_date": "1980-05-05"}  # fmt: skip
    assert send(head, row, "propose", change="person.amend", **same) == 422
    assert send(head, row, "propose", change="person.amend", **(same | {"sex": "F"})) == 302
    proposal = queries.by_id(row.id)
    assert proposal is not None
    found = proposal.proposed()
    assert found is not None
    assert found.command.body["changes"] == {"sex": "F"}


def test_what_the_record_does_not_take_is_said_and_what_was_typed_stays(person_id: UUID, signed_in: SignedIn) -> None:
    row, head = ask(person_id), signed_in("head")
    path = f"/corrections/{row.id}/"
    body = {"version": version(head, path), "change": "person.amend", "birth_date": "32/05/1981", "words": "giấy tờ"}
    answer = head.post(f"{path}propose/", body)
    assert answer.status_code == 422
    assert "16/10/2021" in answer.content.decode()
    after = (timezone.localdate() + timedelta(days=2)).strftime("%d/%m/%Y")  # born after the dose
    answer = head.post(f"{path}propose/", body | {"birth_date": after, "name": "Nguyễn Văn Ân"})
    assert answer.status_code == 422
    assert "Nguyễn Văn Ân" in answer.content.decode()


def test_refusing_asking_and_handing_over(person_id: UUID, signed_in: SignedIn) -> None:
    row, head = ask(person_id), signed_in("head")
    assert send(head, row, "refuse") == 422
    assert send(head, row, "hand_over", place="") == 422
    assert send(head, row, "hand_over", place="không có nơi nào như thế") == 422
    assert send(head, row, "ask_more") == 302
    assert send(head, row, "refuse", reason="no_evidence") == 302
    found = queries.by_id(row.id)
    assert found is not None
    assert (found.state, found.reason) == ("refused", "no_evidence")
    other = ask(person_id, "other", photo=False)
    assert send(head, other, "hand_over", place="TYT26905") == 302
    found = queries.by_id(other.id)
    assert found is not None
    assert found.owner.facility_id is not None


def test_the_photo_is_shown_to_who_works_on_it_and_the_look_is_logged(person_id: UUID, signed_in: SignedIn) -> None:
    row = ask(person_id)
    photo = CorrectionPhoto.objects.get()
    path = f"/corrections/{row.id}/photos/{photo.id}/"
    answer = signed_in("head").get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert Look.objects.filter(person_id=person_id, what="photo").count() == 1
    assert signed_in("nurse").get(path).status_code == 403
    other = ask(person_id, "other", photo=False)
    assert signed_in("head").get(f"/corrections/{other.id}/photos/{photo.id}/").status_code == 404


def test_a_request_elsewhere_is_not_there(person_id: UUID, signed_in: SignedIn) -> None:
    row = ask(person_id)
    CorrectionRequest.objects.update(owner_area_id=1, served_facility_id=1)
    head = signed_in("head")
    assert str(row.id) not in head.get("/corrections/").content.decode()
    for path in ("", "step/", "propose/", f"photos/{CorrectionPhoto.objects.get().id}/"):
        method = head.post if path in ("step/", "propose/") else head.get
        assert method(f"/corrections/{row.id}/{path}", {"step": "take"}).status_code == 404, path


def test_the_desk_writes_down_what_somebody_asks(person_id: UUID, signed_in: SignedIn) -> None:
    nurse = signed_in("nurse")
    html = nurse.get(f"/people/{person_id}/").content.decode()
    assert f"/corrections/people/{person_id}/" in html
    path = f"/corrections/people/{person_id}/"
    assert "?kind=birth_date" in nurse.get(path).content.decode()
    form = nurse.get(f"{path}?kind=name").content.decode()
    sent = re.search(r'name="command_id" value="([^"]+)"', form)
    assert sent
    body = {"kind": "name", "right-name": "Nguyễn Văn Ân", "command_id": sent[1]}
    photo = SimpleUploadedFile("giấy.png", picture("PNG"), "image/png")
    assert nurse.post(path, body | {"photo": photo}).status_code == 302
    assert nurse.post(path, body).status_code == 302, "sent again, it is the same request"
    row = CorrectionRequest.objects.get()
    assert (row.at_desk, CorrectionPhoto.objects.count()) == (True, 1)
    assert nurse.post(path, body | {"command_id": str(new_id())}).status_code == 422, "asked already"
    assert nurse.post(path, {"kind": "sex"}).status_code == 422


def test_nobody_is_read_of_in_addresses(person_id: UUID, signed_in: SignedIn) -> None:
    row, head = ask(person_id), signed_in("head")
    links = re.findall(r'(?:href|action|src)="([^"]+)"', head.get(f"/corrections/{row.id}/").content.decode())
    assert not [link for link in links if "An" in link.split("/")]
    assert not [link for link in links if "1981" in link]
