"""Values at the edges of what JSON, Python and PostgreSQL hold: an outcome each, never a failed call."""

from __future__ import annotations

from typing import Any

import pytest

from lachan.kernel.ids import new_id

from .conftest import Desk, citizen, command

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

EARLIEST, LATEST = "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"
PERSON = {"name": "Nguyễn Văn Biên", "sex": "M", "birth_date": "1980-05-17"}
STOCK = {"facility": "#", "product": "astrazeneca"}
BODIES: list[tuple[str, dict[str, Any]]] = [
    *(("person.register", {**PERSON, "priority_group": number}) for number in (-1, 40_000, 2**31, 2**63, 10**30)),
    *(("person.register", {**PERSON, "residence_since": day}) for day in ("0001-01-01", "9999-12-31")),
    *(("person.register", {**PERSON, "birth_date": day}) for day in ("0001-01-01", "9999", "٢٠٠٠", "2000-1-1", "")),
    *(("person.register", {**PERSON, "nationality": text}) for text in ("", "VNM", "😀😀")),
    ("person.register", {**PERSON, "name": "😀" * 300}),
    ("person.register", {**PERSON, "name": "‮\u200b"}),
    ("person.register", {**PERSON, "occupation": "x" * 100_000}),
    ("person.register", {**PERSON, "identifiers": citizen("0" * 10_000)}),
    ("person.register", {**PERSON, "contacts": [{"kind": "phone", "value": "٠" * 10}]}),
    ("person.register", {**PERSON, "guardians": [{"name": "", "relation": "", "phone": "9" * 9_000}]}),
    ("arrival.record", {"person": {"scan": "|" * 2_000}, "session_id": "@"}),
    ("arrival.record", {"person": {"scan": "x" * 100_000}, "session_id": "@"}),
    *(("dose.record", {"given_at": moment}) for moment in (EARLIEST, LATEST)),
    *(("dose.record", {"given_on": day}) for day in ("0001-01-01", "9999-12-31")),
    ("dose.record", {"source": "abroad", "country": "😀", "given_on": "0001-01-01"}),
    ("dose.record", {"lot": "", "dose_number": 20}),
    ("dose.record", {"lot": "😀" * 100}),
    ("dose.record", {"override": {"codes": ["x"] * 20, "reason": "y" * 2_000}}),
    *(("screening.record", {"measures": {"temperature": number}}) for number in (1e308, -1e308, 10**30, 0.1)),
    ("screening.record", {"answers": {"x" * 10_000: "y" * 10_000}}),
    ("screening.record", {"answers": {str(number): True for number in range(5_000)}}),
    *(("reaction.record", {"severity": "mild", "onset_at": moment}) for moment in (EARLIEST, LATEST)),
    ("reaction.record", {"severity": "mild", "symptoms": ["s" * 120] * 40}),
    ("not_given.record", {"reason": "other", "note": "n" * 2_000}),
    *(
        ("stock.move", {**STOCK, "lot": "AZ001", "kind": "adjust", "quantity": number})
        for number in (1_000_000, -1_000_000, 0)
    ),
    *(
        (
            "stock.move",
            {
                **STOCK, "lot": f"L{day}", "kind": "receive", "quantity": 1, "expires_on": day,
            },
        )
        for day in ("0001-01-01", "9999-12-31")
    ),
    *(
        ("session.open", {"session_id": str(new_id()), "facility": "#", "date": day})
        for day in ("0001-01-01", "9999-12-31")
    ),
    (
        "session.open",
        {"session_id": str(new_id()), "facility": "#", "date": "2021-10-16", "lots": {"": "x" * 9_000}, "staff": [{}]},
    ),
    ("session.close", {"session_id": str(new_id())}),
]  # fmt: skip
OF_A_PERSON = {"dose.record", "screening.record", "reaction.record", "not_given.record"}


@pytest.mark.parametrize("number", range(len(BODIES)), ids=lambda n: f"{n}-{BODIES[n][0]}")
def test_an_extreme_value_is_an_outcome(day: Desk, number: int) -> None:
    verb, body = BODIES[number]
    body = {key: {"@": str(day.session_id), "#": day.facility}.get(str(value), value) for key, value in body.items()}
    if verb in OF_A_PERSON:
        person = {"person": {"id": day.register()}, "session_id": str(day.session_id)}
        body = {**person, **({"product": "astrazeneca", "lot": "AZ001"} if verb == "dose.record" else {}), **body}
    bystander = command("person.register", {**PERSON, "name": "Lê Thị Bàng", "sex": "F"})
    outcomes = day.send(command(verb, body), bystander)
    assert outcomes[0]["status"] in ("accepted", "refused", "held")
    if "priority_group" not in body:
        assert outcomes[0].get("reason") != "not_processed", "the database found what a room should have refused"
    assert outcomes[1]["status"] == "accepted"
    for path in ("/sessions", f"/sessions?facility={day.facility}"):
        assert day.get(path).status_code == 200


@pytest.mark.parametrize("moment", ["1899-12-31T23:59:59Z", LATEST, "2021-10-16T08:00:00", "2021-10-16T08:00:60Z"])
def test_an_extreme_time_of_a_command_is_refused(day: Desk, moment: str) -> None:
    [outcome] = day.send({**command("person.register", PERSON), "happened_at": moment})
    assert outcome["status"] == "refused"
