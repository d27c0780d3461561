"""Certificates at the desk: a person's, and a station's day on paper."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from lachan.access.models import Look
from lachan.certificates import keys
from lachan.certificates.codecs import hcert, pictures
from lachan.certificates.operations import signatures
from lachan.certificates.operations.issue import Cause, bring_up_to_date
from lachan.certificates.queries.cards import CardFacts, cards_of
from lachan.cli.main import main
from lachan.kernel.database import hot_cursor
from lachan.kernel.ids import new_id
from lachan.web.parts.cards import day as views
from lachan.web.words import span

from .board_days import NAMES, ROOT, Day, statements
from .pages import breaches

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SignedIn = Callable[[str], Client]
PAGE = "/cards/day/"


def look(day: Day, cause: str = "signature") -> None:
    """As the follower does."""
    now = timezone.now()
    with hot_cursor() as cursor:
        bring_up_to_date(cursor, {person: Cause(cause, now) for person in day.people}, now=now)


def sign(day: Day) -> None:
    first, last = day.today - timedelta(days=1), day.today
    seen = signatures.digest_of(signatures.unsigned(day.facility.id, first, last))
    signatures.sign_days(day.facility.id, first, last, batch_id=new_id(), seen=seen, actor=ROOT, now=timezone.now())


@pytest.fixture
def signed(day: Day) -> Day:
    """Three people vaccinated today, signed for, with their certificates."""
    keys.forget()
    keys.ensure(timezone.now())
    day.ready(3)
    day.inject(0, 1, 2)
    sign(day)
    look(day)
    return day


def current(person: UUID, kind: str = "hcert") -> CardFacts:
    return next(card for card in cards_of([person])[person] if card.kind == kind and card.state == "current")


def looks(day: Day, what: str) -> set[UUID]:
    return set(Look.objects.filter(what=what, person_id__in=day.people).values_list("person_id", flat=True))


def test_a_station_prints_its_day_and_every_code_on_it_is_good(signed: Day, head_page: Client) -> None:
    html = head_page.get(PAGE).content.decode()
    assert breaches(html) == []
    assert "3 giấy xác nhận" in html
    assert all(name in html for name in NAMES[:3])
    assert looks(signed, "certificates") == set(signed.people)
    answer = head_page.post(f"{PAGE}print/", {"facility": signed.facility.id, "day": signed.today, "form": "a4"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    assert answer.headers["Cache-Control"] == "no-store"
    assert not any(name in answer.headers["Content-Disposition"] for name in NAMES)
    assert looks(signed, "printed certificates") == set(signed.people)
    found = pictures.texts_in(answer.content)
    now = timezone.now()
    verdicts = [hcert.check_trusted(text, trusted=keys.certificates("hcert", now), clock=now) for text in found]
    assert [verdict.ok for verdict in verdicts] == [True] * 3, verdicts
    named = {
        f"{verdict.payload['nam']['fn']} {verdict.payload['nam']['gn']}" for verdict in verdicts if verdict.payload
    }
    assert named == set(NAMES[:3])


def test_who_is_not_signed_for_is_counted_and_not_printed(signed: Day, head_page: Client, nurse_page: Client) -> None:
    signed.ready(1)
    signed.inject(3)
    look(signed, "dose")
    html = head_page.get(PAGE).content.decode()
    assert "1 mũi tiêm trong ngày chưa được ký" in html
    assert f"/signing/{signed.facility.id}/?from=" in html
    assert "/signing/" not in nurse_page.get(PAGE).content.decode().partition("<main")[2]
    answer = head_page.post(f"{PAGE}print/", {"facility": signed.facility.id, "form": "pocket", "language": "vi"})
    assert len(pictures.texts_in(answer.content)) == 3


def test_a_long_day_is_printed_in_parts(signed: Day, head_page: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "MOST_CARDS", 2)
    html = head_page.get(f"{PAGE}?part=2").content.decode()
    assert NAMES[2] in html
    assert NAMES[0] not in html
    both = [head_page.post(f"{PAGE}print/", {"form": "a4", "part": part}) for part in (1, 2)]
    assert [len(pictures.texts_in(answer.content)) for answer in both] == [2, 1]
    assert looks(signed, "printed certificates") == set(signed.people)


def test_the_number_of_statements_does_not_depend_on_the_people(signed: Day, head_page: Client) -> None:
    head_page.get(PAGE)
    with statements() as three:
        head_page.post(f"{PAGE}print/", {"form": "a4"})
    signed.ready(9)
    signed.inject(*range(3, 12))
    sign(signed)
    look(signed)
    with statements() as twelve:
        answer = head_page.post(f"{PAGE}print/", {"form": "a4"})
    assert answer.headers["Content-Type"] == "application/pdf"
    assert len(twelve) == len(three)


def test_an_officer_chooses_a_station_of_their_own(signed: Day, signed_in: SignedIn) -> None:
    page = signed_in("province")
    html = page.get(PAGE).content.decode()
    assert breaches(html) == []
    assert f"?facility={signed.facility.id}&amp;day=" in html
    assert "3 giấy xác nhận" in page.get(f"{PAGE}?facility={signed.facility.id}").content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM places_facility")
        other = cursor.fetchone()[0]
    assert page.get(f"{PAGE}?facility={other}").status_code == 403
    assert page.post(f"{PAGE}print/", {"facility": other, "form": "a4"}).status_code == 403
    assert page.get(f"{PAGE}?facility=1;2").status_code == 403


def test_a_persons_certificates_with_what_ended_and_why(signed: Day, head_page: Client) -> None:
    person = signed.people[0]
    old = current(person)
    signed.send("person.amend", person={"id": str(person)}, changes={"name": "Nguyễn Văn Ân"}, reason="giấy khai sinh")
    look(signed, "person")
    html = head_page.get(f"/cards/{person}/").content.decode()
    assert breaches(html) == []
    assert "Nguyễn Văn Ân" in html
    assert old.identifier.rpartition(":")[2] in html.partition("<table")[2]
    assert "Đã thu hồi" in html
    assert "họ tên hoặc ngày sinh được chỉnh sửa" in html
    assert looks(signed, "certificates") == {person}
    assert f"/cards/{person}/" in head_page.get(f"/people/{person}/").content.decode()


def test_the_paper_of_before_a_correction_is_refused(
    signed: Day, head_page: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    person = signed.people[0]
    paper = tmp_path / "paper.pdf"
    paper.write_bytes(head_page.post(f"/cards/{person}/print/", {"card": current(person).id, "form": "a4"}).content)
    assert main(["certificates", "read", str(paper)]) == 0
    signed.send("person.amend", person={"id": str(person)}, changes={"name": "Nguyễn Văn Ân"}, reason="giấy khai sinh")
    look(signed, "person")
    assert main(["certificates", "read", str(paper)]) == 1
    assert "REVOKED: The certificate was revoked" in capsys.readouterr().out


def test_only_what_stands_is_printed_and_only_of_this_person(signed: Day, head_page: Client) -> None:
    person, other = signed.people[:2]
    old = current(person)
    answer = head_page.post(f"/cards/{person}/print/", {"card": old.id, "form": "pocket"})
    [text] = pictures.texts_in(answer.content)
    assert hcert.decode(text).payload is not None
    assert looks(signed, "printed certificates") == {person}
    signed.send("person.amend", person={"id": str(person)}, changes={"name": "Nguyễn Văn Ân"}, reason="giấy khai sinh")
    look(signed, "person")
    for card in (old.id, current(other).id, "x"):
        refused = head_page.post(f"/cards/{person}/print/", {"card": card, "form": "a4"})
        assert refused.headers["Location"] == f"/cards/{person}/"
    assert head_page.post(f"/cards/{person}/print/", {"card": current(person).id, "form": "a5"}).status_code == 302


def test_who_may_not_open_the_record_sees_no_certificates(signed: Day, signed_in: SignedIn) -> None:
    person = signed.people[0]
    for name in ("national", "admin"):
        assert signed_in(name).get(f"/cards/{person}/").status_code == 403
        assert signed_in(name).get(PAGE).status_code == 403
    assert looks(signed, "certificates") == set()


def test_the_auditor_looks_and_prints_nothing(signed: Day, signed_in: SignedIn) -> None:
    person, auditor = signed.people[0], signed_in("auditor")
    page = auditor.get(f"/cards/{person}/")
    assert page.status_code == 200
    assert "/print/" not in page.content.decode()
    assert auditor.post(f"/cards/{person}/print/", {"form": "a4"}).status_code == 403
    assert auditor.get(PAGE).status_code == 403
    assert looks(signed, "certificates") == {person}


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.2, "1 second"), (80, "80 seconds"), (240, "4 minutes"), (7300, "2 hours"), (200_000, "2 days")],
)
def test_how_long_somebody_waited(seconds: float, said: str) -> None:
    from django.utils.translation import override

    with override("en"):
        assert span(timedelta(seconds=seconds)) == said
