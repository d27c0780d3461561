"""The law of commands: one effect, one answer, nothing lost, and one command's fate never touches its neighbours'."""

from __future__ import annotations

import io
import logging
import zlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID, uuid4

import django.db
import msgspec
import psycopg
import pytest
import structlog
from django.db import connection

from lachan.kernel import commands, journal
from lachan.kernel.checks import check_all
from lachan.kernel.commands import Command, Refusal, Worked
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED, DUPLICATE, HELD, REFUSED, Outcome
from lachan.kernel.sealing import sealer

NOW = datetime(2022, 3, 10, 3, 0, tzinfo=UTC)
ACTOR = UUID(int=9)
HOME = Refusal(facility_id=126740)
Cursor = psycopg.Cursor[Any]


def command(text: str = "", verb: str = "note.keep", **more: Any) -> Command:
    return Command(more.pop("id", None) or new_id(), verb, more.pop("at", NOW), {"text": text, **more})


def work(cursor: Cursor, fresh: Sequence[Command]) -> list[Worked]:
    """Appends one fact a command; refuses, holds or fails where the command asks for it."""
    done, entries = [], []
    for item in fresh:
        wish, record = item.body.get("wish"), uuid4()
        if wish in (REFUSED, HELD):
            done.append(Worked(Outcome(wish, "as_wished", None, {"field": "wish"}), Refusal(7, 8, UUID(int=3))))
            continue
        if wish == "bug":
            raise ZeroDivisionError("a number that belongs to somebody: 079012341234")
        body = f'{{"text": "{item.body["text"]}"}}'
        entries.append(journal.Entry("note.kept", record, item.happened_at, ACTOR, body))
        follow_up = "worth_a_look" if wish == "follow_up" else None
        done.append(Worked(Outcome(ACCEPTED, None, record, {"text": 1}), Refusal(7), follow_up))
    journal.append(cursor, entries)
    return done


def run(*sent: Command, home: Refusal | None = None, by: Callable[..., list[Worked]] = work) -> list[Outcome]:
    return commands.run(sent, by, actor_id=ACTOR, now=NOW, home=home)


def rows(sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def effects() -> int:
    return int(rows("SELECT count(*) FROM kernel_journal WHERE verb = 'note.kept'")[0][0])


def listed() -> list[tuple[Any, ...]]:
    return rows("SELECT kind, reason, facility_id, area_id, verb FROM kernel_worklistitem ORDER BY id")


def statuses(outcomes: Sequence[Outcome]) -> list[str]:
    return [outcome.status for outcome in outcomes]


pytestmark = pytest.mark.django_db


def test_a_command_has_its_effect_once() -> None:
    sent = command("a")
    [first] = run(sent)
    [again] = run(sent)
    assert (first.status, again.status) == (ACCEPTED, DUPLICATE)
    assert again.id == first.id
    assert again.params == {"text": 1, "first": "accepted"}
    assert effects() == 1
    assert listed() == []
    assert commands.outcome_of(sent.id) == first
    assert commands.outcome_of(new_id()) is None


def test_the_order_of_keys_and_white_space_are_no_content() -> None:
    number = new_id()
    one = msgspec.json.decode(
        b'{"id":"%s","verb":"note.keep","happened_at":"2022-03-10T10:00:00+07:00","body":{"text":"a","n":{"x":1,"y":2}}}'
        % str(number).encode(), type=Command,
    )  # fmt: skip
    other = msgspec.json.decode(
        b'{ "body": {"n": {"y": 2, "x": 1}, "text": "a"}, "happened_at": "2022-03-10T10:00:00+07:00",\n'
        b'"verb": "note.keep", "id": "%s" }' % str(number).encode(), type=Command,
    )  # fmt: skip
    assert statuses(run(one) + run(other)) == [ACCEPTED, DUPLICATE]


@pytest.mark.parametrize(
    "changed",
    [{"text": "b"}, {"verb": "note.drop"}, {"at": NOW - timedelta(seconds=1)}, {"more": None}],
    ids=["body", "verb", "time", "a field"],
)
def test_the_same_id_with_other_content_is_refused_and_both_are_kept(changed: dict[str, Any]) -> None:
    first = command("a")
    second = command(**{"text": "a", "id": first.id, **changed})
    [recorded] = run(first)
    [outcome] = run(second)
    assert (outcome.status, outcome.reason, outcome.id) == (REFUSED, "content_changed", recorded.id)
    assert effects() == 1
    assert [entry[:2] for entry in listed()] == [("refused", "content_changed")]
    kept = [
        sent
        for (content,) in rows("SELECT content FROM kernel_submission ORDER BY id")
        for sent in msgspec.json.decode(
            zlib.decompress(sealer().open(content, "kernel_submission.content")), type=list[Command]
        )
    ]
    assert kept == [first, second]
    [(sealed,)] = rows("SELECT content FROM kernel_worklistitem")
    assert msgspec.json.decode(sealer().open(sealed, "kernel_worklistitem.content"), type=Command) == second
    assert statuses(run(first)) == [DUPLICATE]  # the first version stays the one that counts
    assert statuses(run(second, second)) == [REFUSED, REFUSED]
    assert len(listed()) == 1  # a device that goes on sending it does not fill the list
    run(command("a third version", id=first.id))
    assert len(listed()) == 2


def test_twins_in_one_call() -> None:
    sent, other = command("a"), command("b")
    changed = command("c", id=sent.id)
    outcomes = run(sent, other, sent, changed, sent)
    assert statuses(outcomes) == [ACCEPTED, ACCEPTED, DUPLICATE, REFUSED, DUPLICATE]
    assert outcomes[2].id == outcomes[4].id == outcomes[0].id
    assert (outcomes[3].reason, outcomes[3].id) == ("content_changed", outcomes[0].id)
    assert effects() == 2
    assert len(listed()) == 1


def test_what_is_refused_or_held_stands_in_the_list_of_its_place_once() -> None:
    refused, held = command("a", wish=REFUSED), command("b", wish=HELD)
    good, looked_at = command("c"), command("d", wish="follow_up")
    assert statuses(run(refused, good, held, looked_at)) == [REFUSED, ACCEPTED, HELD, ACCEPTED]
    assert statuses(run(refused, good, held, looked_at)) == [DUPLICATE] * 4
    assert listed() == [
        ("refused", "as_wished", 7, 8, "note.keep"),
        ("held", "as_wished", 7, 8, "note.keep"),
        ("held", "worth_a_look", 7, None, "note.keep"),
    ]
    assert effects() == 2


def test_a_command_of_no_place_comes_to_the_list_of_its_sender() -> None:
    def nowhere(_cursor: Cursor, fresh: Sequence[Command]) -> list[Worked]:
        return [Worked(Outcome(REFUSED, "malformed")) for _ in fresh]

    sent = command("a")
    run(sent, home=HOME, by=nowhere)
    run(command("b", id=sent.id), home=HOME)
    assert [entry[1:3] for entry in listed()] == [("malformed", 126740), ("content_changed", 126740)]


@pytest.mark.parametrize("poison", [{"text": "a\0b"}, {"text": "not json \\"}, {"wish": "bug"}])
@pytest.mark.parametrize("place", [0, 6, 10])
def test_one_poisoned_command_is_held_and_its_neighbours_are_recorded(poison: dict[str, str], place: int) -> None:
    sent = [command(f"n{number}") for number in range(11)]
    sent[place] = command(**poison)
    outcomes = run(*sent)
    assert statuses(outcomes) == [HELD if index == place else ACCEPTED for index in range(11)]
    assert outcomes[place].reason == "not_processed"
    assert effects() == 10
    assert [entry[:2] for entry in listed()] == [("held", "not_processed")]
    assert set(statuses(run(*sent))) == {DUPLICATE}
    assert effects() == 10
    assert len(listed()) == 1


def test_several_poisoned_commands_too() -> None:
    sent = [command("x" if number % 3 else "\0") for number in range(10)]
    assert statuses(run(*sent)) == [HELD if number % 3 == 0 else ACCEPTED for number in range(10)]
    assert effects() == 6


def test_the_log_of_a_poisoned_command_says_nothing_personal() -> None:
    written = logging.StreamHandler(io.StringIO())
    ours = (handler.formatter for handler in logging.getLogger().handlers)
    written.setFormatter(next(form for form in ours if isinstance(form, structlog.stdlib.ProcessorFormatter)))
    logging.getLogger("lachan.commands").addHandler(written)
    try:
        [outcome] = run(command("secret", wish="bug"))
    finally:
        logging.getLogger("lachan.commands").removeHandler(written)
    log = written.stream.getvalue()
    assert outcome.status is HELD
    assert "ZeroDivisionError" in log
    assert "079012341234" not in log
    assert "secret" not in log


@pytest.mark.parametrize("cause", [psycopg.DataError(), psycopg.errors.DeadlockDetected()])
def test_an_error_that_django_met_first_is_taken_for_what_it_is(cause: psycopg.Error) -> None:
    met: list[int] = []

    def wrapped(cursor: Cursor, fresh: Sequence[Command]) -> list[Worked]:
        if any(item.body["text"] == "bad" for item in fresh) and (isinstance(cause, psycopg.DataError) or not met):
            met.append(len(fresh))
            raise django.db.Error from cause
        return work(cursor, fresh)

    outcomes = run(command("a"), command("bad"), command("b"), by=wrapped)
    held = HELD if isinstance(cause, psycopg.DataError) else ACCEPTED
    assert statuses(outcomes) == [ACCEPTED, held, ACCEPTED]


def test_when_the_database_is_away_nothing_is_decided() -> None:
    def away(_cursor: Cursor, _fresh: Sequence[Command]) -> list[Worked]:
        raise psycopg.OperationalError("the connection is lost")

    sent = command("a")
    with pytest.raises(psycopg.OperationalError):
        run(sent, by=away)
    assert commands.outcome_of(sent.id) is None
    assert statuses(run(sent)) == [ACCEPTED]


def test_a_slice_that_lost_a_race_is_tried_again() -> None:
    tries = []

    def sometimes(cursor: Cursor, fresh: Sequence[Command]) -> list[Worked]:
        tries.append(len(fresh))
        if len(tries) < commands.ATTEMPTS:
            raise psycopg.errors.DeadlockDetected
        return work(cursor, fresh)

    assert statuses(run(command("a"), command("b"), by=sometimes)) == [ACCEPTED, ACCEPTED]
    assert tries == [2] * commands.ATTEMPTS
    assert effects() == 2


def test_a_slice_that_always_loses_is_done_one_by_one() -> None:
    def together_never(cursor: Cursor, fresh: Sequence[Command]) -> list[Worked]:
        if len(fresh) > 1 or fresh[0].body["text"] == "never":
            raise psycopg.errors.SerializationFailure
        return work(cursor, fresh)

    assert statuses(run(command("a"), command("never"), command("b"), by=together_never)) == [ACCEPTED, HELD, ACCEPTED]


def test_a_call_of_a_thousand_is_done_in_slices_and_answered_in_order() -> None:
    sent = [command(str(number), wish=REFUSED if number % 100 == 7 else None) for number in range(1_000)]
    sizes: list[int] = []

    def counted(cursor: Cursor, fresh: Sequence[Command]) -> list[Worked]:
        sizes.append(len(fresh))
        return work(cursor, fresh)

    outcomes = run(*sent, by=counted)
    assert sizes == [commands.SLICE] * 4
    assert [number for number, outcome in enumerate(outcomes) if outcome.status is REFUSED] == list(
        range(7, 1_000, 100)
    )
    assert effects() == 990
    assert len(listed()) == 10
    # half of it again with news among it: only the news is worked on
    sizes.clear()
    mixed = [item for pair in zip(sent[:100], [command("new") for _ in range(100)], strict=True) for item in pair]
    assert statuses(run(*mixed, by=counted)) == [DUPLICATE, ACCEPTED] * 100
    assert sizes == [100]
    findings = {found.name: found.good for found in check_all()}
    assert findings["refused and held commands in a worklist"]
    assert findings["submissions kept"]


def test_nothing_sent_gives_nothing() -> None:
    assert run() == []
    assert rows("SELECT count(*) FROM kernel_submission") == [(0,)]


@pytest.mark.parametrize(
    ("sent", "at"),
    [
        (datetime(2022, 3, 10, 9), "2022-03-10T09:00:00+00:00"),  # noqa: DTZ001
        (datetime(9999, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=-12))), "2200-01-01T00:00:00+00:00"),
        (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))), "1900-01-01T00:00:00+00:00"),
    ],
)
def test_a_time_no_list_can_show_is_listed_at_the_nearest_it_can(sent: datetime, at: str) -> None:
    [outcome] = run(command("a", at=sent, wish=REFUSED))
    assert outcome.status is REFUSED
    assert rows("SELECT happened_at FROM kernel_worklistitem")[0][0].isoformat() == at


def test_a_verb_of_nonsense_is_answered_and_kept() -> None:
    [outcome] = run(command("a", verb="x\0" + "y" * 500, wish=REFUSED))
    assert outcome.status is REFUSED
    [(verb,)] = rows("SELECT verb FROM kernel_command")
    assert verb == "x\ufffd" + "y" * 58


def test_metrics_know_only_verbs_of_the_house() -> None:
    from prometheus_client import REGISTRY

    def count(verb: str) -> float:
        return REGISTRY.get_sample_value("lachan_commands_total", {"verb": verb, "status": "accepted"}) or 0.0

    before = count("unknown")
    run(command("a", verb="never.heard.of"))
    assert count("unknown") == before + 1
    assert count("never.heard.of") == 0.0
