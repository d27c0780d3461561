"""The whole promise: shown, found wrong, corrected by two people, and the old code refused at a door without a line."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from lachan.certificates import follower
from lachan.certificates.codecs import pictures
from lachan.certificates.corrections import operations
from lachan.certificates.models import Card
from lachan.certificates.operations import signatures
from lachan.certificates.operations.publication import publish
from lachan.kernel.ids import new_id
from lachan.people.self_service import sessions
from lachan.rest import published
from lachan.web.person_door import COOKIE
from tests.certificates.corrections.conftest import Case, made_case
from tests.tracing.answers.writing import settled

from .test_verifier import guard, next_person, ring, show, update

__all__ = ["guard", "ring"]  # fixtures of the verifier's journeys
pytestmark = [pytest.mark.journey, pytest.mark.slow]


@pytest.fixture
def case(ring: None) -> Case:
    """Somebody with two doses, signed by the head, and a card for borders."""
    made = made_case()
    now, head = timezone.now(), made.people["head"]
    first, last = (now - timedelta(days=400)).date(), timezone.localdate()
    seen = signatures.digest_of(signatures.unsigned(made.facility.id, first, last))
    signatures.sign_days(made.facility.id, first, last, batch_id=new_id(), seen=seen, actor=head, now=now)
    settled()
    follower.follow_once()
    return made


def shown(phone: Page, case: Case) -> str:
    """What a camera reads from the phone that shows the card for borders."""
    card = Card.objects.get(person_id=case.person_id, kind="hcert", state="current")
    phone.goto(f"/me/certificates/{card.id}/")
    expect(phone.get_by_text("Nguyễn Văn An").first).to_be_visible()
    [said] = pictures.texts_in(phone.screenshot())
    return said


def test_the_old_code_is_refused_without_a_line_once_the_record_is_right(
    site: str, browser: Browser, case: Case, guard: Page
) -> None:
    context = browser.new_context(base_url=site, locale="vi-VN", viewport={"width": 360, "height": 740})
    token = sessions.begin(case.person_id, shared=False, device="", now=timezone.now())
    context.add_cookies([{"name": COOKIE, "value": token, "url": f"{site}/me/"}])
    phone = context.new_page()
    old = shown(phone, case)
    guard.context.set_offline(True)
    said = show(guard, old)
    assert "HỢP LỆ" in said
    assert "17/05/1980" in said
    next_person(guard)

    # asked for, proposed by the head, approved by somebody else (test_corrections presses every button of it)
    case.ask()
    case.propose()
    case.step("approve", by="commune")
    recorded = timezone.now()
    settled()
    follower.follow_once()
    operations.finish(timezone.now())
    publish(timezone.now())
    published.forget()
    card = Card.objects.get(person_id=case.person_id, kind="hcert", state="current")
    assert 0 <= (card.issued_at - card.cause_at).total_seconds() < 30
    assert card.issued_at >= recorded - timedelta(seconds=1)

    new = shown(phone, case)
    assert new != old
    assert "HỢP LỆ" in show(guard, old)  # a door without a line cannot know yet
    next_person(guard)
    guard.context.set_offline(False)
    update(guard)
    guard.context.set_offline(True)
    guard.reload()
    said = show(guard, old)
    assert "TỪ CHỐI" in said
    assert "đã bị thu hồi" in said
    next_person(guard)
    said = show(guard, new)
    assert "HỢP LỆ" in said
    assert "17/05/1981" in said
    context.close()
