"""The frame of every page: signing in, home by role, language, errors, and what the browser is promised."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from lachan.access.models import User
from lachan.kernel.ids import new_id
from lachan.web.middleware import POLICY

from . import urls_that_fail
from .conftest import SignedIn
from .pages import breaches

pytestmark = pytest.mark.slow
LOGIN = "/accounts/login/"
EVERYONE = (
    "nurse", "receptionist", "screener", "vaccinator", "observer", "head", "commune", "district", "province",
    "national", "auditor", "support", "admin",
)  # fmt: skip


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.mark.parametrize(("language", "words"), [("vi", "Đăng nhập"), ("en", "Sign in")])
def test_the_sign_in_page_speaks_both_languages_and_lists_the_demonstration(
    cast: None, language: str, words: str
) -> None:
    client = Client()
    client.cookies["lachan_language"] = language
    page = text_of(client.get(LOGIN))
    assert f'<html lang="{language}"' in page
    assert f"<h1>{words}</h1>" in page
    assert 'data-demo-user="nurse"' in page
    assert "Trạm Y tế phường Bến Nghé" in page
    assert breaches(page) == []


def test_outside_the_demonstration_there_is_no_banner_and_no_sign_in_is_told(cast: None, settings: Any) -> None:
    settings.LACHAN_DEMO = False
    page = text_of(Client().get(LOGIN))
    assert "data-demo-user" not in page
    assert "lachan-demo-2021" not in page
    assert "lc-demo" not in page


def test_a_wrong_password_is_explained_and_the_name_kept(cast: None) -> None:
    page = text_of(Client().post(LOGIN, {"login": "nurse", "password": "sai"}))
    assert "Chưa đăng nhập được" in page
    assert 'value="nurse"' in page
    assert "sai" not in re.findall(r'value="([^"]*)"', page)


@pytest.mark.slow
@pytest.mark.parametrize("username", EVERYONE)
def test_home_leads_everyone_only_where_they_may_go(signed_in: SignedIn, username: str) -> None:
    client = signed_in(username)
    answer = client.get("/")
    page = text_of(answer)
    assert answer.status_code == 200
    assert breaches(page) == []
    assert "Bản trình diễn" in page
    for door in re.findall(r'class="lc-door[^"]*" href="([^"]+)"', page):
        assert client.get(door, follow=True).status_code == 200, f"{username} is led to {door}"


def test_the_bar_says_as_whom_and_where_one_works(signed_in: SignedIn) -> None:
    page = text_of(signed_in("nurse").get("/"))
    assert "Trạm Y tế phường Bến Nghé" in page
    assert '<span class="lc-where-role">Điều dưỡng</span>' in page
    assert "Chào Nguyễn Thị Thu Hà" in page
    assert '<span class="lc-where-role">Trưởng điểm tiêm</span>' in text_of(signed_in("head").get("/"))


def test_someone_without_a_role_is_told_whom_to_ask(db: None, reference: object) -> None:
    user = User.objects.create(username="moi", display_name="Người Mới")
    client = Client()
    client.force_login(user)
    page = text_of(client.get("/"))
    assert "Chưa có vai trò" in page
    assert "lc-rail" not in page


def test_visitors_are_asked_to_sign_in_and_parts_of_pages_get_401(db: None) -> None:
    assert Client().get("/").headers["Location"].startswith(LOGIN)
    assert Client().get("/", headers={"HX-Request": "true"}).status_code == 401


def test_the_language_is_kept_for_the_browser_and_the_person(signed_in: SignedIn) -> None:
    client = signed_in("nurse")
    answer = client.post("/language/", {"language": "en", "next": "/?a=1"})
    assert answer.headers["Location"] == "/?a=1"
    assert client.cookies["lachan_language"].value == "en"
    assert User.objects.get(username="nurse").language == "en"
    page = text_of(client.get("/"))
    assert '<html lang="en"' in page
    assert "Demonstration" in page
    assert text_of(Client().get(LOGIN)).count('lang="vi"') >= 1  # another browser keeps its own


@pytest.mark.parametrize("place", ["https://example.org/", "//example.org", "javascript:alert(1)"])
def test_the_language_button_never_leads_elsewhere(db: None, place: str) -> None:
    assert Client().post("/language/", {"language": "en", "next": place}).headers["Location"] == "/"


def test_an_unknown_language_changes_nothing(db: None) -> None:
    client = Client()
    client.post("/language/", {"language": "xx", "next": "/"})
    assert "lachan_language" not in client.cookies


@pytest.mark.parametrize(("cookie", "attribute"), [("dark", 'data-theme="dark"'), ("light", 'data-theme="light"')])
def test_the_theme_is_drawn_by_the_server(db: None, cookie: str, attribute: str) -> None:
    client = Client()
    client.cookies["lachan_theme"] = cookie
    assert attribute in text_of(client.get(LOGIN))


def test_a_theme_nobody_knows_is_ignored(db: None) -> None:
    client = Client()
    client.cookies["lachan_theme"] = 'x" onload="alert(1)'
    page = text_of(client.get(LOGIN))
    assert "<html lang=" in page
    assert "data-theme=" not in page.split("<body")[0]


def test_every_page_carries_the_policy_and_is_not_kept(signed_in: SignedIn) -> None:
    for path in ("/", "/accounts/password/change/", "/no-such-page/"):
        answer = signed_in("nurse").get(path)
        assert answer.headers["Content-Security-Policy"] == POLICY, path
        assert "no-store" in answer.headers["Cache-Control"], path
    assert "unsafe-inline" not in POLICY
    assert "'unsafe-eval'" not in POLICY
    assert "http" not in POLICY


class TestWhatWentWrong:
    def test_no_such_page(self, signed_in: SignedIn) -> None:
        answer = signed_in("nurse").get("/khong-co/")
        assert answer.status_code == 404
        assert "Không có trang này" in text_of(answer)
        assert "khong-co" not in text_of(answer)

    @pytest.mark.urls(urls_that_fail.__name__)
    def test_a_broken_page_shows_a_code_and_nothing_of_the_inside(self, signed_in: SignedIn) -> None:
        answer = signed_in("nurse").get("/broken/")
        page = text_of(answer)
        assert answer.status_code == 500
        assert answer.headers["X-Error-Code"] in page
        for inside in ("RuntimeError", "person_secret", "/srv/lachan", "Traceback", "Django"):
            assert inside not in page
        assert breaches(page) == []

    @pytest.mark.urls(urls_that_fail.__name__)
    def test_a_page_kept_open_over_a_sign_out(self, cast: None) -> None:
        client = Client(enforce_csrf_checks=True)
        answer = client.post("/language/", {"language": "en"})
        assert answer.status_code == 403
        assert "Trang này mở đã quá lâu" in text_of(answer)

    def test_not_allowed(self, signed_in: SignedIn) -> None:
        from django.core.exceptions import PermissionDenied
        from django.test import RequestFactory

        from lachan.web.parts.shell import errors

        answer = errors.forbidden(RequestFactory().get("/x/"), PermissionDenied("dose 17 of person 4"))
        assert answer.status_code == 403
        assert "person 4" not in text_of(answer)


def test_a_character_that_no_keyboard_sends_is_left_out(signed_in: SignedIn) -> None:
    national = signed_in("national")
    assert national.get("/alarms/?area=%00").status_code == 200
    sent = {"step": "acknowledge", "alarm": str(new_id()), "reason": "seen\0 it"}
    assert national.post("/alarms/act/", sent).status_code == 302
