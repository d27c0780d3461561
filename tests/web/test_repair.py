"""The repair screens: who sees what, what Enter accepts, what is never in the clear, what may be done to a sheet."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from openpyxl import Workbook, load_workbook

from lachan.access import operations
from lachan.access.actors import Actor
from lachan.access.models import Look, User
from lachan.access.rules import Role
from lachan.access.scopes import forget
from lachan.immunization.commands import execute
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.people import repair_list
from lachan.people.models import Person
from lachan.people.profile import profile
from lachan.people.verification.queries import state_of
from lachan.places import queries as places

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
NOW = datetime(2021, 10, 16, 1, 30, tzinfo=UTC)
DESK = Actor.system("tests")
ID = "079180012345"


def send(verb: str, **body: Any) -> UUID:
    [outcome] = execute([Command(new_id(), verb, NOW, body)], actor=DESK, now=NOW)
    assert outcome.id is not None, outcome
    return outcome.id


def person(name: str, born: str = "1980-05-17", sex: str = "F", **more: Any) -> UUID:
    return send("person.register", name=name, sex=sex, birth_date=born, residence_code="26740", **more)


def walk_in(name: str, number: str, born: str = "1980-05-17", sex: str = "F") -> UUID:
    """Somebody whose number was kept as it was written."""
    card = {"name": name, "sex": sex, "birth_date": born, "citizen_id": number, "commune_code": "26740"}
    send("dose.record", person={"card": card}, product="pfizer", source="elsewhere", given_on="2021-10-01")
    return Person.objects.filter(name=name).latest("created_at").id


def officer(role: Role = Role.COMMUNE_OFFICER, code: str = "26740", level: int = 3) -> Client:
    forget()
    area = places.area_at(code, level, NOW.date())
    assert area is not None
    [made] = operations.create_users([operations.NewUser(f"officer-{new_id()}", "Huỳnh Văn Phúc")], actor=DESK, now=NOW)
    assert made.id is not None
    [given] = operations.grant([operations.NewGrant(role, user_id=made.id, area_id=area.id)], actor=DESK, now=NOW)
    assert given.reason is None
    client = Client()
    client.force_login(User.objects.get(id=made.id))
    return client


def panel(client: Client, person_id: UUID) -> str:
    answer = client.get(f"/repair/people/{person_id}/", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return answer.content.decode()


def fix(client: Client, person_id: UUID, **fields: str) -> Any:
    [line] = repair_list.lines([person_id], today=NOW.date())
    sent = {"command_id": str(new_id()), "seen": line.print.hex(), "reason": "đối chiếu căn cước", **fields}
    return client.post(f"/repair/people/{person_id}/fix/", sent, headers={"HX-Request": "true"})


@pytest.fixture
def commune(reference: None) -> Client:
    return officer()


def test_the_list_shows_groups_and_masked_numbers(commune: Client) -> None:
    person("Nguyễn Thị An")
    walk_in("TRẦN THỊ BÌNH", ID[1:])
    page = commune.get("/repair/?group=malformed_id").content.decode()
    assert "TRẦN THỊ BÌNH" in page
    assert "Nguyễn Thị An" not in page
    assert ID[1:] not in page
    assert ID not in page


def test_a_person_of_another_commune_is_closed(reference: None) -> None:
    far = officer(code="00526")  # thị trấn Yên Viên
    an = person("Nguyễn Thị An")
    assert far.get(f"/repair/people/{an}/").status_code == 403
    assert fix(far, an, **{"pick-name": "other", "other-name": "Nguyễn Thị Ân"}).status_code == 403
    assert "Nguyễn Thị An" not in far.get("/repair/").content.decode()


def test_numbers_are_shown_after_a_purpose_and_each_look_is_logged(commune: Client) -> None:
    binh = walk_in("Trần Thị Bình", ID[1:])
    assert ID[1:] not in panel(commune, binh)
    assert Look.objects.filter(person_id=binh, what="repair list").exists()
    commune.post("/repair/purpose/", {"purpose": "compare with the document"})
    assert ID[1:] in panel(commune, binh)
    look = Look.objects.filter(person_id=binh, what="identifier").get()
    assert look.purpose == "compare with the document"
    commune.post("/repair/purpose/", {"purpose": ""})
    assert ID[1:] not in panel(commune, binh)


def test_accepting_what_is_proposed_mends_and_says_what_it_changed(commune: Client) -> None:
    binh = walk_in("TRẦN THỊ BÌNH", ID[1:], sex="M")
    [line] = repair_list.lines([binh], today=NOW.date())
    picks = {"name_capitals": "name", "sex_by_id": "sex", "id_leading_zero": "id"}
    chosen = {
        f"pick-{picks[item.reason]}": str(place) for place, item in enumerate(line.proposals) if item.reason in picks
    }
    assert {"pick-name", "pick-id"} <= chosen.keys()
    answer = fix(commune, binh, **chosen)
    assert answer.status_code == 200, answer.content.decode()
    assert '"open": false' in answer["HX-Trigger"]
    found = profile(binh)
    assert found is not None
    assert found.person.name == "Trần Thị Bình"
    assert [(n.system, n.value) for n in found.numbers if n.system == "citizen_id"] == [("citizen_id", ID)]
    assert state_of([binh])[binh].state == "not_sent"


def test_what_is_typed_goes_before_what_is_proposed_and_is_checked(commune: Client) -> None:
    an = person("NGUYỄN THỊ AN")
    refused = fix(commune, an, **{"pick-id": "other", "other-id": "12345"})
    assert refused.status_code == 422
    assert "12345" not in refused.content.decode()
    done = fix(
        commune,
        an,
        **{"pick-id": "other", "other-id": "0791 8001 2345", "pick-born": "other", "other-born": "18/5/1980"},
    )
    assert done.status_code == 200
    found = profile(an)
    assert found is not None
    assert str(found.person.birth_date) == "1980-05-18"
    assert ("citizen_id", ID) in [(n.system, n.value) for n in found.numbers]


def test_a_record_that_changed_meanwhile_is_shown_again(commune: Client) -> None:
    an = person("Nguyễn Thị An")
    answer = fix(commune, an, **{"pick-name": "other", "other-name": "Nguyễn Thị Ân", "seen": "00"})
    assert answer.status_code == 422
    found = profile(an)
    assert found is not None
    assert found.person.name == "Nguyễn Thị An"


def test_a_number_of_somebody_else_leads_to_comparing(commune: Client) -> None:
    holder = person("Lê Thị Hoa", identifiers=[{"system": "citizen_id", "value": ID}])
    an = person("Nguyễn Thị An")
    answer = fix(commune, an, **{"pick-id": "other", "other-id": ID})
    assert answer.status_code == 422
    assert str(holder) in answer.content.decode()


def test_who_moved_away_is_handed_to_their_commune(commune: Client) -> None:
    an = person("Nguyễn Thị An")
    ask = {"command_id": str(new_id()), "kind": "moved", "commune": "Phường Sài Gòn"}
    answer = commune.post(f"/repair/people/{an}/note/", ask, headers={"HX-Request": "true"})
    assert answer.status_code == 200, answer.content.decode()
    found = profile(an)
    assert found is not None
    area = places.area(found.person.residence_id or 0)
    assert area is not None
    assert area.name == "Sài Gòn"
    assert "Nguyễn Thị An" not in commune.get("/repair/").content.decode()


def test_a_name_is_looked_for_without_standing_in_an_address(commune: Client) -> None:
    person("Nguyễn Thị An")
    person("Lê Văn Chín", sex="M")
    found = commune.post("/repair/", {"name": "chin"}).content.decode()
    assert "Lê Văn Chín" in found
    assert "Nguyễn Thị An" not in found
    assert "Nguyễn Thị An" not in commune.post("/repair/", {"name": "%"}).content.decode()


def test_reasons_and_safe_proposals_are_counted_and_narrow_the_list(commune: Client) -> None:
    walk_in("TRẦN THỊ BÌNH", ID[1:])
    walk_in("Lê Thị Hoa", "024123456")
    counts = commune.get("/repair/reasons/?group=malformed_id").content.decode()
    assert 'value="id_leading_zero"' in counts
    assert 'value="safe"' in counts
    narrowed = commune.get("/repair/?group=malformed_id&reason=id_is_old_id").content.decode()
    assert "Lê Thị Hoa" in narrowed
    assert "TRẦN THỊ BÌNH" not in narrowed


def test_all_safe_proposals_are_shown_before_they_are_made(commune: Client) -> None:
    binh = walk_in("TRẦN THỊ BÌNH", ID[1:])
    review = commune.post("/repair/bulk/", {"group": "malformed_id", "all": "safe"})
    assert review.status_code == 302
    page = commune.get(review["Location"]).content.decode()
    assert "TRẦN THỊ BÌNH" in page
    assert "Trần Thị Bình" in page
    assert profile(binh).person.name == "TRẦN THỊ BÌNH"  # type: ignore[union-attr]
    commune.post(f"{review['Location']}confirm/", {"action": "go", "reason": "chuẩn hóa cách ghi"})
    assert profile(binh).person.name == "Trần Thị Bình"  # type: ignore[union-attr]
    assert state_of([binh])[binh].state == "not_sent"


def test_a_sheet_belongs_to_its_place(commune: Client) -> None:
    walk_in("TRẦN THỊ BÌNH", ID[1:])
    review = commune.post("/repair/bulk/", {"group": "malformed_id", "all": "safe"})["Location"]
    far = officer(code="00526")
    assert far.get(review).status_code == 404
    assert far.post(f"{review}confirm/", {"action": "go", "reason": "thử xem"}).status_code == 404


def test_a_list_is_masked_without_a_purpose_and_logged_with_one(commune: Client) -> None:
    binh = walk_in("Trần Thị Bình", ID[1:])
    masked = commune.post("/repair/sheets/list/", {})
    assert ID[1:] not in str([[cell.value for cell in row] for row in load_workbook(io.BytesIO(masked.content)).active])
    full = commune.post("/repair/sheets/list/", {"purpose": "correct the record"})
    assert ID[1:] in str([[cell.value for cell in row] for row in load_workbook(io.BytesIO(full.content)).active])
    assert Look.objects.filter(person_id=binh, purpose="correct the record", what="identifier").exists()


def test_a_file_that_is_none_gets_a_sentence(commune: Client) -> None:
    file = io.BytesIO(b"no excel")
    file.name = "a.xlsx"
    answer = commune.post("/repair/sheets/", {"file": file})
    assert answer.status_code == 422
    assert ".xlsx" in answer.content.decode()


def test_rows_with_errors_come_back_as_excel(commune: Client) -> None:
    person("Nguyễn Thị An", identifiers=[{"system": "old_id", "value": "024123456"}])
    book = Workbook()
    assert book.active is not None
    book.active.append(["Họ tên", "Ngày sinh", "Số CCCD"])
    book.active.append(["Nguyễn Thị An", "31/02/1980", "024123456"])
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    out.name = "to-3.xlsx"
    review = commune.post("/repair/sheets/", {"file": out})["Location"]
    page = commune.get(review).content.decode()
    assert "Ngày sinh:" in page
    back = load_workbook(io.BytesIO(commune.get(f"{review}errors/").content)).active
    assert back["C4"].value == "31/02/1980"
    assert "Không có ngày này" in back["H4"].value


def test_those_above_a_commune_see_the_communes_and_go_down(reference: None) -> None:
    person("Nguyễn Thị An")
    province = officer(Role.PROVINCE_OFFICER, "79", 1)
    page = province.get("/repair/").content.decode()
    assert "Phường Bến Nghé" in page
    assert "Nguyễn Thị An" not in page
    area = places.area_at("26740", 3, NOW.date())
    assert area is not None
    assert "Nguyễn Thị An" in province.get(f"/repair/?area={area.id}").content.decode()
    assert province.get("/repair/sheets/").status_code == 403
    hanoi = places.area_at("00526", 3, NOW.date())
    assert hanoi is not None
    assert province.get(f"/repair/?area={hanoi.id}").status_code == 404


def test_a_list_costs_the_same_number_of_queries_however_long(
    commune: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(6):
        walk_in(f"Nguyễn Thị Ba {'abcdef'[number]}", f"7918001234{number}")
    commune.get("/repair/?group=malformed_id")
    with django_assert_max_num_queries(45):
        commune.get("/repair/?group=malformed_id")
