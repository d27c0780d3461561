"""Planning a week, the paper's count at closing time, the reports, the debt meter: as people see them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from lachan.access.models import User
from lachan.analytics.debt import projection
from lachan.immunization.models import Dose, Explanation, Session, Tally
from lachan.immunization.queries import debt
from lachan.kernel.ids import new_id

from .board_days import LOT, Day
from .pages import breaches

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SignedIn = Callable[[str], Client]


def next_monday(day: Day) -> Any:
    return day.today + timedelta(days=7 - day.today.weekday())


def counted(day: Day) -> None:
    """The meter as the job would have it by now."""
    projection.recount([(day.facility.id, day.today)])


def closing(page: Client, day: Day, doses: int) -> Any:
    sent = {"command_id": str(new_id()), "tally_id": str(new_id()), "doses-pfizer": str(doses), "vials-pfizer": "1"}
    return page.post(f"/sessions/{day.session_id}/close/", sent)


class TestPlanning:
    def test_the_proposal_shows_its_arithmetic_and_what_is_confirmed_is_planned(
        self, day: Day, head_page: Client
    ) -> None:
        day.register(6)
        monday = next_monday(day)
        path = f"/planning/{day.facility.code}/?week={monday.isoformat()}&capacity=4"
        html = head_page.get(path).content.decode()
        assert breaches(html) == []
        line = re.sub(r"<[^>]+>|\s+", " ", html[html.index("planning-sum") :].partition("</p>")[0])
        assert " ".join(line.split()).endswith("6 mũi 1 + 0 mũi tiếp theo = 6 người ÷ 4 người một buổi = 2 buổi tiêm")
        assert html.count('checked><span class="form-check-label">Buổi') == 2
        fields = dict(
            re.findall(r'name="((?:use|command|session|date|part|capacity|doses)-[\w-]+)"[^>]*?value="([^"]*)"', html)
        )
        sent = {"csrfmiddlewaretoken": "", "week": monday.isoformat(), **fields, "use-0": "on", "part-0": "morning",
                "capacity-0": "5"}  # fmt: skip
        for _ in range(2):  # a form sent twice plans once
            answer = head_page.post(f"/planning/{day.facility.code}/confirm/", sent)
            assert answer.status_code == 302
        planned = Session.objects.get(status="planned")
        assert (planned.date, planned.part, planned.capacity) == (monday, "morning", 5)
        assert "Đã lập 1 buổi tiêm" in head_page.get(path).content.decode()
        assert str(planned.id) in head_page.get("/sessions/").content.decode()

    def test_a_planned_session_is_staffed_changed_and_called_off(self, day: Day, head_page: Client) -> None:
        monday = next_monday(day)
        key = new_id()
        day.send("session.plan", session_id=str(key), facility=day.facility.code, date=monday.isoformat(),
                 doses={"pfizer": 50})  # fmt: skip
        nurse = User.objects.get(username="nurse")
        path = f"/planning/sessions/{key}/"
        html = head_page.get(path).content.decode()
        assert f"duty-{nurse.id}-vaccination" in html
        head_page.post(f"{path}staff/", {"command_id": str(new_id()), f"duty-{nurse.id}-vaccination": "on"})
        assert [entry["name"] for entry in Session.objects.get(id=key).staff] == ["Nguyễn Thị Thu Hà"]
        # the same nurse at another session that day is asked about, and nothing is sent before it is answered
        other = new_id()
        day.send("session.plan", session_id=str(other), facility=day.facility.code, date=monday.isoformat())
        sent = {"command_id": str(new_id()), f"duty-{nurse.id}-reception": "on"}
        answer = head_page.post(f"/planning/sessions/{other}/staff/", sent)
        assert answer.status_code == 422
        assert "Nguyễn Thị Thu Hà có mặt ở buổi tiêm khác" in answer.content.decode()
        assert Session.objects.get(id=other).staff == []
        head_page.post(f"/planning/sessions/{other}/staff/", sent | {"double_duty": "cùng một nhà"})
        assert len(Session.objects.get(id=other).staff) == 1
        changed = {"date": monday.isoformat(), "part": "morning", "capacity": "80", "doses_pfizer": "70"}
        assert head_page.post(f"{path}change/", changed).status_code == 422, "without a reason"
        changed |= {"reason": "thêm vắc xin", "command_id": str(new_id())}
        asked = head_page.post(f"{path}change/", changed)
        assert 'name="double_duty"' in asked.content.decode(), "the nurse is elsewhere all that day"
        answer = head_page.post(f"{path}change/", changed | {"double_duty": "cùng một nhà"})
        assert answer.status_code == 302, answer.content.decode()
        assert Session.objects.get(id=key).capacity == 80
        head_page.post(f"{path}cancel/", {"reason": "bão", "command_id": str(new_id())})
        assert Session.objects.get(id=key).status == "cancelled"
        assert "Đã hủy" in head_page.get(path).content.decode()

    def test_a_nurse_looks_and_changes_nothing(self, day: Day, nurse_page: Client) -> None:
        html = nurse_page.get(f"/planning/{day.facility.code}/").content.decode()
        assert "planning-sum" not in html
        assert nurse_page.post(f"/planning/{day.facility.code}/confirm/").status_code == 403

    def test_officers_see_their_stations(self, day: Day, signed_in: SignedIn) -> None:
        for name in ("commune", "district", "province", "auditor"):
            answer = signed_in(name).get("/planning/", follow=True)
            assert answer.status_code == 200, name
            assert day.facility.name in answer.content.decode(), name


class TestTally:
    def test_counted_at_closing_two_are_owed_entered_late_and_nothing_is(
        self, day: Day, head_page: Client, signed_in: SignedIn
    ) -> None:
        day.ready(3)
        day.inject(0)
        html = head_page.get(f"/sessions/{day.session_id}/").content.decode()
        assert 'name="doses-pfizer"' in html
        assert closing(head_page, day, 3).headers["Location"] == f"/sessions/{day.session_id}/tally/"
        assert Tally.objects.get().doses == 3
        counted(day)
        html = head_page.get(f"/sessions/{day.session_id}/tally/").content.decode()
        assert "2 mũi có trên giấy mà chưa có trong hồ sơ" in html
        assert breaches(html) == []
        html = head_page.get("/debt/", follow=True).content.decode()
        assert "thiếu 2 (trên giấy 3, đã nhập 1)" in html
        assert "Đặng Thị Hồng Loan" in html, "the owner"
        assert "thiếu 2" in signed_in("support").get(f"/debt/facilities/{day.facility.id}/").content.decode()
        late = {"command_id": str(new_id()), "q": "079080000001", "lot": f"pfizer|{LOT}", "at": "00:01"}
        from .board_days import number

        late["q"] = number(1)
        head_page.post(f"/sessions/{day.session_id}/tally/late/", late)
        assert Dose.objects.count() == 2
        day.inject(2, minutes_ago=30)  # a device that was offline
        counted(day)
        assert debt.day(day.facility.id, day.today).standings[0].missing == 0
        assert "không còn nợ gì" in head_page.get(f"/debt/facilities/{day.facility.id}/").content.decode()

    def test_explained_and_accepted_by_two(self, day: Day, head_page: Client, signed_in: SignedIn) -> None:
        closing(head_page, day, 2)
        path = f"/sessions/{day.session_id}/tally/"
        head_page.post(f"{path}explain/", {"command_id": str(new_id()), "cause": "miscounted", "reason": "đếm nhầm"})
        said = Explanation.objects.get()
        assert said.doses == {"1": 2} or sum(said.doses.values()) == 2
        officer = signed_in("commune")
        assert "debt" in officer.get(path).content.decode()
        assert 'value="accept"' not in head_page.get(path).content.decode()
        assert 'value="accept"' in officer.get(path).content.decode()
        officer.post(f"{path}answer/", {"command_id": str(new_id()), "explanation": str(said.id), "answer": "accept"})
        assert Explanation.objects.get().state == "accepted"
        assert debt.day(day.facility.id, day.today).standings[0].missing == 0
        counted(day)
        html = signed_in("commune").get("/debt/", follow=True).content.decode()
        assert "Đã giải trình và được chấp nhận: 2" in html

    def test_corrected_only_with_a_reason(self, day: Day, head_page: Client) -> None:
        closing(head_page, day, 2)
        path = f"/sessions/{day.session_id}/tally/"
        head_page.post(path, {"command_id": str(new_id()), "doses-pfizer": "1"})
        assert Tally.objects.get(current=True).doses == 2
        head_page.post(path, {"command_id": str(new_id()), "doses-pfizer": "1", "reason": "đếm lại"})
        assert Tally.objects.get(current=True).doses == 1


class TestReports:
    def figures(self, day: Day) -> None:
        day.ready(4)
        day.before(0, days=40)
        day.inject(0, 1, 2, minutes_ago=40)
        day.register(2)
        day.arrive(4, 5)
        day.screen(4, yes=["acute_illness"])
        who = {"person": {"id": str(day.people[5])}, "session_id": str(day.session_id)}
        day.send("not_given.record", **who, reason="refused")
        day.send("reaction.record", person={"id": str(day.people[1])}, session_id=str(day.session_id), severity="mild")
        day.send("stock.move", facility=day.facility.code, product="pfizer", lot=LOT, kind="waste", quantity=2,
                 reason="broken")  # fmt: skip

    def test_screen_csv_excel_and_a_recount_say_the_same(self, day: Day, head_page: Client) -> None:
        self.figures(day)
        query = f"?facility={day.facility.code}&first={day.today.isoformat()}"
        html = head_page.get(f"/reports/{query}").content.decode()
        assert breaches(html) == []
        assert "Phụ lục 5" in html
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT dose_number, count(*) FROM immunization_dose WHERE facility_id = %s GROUP BY 1 ORDER BY 1",
                [day.facility.id],
            )
            recount = cursor.fetchall()
        assert recount == [(1, 2), (2, 1)]
        text = head_page.get(f"/reports/csv/{query}").content.decode("utf-8-sig")
        assert "Pfizer,2,1,0,0,3" in text
        assert "Không đồng ý tiêm,1" in text.replace("Từ chối", "Không đồng ý tiêm")
        lot = next(line for line in text.splitlines() if LOT in line).split(",")
        assert lot[2:] == ["100", "0", "3", "2", "0", "95", "40.0"]
        cell = re.search(rf"{LOT}.*?</tr>", html, re.DOTALL)
        assert cell is not None
        assert re.findall(r'data-value="([^"]*)"', cell.group())[1:7] == ["100", "0", "3", "2", "0", "95"]
        book = load_workbook(io.BytesIO(head_page.get(f"/reports/xlsx/{query}").content))
        first = list(book.worksheets[0].iter_rows(values_only=True))
        assert first[2][:6] == ("Pfizer", 2, 1, 0, 0, 3)

    def test_a_round_is_the_sum_of_its_days(self, day: Day, head_page: Client, signed_in: SignedIn) -> None:
        self.figures(day)
        begin = (day.today - timedelta(days=20)).isoformat()
        query = f"first={begin}&last={day.today.isoformat()}"
        html = head_page.get(f"/reports/?facility={day.facility.code}&{query}").content.decode()
        assert "Báo cáo kết thúc đợt" in html
        assert "Phụ lục 6" in html
        text = head_page.get(f"/reports/csv/?facility={day.facility.code}&{query}").content.decode("utf-8-sig")
        lot = next(line for line in text.splitlines() if LOT in line).split(",")
        assert lot[2:8] == ["0", "100", "3", "2", "0", "95"], "delivered within the round"
        area = signed_in("district").get(f"/reports/?{query}").content.decode()
        assert "Quận 1" in area
        assert head_page.get("/reports/?facility=NONE").status_code == 404
        assert head_page.get(f"/reports/?first=2021-01-01&last={day.today.isoformat()}").status_code == 404

    def test_a_report_of_another_district_is_not_theirs(self, day: Day, head_page: Client) -> None:
        assert head_page.get("/reports/?facility=TYT00001").status_code == 403


class TestMeter:
    def test_each_begins_where_they_stand(self, day: Day, signed_in: SignedIn) -> None:
        day.ready(1)
        day.inject(0)
        counted(day)
        begins = {
            "head": "facilities",
            "commune": "areas",
            "province": "areas",
            "national": "areas",
            "support": "areas",
        }
        for name, where in begins.items():
            page = signed_in(name)
            assert f"/debt/{where}/" in page.get("/debt/").headers["Location"], name
            answer = page.get("/debt/", follow=True)
            assert answer.status_code == 200, name
            assert breaches(answer.content.decode()) == [], name
            assert "Hệ thống chưa có phần này" in answer.content.decode(), "signed and certified are not zero"
        assert signed_in("nurse").get("/debt/").status_code == 403
        assert signed_in("commune").get("/debt/areas/1/").status_code == 403

    def test_how_far_behind_it_is_stands_on_the_page(self, day: Day, head_page: Client) -> None:
        path = f"/debt/facilities/{day.facility.id}/"
        assert "Số liệu chưa cập nhật kịp" in head_page.get(path).content.decode()
        projection.run()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE analytics_debtstate SET as_of = now()")
        assert "Số liệu chưa cập nhật kịp" not in head_page.get(path).content.decode()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE analytics_debtstate SET as_of = %s", [timezone.now() - timedelta(minutes=5)])
        assert "Số liệu chưa cập nhật kịp" in head_page.get(path).content.decode()

    def test_as_csv_for_a_table_of_ones_own(self, day: Day, signed_in: SignedIn) -> None:
        day.ready(1)
        day.inject(0)
        counted(day)
        text = signed_in("national").get("/debt/areas/1/csv/").content.decode("utf-8-sig").splitlines()
        assert text[0].startswith("code,name,given,recorded,matched,missing")
        assert len(text) == 1 + 34 + 1
        assert text[-1].split(",")[2:4] == ["0", "1"]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_in_both_languages(language: str, day: Day, head_page: Client) -> None:
    User.objects.filter(username="head").update(language=language)
    counted(day)
    code = day.facility.code
    for path in (f"/planning/{code}/", "/debt/", f"/sessions/{day.session_id}/tally/", f"/reports/?facility={code}"):
        answer = head_page.get(path, follow=True)
        assert answer.status_code == 200, path
        assert breaches(answer.content.decode()) == [], path
