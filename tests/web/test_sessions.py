"""Sessions: opened with the lots of the day, reported, printed, closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from lachan.access.models import User
from lachan.immunization.models import Lot, Session, Stock, StockMovement
from lachan.kernel.ids import new_id

from .board_days import HTMX, LOT, OLD_LOT, OTHER, Day, press, said, statements
from .pages import breaches

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SignedIn = Callable[[str], Client]


def opening(day: Day, **changes: Any) -> dict[str, str]:
    """The form as the page sends it."""
    values = {
        "command_id": new_id(), "session_id": new_id(), "facility": day.facility.code, "date": day.today,
        "part": "morning", "capacity": 150, "lot-pfizer": LOT, "lot-astrazeneca": "", "staff_reception": "Ngân",
        "later": "yes",  # another lot expires first; it was asked and answered
    }  # fmt: skip
    return {name: str(value) for name, value in (values | changes).items()}


def test_the_lot_that_expires_first_is_proposed(day: Day, head_page: Client) -> None:
    html = head_page.get("/sessions/open/").content.decode()
    chosen = [line for line in html.split("<input") if 'name="lot-pfizer"' in line and "checked" in line]
    assert len(chosen) == 1
    assert OLD_LOT in chosen[0], "today is its last day: it may still be used, and goes first"
    assert "100" in html


def test_expired_recalled_and_empty_lots_cannot_be_chosen(day: Day, head_page: Client) -> None:
    day.deliver("moderna", "MDX", 10, expires_in=-1)
    day.send("lot.recall", product="astrazeneca", lot=OTHER, reason="notice of the manufacturer")
    html = head_page.get("/sessions/open/").content.decode()
    for number, word in (("MDX", "Hết hạn"), (OTHER, "Bị thu hồi")):
        row = html[html.index(f'value="{number}"') :].partition("</label>")[0]
        assert "disabled" in row
        assert word in row


def test_opened_with_lots_and_staff_and_entered_at_once(day: Day, head_page: Client) -> None:
    sent = opening(day)
    answer = head_page.post("/sessions/open/", sent)
    assert answer.headers["Location"] == f"/station/{sent['session_id']}/"
    session = Session.objects.get(id=UUID(sent["session_id"]))
    assert session.lots == {"pfizer": LOT}
    assert (session.capacity, session.part, session.status) == (150, "morning", "open")
    assert session.staff == [{"desk": "reception", "name": "Ngân"}]
    assert head_page.get(answer.headers["Location"]).status_code == 200


def test_a_later_lot_is_asked_before_it_is_opened(day: Day, head_page: Client) -> None:
    before = Session.objects.count()
    values = opening(day)
    del values["later"]
    answer = head_page.post("/sessions/open/", values)
    assert answer.status_code == 422
    assert OLD_LOT in answer.content.decode().split("lc-form-actions")[0].rsplit("Hết hạn trước", 1)[-1]
    assert Session.objects.count() == before
    assert head_page.post("/sessions/open/", {**values, "later": "yes"}).status_code == 302


def test_the_form_sent_twice_opens_one_session(day: Day, head_page: Client) -> None:
    sent = opening(day) | {"happened_at": timezone.now().isoformat()}
    before = Session.objects.count()
    answers = [head_page.post("/sessions/open/", sent) for _ in range(2)]
    assert [answer.headers.get("Location") for answer in answers] == [f"/station/{sent['session_id']}/"] * 2
    assert Session.objects.count() == before + 1


@pytest.mark.parametrize(
    ("changes", "why"),
    [({"lot-pfizer": ""}, "Chọn ít nhất một"), ({"capacity": "0"}, ""), ({"date": "mai"}, ""), ({"part": "night"}, "")],
)
def test_what_is_wrong_is_said_and_nothing_opened(
    changes: dict[str, str], why: str, day: Day, head_page: Client
) -> None:
    answer = head_page.post("/sessions/open/", opening(day, **changes))
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert Session.objects.count() == 1


def test_a_lot_of_nobody_is_not_taken(day: Day, head_page: Client) -> None:
    head_page.post("/sessions/open/", opening(day, **{"lot-pfizer": "INVENTED", "lot-astrazeneca": OTHER}))
    assert Session.objects.latest("opened_at").lots == {"astrazeneca": OTHER}


def test_a_delivery_enters_the_stock_once(day: Day, head_page: Client) -> None:
    sent = {
        "command_id": str(new_id()), "happened_at": timezone.now().isoformat(), "facility": day.facility.code,
        "product": "moderna", "lot": " md777 ",
        "expires_on": str(day.today + timedelta(days=90)), "quantity": "140", "document": "PX-01",
    }  # fmt: skip
    for _ in range(2):
        assert head_page.post("/sessions/delivery/", sent).status_code == 302
    lot = Lot.objects.get(number="MD777")
    assert Stock.objects.get(facility_id=day.facility.id, lot_id=lot.id).balance == 140
    assert StockMovement.objects.filter(lot_id=lot.id).count() == 1


def test_the_report_says_what_the_day_was(day: Day, head_page: Client) -> None:
    day.ready(4)
    day.before(0, days=40)
    day.inject(0, 1, 2, minutes_ago=40)
    day.register(2)
    day.arrive(4, 5)
    day.screen(4, yes=["acute_illness"])
    who = {"person": {"id": str(day.people[5])}, "session_id": str(day.session_id)}
    day.send("not_given.record", **who, reason="refused")
    day.send("reaction.record", person={"id": str(day.people[1])}, session_id=str(day.session_id), severity="mild")
    html = head_page.get(f"/sessions/{day.session_id}/").content.decode()
    figures = [part.partition("<")[0] for part in html.split('lc-figure-value">')[1:]]
    assert figures == ["6", "3", "1", "1", "1"], "arrived, doses, deferred, not given, reactions"
    assert "Hiện đang mắc bệnh cấp tính" in html
    assert "Không đồng ý tiêm" in html
    lots = html[html.index("Dùng trong buổi") :]
    row = lots[lots.index(LOT) :].partition("</tr>")[0]
    assert ">3<" in row
    assert ">97<" in row
    assert "1 người đang chờ, 3 người đang theo dõi" in html


def test_statements_of_a_report_do_not_grow_with_the_people(day: Day, head_page: Client) -> None:
    day.ready(3)
    path = f"/sessions/{day.session_id}/"
    head_page.get(path)
    with statements() as few:
        head_page.get(path)
    day.ready(20)
    day.inject(*range(10))
    with statements() as many:
        head_page.get(path)
    assert len(few) == len(many)


def test_closed_it_takes_no_more_doses_but_people_still_go_home(day: Day, head_page: Client) -> None:
    day.ready(2)
    day.inject(0, minutes_ago=40)
    head_page.post(f"/sessions/{day.session_id}/close/", {"command_id": str(new_id())})
    assert Session.objects.get(id=day.session_id).status == "closed"
    html = head_page.get(day.path).content.decode()
    assert "Buổi tiêm đã đóng" in html
    assert "dose/record/" not in html
    assert "được về" in said(press(head_page, day.at(0, "release/")))["text"]
    scanned = press(head_page, f"{day.path}scan/", q="079080000009")
    assert scanned.headers["HX-Retarget"] == "#board"
    assert said(scanned)["kind"] == "question"


def test_a_nurse_opens_and_closes_nothing(day: Day, nurse_page: Client) -> None:
    assert nurse_page.get("/sessions/open/").status_code == 403
    assert nurse_page.post(f"/sessions/{day.session_id}/close/").status_code == 403
    assert 'data-dialog-open="close"' not in nurse_page.get(f"/sessions/{day.session_id}/").content.decode()
    assert Session.objects.get(id=day.session_id).status == "open"


def test_a_session_elsewhere_is_not_there(day: Day, signed_in: SignedIn) -> None:
    far = next(row for row in _stations() if row.district_id != day.facility.district_id)
    there = Day(far.id)
    nurse = signed_in("nurse")
    assert nurse.get(f"/sessions/{there.session_id}/").status_code == 404
    listed = nurse.get("/sessions/").content.decode()
    assert str(day.session_id) in listed
    assert str(there.session_id) not in listed
    assert str(there.session_id) not in signed_in("district").get("/sessions/").content.decode()


def _stations() -> list[Any]:
    from lachan.places import queries as places

    return [row for row in places.facility_table().values() if row.kind == "station"]


def test_left_open_from_yesterday_is_marked(day: Day, head_page: Client) -> None:
    Session.objects.filter(id=day.session_id).update(date=timezone.localdate() - timedelta(days=1))
    assert "Quên đóng" in head_page.get("/sessions/").content.decode()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_pages_keep_the_content_policy_in_both_languages(language: str, day: Day, head_page: Client) -> None:
    User.objects.filter(username="head").update(language=language)
    for path in ("/sessions/", "/sessions/open/", f"/sessions/{day.session_id}/", "/station/?choose"):
        answer = head_page.get(path, headers=HTMX)
        assert answer.status_code == 200, path
        assert breaches(answer.content.decode()) == [], path
    assert {"vi": "Báo cáo ngày", "en": "Report of the day"}[language] in head_page.get(
        f"/sessions/{day.session_id}/"
    ).content.decode()
