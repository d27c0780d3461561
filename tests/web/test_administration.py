"""Administration through its pages: what an administrator does in a day, and what an auditor sees."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from lachan.access import operations, queries
from lachan.access.actors import Actor, actor_of_key
from lachan.access.models import Alert, User
from lachan.access.operations import watch
from lachan.kernel.ids import new_id

from .conftest import SignedIn

pytestmark = pytest.mark.slow

ROOT = Actor.system("tests")


def second_admin() -> Client:
    now = timezone.now()
    [made] = operations.create_users([operations.NewUser("admin2", "Lý Thu Thủy")], actor=ROOT, now=now)
    assert made.id
    operations.grant([operations.NewGrant("administrator", user_id=made.id, area_id=1)], actor=ROOT, now=now)
    client = Client()
    client.force_login(User.objects.get(id=made.id))
    return client


def said(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def page(user_id: UUID, rest: str = "") -> str:
    return f"/administration/users/{user_id}/{rest}"


def test_a_new_colleague_from_account_to_first_sign_in(signed_in: SignedIn) -> None:
    admin = signed_in("admin")
    sent = {"username": "thu-ha", "display_name": "Nguyễn Thị Thu Hà", "language": "vi"}
    opened = admin.post("/administration/users/new/", sent)
    user = User.objects.get(username="thu-ha")
    assert opened.headers["Location"] == page(user.id)
    assert admin.post("/administration/users/new/", sent).status_code == 422
    given = admin.post(page(user.id, "roles/"), {"role": "vaccinator", "place": "TYT26740"}, follow=True)
    assert said(given) == ["Đã cấp vai trò."]
    officer = {"role": "commune_officer", "place": "26740", "to": "2099-01-01"}
    assert "Đã cấp vai trò." in said(admin.post(page(user.id, "roles/"), officer, follow=True))
    wrong = admin.post(page(user.id, "roles/"), {"role": "head", "place": "ở đâu đó"}, follow=True)
    assert "Không có cơ sở" in said(wrong)[0]
    shown = admin.post(page(user.id, "act/"), {"action": "first-code"}).content.decode()
    code = re.search(r'class="admin-secret">([A-Z2-9-]{23})<', shown)
    assert code
    assert code[1] not in admin.get(page(user.id)).content.decode()  # shown once
    assert operations.use_code("thu-ha", code[1], "thuyền-nan-trôi-sông", now=timezone.now()).id == user.id


def test_a_role_is_prolonged_and_ended(signed_in: SignedIn) -> None:
    admin = signed_in("admin")
    nurse = queries.user_by_name("vaccinator")
    assert nurse
    where = page(nurse.id, f"roles/{nurse.grants[0].id}/")
    day = timezone.localdate() + timedelta(days=5)
    admin.post(where, {"action": "extend", "to": day.isoformat()})
    assert "sắp hết hạn" in admin.get(page(nurse.id)).content.decode()
    assert "còn 5 ngày" in admin.get("/administration/").content.decode()
    assert "hết hạn ngày" in signed_in("vaccinator").get("/accounts/security/").content.decode()
    assert said(admin.post(where, {"action": "end"}, follow=True)) == ["Vai trò đã kết thúc."]
    found = queries.user_by_name("vaccinator")
    assert found
    assert found.grants[0].revoked_at is not None


@pytest.mark.slow
def test_two_administrators_let_somebody_in_again(signed_in: SignedIn) -> None:
    admin, other = signed_in("admin"), second_admin()
    head = User.objects.get(username="head")
    admin.post(page(head.id, "ask/"), {"kind": "password", "reason": "quên"})
    [asked] = queries.open_requests(ROOT, timezone.now())
    mine = admin.get("/administration/").content.decode()
    assert "Rút lại" in mine
    assert 'value="confirm"' not in mine
    where = f"/administration/requests/{asked.id}/"
    assert "không được tự xác nhận" in said(admin.post(where, {"action": "confirm"}, follow=True))[0]
    shown = other.post(where, {"action": "confirm"}).content.decode()
    assert re.search(r'class="admin-secret">[A-Z2-9-]{23}<', shown)
    assert "đã được quyết định" in said(other.post(where, {"action": "confirm"}, follow=True))[0]


def test_an_account_is_closed_and_signed_out_and_never_ones_own(signed_in: SignedIn) -> None:
    admin, nurse = signed_in("admin"), signed_in("nurse")
    user, own = User.objects.get(username="nurse"), User.objects.get(username="admin")
    assert nurse.get("/accounts/security/").status_code == 200
    admin.post(page(user.id, "act/"), {"action": "close"})
    assert nurse.get("/accounts/security/").status_code == 302
    admin.post(page(user.id, "act/"), {"action": "open"})
    assert User.objects.get(username="nurse").is_active
    assert "chính mình" in said(admin.post(page(own.id, "act/"), {"action": "close"}, follow=True))[-1]
    assert "Đây là tài khoản của bạn" in admin.get(page(own.id)).content.decode()


def test_users_are_found_by_words_without_accents_role_and_place(signed_in: SignedIn) -> None:
    admin = signed_in("admin")

    def names(query: str) -> list[str]:
        found = admin.get(f"/administration/users/?{query}").content.decode()
        return re.findall(r'lc-hint lc-code">([\w.-]+)<', found)

    assert names("q=thu+ha") == ["nurse"]
    assert names("role=province_officer") == ["province"]
    at_station = {"nurse", "receptionist", "screener", "vaccinator", "observer", "head", "laboratory"}
    assert set(names("where=TYT26740")) == at_station
    assert names("state=closed") == []
    assert "Không có mã này" in admin.get("/administration/users/?where=nowhere").content.decode()


def test_administrators_of_a_province_see_their_own(signed_in: SignedIn) -> None:
    now = timezone.now()
    [made] = operations.create_users([operations.NewUser("ha-noi", "Hà Nội")], actor=ROOT, now=now)
    assert made.id
    operations.grant([operations.NewGrant("administrator", user_id=made.id, area_id=2)], actor=ROOT, now=now)
    client = Client()
    client.force_login(User.objects.get(id=made.id))
    assert ">nurse<" not in client.get("/administration/users/").content.decode()
    nurse = User.objects.get(username="nurse")
    assert client.get(page(nurse.id)).status_code == 404
    assert client.post(page(nurse.id, "act/"), {"action": "close"}).status_code == 404
    assert client.get("/administration/facilities/126740/").status_code == 404


def test_a_key_is_made_shown_once_and_revoked(signed_in: SignedIn) -> None:
    admin = signed_in("admin")
    sent = {"label": "Máy trạm 1", "kind": "device", "place": "TYT26740", "days": "30"}
    token = re.search(r"lk_[a-z2-7]{10}_[\w-]{43}", admin.post("/administration/keys/", sent).content.decode())
    assert token
    assert actor_of_key(token[0]) is not None
    assert token[0] not in admin.get("/administration/keys/").content.decode()
    [key] = queries.keys_in_scope(ROOT)
    admin.post(f"/administration/keys/{key.id}/revoke/")
    assert actor_of_key(token[0]) is None
    assert admin.post("/administration/keys/", sent | {"place": "TYT0"}).status_code == 422


def test_a_file_from_template_to_codes(signed_in: SignedIn) -> None:
    admin = signed_in("admin")
    template = admin.get("/administration/files/users/template.csv").content.decode("utf-8-sig")
    assert template.startswith("username,name,language,email,role,place,from,to\r\n")
    text = "username,name,role,place\nmoi,Người Mới,vaccinator,TYT26740\nX,Sai,head,TYT26740\n"
    sent = admin.post("/administration/files/users/", {"file": SimpleUploadedFile("a.csv", text.encode())})
    staged = sent.headers["Location"]
    shown = admin.get(staged).content.decode()
    assert "Thực hiện 1 dòng" in shown
    assert "<strong>username:</strong>" in shown
    errors = admin.get(f"{staged}errors.csv").content.decode("utf-8-sig").splitlines()
    assert errors[1].startswith("X,Sai,")
    assert signed_in("admin").post(f"{staged}commit/").headers["Location"] == staged
    codes = admin.post(f"{staged}codes/").content.decode("utf-8-sig")
    assert re.search(r"moi,[A-Z2-9-]{23}", codes)
    broken = admin.post("/administration/files/users/", {"file": SimpleUploadedFile("a.csv", b"\x00")})
    assert broken.status_code == 422
    assert "CSV UTF-8" in broken.content.decode()
    assert second_admin().get(staged).status_code == 404


def test_the_auditor_finds_looks_and_answers_alerts(signed_in: SignedIn) -> None:
    auditor = signed_in("auditor")
    nurse = User.objects.get(username="nurse")
    person = new_id()
    now = timezone.now()
    operations.log_looks(
        Actor(nurse.id, "user", "nurse", ()), [person] + [new_id() for _ in range(59)], "x", "page", now
    )
    first = auditor.get("/administration/looks/").content.decode()
    assert first.count(nurse.display_name) == 50
    assert "Các lượt cũ hơn" in first
    found = auditor.post("/administration/looks/", {"user": "nurse", "person": str(person)}).content.decode()
    assert found.count(nurse.display_name) == 1
    table = auditor.post("/administration/looks/", {"user": "nurse", "as": "csv"}).content.decode()
    assert len(table.splitlines()) == 61
    assert "Không ai có tên" in auditor.post("/administration/looks/", {"user": "không-ai"}).content.decode()
    watch.watch(timezone.localdate(), now=now)
    [alert] = Alert.objects.all()
    assert "60 hồ sơ không có việc gì kèm theo" in auditor.get("/administration/alerts/").content.decode()
    auditor.post(f"/administration/alerts/{alert.id}/", {"answer": "Diễn tập"})
    assert "Diễn tập" in auditor.get("/administration/alerts/?state=answered").content.decode()
    auditor.post("/administration/alerts/keep/", {"action": "limit", "name": "elsewhere", "value": "12"})
    assert watch.limits_on(timezone.localdate())["elsewhere"] == 12
    auditor.post("/administration/alerts/keep/", {"action": "name", "person": str(person), "note": "ca sĩ"})
    assert "ca sĩ" in auditor.get("/administration/alerts/").content.decode()
