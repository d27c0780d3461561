"""The session board: what each press records, and what it asks before it does."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from lachan.access.models import User
from lachan.immunization.models import Dose, DoseCorrection, Encounter, NotGiven, Reaction, ReactionCase, Stock
from lachan.kernel.ids import new_id
from lachan.kernel.models import WorklistItem
from lachan.people.models import Person
from lachan.web.parts.board.screening import read_vitals

from .board_days import HTMX, LOT, NO, OLD_LOT, Day, card, column_of, number, press, said, visit

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SignedIn = Callable[[str], Client]
ALL_NO = {f"a-{code}": "no" for code in NO}


# ---------------------------------------------------------------------------------------------------- at the door


def test_a_scan_receives_the_person_and_a_second_one_finds_them(day: Day, nurse_page: Client) -> None:
    day.register(1)
    answer = press(nurse_page, f"{day.path}scan/", q=card(0))
    assert column_of(answer.content.decode(), day, 0) == "waiting"
    events = json.loads(answer.headers["HX-Trigger-After-Settle"])
    assert events["board:moved"] == {"person": str(day.people[0]), "then": "open"}
    again = press(nurse_page, f"{day.path}scan/", q=number(0))
    assert "đã có mặt" in said(again)["text"]
    assert Encounter.objects.filter(session_id=day.session_id).count() == 1


def test_an_unknown_card_is_proposed_and_received_with_one_more_press(day: Day, nurse_page: Client) -> None:
    proposed = press(nurse_page, f"{day.path}scan/", q=card(3)).content.decode()
    assert "Phạm Thu Dung" in proposed
    assert f'name="back" value="{day.session_id}"' in proposed, "the search comes back to this session"
    assert number(3) not in proposed.replace(card(3).replace("&", "&amp;"), ""), "shown masked"
    assert Person.objects.count() == 0
    press(nurse_page, f"{day.path}scan/", q=card(3), receive="1")
    assert Person.objects.get().name == "Phạm Thu Dung"
    assert Encounter.objects.get().session_id == day.session_id


@pytest.mark.parametrize("text", ["???", "12345", "079080|x", "a" * 3_000])
def test_what_is_no_card_is_said_and_nothing_is_recorded(text: str, day: Day, nurse_page: Client) -> None:
    answer = press(nurse_page, f"{day.path}scan/", q=text)
    assert answer.headers["HX-Retarget"] == "#desk-content"
    assert Encounter.objects.count() == 0
    assert WorklistItem.objects.count() == 0


def test_a_number_nobody_has_leads_to_the_search(day: Day, nurse_page: Client) -> None:
    answer = press(nurse_page, f"{day.path}scan/", q="079080999999").content.decode()
    assert "Chưa có ai mang số này" in answer
    assert WorklistItem.objects.count() == 0


def test_the_observer_finds_people_but_receives_nobody(day: Day, signed_in: SignedIn) -> None:
    day.register(2)
    day.arrive(0)
    observer = signed_in("observer")
    assert "đã có mặt" in said(press(observer, f"{day.path}scan/", q=card(0)))["text"]
    assert said(press(observer, f"{day.path}scan/", q=card(1)))["kind"] == "question"
    assert Encounter.objects.count() == 1


# ------------------------------------------------------------------------------------------------------- screening


@pytest.mark.parametrize(
    ("line", "measures", "unread"),
    [
        (
            "36.5 80 120/80 18",
            {"temperature_c": 36.5, "pulse": 80, "systolic_bp": 120, "diastolic_bp": 80, "respiratory_rate": 18},
            "",
        ),
        ("36,5", {"temperature_c": 36.5}, ""),
        ("120/80 36.5", {"systolic_bp": 120, "diastolic_bp": 80, "temperature_c": 36.5}, ""),
        ("37 72", {"temperature_c": 37.0, "pulse": 72}, ""),
        ("", {}, ""),
        ("36.5 tám mươi", {"temperature_c": 36.5}, "tám"),
        ("36.5 80.5", {"temperature_c": 36.5}, "80.5"),
        ("36.5 80 18 22", {"temperature_c": 36.5, "pulse": 80, "respiratory_rate": 18}, "22"),
        ("36.5 120/80 130/90", {"temperature_c": 36.5, "systolic_bp": 120, "diastolic_bp": 80}, "130/90"),
    ],
)
def test_vital_signs_in_one_line(line: str, measures: dict[str, float], unread: str) -> None:
    assert read_vitals(line) == (measures, unread)


def test_what_is_missing_is_marked_and_makes_no_case(day: Day, nurse_page: Client) -> None:
    day.register(1)
    day.arrive(0)
    answer = press(nurse_page, day.at(0, "screening/record/"), vitals="36.5", **{f"a-{NO[0]}": "no"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert html.count("board-missing") == len(NO) - 1
    assert "36.5" in html, "what was typed stays"
    assert visit(day, 0).screened_at is None
    assert WorklistItem.objects.count() == 0


def test_screening_with_consent_makes_ready_and_without_it_does_not(day: Day, nurse_page: Client) -> None:
    day.register(2)
    day.arrive(0, 1)
    answer = press(nurse_page, day.at(0, "screening/record/"), vitals="36.5 80 120/80", consent="yes", **ALL_NO)
    assert column_of(answer.content.decode(), day, 0) == "vaccination"
    answer = press(nurse_page, day.at(1, "screening/record/"), vitals="36.5", **ALL_NO)
    assert column_of(answer.content.decode(), day, 1) == "screening"
    assert said(answer)["kind"] == "question"


def test_the_class_is_shown_before_it_is_kept(day: Day, nurse_page: Client) -> None:
    day.register(1)
    day.arrive(0)
    path = day.at(0, "screening/preview/")
    assert "Tạm hoãn" in press(nurse_page, path, **{**ALL_NO, "a-acute_illness": "yes"}).content.decode()
    high = press(nurse_page, path, vitals="36.5 80 150/95", **ALL_NO).content.decode()
    assert "Thận trọng" in high
    assert "150" in high
    assert visit(day, 0).screened_at is None


def test_a_detail_named_on_a_yes_is_kept_as_the_answer(day: Day, nurse_page: Client) -> None:
    from lachan.immunization.models import Screening

    day.register(1)
    day.arrive(0)
    sent = {**ALL_NO, "a-allergy_any": "yes", "d-allergy_any": "penicillin", "vitals": "36.5"}
    press(nurse_page, day.at(0, "screening/record/"), **sent)
    assert Screening.objects.get().answers["allergy_any"] == "penicillin"


# -------------------------------------------------------------------------------------------------------- the dose


def test_enter_records_the_dose_and_the_card_moves_by_itself(day: Day, nurse_page: Client) -> None:
    day.ready()
    answer = press(nurse_page, day.at(0, "dose/record/"), choice=f"pfizer:{LOT}", site="left_arm")
    assert column_of(answer.content.decode(), day, 0) == "observation"
    dose = Dose.objects.get()
    assert (dose.lot_number, dose.dose_number, dose.site, dose.status) == (LOT, 1, "left_arm", "active")
    assert dose.vaccinator_id == User.objects.get(username="nurse").id
    assert Stock.objects.get(facility_id=day.facility.id, lot_id=dose.lot_id).used == 1
    assert said(answer)["undo"]["values"]["dose"] == str(dose.id)


def test_the_same_press_twice_is_one_dose(day: Day, nurse_page: Client) -> None:
    day.ready()
    values = {"choice": f"pfizer:{LOT}", "command_id": str(new_id()), "happened_at": timezone.now().isoformat()}
    press(nurse_page, day.at(0, "dose/record/"), **values)
    press(nurse_page, day.at(0, "dose/record/"), **values)
    assert Dose.objects.count() == 1
    assert WorklistItem.objects.count() == 0


def test_two_desks_press_for_the_same_person(day: Day, nurse_page: Client, head_page: Client) -> None:
    day.ready()
    press(nurse_page, day.at(0, "dose/record/"), choice=f"pfizer:{LOT}")
    late = press(head_page, day.at(0, "dose/record/"), choice=f"pfizer:{LOT}")
    assert "Bàn khác" in said(late)["text"]
    assert Dose.objects.count() == 1
    assert WorklistItem.objects.count() == 0


def test_six_seconds_of_undo_void_the_dose_with_a_reason(day: Day, nurse_page: Client) -> None:
    day.ready()
    undo = said(press(nurse_page, day.at(0, "dose/record/"), choice=f"pfizer:{LOT}"))["undo"]
    answer = press(nurse_page, undo["url"], **undo["values"])
    assert column_of(answer.content.decode(), day, 0) == "vaccination"
    assert Dose.objects.get().status == "voided"
    assert DoseCorrection.objects.get().reason
    assert Stock.objects.get(facility_id=day.facility.id, lot_id=Dose.objects.get().lot_id).used == 0


def test_undo_is_for_slips_not_for_later(day: Day, nurse_page: Client) -> None:
    day.ready()
    day.inject(0, minutes_ago=2)
    values = {"person": str(day.people[0]), "dose": str(Dose.objects.get().id)}
    assert said(press(nurse_page, f"{day.path}undo/", **values))["kind"] == "stop"
    assert Dose.objects.get().status == "active"


def test_a_person_of_nobody_is_not_taken_back(day: Day, nurse_page: Client) -> None:
    values = {"person": str(UUID(int=1)), "dose": "x"}
    assert said(press(nurse_page, f"{day.path}undo/", **values))["kind"] == "stop"


def test_an_expired_lot_is_asked_before_the_needle(cast: None, story_station: int, nurse_page: Client) -> None:
    day = Day(story_station, lots={"pfizer": "FX0000"})
    day.deliver("pfizer", "FX0000", 50, expires_in=-3)
    day.ready()
    board = nurse_page.get(day.path).content.decode()
    assert "không được dùng" in board
    answer = press(nurse_page, day.at(0, "dose/record/"), choice="pfizer:FX0000")
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "hết hạn" in html
    assert 'name="code"' not in html, "a nurse cannot answer for it"
    assert Dose.objects.count() == 0
    assert WorklistItem.objects.count() == 0


def test_what_was_injected_all_the_same_goes_to_the_head_once(
    cast: None, story_station: int, nurse_page: Client
) -> None:
    day = Day(story_station, lots={"pfizer": OLD_LOT})
    day.ready()
    day.before(0, days=3)
    answer = press(nurse_page, day.at(0, "dose/record/"), choice=f"pfizer:{OLD_LOT}", anyway="1")
    assert said(answer)["kind"] == "question"
    assert WorklistItem.objects.get().kind == "held"
    assert Dose.objects.filter(facility_id=day.facility.id).count() == 0
    dialog = nurse_page.get(day.at(0, "dose/"), headers=HTMX).content.decode()
    assert "Đã gửi trưởng điểm tiêm" in dialog
    assert 'name="anyway"' not in dialog


def test_the_head_ticks_every_line_and_states_a_reason(day: Day, head_page: Client) -> None:
    day.ready()
    day.before(0, days=3)
    path = day.at(0, "dose/record/")
    asked = press(head_page, path, choice=f"pfizer:{LOT}")
    assert asked.status_code == 422
    assert 'value="interval_too_short"' in asked.content.decode()
    silent = press(head_page, path, choice=f"pfizer:{LOT}", code="interval_too_short", reason="  ")
    assert silent.status_code == 422
    press(head_page, path, choice=f"pfizer:{LOT}", code="interval_too_short", reason="Sắp phẫu thuật")
    dose = Dose.objects.get(facility_id=day.facility.id)
    assert (dose.override_codes, dose.override_reason) == (["interval_too_short"], "Sắp phẫu thuật")
    assert WorklistItem.objects.count() == 0


def test_every_reason_is_shown_at_once(day: Day, nurse_page: Client) -> None:
    day.ready()
    day.before(0, days=3, product="astrazeneca")
    day.deliver("moderna", "MD1", 5, expires_in=-1)
    html = press(nurse_page, day.at(0, "dose/record/"), choice="moderna:MD1").content.decode()
    assert html.count("board-asked-line") >= 2
    assert "hết hạn" in html


# -------------------------------------------------------------------------------------------------- afterwards


def test_home_after_thirty_minutes_with_one_press_earlier_with_two(day: Day, nurse_page: Client) -> None:
    day.ready(2)
    day.inject(0, minutes_ago=31)
    day.inject(1, minutes_ago=5)
    answer = press(nurse_page, day.at(0, "release/"))
    assert column_of(answer.content.decode(), day, 0) == "done"
    asked = press(nurse_page, day.at(1, "release/"))
    assert "Chưa đủ thời gian theo dõi" in asked.content.decode()
    assert visit(day, 1).released_at is None
    press(nurse_page, day.at(1, "release/"), early="1")
    assert visit(day, 1).released_at is not None


def test_a_reaction_rises_to_the_top_and_stays(day: Day, nurse_page: Client) -> None:
    day.ready(2)
    day.inject(0, minutes_ago=40)
    day.inject(1, minutes_ago=1)
    answer = press(nurse_page, day.at(1, "reaction/"), severity="severe", symptom=["breathless", "nonsense"])
    case = ReactionCase.objects.get()
    assert case.code in answer.content.decode(), "the case and what can be stopped, in the dialog"
    html = nurse_page.get(f"{day.path}live/").content.decode()
    assert html.index(str(day.people[1])) < html.index(str(day.people[0]))
    assert Reaction.objects.get().symptoms == ["breathless"]
    assert press(nurse_page, day.at(0, "reaction/")).status_code == 422, "how severe must be said"


def test_not_vaccinated_with_a_reason(day: Day, nurse_page: Client) -> None:
    day.register(1)
    day.arrive(0)
    assert press(nurse_page, day.at(0, "not-given/"), why="because").status_code == 422
    answer = press(nurse_page, day.at(0, "not-given/"), why="refused", note="suy nghĩ thêm")
    assert column_of(answer.content.decode(), day, 0) == "done"
    assert NotGiven.objects.get().note == "suy nghĩ thêm"


def test_it_happened_when_the_button_was_pressed(day: Day, nurse_page: Client) -> None:
    day.ready()
    pressed = timezone.now() - timedelta(minutes=4)
    press(nurse_page, day.at(0, "dose/record/"), choice=f"pfizer:{LOT}", happened_at=pressed.isoformat())
    assert abs(Dose.objects.get().happened_at - pressed) < timedelta(seconds=1)


@pytest.mark.parametrize("claim", ["2031-01-01T00:00:00+07:00", "yesterday", "", "2020-01-01T00:00:00+07:00"])
def test_a_time_that_cannot_be_is_now(claim: str, day: Day, nurse_page: Client) -> None:
    day.ready()
    press(nurse_page, day.at(0, "dose/record/"), choice=f"pfizer:{LOT}", happened_at=claim)
    assert timezone.now() - Dose.objects.get().happened_at < timedelta(seconds=30)
