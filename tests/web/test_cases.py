"""Cases and orders as officers see them: in their places, logged, printed in one go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import timezone

from lachan.access.actors import Actor
from lachan.access.models import Look
from lachan.immunization.commands import execute
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.people.models import Person
from lachan.places import queries as places
from lachan.surveillance.cases.queries import cases_of
from lachan.surveillance.models import Case, Order
from lachan.surveillance.orders.queries import orders_of

pytestmark = pytest.mark.slow

SignedIn = Callable[[str], Client]
ROOT = Actor.system("tests")


def run(verb: str, **body: object) -> UUID:
    now = timezone.now()
    [outcome] = execute([Command(new_id(), verb, now - timedelta(minutes=1), body)], actor=ROOT, now=now)
    assert outcome.id is not None, outcome
    return outcome.id


@pytest.fixture
def person(cast: None) -> UUID:
    """Somebody who lives in the commune of the story, on the map of its officers."""
    made = run("person.register", name="Đặng Thị Hương Giang", sex="F", birth_date="1988-04-12",
               residence_code="26740", identifiers=[{"system": "citizen_id", "value": "079188000417"}])  # fmt: skip
    commune = places.area_at("26740", 3, date(2021, 10, 16))
    assert commune is not None
    Person.objects.filter(id=made).update(residence_id=commune.id)
    return made


@pytest.fixture
def case_id(person: UUID) -> UUID:
    return run("case.report", person={"id": str(person)}, disease="covid-19", symptomatic="yes", symptoms=["fever"])


def page(person: UUID, case_id: UUID) -> str:
    return f"/cases/{person}/{case_id}/"


def test_the_list_names_the_case_and_logs_the_look(signed_in: SignedIn, person: UUID, case_id: UUID) -> None:
    answer = signed_in("commune").get("/cases/")
    text = answer.content.decode()
    assert "Đặng Thị Hương Giang" in text
    assert "079188000417" not in text
    assert Look.objects.filter(person_id=person, what="list of cases").count() == 1


def test_the_page_shows_the_number_masked_and_why_it_is_a_case(
    signed_in: SignedIn, person: UUID, case_id: UUID
) -> None:
    text = signed_in("commune").get(page(person, case_id)).content.decode()
    assert "0791••••0417" in text
    assert "nhân viên y tế báo cáo" in text
    assert Look.objects.filter(person_id=person, what="case").count() == 1


@pytest.mark.parametrize("role", ["nurse", "head", "tracer", "laboratory", "national"])
def test_who_is_no_officer_of_the_place_sees_no_case(
    signed_in: SignedIn, role: str, person: UUID, case_id: UUID
) -> None:
    client = signed_in(role)
    assert client.get("/cases/").status_code == 403
    assert client.get(page(person, case_id)).status_code == 403
    assert client.get("/orders/").status_code == 403


def test_a_case_elsewhere_is_not_there(signed_in: SignedIn, person: UUID, case_id: UUID) -> None:
    hanoi = places.area_at("00001", 3, timezone.localdate()) or places.area_at("00004", 3, timezone.localdate())
    assert hanoi is not None
    Case.objects.filter(id=case_id).update(area_id=hanoi.id)
    client = signed_in("commune")
    assert client.get(page(person, case_id)).status_code == 404
    assert "Hương Giang" not in client.get("/cases/").content.decode()
    assert "Hương Giang" not in client.post("/cases/", {"q": "Đặng Thị Hương Giang"}).content.decode()


def test_it_is_found_by_its_number_and_by_name(signed_in: SignedIn, person: UUID, case_id: UUID) -> None:
    client = signed_in("commune")
    code = cases_of([person])[person][0].code
    for asked in (code.lower(), "dang thi huong giang"):
        answer = client.post("/cases/", {"q": asked})
        assert (answer.status_code, answer.url) == (302, page(person, case_id))
    assert "Không tìm thấy" in client.post("/cases/", {"q": "Nguyễn Không Có"}).content.decode()


def test_onset_isolation_and_a_refusal_with_its_sentence(signed_in: SignedIn, person: UUID, case_id: UUID) -> None:
    client, today = signed_in("commune"), timezone.localdate()
    done = client.post(page(person, case_id) + "step/", {
        "step": "onset", "symptomatic": "yes", "onset_on": str(today - timedelta(days=2)),
        "symptoms": ["fever", "cough"], "command_id": str(uuid4()),
    })  # fmt: skip
    assert done.status_code == 302
    since = timezone.localtime() - timedelta(hours=3)
    done = client.post(page(person, case_id) + "step/", {
        "step": "isolate", "isolated_at": f"{since:%Y-%m-%dT%H:%M}", "kind": "home", "command_id": str(uuid4()),
    })  # fmt: skip
    assert done.status_code == 302
    [case] = cases_of([person])[person]
    assert (case.symptoms, case.onset_on) == (["cough", "fever"], today - timedelta(days=2))
    assert case.isolated_at == since.replace(second=0, microsecond=0)
    early = client.post(page(person, case_id) + "step/", {"step": "end", "command_id": str(uuid4())})
    assert early.status_code == 422
    assert "Theo quy định hiện hành" in early.content.decode()


def test_an_order_is_issued_printed_and_delivered(signed_in: SignedIn, person: UUID, case_id: UUID) -> None:
    client, today = signed_in("commune"), timezone.localdate()
    done = client.post(page(person, case_id) + "order/", {
        "kind": "isolation", "starts_on": str(today), "ends_on": str(today + timedelta(days=10)),
        "place_kind": "home", "place": "12 Tôn Đức Thắng", "command_id": str(uuid4()),
    })  # fmt: skip
    assert done.status_code == 302
    assert "Đặng Thị Hương Giang" in client.get("/orders/").content.decode()
    printed = client.post("/orders/print/", {"which": "new"})
    assert printed["Content-Type"] == "application/pdf"
    assert printed["Cache-Control"] == "no-store"
    assert printed.content.startswith(b"%PDF")
    assert Look.objects.filter(person_id=person, what="printed orders").count() == 1
    assert client.post("/orders/print/", {"which": "new"}).status_code == 422  # nothing new any more
    [order] = orders_of([person])
    assert order.printed_at is not None
    sent = {"order": str(order.id), "how": "hand", "note": "chồng ký nhận", "command_id": str(uuid4()),
            "delivered_at": f"{timezone.localtime():%Y-%m-%dT%H:%M}"}  # fmt: skip
    assert client.post("/orders/deliver/", sent).status_code == 302
    assert client.post("/orders/deliver/", sent).status_code == 302  # the same press again: the same proof
    [order] = orders_of([person])
    assert (order.delivered_how, order.delivery_note) == ("hand", "chồng ký nhận")
    assert client.get("/orders/?state=new").content.decode().count("Hương Giang") == 0
    assert client.post("/orders/deliver/", {**sent, "command_id": str(uuid4())}).status_code == 422


def test_the_order_of_another_commune_is_neither_printed_nor_marked(
    signed_in: SignedIn, person: UUID, case_id: UUID
) -> None:
    today = timezone.localdate()
    order = run("order.issue", person={"id": str(person)}, kind="isolation", disease="covid-19", cause_id=str(case_id),
                starts_on=str(today))  # fmt: skip
    Order.objects.filter(id=order).update(area_id=1)
    client = signed_in("commune")
    assert client.post("/orders/print/", {"order": str(order)}).status_code == 422
    assert client.post("/orders/deliver/", {"order": str(order), "how": "hand"}).status_code == 422
    assert client.post("/orders/withdraw/", {"order": str(order), "reason": "ghi nhầm"}).status_code == 422
    assert orders_of([person])[0].state == "standing"


def test_an_officer_takes_an_order_back_with_a_reason(signed_in: SignedIn, person: UUID, case_id: UUID) -> None:
    client, today = signed_in("commune"), str(timezone.localdate())
    more: dict[str, object] = {"person": {"id": str(person)}, "disease": "covid-19", "cause_id": str(case_id)}
    of_page = run("order.issue", kind="isolation", starts_on=today, **more)
    of_list = run("order.issue", kind="release", starts_on=today, **more)
    address = page(person, case_id)
    assert client.get(address).content.decode().count("order/withdraw/") == 2
    unsaid = client.post(f"{address}order/withdraw/", {"order": str(of_page), "command_id": str(uuid4())})
    assert unsaid.status_code == 422
    said = {"order": str(of_page), "reason": "dương tính giả", "command_id": str(uuid4())}
    assert client.post(f"{address}order/withdraw/", said).status_code == 302
    sent = {"order": str(of_list), "command_id": str(uuid4())}
    assert client.post("/orders/withdraw/", {**sent, "reason": " "}).status_code == 422
    assert client.post("/orders/withdraw/", {**sent, "reason": "ghi nhầm người"}).status_code == 302
    assert {order.id: order.state for order in orders_of([person])} == {of_page: "withdrawn", of_list: "withdrawn"}
    assert "order/withdraw/" not in client.get(address).content.decode()
    assert client.post("/orders/withdraw/", {"reason": "không chọn gì"}).status_code == 422


def test_a_nurse_reports_from_the_persons_page_and_learns_the_class(signed_in: SignedIn, person: UUID) -> None:
    client = signed_in("nurse")
    address = f"/cases/report/{person}/"
    assert client.get(address).status_code == 200
    done = client.post(address, {
        "disease": "measles", "symptomatic": "yes", "symptoms": ["fever", "rash", "cough"], "link": "contact",
        "command_id": str(uuid4()),
    })  # fmt: skip
    assert (done.status_code, done.url) == (302, f"/people/{person}/")
    [case] = cases_of([person])[person]
    assert (case.disease, case.classification) == ("measles", "confirmed")
    assert case.facility_id is not None


def test_the_list_is_in_english_too(signed_in: SignedIn, person: UUID, case_id: UUID) -> None:
    client = signed_in("commune")
    client.post("/language/", {"language": "en"})
    text = client.get("/cases/").content.decode()
    assert "Suspected case" in text


def test_a_character_no_table_can_hold_finds_nothing(signed_in: SignedIn, person: UUID, case_id: UUID) -> None:
    assert signed_in("commune").post("/cases/", {"q": "Trần\0"}).status_code in (200, 302)
    assert signed_in("commune").post("/cases/", {"q": "\0"}).status_code == 200
