"""Cards follow facts: recorded, signed, amended, voided, renamed, merged."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

from lachan.access.rules import Role
from lachan.certificates import follower, keys
from lachan.certificates.checks import cards as checks
from lachan.certificates.codecs import domestic, hcert
from lachan.certificates.follower import caused
from lachan.certificates.operations import issue, signatures
from lachan.certificates.operations.issue import Cause, Done, bring_up_to_date
from lachan.certificates.queries.cards import CardFacts, cards_of, delays, wire
from lachan.certificates.queries.revocations import revoked
from lachan.certificates.queries.signing import days
from lachan.kernel import journal
from lachan.kernel.database import hot_cursor
from lachan.kernel.errors import Forbidden, Problem
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED
from tests.immunization.conftest import NOW, VIETNAM, Station, rows

pytestmark = pytest.mark.slow
FIRST, SECOND = NOW - timedelta(days=60), NOW - timedelta(days=1)


def look(people: Iterable[UUID], what: str = "dose") -> Done:
    """As the follower does: everything about them since they were last looked at."""
    now = timezone.now()
    with hot_cursor() as cursor:
        return bring_up_to_date(cursor, {person: Cause(what, now) for person in people}, now=now)


def follow(since: list[journal.Row] | None = None) -> None:
    """Every fact of the journal, by the causes it has."""
    with hot_cursor() as cursor:
        cursor.execute(
            "SELECT 0, id, verb, subject, happened_at, recorded_at, actor, body FROM kernel_journal ORDER BY id"
        )
        facts = [journal.Row._make(row) for row in cursor.fetchall()]
        bring_up_to_date(cursor, caused(facts), now=timezone.now())


def vaccinated(station: Station, name: str = "Nguyễn Văn An") -> tuple[UUID, list[UUID]]:
    """Somebody with two doses; (person, doses)."""
    person = station.person(name)
    given = []
    for at in (FIRST, SECOND):
        outcome = station.dose(person, given_at=at.isoformat())
        assert outcome.status is ACCEPTED, outcome
        given.append(outcome.id)
    return person, [dose for dose in given if dose is not None]


def sign_all(station: Station, **more: Any) -> signatures.Signed:
    first, last = FIRST.date(), NOW.date()
    seen = signatures.digest_of(signatures.unsigned(station.facility.id, first, last))
    known = {"batch_id": new_id(), "seen": seen, "actor": station.role(Role.HEAD), "now": timezone.now()} | more
    return signatures.sign_days(station.facility.id, first, last, **known)


def shown(person: UUID, state: str = "current") -> dict[str, CardFacts]:
    return {card.kind: card for card in cards_of([person]).get(person, []) if card.state == state}


def text(card: CardFacts) -> str:
    found = wire(card.person_id, card.id)
    assert found is not None
    return found


def test_before_the_head_signs_there_is_a_card_for_doors_and_none_for_borders(station: Station) -> None:
    person, _ = vaccinated(station)
    look([person])
    assert set(shown(person)) == {"domestic"}
    sign_all(station)
    look([person], "signature")
    cards = shown(person)
    assert set(cards) == {"domestic", "hcert"}
    now = timezone.now()
    verdict = hcert.check_trusted(text(cards["hcert"]), trusted=keys.certificates("hcert", now), clock=now)
    assert verdict.ok, verdict.errors
    assert verdict.payload is not None
    [entry] = verdict.payload["v"]
    assert (entry["dn"], entry["sd"], entry["dt"]) == (2, 2, SECOND.astimezone(VIETNAM).date().isoformat())
    assert verdict.payload["nam"]["fnt"] == "NGUYEN"
    assert entry["ci"] == cards["hcert"].identifier
    door = domestic.check(text(cards["domestic"]), trusted=keys.certificates("domestic", now), clock=now)
    assert door.ok, door


def test_looking_again_changes_nothing(station: Station) -> None:
    person, _ = vaccinated(station)
    sign_all(station)
    assert look([person]).issued == 2
    assert look([person]) == Done(1, 0, 0, 0)


def test_a_corrected_name_gives_new_cards_revokes_the_old_and_tells_the_holder(station: Station) -> None:
    person, _ = vaccinated(station)
    sign_all(station)
    look([person])
    old = shown(person)
    station.must("person.amend", person={"id": str(person)}, changes={"name": "Nguyễn Văn Ân"}, reason="giấy khai sinh")
    follow()
    new = shown(person)
    assert {card.replaces for card in new.values()} == {card.id for card in old.values()}
    assert revoked([card.identifier for card in old.values()]) == {card.identifier for card in old.values()}
    assert not revoked([card.identifier for card in new.values()])
    assert {card.cause for card in new.values()} == {"person"}
    assert rows("SELECT template FROM immunization_message WHERE person_id = %s", person) == [("card_replaced",)]
    verbs = [row[0] for row in rows("SELECT verb FROM kernel_journal WHERE subject = %s ORDER BY id", person)]
    assert verbs[-4:].count("card.revoked") == 2
    assert delays(NOW - timedelta(days=1)).cards == 2


def test_a_voided_dose_takes_its_card_and_its_signature_along(station: Station) -> None:
    person, doses = vaccinated(station)
    sign_all(station)
    look([person])
    station.must("dose.void", person={"id": str(person)}, dose_id=str(doses[1]), reason="nhập nhầm người")
    follow()
    cards = shown(person)
    assert set(cards) == {"hcert"}  # of the first dose; it was never issued before, so it is new
    assert cards["hcert"].dose_id == doses[0]
    assert {card.kind for card in cards_of([person])[person] if card.state == "revoked"} == {"hcert", "domestic"}
    standing = rows("SELECT dose_id, stands FROM certificates_dosesignature WHERE person_id = %s", person)
    assert dict(standing) == {doses[0]: True, doses[1]: False}


def test_an_amended_dose_waits_for_a_signature_unless_two_people_corrected_it(station: Station) -> None:
    person, doses = vaccinated(station)
    sign_all(station)
    look([person])
    day = (SECOND - timedelta(days=1)).astimezone(VIETNAM).date()
    station.must("dose.amend", person={"id": str(person)}, dose_id=str(doses[1]), changes={"given_on": day.isoformat()},
                 reason="sai ngày")  # fmt: skip
    follow()
    assert shown(person)["hcert"].dose_id == doses[0]  # the amended one is not signed yet
    amended = rows("SELECT id FROM immunization_dose WHERE person_id = %s AND dose_number = 2 AND status = 'active'",
                   person)[0][0]  # fmt: skip
    with hot_cursor() as cursor:
        assert signatures.sign_corrected(cursor, person, amended, actor=station.role(Role.HEAD), now=timezone.now())
    look([person], "correction")
    assert shown(person)["hcert"].dose_id == amended


def test_an_amended_lot_leaves_the_card_as_it_is(station: Station) -> None:
    person, doses = vaccinated(station)
    sign_all(station)
    look([person])
    before = shown(person)["hcert"].id
    station.receive("pfizer", "PF2002")
    station.must("dose.amend", person={"id": str(person)}, dose_id=str(doses[1]), changes={"lot": "PF2002"},
                 reason="đọc nhầm lô")  # fmt: skip
    sign_all(station)
    follow()
    assert shown(person)["hcert"].id == before
    assert not shown(person, "revoked")


def test_two_records_made_one_keep_what_is_true_of_both(station: Station) -> None:
    stays, goes = station.person("Nguyễn Văn An"), station.person("Nguyễn Văn Án")
    for person, at in ((stays, FIRST), (goes, SECOND)):
        assert station.dose(person, given_at=at.isoformat()).status is ACCEPTED
    sign_all(station)
    look([stays, goes])
    old = shown(goes)["hcert"]
    station.must("person.merge", person={"id": str(stays)}, other={"id": str(goes)}, reason="một người")
    follow()
    assert revoked([old.identifier]) == {old.identifier}  # it carries the name of the record that is gone
    cards = shown(stays)
    assert set(cards) == {"domestic", "hcert"}
    assert not shown(goes)


def test_what_was_read_is_what_is_signed(station: Station) -> None:
    person, _ = vaccinated(station)
    first, last = FIRST.date(), NOW.date()
    seen = signatures.digest_of(signatures.unsigned(station.facility.id, first, last))
    late = station.person("Trần Thị Bình", "1990-02-03")
    assert station.dose(late, given_at=SECOND.isoformat()).status is ACCEPTED
    with pytest.raises(Problem) as changed:
        sign_all(station, seen=seen)
    assert changed.value.code == "list_changed"
    assert rows("SELECT count(*) FROM certificates_dosesignature") == [(0,)]
    assert person


def test_the_same_gesture_twice_signs_once_and_only_a_head_signs(station: Station) -> None:
    vaccinated(station)
    gesture = new_id()
    assert sign_all(station, batch_id=gesture).doses == 2
    assert sign_all(station, batch_id=gesture) == signatures.Signed(gesture, 2, 0)
    with pytest.raises(Problem) as nothing:
        sign_all(station)
    assert nothing.value.code == "nothing_to_sign"
    with pytest.raises(Forbidden):
        sign_all(station, actor=station.role(Role.VACCINATOR))


def test_what_is_unticked_stays_in_the_queue(station: Station) -> None:
    _, doses = vaccinated(station)
    done = sign_all(station, without={doses[0]})
    assert (done.doses, done.left) == (1, 1)
    waiting = {row.day: row.unsigned for row in days([station.facility.id], FIRST.date()) if row.unsigned}
    assert waiting == {FIRST.astimezone(VIETNAM).date(): 1}


def test_the_number_of_statements_does_not_depend_on_the_number_of_people(
    station: Station, django_assert_max_num_queries: Any
) -> None:
    people = [vaccinated(station, f"Trần Văn {chr(65 + n)}")[0] for n in range(8)]
    sign_all(station)
    with django_assert_max_num_queries(40) as counted:
        look(people[:1])
    one = len(counted)
    with django_assert_max_num_queries(one + 2):
        look(people[1:])


def test_the_check_finds_a_card_that_lies_and_one_missing_from_the_list(station: Station) -> None:
    person, _ = vaccinated(station)
    sign_all(station)
    look([person])
    follow()
    assert all(finding.good for finding in checks.findings(set()))
    with connection.cursor() as cursor:  # as if somebody had changed the name behind the door
        cursor.execute("UPDATE people_person SET name = 'Nguyễn Văn Ân' WHERE id = %s", [person])
        assert [finding.good for finding in checks.findings(set())] == [False, True]
        cursor.execute("UPDATE certificates_card SET state = 'revoked' WHERE person_id = %s", [person])
        assert [finding.good for finding in checks.findings(set())] == [True, False]


def test_one_record_that_cannot_be_worked_on_holds_up_nobody(
    station: Station, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A fault of ours, put there on purpose: everybody else has their card, and the log names nobody."""
    poor, other = vaccinated(station)[0], vaccinated(station, "Trần Thị Bình")[0]
    plan = issue.plan

    def broken(holder: Any, *rest: Any, **more: Any) -> Any:
        if holder.person_id == poor:
            raise RuntimeError("on purpose")
        return plan(holder, *rest, **more)

    monkeypatch.setattr(issue, "plan", broken)
    now = timezone.now()
    done = follower._brought({poor: Cause("dose", now), other: Cause("dose", now)})
    assert (done.people, done.issued) == (2, 1)
    assert set(shown(other)) == {"domestic"}
    assert not shown(poor)
    assert "left out" in caplog.text
    assert str(poor) not in caplog.text


def test_a_dose_that_completes_nothing_waits_for_its_signature(station: Station) -> None:
    """Half of all doses cost the follower a glance at the journal."""
    first, second = station.person(), station.person("Trần Thị Bình")
    assert station.dose(first, given_at=SECOND.isoformat()).status is ACCEPTED
    assert station.dose(second, "janssen", given_at=SECOND.isoformat()).status is ACCEPTED
    facts = [
        journal.Row(0, 0, verb, subject, NOW, NOW, subject, json.loads(body))
        for verb, subject, body in rows("SELECT verb, subject, body::text FROM kernel_journal ORDER BY id")
    ]
    assert set(caused(facts)) == {second}
    follow()
    assert not shown(first)
    sign_all(station)
    look([first], "signature")
    assert set(shown(first)) == {"hcert"}
