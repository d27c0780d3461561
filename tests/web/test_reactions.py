"""Reactions on screens: the list and its clocks, a case and its steps, paper, files, the report without an account."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from lachan.access.models import Look
from lachan.immunization.models import HarmSignal, ReactionCase, ReactionFact, ReportCode, Session, Stock
from lachan.immunization.operations import codes
from lachan.immunization.operations.signals import find_signals
from lachan.kernel.ids import new_id

from .board_days import LOT, ROOT, Day, press
from .conftest import SignedIn

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def case(day: Day) -> ReactionCase:
    """A severe reaction at minute 12."""
    day.ready()
    day.inject(0, minutes_ago=12)
    return react(day, 0)


def react(day: Day, person: int, **more: Any) -> ReactionCase:
    body = {"severity": "severe", "symptoms": ["anaphylaxis"], **more}
    day.send("reaction.record", at=day.now, person={"id": str(day.people[person])}, session_id=str(day.session_id),
             **body)  # fmt: skip
    return ReactionCase.objects.get(person_id=day.people[person])


def test_the_list_shows_the_running_clock_and_logs_the_look(case: ReactionCase, signed_in: SignedIn) -> None:
    for who in ("nurse", "district", "province"):
        html = signed_in(who).get("/reactions/").content.decode()
        assert case.code in html
        assert "Nguyễn Văn An" in html
        assert f'data-due="{timezone.localtime(case.due_at).isoformat()[:16]}' in html
    assert Look.objects.filter(person_id=case.person_id, what="reactions").count() == 3


def test_the_nation_sees_the_case_and_not_the_person(case: ReactionCase, signed_in: SignedIn) -> None:
    national = signed_in("national")
    for path in ("/reactions/", f"/reactions/{case.id}/", "/reactions/summary/", "/reactions/export/"):
        content = national.get(path).content.decode()
        assert "Nguyễn Văn An" not in content, path
    assert case.code in national.get("/reactions/").content.decode()
    assert not Look.objects.filter(person_id=case.person_id).exists()
    assert national.get(f"/reactions/{case.id}/paper/").status_code == 403


def test_a_station_elsewhere_sees_nothing(case: ReactionCase, signed_in: SignedIn) -> None:
    ReactionCase.objects.update(facility_id=1, residence_id=1)
    nurse = signed_in("nurse")
    assert case.code not in nurse.get("/reactions/").content.decode()
    assert nurse.get(f"/reactions/{case.id}/").status_code == 404
    assert nurse.post(f"/reactions/{case.id}/follow-up/", {"outcome": "recovered"}).status_code == 404


def test_filters_sort_and_nonsense(case: ReactionCase, nurse_page: Client) -> None:
    shown = {
        "serious=1": True, "severity=mild": False, f"lot={LOT}": True, "lot=nope": False, "symptom=anaphylaxis": True,
        "symptom=fever": False, "state=closed": False, "late=1": False, f"code={case.code}": True, "sort=lot": True,
        "product=pfizer": True, "product=moderna": False, "facility=x&session=x&period=x&page=x": True,
    }  # fmt: skip
    for query, expected in shown.items():
        answer = nurse_page.get(f"/reactions/?{query}")
        assert answer.status_code == 200, query
        assert (f"/reactions/{case.id}/" in answer.content.decode()) is expected, query


def test_a_case_through_its_screens(case: ReactionCase, signed_in: SignedIn) -> None:
    head, province = signed_in("head"), signed_in("province")
    path = f"/reactions/{case.id}/"
    press(head, f"{path}follow-up/", outcome="recovering", treatment="Adrenaline 0,5 mg", **{"symptoms-asked": "1"},
          symptoms=["anaphylaxis", "rash"])  # fmt: skip
    assert ReactionFact.objects.count() == 2
    html = province.get(path).content.decode()
    assert "Adrenaline 0,5 mg" in html
    refused = head.post(f"{path}follow-up/", {"severity": "mild"})
    assert refused.status_code == 422
    assert "nhẹ hơn" in refused.content.decode()
    steps: list[tuple[Client, dict[str, Any]]] = [
        (head, {"step": "notify"}),
        (province, {"step": "acknowledge"}),
        (province, {"step": "investigate", "conclusion": "Đúng quy trình", "cold_chain": "yes"}),
        (province, {"step": "classify", "causality": "A1", "committee": "Hội đồng tỉnh", "reason": "Phản vệ sau tiêm",
                    "decided_on": str(timezone.localdate())}),
        (province, {"step": "close", "reason": "Đã hồi phục"}),
    ]  # fmt: skip
    for client, values in steps:
        assert client.post(f"{path}step/", {**values, "command_id": str(new_id())}).status_code == 302, values
    kept = ReactionCase.objects.get()
    assert (kept.state, kept.causality, kept.outcome) == ("closed", "A1", "recovering")
    assert head.post(f"{path}step/", {"step": "acknowledge"}).status_code == 403


def test_stopped_and_set_aside_from_the_case(case: ReactionCase, day: Day, head_page: Client) -> None:
    path = f"/reactions/{case.id}/"
    assert head_page.post(f"{path}halt/", {"reason": "Ba người phản vệ"}).status_code == 302
    assert Session.objects.get(id=day.session_id).status == "closed"
    assert "Ba người phản vệ" in head_page.get(f"{day.path}live/").content.decode()
    assert head_page.post(f"{path}quarantine/", {"reason": "Chờ điều tra"}).status_code == 302
    assert f"{LOT}" in head_page.get(path).content.decode()


def test_the_paper_is_the_form_and_the_empty_one_names_nobody(case: ReactionCase, head_page: Client) -> None:
    html = head_page.get(f"/reactions/{case.id}/paper/").content.decode()
    assert "Nguyễn Văn An" in html
    assert LOT in html
    assert "☒ Nặng" in html
    empty = head_page.get("/reactions/form/").content.decode()
    labels = set(re.findall(r"<dt>([^<]+)</dt>", html))
    assert labels == set(re.findall(r"<dt>([^<]+)</dt>", empty))
    assert "☒" not in empty
    assert "Nguyễn Văn An" not in empty


def test_the_day_adds_up(case: ReactionCase, day: Day, head_page: Client) -> None:
    html = head_page.get("/reactions/summary/").content.decode()
    total = re.search(r"<tfoot>.*</tfoot>", html, re.DOTALL)
    assert total is not None
    assert re.findall(r">([\d.]+)</td>", total[0]) == ["1", "0", "0", "1", "1", "0"]


def test_the_file_has_every_core_variable_and_no_formula(case: ReactionCase, day: Day, signed_in: SignedIn) -> None:
    day.send("reaction.follow_up", at=day.now, person={"id": str(case.person_id)}, case_id=str(case.id),
             comment="=HYPERLINK(1)", reporter_name="Trần Thị Bình")  # fmt: skip
    answer = signed_in("province").get("/reactions/export/")
    [row] = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert row["C.1.1 case number"] == case.code
    assert (row["D.1 patient initials"], row["C.2.r.1 reporter"]) == ("VA", "Trần Thị Bình")
    assert (row["E.i.3.2f medically important"], row["E.i.3.2a death"], row["E.i.7 outcome"]) == ("true", "false", "0")
    assert row["H.1 narrative"] == "'=HYPERLINK(1)"
    assert Look.objects.filter(person_id=case.person_id, purpose__startswith="export").count() == 1
    assert signed_in("nurse").get("/reactions/export/").status_code == 403


def test_reported_from_the_persons_page(day: Day, nurse_page: Client) -> None:
    day.ready()
    day.inject(0, minutes_ago=12)
    path = f"/reactions/people/{day.people[0]}/"
    assert LOT in nurse_page.get(path).content.decode()
    assert nurse_page.post(path, {"symptoms": ["fever"]}).status_code == 422, "how severe must be said"
    answer = nurse_page.post(path, {"severity": "moderate", "symptoms": ["fever"], "source": "family"})
    kept = ReactionCase.objects.get()
    assert answer.headers["Location"] == f"/reactions/{kept.id}/"
    assert (kept.severity, kept.serious, kept.source) == ("moderate", False, "family")
    assert kept.dose_id is not None


def code_of(day: Day, client: Client) -> str:
    visit = client.post(f"/reactions/people/{day.people[0]}/{dose_of(day)}/slip/")
    found = re.search(r"harm-code\">(\w{5}-\w{5})<", visit.content.decode())
    assert found is not None
    return found[1]


def dose_of(day: Day) -> UUID:
    from lachan.immunization.models import Dose

    return Dose.objects.get(person_id=day.people[0], status="active").id


def test_a_code_opens_the_report_of_one_dose_once_and_shows_nobody(day: Day, nurse_page: Client) -> None:
    cache.clear()
    day.ready()
    day.inject(0, minutes_ago=40)
    first, code = code_of(day, nurse_page), code_of(day, nurse_page)
    home = Client()
    assert home.post("/report/", {"code": first}).status_code == 422, "a slip printed again ends the one before"
    form = home.post("/report/", {"code": code.lower()})
    assert form.status_code == 200
    assert "Nguyễn Văn An" not in form.content.decode()
    assert LOT not in form.content.decode()
    incomplete = home.post("/report/", {"code": code, "send": "1", "severity": "severe"})
    assert incomplete.status_code == 422
    sent = {"code": code, "send": "1", "severity": "severe", "symptoms": ["thrombosis"], "source": "family",
            "reporter_phone": "0901234567"}  # fmt: skip
    thanks = home.post("/report/", sent)
    assert thanks.status_code == 200
    assert "Nguyễn Văn An" not in thanks.content.decode()
    kept = ReactionCase.objects.get()
    assert (kept.source, kept.serious, kept.dose_id) == ("family", True, dose_of(day))
    assert home.post("/report/", sent).status_code == 422, "used"
    assert ReactionFact.objects.count() == 1
    stored = bytes(ReactionFact.objects.get().content)
    assert b"0901234567" not in stored
    assert ReportCode.objects.filter(used_at__isnull=False).count() == 1


def test_a_code_ends_after_28_days_and_guessing_is_slow(day: Day, nurse_page: Client) -> None:
    cache.clear()
    day.ready()
    day.inject(0)
    code = code_of(day, nurse_page)
    assert codes.about(code, timezone.now() + timedelta(days=27, hours=23)) is not None
    assert codes.about(code, timezone.now() + timedelta(days=28, minutes=1)) is None
    answers = [Client().post("/report/", {"code": "ABCDE22222"}).status_code for _ in range(21)]
    assert set(answers[:20]) == {422}
    assert answers[20] == 429


def test_a_signal_explains_itself(day: Day, signed_in: SignedIn) -> None:
    day.ready(4)
    day.inject(0, 1, 2, 3, minutes_ago=12)
    for person in (0, 1, 2):
        react(day, person, severity="moderate", seriousness=["medically_important"], symptoms=["fainting"])
    Stock.objects.filter(used=0).update(used=10_000, received=20_000)  # the rest of the country, where nobody fainted
    find_signals(timezone.now(), ROOT.id)
    signal = HarmSignal.objects.get(kind="session")
    assert (signal.observed, signal.doses) == (3, 4)
    html = signed_in("province").get(f"/reactions/signals/{signal.id}/").content.decode()
    assert "3 trên 4 người" in html
    assert "Nguyễn Văn An" in html
    assert "Nguyễn Văn An" not in signed_in("national").get(f"/reactions/signals/{signal.id}/").content.decode()
    assert find_signals(timezone.now(), ROOT.id) == HarmSignal.objects.filter(gone_at=None).count()
