"""Declaring on a phone without an account, at the desk, and in one's own record."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lachan.immunization.operations import one_time
from lachan.kernel.database import hot_cursor
from lachan.people.self_service import codes, secrets
from lachan.people.self_service.throttle import Counted, take
from lachan.surveillance.declarations import slip
from lachan.surveillance.declarations.operations import SEALED
from lachan.surveillance.declarations.throttle import OF_CONTACT
from lachan.surveillance.models import Declaration
from lachan.web.parts.declarations import public
from tests.immunization.conftest import Station, make_station, rows, value

from .board_days import statements
from .conftest import SignedIn

pytestmark = pytest.mark.slow

PHONE = "0909000417"
WHO = {"name": "Nguyễn Thị Hồng Nhung", "born": "14/03/1988", "sex": "F", "contact": PHONE, "for_whom": "me"}
NO = {"q_contact_case": "no", "q_contact_suspected": "no", "q_outbreak_area": "no", "q_abroad": "no"}
WELL = {"kind": "domestic", "no_symptoms": "1", "commune": "Phường Sài Gòn", **NO, **WHO}
ILL = {**WELL, "no_symptoms": "", "symptom": ["fever", "cough"], "q_contact_case": "yes", "note": "sốt từ đêm qua"}


@pytest.fixture
def station(db: None, reference: None, monkeypatch: pytest.MonkeyPatch) -> Station:
    """Codes stay in the table until the test looks: their job is asked for and not run."""
    monkeypatch.setattr(one_time, "send_soon", lambda digest: None)
    found = make_station()
    found.now = timezone.now()
    return found


def code_sent(to: str = PHONE) -> str:
    """The code on its way, as the sender would take it."""
    [[digest]] = rows("SELECT digest FROM people_signincode ORDER BY asked_at DESC LIMIT 1")
    with hot_cursor() as cursor:
        found = codes.to_send(cursor, digest, timezone.now())
    assert found is not None
    assert (found.to, found.template) == (to, "declaration_code")
    return found.code


def asked(client: Client, form: dict[str, Any]) -> str:
    """The page that asks for the code; the sealed draft in it."""
    answer = client.post(reverse("declare"), form)
    html = answer.content.decode()
    assert answer.status_code == 200, re.findall(r"lc-field-error.*?<span>(.*?)</span>", html, re.DOTALL)
    found = re.search(r'name="draft" value="([^"]+)"', html)
    assert found, html
    return found[1]


def declared(client: Client, form: dict[str, Any]) -> str:
    """The page of the result."""
    draft = asked(client, form)
    answer = client.post(reverse("declare-code"), {"draft": draft, "code": code_sent(form["contact"])})
    assert answer.status_code == 302, answer.content.decode()
    assert answer.headers["Location"] == reverse("declare-result"), "nothing personal in an address"
    return client.get(reverse("declare-result")).content.decode()


def kept() -> Declaration:
    return Declaration.objects.get()


def test_well_in_one_press_and_one_code(station: Station) -> None:
    client = Client()
    html = client.post(reverse("declare"), {"kind": "domestic", "all_no": "1"}).content.decode()
    assert html.count('value="no" checked') == 4
    assert "data-none checked" in html
    html = declared(client, WELL)
    assert "lc-tone-done" in html
    assert "<svg" in html
    row = kept()
    assert (row.risk, row.source, row.proved, row.state) == (0, "self", True, "none")
    assert row.area_id is not None


def test_near_a_case_is_told_what_to_do_and_the_commune_sees_it(station: Station, signed_in: SignedIn) -> None:
    html = declared(Client(), {**ILL, "commune": "Phường Bến Nghé"})
    assert "lc-tone-stop" in html
    assert "115" in html
    row = kept()
    assert (row.risk, row.state) == (2, "open")
    page = signed_in("commune").get(reverse("declarations")).content.decode()
    assert WHO["name"] in page
    one = signed_in("commune").get(reverse("declaration", args=[row.person_id, row.id])).content.decode()
    assert PHONE in one
    assert "sốt từ đêm qua" in one
    assert WHO["name"] not in signed_in("nurse").get(reverse("declarations")).content.decode(), "not made at that desk"
    assert value("SELECT count(*) FROM access_look WHERE person_id = %s", row.person_id) >= 2


def test_done_is_done_and_a_suspected_case_is_reported(station: Station, signed_in: SignedIn) -> None:
    declared(Client(), {**ILL, "commune": "Phường Bến Nghé"})
    row = kept()
    officer = signed_in("commune")
    answer = officer.post(reverse("declaration-settle", args=[row.person_id, row.id]), {"what": "case"})
    assert answer.status_code == 302
    row.refresh_from_db()
    assert (row.state, row.settled_as) == ("settled", "case")
    assert value("SELECT count(*) FROM surveillance_case WHERE person_id = %s", row.person_id) == 1


def test_somebody_known_is_found_and_nothing_of_theirs_is_changed(station: Station) -> None:
    number = "079188000417"
    person = station.person(
        WHO["name"], "1988-03-14", sex="F", identifiers=[{"system": "citizen_id", "value": number}],
        contacts=[{"kind": "phone", "value": "0911222333"}],
    )  # fmt: skip
    before = rows("SELECT count(*) FROM people_contact"), rows("SELECT count(*) FROM people_identifier")
    html = declared(Client(), {**WELL, "number": number})
    assert kept().person_id == person
    assert before == (rows("SELECT count(*) FROM people_contact"), rows("SELECT count(*) FROM people_identifier"))
    assert "0911222333" not in html


def test_a_neighbours_number_under_another_name_is_not_the_neighbour(station: Station) -> None:
    number = "079188000417"
    person = station.person("Trần Quốc Bảo", "1975-11-02", identifiers=[{"system": "citizen_id", "value": number}])
    declared(Client(), {**ILL, "number": number})
    row = kept()
    assert row.person_id != person
    assert value("SELECT count(*) FROM people_contact WHERE person_id = %s", row.person_id) == 0
    found = rows("SELECT system FROM people_identifier WHERE person_id = %s", row.person_id)
    assert found == [("provisional",)], "whose papers nobody has seen holds no number"


def test_the_proved_telephone_finds_a_family_member_by_name_and_birth(station: Station) -> None:
    child = station.person("Nguyễn Minh Khôi", "2012-09-05", contacts=[{"kind": "phone", "value": PHONE}])
    form = {**WELL, "name": "nguyen minh khoi", "born": "05/09/2012", "sex": "M", "for_whom": "other"}
    declared(Client(), form)
    row = kept()
    assert (row.person_id, row.source) == (child, "member")


def test_the_same_stranger_declares_again_under_one_record(station: Station) -> None:
    client = Client()
    declared(client, WELL)
    answer = client.post(reverse("declare"), WELL)
    assert answer.status_code == 302, "this contact was proved in this browser today"
    assert len({row.person_id for row in Declaration.objects.all()}) == 1
    assert Declaration.objects.count() == 2
    other = client.post(reverse("declare"), {**WELL, "contact": "0909000999"})
    assert other.status_code == 200, "another contact is proved by a code of its own"


def test_a_code_is_right_once_for_its_own_declaration(station: Station) -> None:
    client = Client()
    draft = asked(client, WELL)
    code = code_sent()
    wrong = client.post(reverse("declare-code"), {"draft": draft, "code": "000000" if code != "000000" else "1"})
    assert wrong.status_code == 422
    other = asked(Client(), {**WELL, "contact": "0909000999"})
    assert client.post(reverse("declare-code"), {"draft": other, "code": code}).status_code == 422
    assert Declaration.objects.count() == 0


def test_a_code_for_a_declaration_opens_no_record(station: Station) -> None:
    client = Client()
    asked(client, WELL)
    token = client.cookies[public.CODE].value
    thief = Client()
    thief.cookies["lachan_code"] = token
    thief.post(reverse("me-code"), {"code": code_sent()})
    assert thief.get(reverse("me")).status_code == 302


def test_a_draft_that_was_touched_is_nothing(station: Station) -> None:
    client = Client()
    draft = asked(client, WELL)
    changed = draft[:-6] + ("A" if draft[-6] != "A" else "B") + draft[-5:]
    answer = client.post(reverse("declare-code"), {"draft": changed, "code": code_sent()})
    assert answer.status_code == 302
    assert Declaration.objects.count() == 0


def test_too_many_codes_and_too_many_declarations_wait(station: Station) -> None:
    client = Client()
    fates = [client.post(reverse("declare"), WELL).status_code for _ in range(10)]
    assert fates == [200] * 8 + [429] * 2
    assert value("SELECT count(*) FROM people_signincode") == 8
    other = {**WELL, "contact": "0909000999"}
    declared(client, other)
    key = secrets.counter("declare_contact", "phone:0909000999")
    for _ in range(OF_CONTACT.most):
        take([Counted(OF_CONTACT, key)], timezone.now())
    assert client.post(reverse("declare"), other).status_code == 429


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"), ({"born": "32/13/1988"}, "born"), ({"born": "01/01/2199"}, "born"),
        ({"sex": ""}, "sex"), ({"contact": "so dien thoai"}, "contact"), ({"number": "123"}, "number"),
        ({"no_symptoms": ""}, "symptom"), ({"q_abroad": ""}, "q_abroad"), ({"commune": ""}, "commune"),
        ({"commune": "Không Có Nơi Này"}, "commune"), ({"symptom": ["fever"], "onset": "31/12/2199"}, "onset"),
    ],
)  # fmt: skip
def test_what_is_missing_is_said_and_nothing_is_lost(station: Station, change: dict[str, Any], field: str) -> None:
    answer = Client().post(reverse("declare"), {**WELL, **change})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "lc-field-error" in html
    if field != "name":
        assert WHO["name"] in html
    assert value("SELECT count(*) FROM people_signincode") == 0


def test_a_name_of_several_communes_is_chosen_from(station: Station) -> None:
    answer = Client().post(reverse("declare"), {**WELL, "commune": "Tân Phú"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert html.count('name="commune_code"') > 1
    code = re.findall(r'name="commune_code" value="(\d+)"', html)[0]
    assert Client().post(reverse("declare"), {**WELL, "commune": "Tân Phú", "commune_code": code}).status_code == 200


def test_entry_asks_for_the_journey(station: Station) -> None:
    form = {**WELL, "kind": "entry", "from_country": "JP", "flight": "vn 310", "seat": "12a"}
    declared(Client(), form)
    row = kept()
    assert (row.flight, row.answers["seat"], row.risk) == ("VN310", "12A", 0)
    assert Client().post(reverse("declare"), {**form, "flight": "chuyến sáng"}).status_code == 422


def test_a_link_names_a_place_and_nothing_else(station: Station) -> None:
    sent = {"venue": 'q"7' + 50 * "x", "contact": "0909000999", "name": "Người Lạ", "note": "của ai"}
    html = Client().get(reverse("declare"), sent).content.decode()
    assert f'name="venue" value="q&quot;7{37 * "x"}"' in html
    for said in ('value="0909000999"', 'value="Người Lạ"', ">của ai<"):
        assert said not in html


def test_the_slip_of_the_result_passes_the_door(station: Station) -> None:
    from lachan.places.venues import keys

    client = Client()
    declared(client, WELL)
    shown = public.shown(
        public.opened(public.Result, client.cookies[public.RESULT].value, "result"), now=timezone.now()
    )
    found = slip.read(shown["text"], keys.public_keys(), timezone.localdate())
    assert found.fault == ""
    html = Client().post(reverse("declare-check"), {"slip": shown["text"]}).content.decode()
    assert WHO["name"] in html
    assert "1988" in html
    assert "stop" in Client().post(reverse("declare-check"), {"slip": shown["text"][:-4] + "AAAA"}).content.decode()


def test_nothing_stays_behind_and_nothing_personal_in_logs(station: Station, capfd: pytest.CaptureFixture[str]) -> None:
    client = Client()
    declared(client, {**ILL, "commune": "Phường Bến Nghé"})
    client.post(reverse("declare-finish"))
    assert client.get(reverse("declare-result")).status_code == 302
    said = "".join(capfd.readouterr())
    for secret in (PHONE, "Nhung", "1988", "fever"):
        assert secret not in said
    [[journal]] = rows("SELECT string_agg(body::text, ' ') FROM kernel_journal")
    assert "Nhung" not in journal
    assert PHONE not in journal


def test_the_way_to_a_result_is_a_few_statements(station: Station) -> None:
    client = Client()
    declared(client, WELL)  # what a process remembers is read
    with statements() as seen:
        assert client.post(reverse("declare"), WELL).status_code == 302
    assert len(seen) <= 24, seen


@pytest.mark.slow
def test_the_desk_enters_one_by_card_and_one_by_words(station: Station, signed_in: SignedIn) -> None:
    nurse = signed_in("nurse")
    card = "079188000417||Nguyễn Thị Hồng Nhung|14031988|Nữ|Phường Bến Nghé, Quận 1, TP.HCM|01052021"
    answers = {"kind": "place", "no_symptoms": "1", **NO}
    assert nurse.post(reverse("declaration-new"), {**answers, "card": card}).status_code == 302
    row = kept()
    assert (row.source, row.facility_id) == ("staff", station.facility.id)
    typed = {"name": "Lê Thị Sáu", "born": "1949", "sex": "F"}
    assert nurse.post(reverse("declaration-new"), {**answers, **typed}).status_code == 302
    assert "Lê Thị Sáu" in nurse.get(reverse("declarations")).content.decode()
    assert nurse.post(reverse("declaration-new"), {**answers, "card": "???"}).status_code == 422


def test_contact_is_kept_sealed(station: Station) -> None:
    from lachan.kernel.sealing import unseal

    declared(Client(), WELL)
    row = kept()
    assert row.sealed is not None
    assert PHONE not in str(bytes(row.sealed))
    assert PHONE in unseal(bytes(row.sealed), SEALED)


@pytest.mark.parametrize("strange", ["\0", "²", "9" * 40, "-1", "NaN"])
def test_strange_values_in_the_lists_address_are_no_failure_of_ours(
    station: Station, signed_in: SignedIn, strange: str
) -> None:
    client = signed_in("commune")
    for name in ("page", "kind", "risk"):
        assert client.get(reverse("declarations"), {name: strange}).status_code == 200, name


@pytest.mark.parametrize("field", ["name", "note", "venue", "quarantine_place", "number", "contact", "commune", "born"])
def test_a_character_no_table_can_hold_is_no_failure_of_ours(station: Station, field: str) -> None:
    client = Client()
    client.raise_request_exception = False
    answer = client.post(reverse("declare"), {**WELL, field: f"{WELL.get(field, 'x')}\0"})
    assert answer.status_code in (200, 422)
    found = re.search(r'name="draft" value="([^"]+)"', answer.content.decode())
    if found:
        sent = client.post(reverse("declare-code"), {"draft": found[1], "code": code_sent()})
        assert sent.status_code in (302, 422)
