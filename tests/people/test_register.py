"""The table of cases at the door: who is taken for whom, and who is put before a person to decide."""

from __future__ import annotations

import threading
from uuid import UUID

import pytest
from django.db import connection

from lachan.immunization.commands import execute
from lachan.kernel import worklist
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED, REFUSED
from lachan.people.models import Contact, Identifier, Person
from lachan.people.queries import identifiers_of

from .conftest import DESK, NOW, Register, registration, send

CITIZEN, OTHER = "079180012345", "079180054321"
TWIN_PHONE = "0903123456"

# (who is known, who comes, what happens: same | new | possible | conflict)
CASES = {
    "the same card again": (
        registration("Nguyễn Văn An", "1980-05-17", citizen_id=CITIZEN),
        registration("Nguyễn Văn An", "1980-05-17", citizen_id=CITIZEN), "same"),
    "the same card, name without marks": (
        registration("Nguyễn Văn An", "1980-05-17", citizen_id=CITIZEN),
        registration("NGUYEN VAN AN", "1980-05-17", citizen_id=CITIZEN), "same"),
    "the same card, birth date misread": (
        registration("Nguyễn Văn An", "1980-05-17", citizen_id=CITIZEN),
        registration("Nguyễn Văn An", "1980-07-15", citizen_id=CITIZEN), "same"),
    "the same card, another name and date": (
        registration("Nguyễn Văn An", "1980-05-17", citizen_id=CITIZEN),
        registration("Lê Thị Hoa", "1992-02-03", "F", citizen_id=CITIZEN), "conflict"),
    "twins with one telephone": (
        registration("Trần Gia Bảo", "2015-03-04", phone=TWIN_PHONE),
        registration("Trần Gia Bách", "2015-03-04", phone=TWIN_PHONE), "new"),
    "namesakes of one birth date with two cards": (
        registration("Nguyễn Văn An", "1980-05-17", citizen_id=CITIZEN),
        registration("Nguyễn Văn An", "1980-05-17", citizen_id=OTHER), "new"),
    "namesakes of one birth date, nothing else known": (
        registration("Nguyễn Văn An", "1980-05-17"), registration("Nguyễn Văn An", "1980-05-17"), "possible"),
    "holder of an old number brings the chip card": (
        registration("Nguyễn Văn An", "1980-05-17", old_id="024123456"),
        registration("Nguyễn Văn An", "1980-05-17", citizen_id=CITIZEN, old_id="024123456"), "same"),
    "the old number of somebody else": (
        registration("Nguyễn Văn An", "1980-05-17", old_id="024123456"),
        registration("Phạm Thị Dung", "1991-09-09", "F", old_id="024123456"), "new"),
    "year of birth alone, then the whole date": (
        registration("Nguyễn Văn An", "1980"), registration("Nguyễn Văn An", "1980-05-17"), "possible"),
    "a walk-in nobody knows": (
        registration("Nguyễn Văn An", "1980-05-17"), registration("Võ Thị Sáu", "1933", "F"), "new"),
    "someone at the desk says: another person": (
        registration("Nguyễn Văn An", "1980-05-17"),
        registration("Nguyễn Văn An", "1980-05-17", force_new=True), "new"),
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("case", CASES)
def test_who_is_taken_for_whom(reference: None, case: str) -> None:
    known, comes, expected = CASES[case]
    first, second = send("person.register", known), send("person.register", comes)
    assert first.status is second.status is ACCEPTED
    assert first.id is not None
    if expected == "same":
        assert (second.id, second.reason) == (first.id, None)
        return
    assert second.id != first.id
    assert second.reason == {"new": None, "possible": "possible_match", "conflict": "identifier_conflict"}[expected]
    assert Person.objects.get(id=second.id).status == ("known" if expected == "new" else "provisional")
    if expected != "new":
        assert second.params is not None
        assert second.params["candidates"] == [str(first.id)]
        [waiting] = worklist.open_items(worklist.Owners(None, None))
        assert (waiting.kind, waiting.reason, waiting.person_id) == ("held", second.reason, second.id)


@pytest.mark.django_db
def test_the_number_on_a_second_card_is_kept_with_the_person(reference: None) -> None:
    first = send("person.register", registration("Nguyễn Văn An", "1980-05-17", old_id="024123456"))
    send("person.register", registration("Nguyễn Văn An", "1980-05-17", citizen_id=CITIZEN, old_id="024123456"))
    assert first.id is not None
    assert {number.system for number in identifiers_of([first.id])[first.id]} >= {"old_id", "citizen_id"}


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", ["07918001234", "979180012345", "079480012345", "abc"])
def test_a_malformed_number_is_refused_while_someone_can_mend_it(reference: None, wrong: str) -> None:
    outcome = send("person.register", registration("Nguyễn Văn An", "1980-05-17", citizen_id=wrong))
    assert (outcome.status, outcome.reason) == (REFUSED, "identifier_malformed")
    assert Person.objects.count() == 0


@pytest.mark.django_db
def test_a_malformed_number_of_a_walk_in_is_kept_but_not_trusted(reference: None) -> None:
    card = {"name": "Nguyễn Văn An", "sex": "M", "birth_date": "1980-05-17", "citizen_id": "07918001234"}
    arrived = send("dose.record", {"person": {"card": card}, "product": "pfizer", "source": "abroad", "country": "TH",
                                   "given_on": "2021-10-01"})  # fmt: skip
    assert arrived.status is ACCEPTED
    systems = dict(Identifier.objects.values_list("system", "trusted"))
    assert systems == {"citizen_id": False, "provisional": False}  # found again by the slip, not by the wrong number


@pytest.mark.django_db
def test_a_child_without_a_number_gets_a_provisional_one_and_its_guardian(reference: None) -> None:
    guardian = {"name": "Trần Văn Bảo", "relation": "father", "phone": TWIN_PHONE}
    outcome = send("person.register", registration("Trần Gia Bảo", "2019-03-04", guardians=[guardian]))
    assert outcome.id is not None
    [number] = identifiers_of([outcome.id])[outcome.id]
    assert (number.system, number.trusted) == ("provisional", False)
    assert number.value.startswith("TAM-")
    found = send("not_given.record", {"person": {"identifier": {"system": "provisional", "value": number.value}},
                                      "facility": "TYT26740", "reason": "deferred"})  # fmt: skip
    assert found.status is ACCEPTED


@pytest.mark.django_db
def test_a_telephone_written_in_two_ways_is_one_contact(reference: None) -> None:
    contacts = [{"kind": "phone", "value": "0903 123 456"}, {"kind": "phone", "value": "+84903123456"}]
    send("person.register", registration("Nguyễn Văn An", "1980-05-17") | {"contacts": contacts})
    assert Contact.objects.count() == 1


@pytest.mark.django_db
def test_an_id_a_device_chose_goes_on_naming_the_person_it_turned_out_to_be(register: Register) -> None:
    known = register("Nguyễn Văn An", "1980-05-17", citizen_id=CITIZEN)
    chosen = new_id()
    assert register("Nguyễn Văn An", "1980-05-17", citizen_id=CITIZEN, person_id=str(chosen)) == known
    outcome = send("not_given.record", {"person": {"id": str(chosen)}, "facility": "TYT26740", "reason": "refused"})
    assert outcome.status is ACCEPTED
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id FROM immunization_notgiven")
        assert cursor.fetchall() == [(known,)]
    again = send("person.register", registration("Lê Thị Hoa", "1992-02-03", "F", person_id=str(chosen)))
    assert (again.status, again.reason) == (REFUSED, "person_id_taken")


@pytest.mark.slow
@pytest.mark.parametrize("papers", [{"citizen_id": CITIZEN}, {}], ids=["with a card", "without papers"])
def test_two_stations_at_once_make_one_person_or_ask(committed: None, papers: dict[str, str]) -> None:
    """With a card the second finds the first's record; without papers it cannot be known, so a person is asked."""
    body = registration("Nguyễn Văn An", "1980-05-17", **papers)
    rounds = 6
    for turn in range(rounds):
        turned = body | {"birth_date": f"1980-05-{turn + 10}"}
        if papers:
            turned["identifiers"] = [{"system": "citizen_id", "value": f"0791800100{turn:02}"}]
        ids, reasons = _at_once(turned)
        if papers:
            assert ids[0] == ids[1]
            assert reasons == [None, None]
        else:
            assert sorted(map(str, reasons)) == ["None", "possible_match"]
    assert Person.objects.count() == rounds * (1 if papers else 2)


def _at_once(body: dict[str, object]) -> tuple[list[UUID | None], list[str | None]]:
    barrier = threading.Barrier(2)
    outcomes = []

    def station() -> None:
        barrier.wait()
        try:
            outcomes.extend(execute([Command(new_id(), "person.register", NOW, body)], actor=DESK, now=NOW))
        finally:
            connection.close()

    threads = [threading.Thread(target=station) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [outcome.id for outcome in outcomes], [outcome.reason for outcome in outcomes]
