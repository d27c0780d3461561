"""One person or two: the comparison, the decision, the log and undoing it, on screens."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client

from lachan.access.models import Look
from lachan.immunization.models import Dose
from lachan.kernel import worklist
from lachan.kernel.ids import new_id
from lachan.people import queries as people
from lachan.people.models import Merge, Person
from tests.web.conftest import SignedIn
from tests.web.test_worklist import EVERYWHERE, send, somebody

pytestmark = pytest.mark.slow
CITIZEN, OTHER = "079180012345", "079180054321"
AN = {"name": "Nguyễn Văn An", "force_new": True}


def number(value: str) -> list[dict[str, str]]:
    return [{"system": "citizen_id", "value": value}]


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def dose(person: UUID, on: str, product: str = "pfizer", **ref: Any) -> UUID:
    body = {
        "person": ref or {"id": str(person)}, "product": product, "lot": "FG1234", "given_on": on,
        "source": "elsewhere",
        "override": {"codes": ["lot_unknown", "interval_too_short", "dose_number_mismatch"], "reason": "slip"},
    }  # fmt: skip
    outcome = send("dose.record", **body)
    assert outcome.id is not None, outcome
    return outcome.id  # type: ignore[no-any-return]


def compared(client: Client, one: UUID, other: UUID) -> str:
    begun = client.post("/people/compare/", {"person": str(one), "other": str(other), "next": "/worklist/"})
    assert begun.status_code == 302
    answer = client.get(begun.headers["Location"])
    assert answer.status_code == 200
    return text(answer)


def test_two_records_stand_side_by_side_with_what_speaks_for_it(signed_in: SignedIn) -> None:
    one = somebody(**AN, identifiers=number(CITIZEN))
    other = somebody(**AN | {"birth_date": "1980", "name": "Nguyễn Văn Ân"})
    dose(one, "2021-08-01"), dose(other, "2021-08-01"), dose(other, "2021-10-01")
    page = compared(signed_in("head"), one, other)
    assert "0791••••" in page
    assert CITIZEN not in page
    assert "cùng một mũi, ghi hai lần" in page
    assert "merging-differs" in page
    assert f'value="{one}" checked' in page, "the record with a trusted number is proposed"
    assert Look.objects.filter(what="possible match").count() == 2


def test_one_person_a_reason_and_back_to_the_list(signed_in: SignedIn) -> None:
    one, other = somebody(**AN), somebody(**AN)
    dose(other, "2021-08-01")
    head = signed_in("head")
    compared(head, one, other)
    address = f"/people/compare/{one}/{other}/merge/"
    assert head.post(address, {"stays": str(one), "reason": ""}).status_code == 422
    body = {"stays": str(one), "reason": "cùng giấy khai sinh", "next": "/worklist/", "command_id": str(new_id())}
    for _ in range(2):  # a double click is one merge
        done = head.post(address, body)
        assert done.status_code == 302
    assert done.headers["Location"] == "/worklist/"
    merge = Merge.objects.get()
    assert (merge.survivor_id, merge.reason) == (one, "cùng giấy khai sinh")
    assert Dose.objects.get().person_id == one
    assert head.get(f"/people/{other}/").headers["Location"] == f"/people/{one}/"
    assert "//evil" not in head.post(address, body | {"next": "//evil.example/"}).headers.get("Location", "")


def test_two_products_on_one_day_are_said_and_nothing_is_done(signed_in: SignedIn) -> None:
    one, other = somebody(**AN), somebody(**AN)
    dose(one, "2021-08-01", "pfizer"), dose(other, "2021-08-01", "moderna")
    head = signed_in("head")
    assert "Hai loại vắc xin trong một ngày" in compared(head, one, other)
    done = head.post(f"/people/compare/{one}/{other}/merge/", {"stays": str(one), "reason": "cùng người"})
    assert done.status_code == 422
    assert not Merge.objects.exists()


def test_the_log_and_an_undo_with_what_came_later(signed_in: SignedIn) -> None:
    one, other = somebody(**AN), somebody(**AN, identifiers=number(OTHER))
    dose(one, "2021-08-01"), dose(other, "2021-10-01")
    head = signed_in("head")
    head.post(f"/people/compare/{one}/{other}/merge/", {"stays": str(one), "reason": "cùng giấy tờ"})
    merge = Merge.objects.get()
    mine = dose(other, "2022-02-01", identifier={"system": "citizen_id", "value": OTHER})
    theirs = dose(one, "2022-05-01", id=str(one))
    assert "cùng giấy tờ" in text(head.get("/people/merges/"))
    page = text(head.get(f"/people/merges/{merge.id}/"))
    assert f'value="{mine}" checked' in page, "sent under the number of the record that went"
    assert f'value="{theirs}"' in page
    assert f'value="{theirs}" checked' not in page
    undone = head.post(f"/people/merges/{merge.id}/undo/", {"reason": "hai anh em", "facts": [str(mine)]})
    assert undone.status_code == 302, text(undone)
    assert {d.person_id for d in Dose.objects.filter(id=mine)} == {other}
    assert {d.person_id for d in Dose.objects.filter(id=theirs)} == {one}
    assert "hai anh em" in text(head.get(f"/people/merges/{merge.id}/"))
    assert people.persons([other])[other].id == other


def test_two_people_are_noted(signed_in: SignedIn) -> None:
    one, other = somebody(**AN), somebody(**AN)
    head = signed_in("head")
    done = head.post(f"/people/compare/{one}/{other}/apart/", {"reason": "hai anh em họ"})
    assert done.status_code == 302
    assert not Merge.objects.exists()


@pytest.mark.parametrize("who", ["nurse", "national", "auditor", "admin", "support"])
def test_who_decides_nothing_sees_nothing(signed_in: SignedIn, who: str) -> None:
    one, other = somebody(**AN), somebody(**AN)
    assert signed_in(who).get(f"/people/compare/{one}/{other}/").status_code == 403
    assert signed_in(who).get("/people/merges/").status_code == 403


def test_people_of_other_places_stay_closed(signed_in: SignedIn) -> None:
    one, other = (somebody(**AN, residence_code="00001") for _ in range(2))
    head = signed_in("head")
    assert head.get(f"/people/compare/{one}/{other}/").status_code == 403
    done = head.post(f"/people/compare/{one}/{other}/merge/", {"stays": str(one), "reason": "cùng người"})
    assert done.status_code in (403, 422)
    assert not Merge.objects.exists()


def test_the_worklist_makes_one_record_of_the_two(signed_in: SignedIn) -> None:
    known = somebody(identifiers=number(CITIZEN))
    made = somebody(birth_date="1980")
    [item] = worklist.open_items(EVERYWHERE)
    head = signed_in("head")
    page = text(head.get(f"/worklist/{item.id}/"))
    assert "Đối chiếu đầy đủ" in page
    head.post(f"/worklist/{item.id}/resolve/", {"action": "same_person", "note": "cùng một người, có giấy khai sinh"})
    assert worklist.open_items(EVERYWHERE) == []
    assert people.persons([made])[made].id == known
    assert Merge.objects.get().reason == "cùng một người, có giấy khai sinh"


def test_at_the_desk_the_number_that_was_shown_is_added(signed_in: SignedIn) -> None:
    known = somebody(**AN)
    nurse = signed_in("nurse")
    typed = {
        "name": "Nguyễn Văn An", "born": "17/05/1980", "sex": "M", "number": CITIZEN, "commune_code": "26740",
        "commune": "Phường Bến Nghé",
    }  # fmt: skip
    asked = nurse.post("/people/new/", typed)
    assert f'formaction="/people/{known}/same/"' in text(asked)
    done = nurse.post(f"/people/{known}/same/", typed)
    assert done.headers["Location"] == f"/people/{known}/"
    held = {held.value for held in people.identifiers_of([known])[known]}
    assert CITIZEN in held
    assert Person.objects.count() == 1


def test_at_the_desk_a_number_of_somebody_else_waits_for_a_decision(signed_in: SignedIn) -> None:
    owner = somebody(name="Lê Thị Bình", sex="F", birth_date="1971-02-02", identifiers=number(CITIZEN))
    known = somebody(**AN)
    nurse = signed_in("nurse")
    typed = {"name": "Nguyễn Văn An", "born": "17/05/1980", "sex": "M", "commune_code": "26740"}
    nurse.post("/people/new/", typed)
    nurse.post(f"/people/{known}/same/", typed | {"number": CITIZEN})
    [item] = worklist.open_items(EVERYWHERE)
    assert (item.reason, item.params["candidates"]) == ("identifier_of_other", [str(owner)])
    assert f"/people/{owner}/?from=worklist" in text(signed_in("head").get(f"/worklist/{item.id}/"))


def test_a_stranger_cannot_be_given_a_number_by_an_address(signed_in: SignedIn) -> None:
    far = somebody(**AN, residence_code="00001")
    assert signed_in("nurse").post(f"/people/{far}/same/", {"number": CITIZEN}).status_code == 403
    assert all(held.system == "provisional" for held in people.identifiers_of([far])[far])
