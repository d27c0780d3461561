"""Search, registration and the person's page, asked as a browser asks them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from lachan.access.actors import Actor
from lachan.access.models import Look
from lachan.access.operations import SERVED
from lachan.immunization.commands import execute
from lachan.immunization.models import Dose, DoseCorrection, Encounter
from lachan.kernel import worklist
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.people.models import Person

from .conftest import SignedIn

pytestmark = pytest.mark.slow
CITIZEN = "079180012345"
CARD = f"{CITIZEN}|024123456|Nguyễn Văn An|17051980|Nam|12 Lê Lợi, Bến Nghé, Quận 1, TP. Hồ Chí Minh|01012021"
DESK = Actor.system("tests")


def send(verb: str, **body: Any) -> UUID:
    now = timezone.now()
    [outcome] = execute([Command(new_id(), verb, now, body)], actor=DESK, now=now)
    assert outcome.id is not None, outcome
    return outcome.id


def person(name: str = "Nguyễn Văn An", born: str = "1980-05-17", commune: str = "26740", **more: Any) -> UUID:
    numbers = [{"system": system, "value": more[system]} for system in ("citizen_id", "old_id") if system in more]
    contacts = [{"kind": "phone", "value": more["phone"]}] if "phone" in more else []
    return send(
        "person.register", name=name, sex=more.get("sex", "M"), birth_date=born, residence_code=commune,
        identifiers=numbers, contacts=contacts,
    )  # fmt: skip


def dose(person_id: UUID, given_on: str = "2021-10-01") -> UUID:
    return send("dose.record", person={"id": str(person_id)}, product="pfizer", source="elsewhere", given_on=given_on)


def session() -> UUID:
    today = timezone.localdate().isoformat()
    return send("session.open", session_id=str(new_id()), facility="TYT26740", date=today)


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


@pytest.fixture
def nurse_at(signed_in: SignedIn) -> Client:
    return signed_in("nurse")


def test_a_number_opens_the_person_and_never_stands_in_an_address(nurse_at: Client) -> None:
    somebody = person(citizen_id=CITIZEN)
    answer = nurse_at.post("/people/", {"q": CARD})
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/people/{somebody}/"
    opened = nurse_at.get(answer.headers["Location"])
    assert opened.status_code == 200
    assert "0791••••2345" in text(opened)
    assert CITIZEN not in text(opened)
    looks = Look.objects.filter(person_id=somebody).order_by("id").values_list("purpose", "what")
    assert list(looks) == [(SERVED, "search"), (SERVED, "page")]


def test_names_and_numbers_are_not_taken_from_the_address(nurse_at: Client) -> None:
    person(citizen_id=CITIZEN)
    assert "Nguyễn Văn An" not in text(nurse_at.get("/people/?q=nguyen van an"))


def test_results_show_masked_numbers_and_lead_to_the_page(nurse_at: Client) -> None:
    somebody = person(citizen_id=CITIZEN)
    answer = text(nurse_at.post("/people/", {"q": "van an", "born": "1980"}))
    assert f"/people/{somebody}/?from=search" in answer
    assert "0791••••2345" in answer
    assert CITIZEN not in answer


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("0903123456", "số điện thoại"),
        ("79180012345", "079180012345"),  # the lost zero, to be confirmed
        ("079180099999", "Chưa có ai mang số này"),
        ("zzz zzz", "Không tìm thấy ai"),
    ],
)
def test_what_cannot_be_found_says_why_and_what_to_do(nurse_at: Client, typed: str, says: str) -> None:
    person(phone="0903123456")
    answer = text(nurse_at.post("/people/", {"q": typed}))
    assert says in answer
    assert "Nguyễn Văn An" not in answer


def test_a_record_of_another_area_opens_only_to_who_is_shown_the_card(signed_in: SignedIn) -> None:
    far = person("Lò Thị Mai", "1990-01-02", "03127", citizen_id="011190000123")  # Điện Biên
    nurse, auditor = signed_in("nurse"), signed_in("auditor")
    refused = nurse.get(f"/people/{far}/")
    assert refused.status_code == 403
    assert "thuộc địa bàn khác" in text(refused)
    assert "Lò Thị Mai" not in text(refused)
    assert not Look.objects.filter(person_id=far).exists()
    assert auditor.get(f"/people/{far}/").status_code == 200
    nurse.post("/people/", {"q": "011190000123"})
    assert nurse.get(f"/people/{far}/").status_code == 200
    assert signed_in("vaccinator").get(f"/people/{far}/").status_code == 403  # the card was shown to the nurse


def test_the_purpose_of_a_look_follows_from_the_way_someone_came(nurse_at: Client) -> None:
    somebody = person(born="1970-01-02")
    nurse_at.get(f"/people/{somebody}/")
    nurse_at.get(f"/people/{somebody}/?from=search")
    nurse_at.get(f"/people/{somebody}/?from=served")  # cannot be claimed by an address
    send("arrival.record", person={"id": str(somebody)}, session_id=str(session()))
    nurse_at.get(f"/people/{somebody}/")
    purposes = Look.objects.filter(person_id=somebody).order_by("id").values_list("purpose", flat=True)
    assert list(purposes) == ["opened by address", "found by name", "opened by address", "received at the own station"]


def test_numbers_are_shown_for_a_stated_purpose_and_for_one_view(nurse_at: Client) -> None:
    somebody = person(citizen_id=CITIZEN, phone="0903123456")
    where = f"/people/{somebody}/numbers/"
    silent = nurse_at.post(where, {"purpose": ""}, headers={"HX-Request": "true"})
    assert silent.status_code == 422
    assert CITIZEN not in text(silent)
    assert nurse_at.post(where, {"purpose": "curiosity"}, headers={"HX-Request": "true"}).status_code == 422
    shown = text(nurse_at.post(where, {"purpose": "call the person"}, headers={"HX-Request": "true"}))
    assert CITIZEN in shown
    assert "0903123456" in shown
    assert Look.objects.filter(person_id=somebody, what="identifier", purpose="call the person").count() == 1
    assert CITIZEN not in text(nurse_at.get(f"/people/{somebody}/"))


def test_a_merged_record_leads_to_the_one_it_was_merged_into(nurse_at: Client) -> None:
    somebody = person(citizen_id=CITIZEN)
    chosen = new_id()
    send("person.register", person_id=str(chosen), name="Nguyễn Văn An", sex="M", birth_date="1980-05-17",
         identifiers=[{"system": "citizen_id", "value": CITIZEN}])  # fmt: skip
    answer = nurse_at.get(f"/people/{chosen}/")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/people/{somebody}/")
    assert nurse_at.get(f"/people/{new_id()}/").status_code == 404


def filled(**more: str) -> dict[str, str]:
    return {
        "command_id": str(new_id()), "name": "Võ Thị Sáu", "born": "17/05/1980", "sex": "F", "commune_code": "26740",
        "commune": "Phường Sài Gòn", **more,
    }  # fmt: skip


def test_a_walk_in_without_papers_is_registered_arrives_and_gets_a_slip(nurse_at: Client) -> None:
    waiting = session()
    answer = nurse_at.post("/people/new/", filled(back=str(waiting)))
    made = Person.objects.get()
    assert answer.headers["Location"] == f"/people/{made.id}/slip/?back={waiting}"
    assert Encounter.objects.filter(person_id=made.id, session_id=waiting).count() == 1
    slip = text(nurse_at.get(answer.headers["Location"]))
    assert "TAM-" in slip
    assert f"/station/{waiting}/" in slip


def test_sent_twice_it_is_one_registration(nurse_at: Client) -> None:
    form = filled(number="079180099999")
    first, second = nurse_at.post("/people/new/", form), nurse_at.post("/people/new/", form | {"another": "1"})
    assert first.status_code == second.status_code == 302
    assert Person.objects.count() == 1


def test_the_form_is_filled_from_the_card(nurse_at: Client) -> None:
    answer = text(nurse_at.post("/people/new/", {"scan": CARD}))
    for value in ('value="Nguyễn Văn An"', 'value="17/05/1980"', f'value="{CITIZEN}"', 'value="26740"'):
        assert value in answer
    assert 'value="M" ' in answer
    assert "checked" in answer


def test_who_may_be_the_same_is_compared_before_anything_is_made(nurse_at: Client) -> None:
    known = person("Võ Thị Sáu", "1980-05-17", sex="F", citizen_id=CITIZEN)
    asked = nurse_at.post("/people/new/", filled())
    assert asked.status_code == 422
    assert Person.objects.count() == 1
    assert f'formaction="/people/{known}/same/"' in text(asked)
    assert "Người khác: đăng ký mới" in text(asked)
    while_typing = text(nurse_at.post("/people/new/matches/", {"name": "vo thi sau", "born": "1980"}))
    assert f'formaction="/people/{known}/same/"' in while_typing
    other = nurse_at.post("/people/new/", filled(another="1"))
    assert other.status_code == 302
    assert Person.objects.count() == 2


def test_from_the_board_the_same_person_arrives(nurse_at: Client) -> None:
    known, waiting = person("Võ Thị Sáu", "1980-05-17", sex="F"), session()
    asked = text(nurse_at.post("/people/new/", filled(back=str(waiting))))
    assert f'formaction="/people/{known}/same/"' in asked
    answer = nurse_at.post(f"/people/{known}/same/", filled(back=str(waiting)))
    assert answer.headers["Location"] == f"/station/{waiting}/"
    assert Encounter.objects.filter(person_id=known).count() == 1


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("born", "32/13/1980", "17/05/1980, 05/1980 hoặc 1980"),
        ("born", "2090", "Ngày sinh"),
        ("number", "0791800123456", "12 chữ số"),
        ("number", "07918001234", "thiếu số 0"),
        ("phone", "12", "điện thoại"),
        ("sex", "", "Chọn giới tính"),
        ("name", "", "is-invalid"),
    ],
)
def test_what_is_typed_wrongly_is_said_at_its_field(nurse_at: Client, field: str, value: str, says: str) -> None:
    answer = nurse_at.post("/people/new/", filled(**{field: value}))
    assert answer.status_code == 422
    assert says.lower() in text(answer).lower()
    assert Person.objects.count() == 0
    assert worklist.open_items(worklist.Owners(None, None)) == []  # a slip of the keyboard is no debt


def test_a_commune_typed_without_choosing_is_taken_when_only_one_has_the_name(nurse_at: Client) -> None:
    nurse_at.post("/people/new/", filled(commune="Phường Bến Nghé, Quận 1", commune_code="", another="1"))
    assert Person.objects.get().residence_id is not None
    many = nurse_at.post("/people/new/", filled(name="Lê An", commune="tân phú", commune_code="", another="1"))
    assert many.status_code == 422


def test_communes_are_offered_from_both_maps(nurse_at: Client) -> None:
    answer = text(nurse_at.get("/people/communes/", {"commune": "ben nghe"}))
    assert "Phường Bến Nghé, Quận 1" in answer
    assert "Phường Sài Gòn" in answer  # what it is called now
    assert "data-code" not in text(nurse_at.get("/people/communes/", {"commune": "x"}))


def test_a_dose_is_corrected_and_the_former_entry_stays(nurse_at: Client) -> None:
    somebody = person(citizen_id=CITIZEN)
    first = dose(somebody)
    form = {"product": "moderna", "given_on": "02/10/2021", "lot": "", "site": "", "reason": "Xem lại giấy xác nhận"}
    answer = nurse_at.post(f"/people/{somebody}/doses/{first}/amend/", {"command_id": str(new_id()), **form})
    assert answer.status_code == 302, text(answer)
    assert sorted(Dose.objects.values_list("status", flat=True)) == ["active", "amended"]
    page = text(nurse_at.get(f"/people/{somebody}/"))
    assert "people-ended" in page
    assert "Xem lại giấy xác nhận" in page


def test_a_correction_that_changes_nothing_is_asked_back(nurse_at: Client) -> None:
    somebody = person()
    first = dose(somebody)
    form = {"product": "pfizer", "given_on": "01/10/2021", "lot": "", "site": "", "reason": "không có gì"}
    answer = nurse_at.post(f"/people/{somebody}/doses/{first}/amend/", {"command_id": str(new_id()), **form})
    assert answer.status_code == 422
    assert "Chưa có gì thay đổi" in text(answer)


def test_a_dose_is_voided_with_a_reason_only(nurse_at: Client) -> None:
    somebody = person()
    first = dose(somebody)
    where = f"/people/{somebody}/doses/{first}/void/"
    assert nurse_at.post(where, {"command_id": str(new_id()), "reason": ""}).status_code == 422
    done = nurse_at.post(
        where, {"command_id": str(new_id()), "reason": "Ghi nhầm người"}, headers={"HX-Request": "true"}
    )
    assert done.headers["HX-Redirect"] == f"/people/{somebody}/"
    assert DoseCorrection.objects.get().reason == "Ghi nhầm người"


def test_what_the_rules_refuse_is_said_in_the_dialog_and_the_later_success_clears_the_attempt(nurse_at: Client) -> None:
    somebody = person()
    dose(somebody)
    where = f"/people/{somebody}/doses/new/"
    form = {"product": "pfizer", "source": "elsewhere", "given_on": "01/10/2021", "lot": ""}
    refused = nurse_at.post(where, {"command_id": str(new_id()), **form})
    assert refused.status_code == 422
    assert "đã có mũi" in text(refused).lower() or "đã tiêm" in text(refused).lower()
    [attempt] = worklist.open_items(worklist.Owners(None, None))
    again = form | {"given_on": "30/10/2021", "earlier": str(attempt.command_id), "command_id": str(new_id())}
    assert nurse_at.post(where, again).status_code == 302
    assert worklist.open_items(worklist.Owners(None, None)) == []


def test_a_dose_of_somebody_else_is_not_found(nurse_at: Client) -> None:
    one, other = person(citizen_id=CITIZEN), person("Võ Thị Sáu", "1990-02-03", sex="F")
    theirs = dose(one)
    assert nurse_at.get(f"/people/{other}/doses/{theirs}/amend/").status_code == 404


def test_the_page_asks_the_database_a_fixed_number_of_times(
    nurse_at: Client, django_assert_max_num_queries: Any
) -> None:
    somebody = person(citizen_id=CITIZEN)
    for _ in range(3):
        send("not_given.record", person={"id": str(somebody)}, facility="TYT26740", reason="deferred")
    nurse_at.get(f"/people/{somebody}/")
    with django_assert_max_num_queries(16):  # ORM and session; the hot cursor's ten are not counted here
        nurse_at.get(f"/people/{somebody}/")
