"""A person's own record: signing in with a code from a real mail server, what is shown, and to whom it is not."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from lachan.access.actors import Actor
from lachan.access.models import User
from lachan.immunization.commands import execute
from lachan.immunization.jobs import send_code
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.people.models import PersonSession, SignInCode
from lachan.people.self_service import sessions
from lachan.web.person_door import COOKIE
from lachan.web.uploads import MOST_BYTES

from .letters import Letters, mail_server

pytestmark = pytest.mark.slow
NUMBER, EMAIL, PHONE = "079180012345", "an@example.test", "0912345678"
TODAY = timezone.localdate


@pytest.fixture
def letters(settings: Any, tmp_path: Path, db: None, reference: None) -> Iterator[Letters]:
    with mail_server(settings, tmp_path) as found:
        yield found


def send(verb: str, **body: Any) -> UUID:
    now = timezone.now()
    [outcome] = execute([Command(new_id(), verb, now, body)], actor=Actor.system("tests"), now=now)
    assert outcome.id is not None, outcome
    return outcome.id


@pytest.fixture
def an(db: None, reference: None) -> UUID:
    """Somebody with a number, a telephone and an e-mail address."""
    return send(
        "person.register", name="Nguyễn Văn An", sex="M", birth_date="1980-05-17", residence_code="26740",
        identifiers=[{"system": "citizen_id", "value": NUMBER}],
        contacts=[{"kind": "email", "value": EMAIL}, {"kind": "phone", "value": PHONE}],
    )  # fmt: skip


def child_of(person: UUID, born: str = "2015-09-05") -> UUID:
    return send(
        "person.register", name="Nguyễn Minh Khôi", sex="M", birth_date=born, residence_code="26740",
        guardians=[{"person_id": str(person), "name": "Nguyễn Văn An", "relation": "father"}],
    )  # fmt: skip


def ask(client: Client, number: str = NUMBER, contact: str = EMAIL) -> Any:
    """The first step, and the worker's part of it."""
    answer = client.post("/me/sign-in/", {"number": number, "contact": contact})
    for row in SignInCode.objects.exclude(sealed=None):
        send_code(str(row.digest))
    return answer


def signed_in(person: UUID, *, shared: bool = False) -> Client:
    client = Client()
    client.cookies[COOKIE] = sessions.begin(person, shared=shared, device="", now=timezone.now())
    return client


def test_in_with_a_code_from_a_letter_and_out_again(an: UUID, letters: Letters) -> None:
    client = Client()
    answer = ask(client)
    assert answer.headers["Location"] == "/me/sign-in/code/"
    [letter] = letters.all()
    assert (letter.kind, letter.to, letter.subject) == ("email", EMAIL, "Mã đăng nhập Hồ sơ của tôi")
    answer = client.post("/me/sign-in/code/", {"code": letters.code()})
    assert answer.headers["Location"] == "/me/"
    cookie = answer.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/me/")
    assert cookie["max-age"] == "", "on a shared terminal it ends with the browser"
    page = client.get("/me/")
    assert "Nguyễn Văn An" in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    answer = client.post("/me/sign-out/")
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert client.get("/me/").headers["Location"] == "/me/sign-in/?closed"
    assert PersonSession.objects.count() == 0


def test_on_the_own_telephone_it_stays(an: UUID, letters: Letters) -> None:
    client = Client()
    ask(client)
    answer = client.post("/me/sign-in/code/", {"code": letters.code(), "own_device": "yes"})
    assert answer.cookies[COOKIE]["max-age"] == 30 * 24 * 3600
    assert "Clear-Site-Data" not in client.post("/me/sign-out/").headers, "nothing else of the telephone is touched"


def test_a_text_message_where_the_telephone_was_typed_and_a_scanned_card(an: UUID, letters: Letters) -> None:
    client = Client()
    ask(client, f"{NUMBER}|123456789|Nguyễn Văn An|17051980|Nam|Bến Nghé, Quận 1|01012021", "+84 912 345 678")
    [message] = letters.all()
    assert (message.kind, message.to) == ("phone", PHONE)
    assert client.post("/me/sign-in/code/", {"code": letters.code()}).headers["Location"] == "/me/"


def test_the_answer_does_not_say_who_is_registered(an: UUID, letters: Letters) -> None:
    def pages(number: str, contact: str) -> list[str]:
        client = Client()
        answer = ask(client, number, contact)
        assert answer.status_code == 302
        cookie = answer.cookies["lachan_code"]
        assert (cookie["httponly"], cookie["samesite"], len(cookie.value)) == (True, "Strict", 43)
        texts = [client.get(answer.headers["Location"]).content.decode()]
        texts.append(client.post("/me/sign-in/code/", {"code": "000000"}).content.decode())
        return [re.sub(r'value="[^"]{20,}"|hx-headers=\'[^\']*\'', "", text) for text in texts]

    known = pages(NUMBER, EMAIL)
    assert pages("079180099999", EMAIL) == known
    assert pages(NUMBER, "somebody@example.test") == known
    assert len(letters.all()) == 1


def test_what_cannot_be_a_number_or_a_contact_is_said_at_once(an: UUID, letters: Letters) -> None:
    client = Client()
    text = client.post("/me/sign-in/", {"number": "79180012345", "contact": EMAIL}).content.decode()
    assert "Thiếu số 0 ở đầu" in text
    text = client.post("/me/sign-in/", {"number": NUMBER, "contact": "an"}).content.decode()
    assert "điện thoại hoặc thư điện tử bạn đã khai" in text
    assert f'value="{NUMBER}"' in text, "what was typed is still there"
    phone_only = client.post("/me/sign-in/", {"number": PHONE, "contact": PHONE})
    assert phone_only.status_code == 422, "a telephone number alone opens nothing"
    assert SignInCode.objects.count() == 0


def test_too_many_tries_say_how_long_to_wait(an: UUID, letters: Letters) -> None:
    client = Client()
    answers = [ask(client).status_code for _ in range(10)]
    assert answers == [302] * 8 + [429] * 2
    assert "60 phút" in ask(client).content.decode()


def test_a_token_of_before_the_sign_in_is_worth_nothing(an: UUID, letters: Letters) -> None:
    """Fixation: what somebody planted in the browser is not what is signed in."""
    client = Client()
    client.cookies[COOKIE] = "planted" * 6
    ask(client)
    answer = client.post("/me/sign-in/code/", {"code": letters.code()})
    assert answer.cookies[COOKIE].value != "planted" * 6
    planted = Client()
    planted.cookies[COOKIE] = "planted" * 6
    assert planted.get("/me/").status_code == 302
    again = Client()
    again.cookies["lachan_code"] = client.cookies["lachan_code"].value
    assert again.post("/me/sign-in/code/", {"code": letters.code()}).status_code in (302, 422)
    assert COOKIE not in again.cookies, "a code works once"


def test_signing_in_anew_ends_what_was_open_in_this_browser(an: UUID, letters: Letters) -> None:
    client = signed_in(an)
    before = client.cookies[COOKIE].value
    ask(client)
    client.post("/me/sign-in/code/", {"code": letters.code()})
    assert sessions.find(before, timezone.now()) is None


def test_forms_need_the_token_of_their_page(an: UUID) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies[COOKIE] = sessions.begin(an, shared=False, device="", now=timezone.now())
    for path in ("/me/sign-in/", "/me/sign-out/", "/me/show/", "/me/account/prefer/"):
        assert client.post(path).status_code == 403, path
    assert PersonSession.objects.count() == 1


def test_a_form_longer_than_any_of_ours_is_refused_before_it_is_read(db: None) -> None:
    class Unread(io.BytesIO):
        def read(self, *size: Any) -> bytes:
            raise AssertionError("what a visitor sends goes to the disk")

    visitor = Client(enforce_csrf_checks=True, raise_request_exception=False)
    visitor.cookies["csrftoken"] = "a" * 32  # with any token the check reads the form, whoever sends it
    answer = visitor.generic(
        "POST", "/me/sign-in/", b"x", "multipart/form-data; boundary=x", CONTENT_LENGTH=str(MOST_BYTES + 1),
        **{"wsgi.input": Unread()},
    )  # fmt: skip
    assert answer.status_code == 400


def test_a_session_of_the_house_opens_nothing_here_and_none_of_here_opens_the_house(an: UUID, cast: None) -> None:
    staff = Client()
    staff.force_login(User.objects.get(username="head"))
    assert staff.get("/me/").headers["Location"] == "/me/sign-in/?closed"
    staff.cookies[COOKIE] = staff.cookies["lachan_session"].value
    assert staff.get("/me/").status_code == 302
    person = signed_in(an)
    assert person.get("/people/").headers["Location"].startswith("/accounts/login/")
    person.cookies["lachan_session"] = person.cookies[COOKIE].value
    assert person.get("/people/").headers["Location"].startswith("/accounts/login/")
    key = Client(headers={"Authorization": f"Bearer {person.cookies[COOKIE].value}"})
    assert key.get("/api/v1/areas").status_code == 401


def test_children_of_the_household_and_nobody_elses(an: UUID) -> None:
    child = child_of(an)
    stranger = send("person.register", name="Trần Thị Bình", sex="F", birth_date="1985", residence_code="26740")
    client = signed_in(an)
    assert "Nguyễn Minh Khôi" in client.get("/me/").content.decode()
    client.post("/me/show/", {"person": str(child)})
    assert '<h1 class="me-title">Nguyễn Minh Khôi</h1>' in client.get("/me/").content.decode()
    assert client.post("/me/show/", {"person": str(stranger)}).status_code == 404
    assert "Trần Thị Bình" not in client.get("/me/").content.decode()
    client.post("/me/show/", {"person": "nonsense"})
    assert '<h1 class="me-title">Nguyễn Văn An</h1>' in client.get("/me/").content.decode()


def test_who_looked_is_said_by_role_and_place_not_by_name(an: UUID, cast: None) -> None:
    from lachan.access.actors import actor_of_user
    from lachan.access.operations import SERVED, log_looks

    user = User.objects.get(username="head")
    actor = actor_of_user(user.id, user.label(), today=TODAY())
    for what in ("page", "page", "identifier"):
        log_looks(actor, [an], SERVED, what, timezone.now())
    client = signed_in(an)
    text = client.get("/me/looks/").content.decode()
    assert "Trưởng" in text
    assert "phục vụ bạn tại điểm tiêm" in text
    assert "2 lần" in text
    assert user.label() not in text
    assert len(client.get("/me/looks/").context["lines"]) == 2, "looking at one's own record is no look of the staff"


def test_contacts_masked_preferred_and_sessions_ended_everywhere(an: UUID) -> None:
    client, other = signed_in(an), signed_in(an)
    text = client.get("/me/account/").content.decode()
    assert "a•••@e•••.test" in text
    assert EMAIL not in text
    assert PHONE not in text
    [phone] = re.findall(r'name="contact" value="([0-9a-f-]+)"', text)[:1]
    client.post("/me/account/prefer/", {"contact": phone})
    assert client.post("/me/account/prefer/", {"contact": str(new_id())}).status_code == 302
    assert client.post("/me/account/prefer/", {"contact": "x"}).status_code == 302
    client.post("/me/sign-out/", {"where": "everywhere"})
    assert other.get("/me/").status_code == 302


def test_a_session_that_ran_out_says_so_and_leads_to_the_door(an: UUID) -> None:
    client = Client()
    then = timezone.now() - timedelta(minutes=16)
    client.cookies[COOKIE] = sessions.begin(an, shared=True, device="", now=then)
    answer = client.get("/me/", follow=True)
    assert "Phiên đã kết thúc" in answer.content.decode()
    assert client.get("/me/looks/", headers={"HX-Request": "true"}).status_code == 401


def test_the_letter_box_of_the_demonstration_is_nowhere_else(settings: Any, letters: Letters, an: UUID) -> None:
    ask(Client())
    assert letters.code() in Client().get("/demo/mail/").content.decode()
    settings.LACHAN_DEMO = False
    assert Client().get("/demo/mail/").status_code == 404
    assert "hư cấu" not in Client().get("/me/sign-in/").content.decode()


def test_no_address_says_anything_of_a_person(an: UUID) -> None:
    child_of(an)
    client = signed_in(an)
    for path in ("/me/", "/me/certificates/", "/me/looks/", "/me/account/"):
        text = client.get(path).content.decode()
        for link in re.findall(r'(?:href|action|src)="([^"]*)"', text):
            assert str(an) not in link
            assert NUMBER not in link


def test_the_station_adds_a_contact_and_with_it_the_record_opens(an: UUID, cast: None, letters: Letters) -> None:
    desk = Client()
    desk.force_login(User.objects.get(username="nurse"))
    assert "Thêm số điện thoại hoặc thư điện tử" in desk.get(f"/people/{an}/").content.decode()
    answer = desk.post(f"/people/{an}/contact/", {"contact": "moi@example.test", "command_id": str(new_id())})
    assert "Từ nay người dân có thể dùng liên hệ này" in desk.get(answer.headers["Location"]).content.decode()
    answer = desk.post(f"/people/{an}/contact/", {"contact": "moi", "command_id": str(new_id())}, follow=True)
    assert "Chưa ghi gì" in answer.content.decode()
    client = Client()
    ask(client, NUMBER, "moi@example.test")
    assert client.post("/me/sign-in/code/", {"code": letters.code()}).headers["Location"] == "/me/"
