"""The tracer's screen, hand-overs and the head of the work, as the people of the story see them."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from lachan.access.models import Look
from lachan.access.rules import Role
from lachan.kernel.ids import new_id
from lachan.places import queries as places
from lachan.tracing.models import Handover, Link, Task
from tests.surveillance.declarations.conftest import body as declaration
from tests.tracing.work.conftest import Ward

from .board_days import statements
from .conftest import SignedIn

pytestmark = pytest.mark.slow


@pytest.fixture
def family(ward: Ward) -> list[UUID]:
    """A mother and her son with one telephone, both near a case."""
    people = [ward.person(name, phone="0903000111") for name in ("Trần Thị Bình", "Nguyễn Văn Dũng")]
    for person in people:
        ward.watch(person)
    return people


@pytest.fixture
def tracer(signed_in: SignedIn) -> Client:
    return signed_in("tracer")


def form(people: list[UUID], outcome: str, **more: Any) -> dict[str, Any]:
    sent: dict[str, Any] = {"command_id": str(new_id()), "for": [str(one) for one in people], "outcome": outcome}
    return sent | {f"verb-{one}": "contact.call" for one in people} | more


def toast(answer: Any) -> dict[str, Any]:
    return json.loads(answer.headers["HX-Trigger-After-Settle"])["lachan:toast"]


def send(client: Client, people: list[UUID], outcome: str, **more: Any) -> Any:
    return client.post("/tracing/call/", form(people, outcome, **more), headers={"HX-Request": "true"})


def test_the_next_household_is_open_with_one_tap_to_call(ward: Ward, family: list[UUID], tracer: Client) -> None:
    html = tracer.get("/tracing/").content.decode()
    assert html.count('href="tel:0903000111"') == 1
    assert "Trần Thị Bình" in html
    assert "2 người, một cuộc gọi" in html
    assert "Đã nói chuyện, tiếp theo" in html


def test_who_the_case_is_stands_nowhere(ward: Ward, family: list[UUID], tracer: Client) -> None:
    case = ward.person("Lê Văn Bí Mật")
    Link.objects.create(
        person_id=family[0], case_id=new_id(), case_person_id=case, disease="covid-19", level=1, rule="r",
        first_exposure=ward.now, last_exposure=ward.now, seconds=900, kind="visit", place_id=7, score=1, rank=1,
        listed_at=ward.now, changed_at=ward.now,
    )  # fmt: skip
    for where in ("/tracing/", f"/tracing/people/{family[0]}/", f"/tracing/people/{family[0]}/call/"):
        html = tracer.get(where).content.decode()
        assert "có mặt cùng địa điểm với ca bệnh" in html
        assert "Bí Mật" not in html
        assert str(case) not in html


def test_every_name_is_a_look_and_every_number_another(ward: Ward, family: list[UUID], tracer: Client) -> None:
    for n in range(5):
        ward.watch(ward.person(f"Người {n}", phone=f"090300022{n}"), level=2, quarantine="none")
    tracer.get("/tracing/")
    seen = list(Look.objects.filter(purpose="contact tracing").values_list("what", "person_id"))
    assert len([1 for what, _ in seen if what == "calls"]) == 7
    open_numbers = {person for what, person in seen if what == "identifier"}
    assert set(family) <= open_numbers
    assert len(open_numbers) == 4  # of the next three households


def test_one_form_for_the_household_and_the_way_back(ward: Ward, family: list[UUID], tracer: Client) -> None:
    today = str(timezone.localdate())
    more = {f"symptom-{family[1]}": ["fever"], f"quarantined-{family[0]}": today, f"staying-{family[0]}": "home"}
    answer = send(tracer, family, "reached", **more)
    html = answer.content.decode()
    # at night what falls due at seven stands below as later
    assert "Hiện không có ai cần gọi" in html or "<strong>0 việc đến hạn</strong>" in html
    assert [ward.watch_of(person).reached_at is not None for person in family] == [True, True]
    assert ward.watch_of(family[0]).quarantined_at is not None
    assert ward.watch_of(family[1]).quarantined_at is None
    assert ward.calls(family[1])[0].symptoms == ["fever"]

    undo = toast(answer)["undo"]
    back = tracer.post(undo["url"], undo["values"], headers={"HX-Request": "true"})
    assert "Trần Thị Bình" in back.content.decode()
    assert [ward.watch_of(person).reached_at for person in family] == [None, None]


def test_a_form_sent_twice_is_one_call(ward: Ward, family: list[UUID], tracer: Client) -> None:
    sent = form(family[:1], "no_answer", at=timezone.now().isoformat())
    for _ in range(2):  # the line was lost on the way back, the telephone sends it again
        answer = tracer.post("/tracing/call/", sent, headers={"HX-Request": "true"})
        assert toast(answer)["kind"] == "done"
    assert len(ward.calls(family[0])) == 1
    assert ward.tasks(family[0])["call"].attempts == 1


def test_a_call_kept_for_want_of_a_line_has_its_own_time(ward: Ward, family: list[UUID], tracer: Client) -> None:
    at = timezone.now() - timedelta(hours=2)
    send(tracer, family[:1], "reached", at=at.isoformat())
    send(tracer, family[1:], "reached", at=(at - timedelta(days=3)).isoformat())  # a clock that is wrong
    assert ward.watch_of(family[0]).reached_at == at
    assert (ward.watch_of(family[1]).reached_at or at) > at


def test_no_answer_stands_under_later_today(ward: Ward, family: list[UUID], tracer: Client) -> None:
    answer = send(tracer, family, "no_answer")
    html = answer.content.decode()
    due = ward.tasks(family[0])["call"].due_at
    if due.astimezone().date() == timezone.localdate():
        assert "Gọi lại trong hôm nay" in html
    assert "Lần gọi tiếp theo" in toast(answer)["text"]


def test_below_the_line_is_what_cannot_be_called_today(ward: Ward, family: list[UUID], signed_in: SignedIn) -> None:
    for n in range(4):
        ward.watch(ward.person(f"Người {n}"), level=2, quarantine="none")
    commune = signed_in("commune")
    commune.post("/tracing/commune/step/", {"step": "capacity", "area": ward.here, "calls": "4"})
    html = commune.get("/tracing/").content.decode()
    line = html.index("Dưới vạch này")
    assert html[:line].count("trace-row") > 0
    assert html[line : html.index("</ul>", line)].count('class="trace-row"') == 1


@pytest.mark.parametrize("contact", ["0903000111", "0977000222"])
def test_what_nobody_proved_is_to_be_confirmed(ward: Ward, family: list[UUID], tracer: Client, contact: str) -> None:
    said = declaration(family[0], source="self", proved=True, contact=contact, symptoms=[{"code": "taste_loss"}])
    assert ward.execute("declaration.make", said).reason is None
    for where in ("/tracing/", f"/tracing/people/{family[0]}/"):
        html = tracer.get(where).content.decode()
        assert ("người khai chưa được xác minh" in html) is (contact == "0977000222")
        assert "taste_loss" not in html


def test_another_place_sees_neither_list_nor_person(ward: Ward, family: list[UUID], signed_in: SignedIn) -> None:
    ward.watch(far := ward.person("Phạm Thị Xa", commune="00166"), ward.there)
    tracer = signed_in("tracer")
    assert "Phạm Thị Xa" not in tracer.get("/tracing/").content.decode()
    assert "Phạm Thị Xa" not in tracer.get(f"/tracing/?area={ward.there}").content.decode()
    assert tracer.get(f"/tracing/people/{far}/").status_code == 403
    assert tracer.get(f"/tracing/people/{far}/call/").status_code == 403
    assert tracer.get(f"/tracing/people/{new_id()}/").status_code == 404
    answer = send(tracer, [far], "reached")
    assert toast(answer)["kind"] == "question"
    assert ward.watch_of(far).reached_at is None


def test_hand_over_and_back_by_the_screens(ward: Ward, family: list[UUID], signed_in: SignedIn) -> None:
    person = family[0]
    tracer = signed_in("tracer")
    step = f"/tracing/people/{person}/step/"
    tracer.post(step, {"step": "handover", "commune_code": "00166", "reason": ""})
    assert not Handover.objects.exists()
    tracer.post(step, {"step": "handover", "place": "1", "reason": "sống ở tỉnh khác"})
    offer = Handover.objects.get()
    assert offer.to_area_id == 1
    assert "chờ trả lời" in tracer.get("/tracing/handovers/?show=out").content.decode()
    centre = ward.actor(Role.TRACER, 1)
    ward.send("contact.return", person, centre, handover_id=str(offer.id), reason="hãy chuyển cho phường Dịch Vọng")
    html = tracer.get(f"/tracing/people/{person}/").content.decode()
    assert "hãy chuyển cho phường Dịch Vọng" in html
    tracer.post(step, {"step": "handover", "commune_code": "00166", "reason": "sống ở đó"})
    to = places.area(Handover.objects.get(state="offered").to_area_id)
    assert to is not None
    assert (to.code, to.valid(timezone.localdate())) == ("00166", True)  # of the map of today

    far = ward.person("Hồ Văn Gần", commune="00166")
    change = ward.watch(far, ward.there)
    ward.send("contact.handover", far, to_area_id=ward.here, reason="đang ở Bến Nghé", watch_id=str(change.watch_id))
    page = tracer.get("/tracing/handovers/").content.decode()
    assert "Hồ Văn Gần" in page
    [handover] = re.findall(r'name="handover_id" value="([^"]+)"', page)[:1]
    tracer.post(f"/tracing/people/{far}/step/", {"step": "accept", "handover_id": handover, "back": "handovers"})
    assert ward.watch_of(far).area_id == ward.here
    assert "Hồ Văn Gần" in tracer.get("/tracing/").content.decode()


def test_the_head_of_the_work_gives_calls_to_a_tracer(ward: Ward, family: list[UUID], signed_in: SignedIn) -> None:
    commune = signed_in("commune")
    html = commune.get("/tracing/commune/").content.decode()
    assert "Trương Thị Yến Nhi" in html
    [tracer_id] = re.findall(r'<option value="([0-9a-f-]{36})">', html)
    commune.post(
        "/tracing/commune/step/", {"step": "assign", "area": ward.here, "tracer": tracer_id, "households": "1"}
    )
    assert {str(task.assigned_to) for task in Task.objects.filter(state="open")} == {tracer_id}
    assert signed_in("tracer").get("/tracing/").content.decode().count("0903000111") > 0
    province = signed_in("province")
    assert "Bến Nghé" in province.get("/tracing/commune/").content.decode()
    assert province.get(f"/tracing/commune/?area={ward.there}").status_code == 403


def test_an_officer_lets_somebody_go(ward: Ward, family: list[UUID], signed_in: SignedIn) -> None:
    step = f"/tracing/people/{family[0]}/step/"
    assert signed_in("tracer").post(step, {"step": "release", "reason": "ba lần âm tính"}).status_code == 302
    assert ward.watch_of(family[0]).state == "open"
    signed_in("commune").post(step, {"step": "release", "reason": "ba lần âm tính"})
    assert ward.watch_of(family[0]).state == "released"
    assert "ba lần âm tính" in signed_in("tracer").get(f"/tracing/people/{family[0]}/").content.decode()


def test_the_nation_sees_no_names(family: list[UUID], signed_in: SignedIn) -> None:
    for where in ("/tracing/", "/tracing/handovers/", "/tracing/commune/", f"/tracing/people/{family[0]}/"):
        assert signed_in("national").get(where).status_code == 403


def test_statements_do_not_grow_with_the_list(ward: Ward, family: list[UUID], tracer: Client) -> None:
    def count() -> int:
        tracer.get("/tracing/")
        with statements() as sent:
            assert tracer.get("/tracing/").status_code == 200
        return len(sent)

    few = count()
    for n in range(30):
        ward.watch(ward.person(f"Người {n}", phone=f"09030003{n:02}"), quarantine="none")
    assert count() == few <= 26


@pytest.mark.parametrize("query", ["?area=x", "?page=-1", "?page=99999999999", "?area=99999999", "?all=1", "?page=3"])
def test_odd_addresses_are_answered(family: list[UUID], tracer: Client, query: str) -> None:
    assert tracer.get(f"/tracing/{query}").status_code == 200


def test_damaged_forms_record_nothing(ward: Ward, family: list[UUID], tracer: Client) -> None:
    one = str(family[0])
    for sent in (
        {},
        {"for": one, "outcome": "reached"},
        {"for": one, "outcome": "noted", f"verb-{one}": "contact.call"},
        {"for": one, "outcome": "reached", f"verb-{one}": "contact.release"},
        {"for": "x", "outcome": "reached", "verb-x": "contact.call"},
        {"for": one, "outcome": "reached", f"verb-{one}": "contact.call", f"watch-{one}": "x"},
    ):
        assert tracer.post("/tracing/call/", sent, headers={"HX-Request": "true"}).status_code == 200
    assert ward.calls(family[0]) == []
    assert tracer.post("/tracing/undo/", {"calls": "x:y,"}).status_code == 302
