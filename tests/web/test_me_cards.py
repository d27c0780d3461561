"""Certificates in a person's own record: whose they are, what their code says, paper, file, doses and what is due."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from lachan.access.actors import Actor
from lachan.certificates import follower, keys
from lachan.certificates.codecs import hcert, pictures, shc
from lachan.certificates.operations.issue import Cause, bring_up_to_date
from lachan.certificates.operations.signatures import digest_of, sign_days, unsigned
from lachan.certificates.queries.cards import CardFacts, cards_of
from lachan.kernel.database import hot_cursor
from lachan.kernel.ids import new_id
from tests.immunization.conftest import Station, make_station, stock_up

from .test_me import child_of, send, signed_in

pytestmark = pytest.mark.slow

ROOT = Actor.system("tests")


@pytest.fixture
def station(db: None, reference: None) -> Station:
    made = stock_up(make_station())
    keys.forget()
    keys.ensure(timezone.now())
    return made


def given(station: Station, person: UUID, product: str = "pfizer", days: int = 1) -> None:
    at = station.now - timedelta(days=days)
    assert station.dose(person, product, at=at).reason is None


def signed(station: Station) -> None:
    """The head of the station signs everything; cards follow."""
    last = timezone.localdate(station.now)
    first = last - timedelta(days=200)
    seen = digest_of(unsigned(station.facility.id, first, last))
    sign_days(station.facility.id, first, last, batch_id=new_id(), seen=seen, actor=ROOT, now=timezone.now())
    follower.follow_once()


def follow(person: UUID) -> None:
    """What the follower does once a dose or a correction is committed."""
    now = timezone.now()
    with hot_cursor() as cursor:
        bring_up_to_date(cursor, {person: Cause("correction", now)}, now=now)


def cards(person: UUID) -> dict[str, CardFacts]:
    return {card.kind: card for card in cards_of([person]).get(person, []) if card.state == "current"}


def test_doses_with_lot_day_and_place_and_when_the_next_is_due(station: Station) -> None:
    person = station.person()
    client = signed_in(person)
    assert "chưa có mũi tiêm nào" in client.get("/me/").content.decode()
    given(station, person, days=30)
    text = client.get("/me/").content.decode()
    for word in ("Mũi 1", station.lots["pfizer"], station.facility.name, "Đã đến hạn tiêm mũi tiếp theo"):
        assert word in text


def test_before_the_head_signs_there_is_the_domestic_card_and_it_says_what_is_missing(station: Station) -> None:
    person = station.person()
    given(station, person, "janssen")  # complete with one dose
    follow(person)
    text = signed_in(person).get("/me/certificates/").content.decode()
    assert "Thẻ trong nước" in text
    assert "Đang lập hộ chiếu vắc xin cho mũi 1" in text
    signed(station)
    text = signed_in(person).get("/me/certificates/").content.decode()
    assert "Đang lập" not in text
    assert "Hộ chiếu vắc xin</h2>" in text


def _picture(svg: str) -> bytes:
    """The inline picture as a camera would see it, eight pixels a module."""
    import io

    from PIL import Image, ImageDraw

    [side] = re.findall(r'viewBox="0 0 (\d+) ', svg)
    picture = Image.new("L", (int(side) * 8, int(side) * 8), 255)
    pen = ImageDraw.Draw(picture)
    for x, y, run in re.findall(r"M(\d+) (\d+)\.5h(\d+)", svg):
        pen.rectangle([int(x) * 8, int(y) * 8, (int(x) + int(run)) * 8 - 1, int(y) * 8 + 7], fill=0)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def test_the_code_on_the_screen_is_the_card_with_name_and_birth_date(station: Station) -> None:
    person = station.person("Nguyễn Thị Đào")
    given(station, person, "janssen")
    signed(station)
    client = signed_in(person)
    assert set(cards(person)) == {"hcert", "domestic"}
    for kind, card in cards(person).items():
        text = client.get(f"/me/certificates/{card.id}/").content.decode()
        assert "Nguyễn Thị Đào" in text
        [svg] = re.findall(r"<svg xmlns.*?</svg>", text)
        [said] = pictures.texts_in(_picture(svg))
        if kind == "hcert":
            assert hcert.decode(said).payload["nam"]["fnt"] == "NGUYEN"
        else:
            assert said.startswith("LC1:")


def test_paper_in_both_sizes_and_a_file_for_wallets(station: Station) -> None:
    person = station.person("Nguyễn Thị Đào")
    given(station, person)
    signed(station)
    client = signed_in(person)
    card = cards(person)["hcert"]
    for sheet in ("a4", "pocket"):
        answer = client.get(f"/me/certificates/{card.id}/{sheet}.pdf")
        assert answer.headers["Content-Type"] == "application/pdf"
        assert "no-store" in answer.headers["Cache-Control"]
        assert "Nguyễn" not in answer.headers["Content-Disposition"]
        assert any(said.startswith("HC1:") for said in pictures.texts_in(answer.content))
    assert client.get(f"/me/certificates/{card.id}/a5.pdf").status_code == 404
    assert client.get(f"/me/certificates/{card.id}/file/").status_code == 404, "it is no SMART Health Card"
    client.post("/me/certificates/health-card/")
    health = cards(person)["shc"]
    answer = client.get(f"/me/certificates/{health.id}/file/")
    assert answer.headers["Content-Type"] == shc.MEDIA_TYPE
    assert len(json.loads(answer.content)["verifiableCredential"]) == 1
    assert client.get(f"/me/certificates/{health.id}/").status_code == 200


def test_a_health_card_without_a_signed_dose_is_refused_with_the_reason(station: Station) -> None:
    person = station.person()
    given(station, person)
    text = signed_in(person).post("/me/certificates/health-card/", follow=True).content.decode()
    assert "trưởng điểm tiêm chưa ký" in text


def test_cards_of_others_are_not_there_and_those_of_the_own_children_are(station: Station) -> None:
    mother, stranger = station.person("Trần Thị Bình"), station.person("Lê Hoàng Cường")
    child = child_of(mother, "2009-09-05")
    for person in (stranger, child):
        given(station, person)
    signed(station)
    client = signed_in(mother)
    theirs, childs = cards(stranger)["hcert"], cards(child)["hcert"]
    for path in ("", "a4.pdf", "file/"):
        assert client.get(f"/me/certificates/{theirs.id}/{path}").status_code == 404
        assert Client().get(f"/me/certificates/{theirs.id}/{path}").headers["Location"] == "/me/sign-in/?closed"
    assert client.get(f"/me/certificates/{new_id()}/").status_code == 404
    guesser = signed_in(mother)
    answers = [guesser.get(f"/me/certificates/{new_id()}/").status_code for _ in range(13)]
    assert answers == [404] * 11 + [302] * 2, "whoever goes on trying ids is signed out"
    assert client.get(f"/me/certificates/{childs.id}/").status_code == 200
    assert str(childs.id) not in client.get("/me/certificates/").content.decode(), "the record shown is the mother's"
    client.post("/me/show/", {"person": str(child)})
    assert str(childs.id) in client.get("/me/certificates/").content.decode()


def test_after_a_correction_the_old_card_says_that_it_is_revoked_and_why(station: Station) -> None:
    person = station.person()
    given(station, person)
    signed(station)
    old = cards(person)["hcert"]
    send("person.amend", person={"id": str(person)}, changes={"name": "Nguyễn Văn Ánh"}, reason="as on the paper")
    follow(person)
    client = signed_in(person)
    text = client.get("/me/certificates/").content.decode()
    assert "Đã thu hồi" in text
    assert "họ tên hoặc ngày sinh đã được sửa" in text
    page = client.get(f"/me/certificates/{old.id}/").content.decode()
    assert "Đã thu hồi" in page, "nobody shows a revoked card without being told"
