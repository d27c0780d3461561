"""The worklist on the screen: whose entries, what was sent, what can be done."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.utils import timezone

from lachan.access.actors import Actor
from lachan.immunization.commands import execute
from lachan.immunization.models import Dose
from lachan.kernel import worklist
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id

from .conftest import SignedIn

pytestmark = pytest.mark.slow
EVERYWHERE = worklist.Owners(None, None)
DESK = Actor.system("tests")
CITIZEN = "079180012345"


def send(verb: str, **body: Any) -> Any:
    now = timezone.now()
    [outcome] = execute([Command(new_id(), verb, now, body)], actor=DESK, now=now)
    return outcome


def deliver(lot: str) -> None:
    send("stock.move", facility="TYT26740", product="pfizer", lot=lot, kind="receive", quantity=60,
         expires_on=f"{timezone.localdate().year + 2}-01-31")  # fmt: skip


def somebody(**more: Any) -> UUID:
    body = {"name": "Nguyễn Văn An", "sex": "M", "birth_date": "1980-05-17", "residence_code": "26740"}
    outcome = send("person.register", **{**body, **more})
    assert outcome.id is not None
    return outcome.id  # type: ignore[no-any-return]


def held_dose(person: dict[str, Any], lot: str = "FG9999", facility: str = "TYT26740") -> UUID:
    """A dose of a lot nobody knows, held at the station; its item."""
    now = timezone.now()
    body = {"person": person, "product": "pfizer", "lot": lot, "facility": facility}
    command = Command(new_id(), "dose.record", now, body)
    execute([command], actor=DESK, now=now)
    return worklist.left_by([command.id])[command.id]


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def test_an_empty_list_says_so(signed_in: SignedIn) -> None:
    assert "Không còn gì chờ xử lý" in text(signed_in("head").get("/worklist/"))


def test_each_station_sees_its_own(signed_in: SignedIn) -> None:
    mine = held_dose({"id": str(somebody())})
    elsewhere = held_dose({"id": str(somebody(name="Lê Hoa", birth_date="1991"))}, facility="TYT26905")
    page = text(signed_in("head").get("/worklist/"))
    assert f"/worklist/{mine}/" in page
    assert f"/worklist/{elsewhere}/" not in page
    assert signed_in("head").get(f"/worklist/{elsewhere}/").status_code == 404
    assert f"/worklist/{elsewhere}/" in text(signed_in("province").get("/worklist/"))


def test_what_was_sent_is_shown_with_numbers_masked(signed_in: SignedIn) -> None:
    item = held_dose({"identifier": {"system": "citizen_id", "value": CITIZEN}})
    page = text(signed_in("head").get(f"/worklist/{item}/"))
    assert "0791••••2345" in page
    assert CITIZEN not in page
    assert "FG9999" in page


def test_corrected_and_sent_again_it_is_recorded_and_dealt_with(signed_in: SignedIn) -> None:
    deliver("FG3524")
    item = held_dose({"id": str(somebody())})
    form = {"action": "resend", "command_id": str(new_id()), "product": "pfizer", "lot": "FG3524", "dose_number": "",
            "at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"), "note": "lot read from the vial"}  # fmt: skip
    answer = signed_in("head").post(f"/worklist/{item}/resolve/", form)
    assert answer.status_code == 302, text(answer)
    assert Dose.objects.get().lot_number == "FG3524"
    [done] = worklist.resolved_items(EVERYWHERE)
    assert (done.id, done.resolution, done.note) == (item, "resent", "lot read from the vial")
    assert "lot read from the vial" in text(signed_in("head").get("/worklist/?state=resolved"))


def test_what_is_refused_again_leaves_one_entry_not_two(signed_in: SignedIn) -> None:
    item = held_dose({"id": str(somebody())})
    form = {"action": "resend", "command_id": str(new_id()), "product": "pfizer", "lot": "FG8888", "dose_number": "",
            "at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"), "note": ""}  # fmt: skip
    answer = signed_in("head").post(f"/worklist/{item}/resolve/", form)
    assert answer.status_code == 422
    assert "FG8888" in text(answer)
    assert [found.id for found in worklist.open_items(EVERYWHERE)] == [item]
    assert worklist.resolved_items(EVERYWHERE) == []


def test_the_head_answers_for_a_question(signed_in: SignedIn) -> None:
    item = held_dose({"id": str(somebody())})
    form = {"action": "resend", "command_id": str(new_id()), "product": "pfizer", "lot": "FG9999", "dose_number": "",
            "at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"), "codes": "lot_unknown",
            "answer": "Lô nhận khẩn cấp, phiếu xuất kho đến sau", "note": ""}  # fmt: skip
    assert signed_in("head").post(f"/worklist/{item}/resolve/", form).status_code == 302
    assert Dose.objects.get().override_reason == "Lô nhận khẩn cấp, phiếu xuất kho đến sau"


def test_an_unknown_person_is_registered_and_the_entry_sent_again(signed_in: SignedIn) -> None:
    deliver("FG3524")
    item = held_dose({"identifier": {"system": "citizen_id", "value": CITIZEN}}, lot="FG3524")
    head = signed_in("head")
    somebody(identifiers=[{"system": "citizen_id", "value": CITIZEN}])
    head.post("/worklist/resolve/", {"item": str(item), "action": "resend"})
    assert Dose.objects.count() == 1
    assert worklist.open_items(EVERYWHERE) == []


def test_a_wrong_number_is_replaced_by_the_right_one(signed_in: SignedIn) -> None:
    deliver("FG3524")
    person = somebody(identifiers=[{"system": "citizen_id", "value": CITIZEN}])
    item = held_dose({"identifier": {"system": "citizen_id", "value": "079180054321"}}, lot="FG3524")
    form = {"action": "resend", "command_id": str(new_id()), "person": CITIZEN, "product": "pfizer", "lot": "FG3524",
            "dose_number": "", "at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"), "note": ""}  # fmt: skip
    assert signed_in("head").post(f"/worklist/{item}/resolve/", form).status_code == 302
    assert Dose.objects.get().person_id == person


@pytest.mark.parametrize(("note", "left"), [("", 2), ("twice on paper", 0)])
def test_several_are_set_aside_for_one_stated_reason(signed_in: SignedIn, note: str, left: int) -> None:
    person = {"id": str(somebody())}
    items = [held_dose(person, lot=f"FG00{number}") for number in range(2)]
    body = {"item": [str(item) for item in items], "action": "dismissed", "note": note}
    assert signed_in("head").post("/worklist/resolve/", body).status_code == 302
    assert len(worklist.open_items(EVERYWHERE)) == left


def test_two_records_are_compared_side_by_side_and_decided(signed_in: SignedIn) -> None:
    known = somebody(identifiers=[{"system": "citizen_id", "value": CITIZEN}])
    other = somebody(birth_date="1980")
    [item] = worklist.open_items(EVERYWHERE)
    head = signed_in("head")
    page = text(head.get(f"/worklist/{item.id}/"))
    assert f"/people/{known}/?from=worklist" in page
    assert f"/people/{other}/?from=worklist" in page
    assert "lc-differs" in page
    silent = head.post(f"/worklist/{item.id}/resolve/", {"action": "two_people", "note": ""})
    assert silent.status_code == 302
    assert len(worklist.open_items(EVERYWHERE)) == 1
    head.post(f"/worklist/{item.id}/resolve/", {"action": "two_people", "note": "cha và con cùng tên"})
    [done] = worklist.resolved_items(EVERYWHERE)
    assert (done.resolution, done.note) == ("two_people", "cha và con cùng tên")


def test_a_nurse_reads_but_does_not_resolve(signed_in: SignedIn) -> None:
    item = held_dose({"id": str(somebody())})
    nurse = signed_in("nurse")
    page = text(nurse.get(f"/worklist/{item}/"))
    assert "resolve/" not in page
    assert nurse.post(f"/worklist/{item}/resolve/", {"action": "dismissed", "note": "because"}).status_code == 403


def test_entries_of_another_station_cannot_be_resolved_by_their_address(signed_in: SignedIn) -> None:
    elsewhere = held_dose({"id": str(somebody())}, facility="TYT26905")
    head = signed_in("head")
    assert head.post(f"/worklist/{elsewhere}/resolve/", {"action": "dismissed", "note": "because"}).status_code == 404
    head.post("/worklist/resolve/", {"item": str(elsewhere), "action": "dismissed", "note": "because"})
    assert len(worklist.open_items(EVERYWHERE)) == 1


def test_filters_keep_what_fits(signed_in: SignedIn) -> None:
    item = held_dose({"id": str(somebody())})
    head = signed_in("head")
    fits = {
        "kind=held": True, "kind=refused": False, "reason=lot_unknown": True, "reason=x": False, "age=today": True,
        "age=older": False, "before=nonsense": True,
    }  # fmt: skip
    for query, shown in fits.items():
        assert (f"/worklist/{item}/" in text(head.get(f"/worklist/?{query}"))) is shown, query
