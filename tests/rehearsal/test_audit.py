"""The audit finds what it is there to find: a small day through the operations, then the database is tampered with."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest
from django.db import connection
from django.utils import timezone

from lachan.access.actors import actor_of_key
from lachan.immunization.commands import execute
from lachan.kernel.commands import Command
from lachan.rehearsal import run
from lachan.rehearsal.audit import Audit, audit
from lachan.rehearsal.play import Heard, Ledger
from lachan.rest.commands import told
from lachan.synth.run import target

pytestmark = pytest.mark.slow
_command = msgspec.json.Decoder(Command)


@pytest.mark.django_db
def test_an_empty_day_is_good(reference: None):
    assert audit(Ledger(), datetime.now(UTC)).good


@pytest.fixture
def day(committed: None) -> tuple[Ledger, datetime]:
    """Sixty people at three stations, played without HTTP; every answer in the ledger."""
    began = datetime.now(UTC)
    wanted = run.Wanted(doses=60, stations=3, batch=40, seed=12, connections=1, url="")
    script, stations = run.write(wanted, target(), demonstration=True)
    ledger = Ledger()
    for station in stations:
        actor = actor_of_key(station.token)
        assert actor is not None
        for piece in script.calls(station, wanted.batch):
            commands = [_command.decode(planned.body) for planned in piece]
            outcomes = execute(commands, actor=actor, now=timezone.now())
            answers = [told(command.id, outcome) for command, outcome in zip(commands, outcomes, strict=True)]
            ledger.note(station, piece, msgspec.json.decode(msgspec.json.encode(answers, enc_hook=str)), 0.0)
    return ledger, began


def wrong(found: Audit) -> set[str]:
    return {finding.name for finding in found.findings if not finding.good}


def sql(statement: str, *parameters: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def a_dose(ledger: Ledger) -> Heard:
    return next(h for h in ledger.heard.values() if h.planned.verb == "dose.record" and h.status == "accepted")


def test_a_day_as_it_was_is_good(day: tuple[Ledger, datetime]):
    ledger, began = day
    found = audit(ledger, began)
    assert (found.lost, found.doubled, wrong(found)) == (0, 0, set())
    assert not ledger.surprises
    assert sum(entry.status == "accepted" for entry in ledger.heard.values()) > 200


def test_a_dose_that_vanished_is_lost(day: tuple[Ledger, datetime]):
    ledger, began = day
    sql("DELETE FROM immunization_dose WHERE command_id = %s", a_dose(ledger).planned.id)
    found = audit(ledger, began)
    assert found.lost == 1
    assert {"every accepted dose is there", "stock balances"} <= wrong(found)


def test_a_dose_written_twice_is_doubled(day: tuple[Ledger, datetime]):
    ledger, began = day
    sql(
        "CREATE TEMPORARY TABLE copied AS SELECT * FROM immunization_dose WHERE command_id = %s",
        a_dose(ledger).planned.id,
    )
    sql("UPDATE copied SET id = gen_random_uuid(), dose_number = 9")
    sql("INSERT INTO immunization_dose SELECT * FROM copied")
    sql("DROP TABLE copied")
    found = audit(ledger, began)
    assert found.doubled > 0
    assert not found.good


def test_a_refused_command_in_no_worklist_is_found(day: tuple[Ledger, datetime]):
    ledger, began = day
    assert any(entry.status in ("held", "refused") for entry in ledger.heard.values())
    sql("DELETE FROM kernel_worklistitem")
    found = audit(ledger, began)
    assert "every refused or held command is in a worklist" in wrong(found)


def test_a_missing_journal_row_is_found(day: tuple[Ledger, datetime]):
    ledger, began = day
    sql("DELETE FROM kernel_journal WHERE verb = 'dose.recorded' AND body ->> 'dose' = %s", a_dose(ledger).record_id)
    assert "one journal row a dose" in wrong(audit(ledger, began))


def test_a_command_never_answered_is_lost(day: tuple[Ledger, datetime]):
    ledger, began = day
    ledger.unanswered.add(a_dose(ledger).planned.id)
    assert audit(ledger, began).lost == 1
