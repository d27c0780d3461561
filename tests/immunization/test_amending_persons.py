"""A person's record is corrected: numbers that come and end, and doses that count elsewhere from then on."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from lachan.access.rules import Role
from lachan.kernel.outcomes import ACCEPTED, HELD, REFUSED, Outcome
from lachan.people import queries as people
from lachan.people.profile import profile
from tests.immunization.conftest import Station, rows, value
from tests.immunization.test_merging import CITIZEN_A, CITIZEN_B, adds_up, merge, officer


def amend(station: Station, person: UUID, by: Any = None, **changes: Any) -> Outcome:
    return station.send(
        "person.amend", by=by or officer(), person={"id": str(person)}, changes=changes, reason="as on the papers"
    )


def number(value: str, system: str = "citizen_id") -> dict[str, str]:
    return {"system": system, "value": value}


def test_fields_change_and_the_journal_names_them_without_their_content(station: Station) -> None:
    person = station.person()
    done = amend(station, person, name="Nguyễn Văn Ân", occupation="thợ may", priority_group=7, nationality="lo")
    assert done.status is ACCEPTED, done
    assert done.params == {"fields": ["name", "occupation", "priority_group", "nationality"]}
    record = profile(person)
    assert record is not None
    assert (record.person.name, record.occupation, record.nationality) == ("Nguyễn Văn Ân", "thợ may", "LO")
    [body] = rows("SELECT body::text FROM kernel_journal WHERE verb = 'person.amended' AND subject = %s", person)
    assert "Ân" not in body[0]
    assert value("SELECT search_name FROM people_person WHERE id = %s", person) == "nguyen van an"


def test_doses_count_under_the_sex_and_age_the_person_has_now(station: Station) -> None:
    person = station.person(birth_date="1980-05-17")
    station.must("dose.record", **station.dose_body(person, given_on="2021-09-01"))
    assert amend(station, person, sex="F", birth_date="1950").status is ACCEPTED
    assert rows("SELECT sex, age_band FROM immunization_dose WHERE person_id = %s", person) == [("F", 70)]
    adds_up()


def test_a_move_leaves_earlier_doses_where_the_person_lived(station: Station) -> None:
    person = station.person()
    station.must("dose.record", **station.dose_body(person, given_on="2021-09-01"))
    station.must("dose.record", **station.dose_body(person, given_on="2021-12-01"))
    before = value("SELECT residence_id FROM people_person WHERE id = %s", person)
    assert amend(station, person, residence_code="26743", residence_since="2021-10-01").status is ACCEPTED
    after = value("SELECT residence_id FROM people_person WHERE id = %s", person)
    lived = rows("SELECT residence_id FROM immunization_dose WHERE person_id = %s ORDER BY given_on", person)
    assert lived == [(before,), (after,)]
    adds_up()
    assert amend(station, person, residence_code="26740").status is ACCEPTED  # it was wrong from the start
    assert value("SELECT count(DISTINCT residence_id) FROM immunization_dose WHERE person_id = %s", person) == 1
    adds_up()


def test_a_number_that_somebody_else_has_waits_and_names_the_other(station: Station) -> None:
    other = station.person("Lê Thị Bình", identifiers=[number(CITIZEN_A)])
    person = station.person()
    done = amend(station, person, add_identifiers=[number(CITIZEN_A)])
    assert (done.status, done.reason) == (HELD, "identifier_of_other")
    assert done.params is not None
    assert done.params["candidates"] == [str(other)]


def test_a_wrong_number_ends_and_finds_nobody(station: Station) -> None:
    person = station.person(identifiers=[number(CITIZEN_A)])
    second = amend(station, person, add_identifiers=[number(CITIZEN_B)])
    assert (second.status, second.reason) == (REFUSED, "trusted_number_held")
    done = amend(station, person, add_identifiers=[number(CITIZEN_B)], end_identifiers=[number(CITIZEN_A)])
    assert done.params == {"fields": ["added citizen_id", "ended citizen_id"]}
    assert [held.value for held in people.identifiers_of([person])[person]] == [CITIZEN_B]
    assert value("SELECT count(*) FROM people_endedidentifier WHERE person_id = %s", person) == 1
    owner = station.person("Trần Văn Cường", birth_date="1971-01-01", identifiers=[number(CITIZEN_A)])
    assert owner != person, "the number is free for whom it belongs to"
    again = amend(station, person, end_identifiers=[number(CITIZEN_A)])
    assert (again.status, again.reason) == (REFUSED, "identifier_not_held")


def test_a_number_that_ended_in_a_merge_can_become_the_persons_own(station: Station) -> None:
    first = station.person(identifiers=[number(CITIZEN_A)])
    second = station.person(identifiers=[number(CITIZEN_B)])
    merged = merge(station, first, second)
    done = amend(station, first, add_identifiers=[number(CITIZEN_B)], end_identifiers=[number(CITIZEN_A)])
    assert done.status is ACCEPTED, done
    assert [held.value for held in people.identifiers_of([first])[first]] == [CITIZEN_B]
    assert merged.id is not None


def test_a_birth_after_a_dose_and_a_death_before_one_are_refused(station: Station) -> None:
    person = station.person()
    station.must("dose.record", **station.dose_body(person, given_on="2021-09-01"))
    assert amend(station, person, birth_date="2021-10-01").reason == "born_after_dose"
    assert amend(station, person, died_on="2021-08-01").reason == "died_before_dose"
    assert amend(station, person, died_on="2022-02-01").status is ACCEPTED
    assert people.persons([person])[person].died_on == date(2022, 2, 1)
    assert amend(station, person, died_on=None).status is ACCEPTED
    assert people.persons([person])[person].died_on is None


def test_a_nurse_may_enter_a_presented_number_of_anyone_and_change_those_she_received(station: Station) -> None:
    stranger = station.person(residence_code="26905")
    nurse = station.role(Role.RECEPTIONIST)
    # the district of her station is not where this person lives; the papers are in her hand
    assert amend(station, stranger, by=nurse, add_identifiers=[number(CITIZEN_A)]).status is ACCEPTED
    far = station.person(residence_code="00001")
    assert amend(station, far, by=nurse, name="Ai Khác").reason == "not_your_person"
    session = station.session()
    station.must("arrival.record", person={"id": str(far)}, session_id=str(session))
    assert amend(station, far, by=nurse, name="Nguyễn Văn Anh").status is ACCEPTED


def test_what_follows_in_the_slice_sees_the_corrected_person(station: Station) -> None:
    person = station.person(birth_date="2015-01-01")
    sent = [
        station.command(
            "person.amend", {"person": {"id": str(person)}, "changes": {"birth_date": "1985-01-01"}, "reason": "typed"}
        ),
        station.command("dose.record", station.dose_body(person, given_on="2021-09-01")),
    ]
    assert [outcome.status for outcome in station.execute(sent)] == [ACCEPTED, ACCEPTED]
    adds_up()
