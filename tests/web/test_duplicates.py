"""What may be there twice, on the screen: whose pairs, what speaks for them, how each is settled."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from lachan.access.models import Look
from lachan.immunization.models import Dose, DosePair
from lachan.immunization.operations.dose_pairs import find_dose_pairs
from lachan.people.duplicates.scan import scan
from lachan.people.models import PersonPair

from .conftest import SignedIn
from .test_worklist import DESK, deliver, send, somebody, text

pytestmark = pytest.mark.slow
PHONE = {"contacts": [{"kind": "phone", "value": "0903123456"}]}


def twice() -> tuple[UUID, UUID]:
    pair = somebody(**PHONE), somebody(name="NGUYEN VAN AN", force_new=True, **PHONE)
    scan(actor_id=DESK.id, now=timezone.now())
    return min(pair), max(pair)


def same_dose() -> tuple[UUID, DosePair]:
    deliver("FG3524")
    person = somebody()
    day = timezone.localdate() - timedelta(days=20)
    for given_on, lot, override in ((day, "FG3524", None), (day + timedelta(days=3), "FG3524", "interval_too_short")):
        body: dict[str, Any] = {"person": {"id": str(person)}, "product": "pfizer", "lot": lot}
        if override:
            body["override"] = {"codes": [override], "reason": "paper list of the other station"}
        outcome = send("dose.record", facility="TYT26740", given_on=given_on.isoformat(), **body)
        assert outcome.reason is None, outcome
    assert find_dose_pairs(now=timezone.now()) == 1
    assert find_dose_pairs(now=timezone.now()) == 0
    return person, DosePair.objects.get()


def test_before_the_first_search_the_page_says_so(signed_in: SignedIn) -> None:
    assert "Chưa rà soát" in text(signed_in("head").get("/duplicates/"))


def test_a_pair_stands_side_by_side_with_its_evidence_and_each_name_is_a_look(signed_in: SignedIn) -> None:
    one, other = twice()
    page = text(signed_in("head").get("/duplicates/"))
    for words in ("Nguyễn Văn An", "NGUYEN VAN AN", "Họ tên, ngày sinh và thêm một thông tin trùng",
                  "tên viết không dấu", "cùng điện thoại", "cùng xã"):  # fmt: skip
        assert words in page
    assert "0903123456" not in page
    assert set(Look.objects.values_list("person_id", "purpose")) == {(one, "duplicates"), (other, "duplicates")}


def test_a_page_of_pairs_asks_no_more_than_one_pair(signed_in: SignedIn, django_assert_max_num_queries: Any) -> None:
    twice()
    for number in range(5):
        somebody(name=f"Lê Thị Hoa {'abcde'[number]}", birth_date="1990-01-02", force_new=True, **PHONE)
        somebody(name=f"LE THI HOA {'ABCDE'[number]}", birth_date="1990-01-02", force_new=True, **PHONE)
    scan(actor_id=DESK.id, now=timezone.now())
    head = signed_in("head")
    head.get("/duplicates/")
    with django_assert_max_num_queries(25):
        page = text(head.get("/duplicates/"))
    assert page.count("duplicates-pair") >= 6


def test_two_people_need_a_reason_and_then_stay_two(signed_in: SignedIn) -> None:
    one, other = twice()
    head = signed_in("head")
    body = {"person": str(other), "other": str(one), "reason": " "}
    assert "Ghi ngắn gọn căn cứ" in text(head.post("/duplicates/settle/", body, follow=True))
    body["reason"] = "Đã gặp cả hai"
    assert "Đã ghi nhận là hai người" in text(head.post("/duplicates/settle/", body, follow=True))
    assert PersonPair.objects.get().status == "two_people"
    assert "Không có ai bị trùng" in text(head.get("/duplicates/"))
    assert "đã có người xử lý" in text(head.post("/duplicates/settle/", body, follow=True))


def test_the_same_dose_is_voided_once_and_the_other_stays(signed_in: SignedIn) -> None:
    person, pair = same_dose()
    head = signed_in("head")
    page = text(head.get("/duplicates/doses/"))
    assert "cùng số lô" in page
    assert "Cách nhau 3 ngày" in page
    command = page.split('name="command_id" value="')[1].split('"')[0]
    url = f"/duplicates/doses/{person}/{pair.id}/"
    body = {"void": str(pair.second_id), "reason": "", "command_id": command}
    assert "Ghi ngắn gọn lý do" in text(head.post(url, body, follow=True))
    body["reason"] = "Hai điểm tiêm cùng nhập"
    assert "Đã hủy mũi tiêm" in text(head.post(url, body, follow=True))
    assert [dose.id for dose in Dose.objects.filter(person_id=person, status="active")] == [pair.first_id]
    assert "Không có mũi nào bị nhập trùng" in text(head.get("/duplicates/doses/"))
    assert find_dose_pairs(now=timezone.now()) == 0


def test_both_doses_may_have_been_given(signed_in: SignedIn) -> None:
    person, pair = same_dose()
    head = signed_in("head")
    body = {"both": "1", "reason": "Có hai phiếu tiêm"}
    assert "Giữ cả hai mũi" in text(head.post(f"/duplicates/doses/{person}/{pair.id}/", body, follow=True))
    assert Dose.objects.filter(person_id=person, status="active").count() == 2
    assert "Không có mũi nào bị nhập trùng" in text(head.get("/duplicates/doses/"))


def test_a_dose_that_is_not_of_the_pair_is_not_voided_from_here(signed_in: SignedIn) -> None:
    person, pair = same_dose()
    body = {"void": str(person), "reason": "nhầm mũi tiêm", "command_id": str(person)}
    assert signed_in("head").post(f"/duplicates/doses/{person}/{pair.id}/", body).status_code == 403
