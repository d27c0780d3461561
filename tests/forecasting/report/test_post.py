"""Reports by e-mail: addresses sealed, each report to each reader once, tries with a limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as with_
from datetime import UTC, datetime, timedelta
from email import message_from_bytes

import pytest
from aiosmtpd.controller import Controller
from django.db import connection

from lachan.access.actors import Actor, GrantFact
from lachan.access.rules import Role
from lachan.demonstration.mail import free_port
from lachan.forecasting.report import archive, post
from lachan.immunization.messaging import Mail, Outgoing, Result, SmtpServer
from lachan.kernel.errors import Forbidden
from tests.immunization.test_mail import Post

from .contents import content

NOW = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)
HERE = 1


def written(due: post.Due) -> post.Letter:
    return post.Letter(f"Báo cáo {due.day}", "Xem tệp kèm theo.", "bao-cao.pdf", b"%PDF-1.7 " + due.language.encode())


def states() -> list[tuple[str, int, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT state, tries, reason FROM forecasting_reportsend ORDER BY state, tries")
        return list(cursor.fetchall())


def added(addresses: Sequence[str], actor: Actor) -> list[str | None]:
    outcomes = post.add(addresses, area_id=HERE, language="vi", actor=actor, now=NOW)
    return [outcome.reason or outcome.status.value for outcome in outcomes]


def test_readers_are_kept_sealed_once_each(db: None, reference: None, national: Actor) -> None:
    wanted = ["An@Example.test", "an@example.test", "no address", "binh@example.test"]
    assert added(wanted, national) == ["accepted", "accepted", "address_wrong", "accepted"]
    assert added(["an@example.test"], national) == ["duplicate"]
    assert {reader.address for reader in post.readers(national, HERE)} == {"an@example.test", "binh@example.test"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT bool_or(position('example'::bytea in address) > 0) FROM forecasting_reportreader")
        assert cursor.fetchone() == (False,)
    [gone, _] = post.readers(national, HERE)
    outcomes = post.end([gone.id, gone.id], area_id=HERE, actor=national, now=NOW)
    assert outcomes[0].reason is None
    assert len(post.readers(national, HERE)) == 1


def test_each_report_goes_to_each_reader_once(db: None, reference: None, national: Actor) -> None:
    taking, port = Post(), free_port()
    running = Controller(taking, hostname="127.0.0.1", port=port)
    running.start()
    try:
        added(["an@example.test", "full@example.test", "nobody@example.test"], national)
        archive.keep([content(HERE)], now=NOW)
        way = Mail(SmtpServer("127.0.0.1", port, "", "", "off", "lachan@example.test"))
        assert post.send_due(written, way, NOW) == 1
        assert post.send_due(written, way, NOW) == 0  # what waits, waits
        assert states() == [("refused", 1, "address_refused"), ("sent", 1, ""), ("waiting", 1, "address_refused")]
        later = NOW
        for _ in range(post.MOST_TRIES):
            later += timedelta(days=1)
            post.send_due(written, way, later)
        assert ("given_up", post.MOST_TRIES, "address_refused") in states()
        told = {reader.address: (reader.last_state, reader.last_reason) for reader in post.readers(national, HERE)}
        assert told["nobody@example.test"] == ("refused", "address_refused")
    finally:
        running.stop()
    [letter] = taking.letters
    parts = message_from_bytes(letter.content).get_payload()
    assert [part.get_filename() for part in parts] == [None, "bao-cao.pdf"]
    assert parts[1].get_payload(decode=True) == b"%PDF-1.7 vi"


def test_who_does_not_decide_sees_no_addresses(db: None, reference: None, national: Actor) -> None:
    reader = with_(national, grants=(GrantFact(Role.AUDITOR, None, HERE),))
    with pytest.raises(Forbidden):
        post.readers(reader, HERE)
    with pytest.raises(Forbidden):
        added(["an@example.test"], reader)


class Watched:
    """A way out that says what the house is doing while a letter goes, and what comes of it."""

    def __init__(self, *results: Result) -> None:
        self.results, self.sent, self.open = list(results), [], []

    def send(self, batch: Sequence[Outgoing]) -> list[Result]:
        self.open.append(len(connection.savepoint_ids))
        self.sent += [message.to for message in batch]
        return [self.results.pop(0) if self.results else Result("sent") for _ in batch]


def test_nothing_is_locked_while_a_letter_goes(db: None, reference: None, national: Actor) -> None:
    added(["an@example.test", "binh@example.test"], national)
    archive.keep([content(HERE)], now=NOW)
    way = Watched()
    before = len(connection.savepoint_ids)
    assert post.send_due(written, way, NOW) == 2
    assert way.open == [before, before]


def test_a_worker_that_died_over_a_letter_loses_none_and_others_wait(
    db: None, reference: None, national: Actor
) -> None:
    added(["an@example.test"], national)
    archive.keep([content(HERE)], now=NOW)

    class Dies(Watched):
        def send(self, batch: Sequence[Outgoing]) -> list[Result]:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        post.send_due(written, Dies(), NOW)
    way = Watched()
    assert post.send_due(written, way, NOW + post.LEASE / 2) == 0  # another worker may still be at it
    assert post.send_due(written, way, NOW + post.LEASE) == 1
    assert post.send_due(written, way, NOW + timedelta(days=1)) == 0
    assert states() == [("sent", 2, "")]


def test_a_letter_that_kills_every_worker_is_given_up(db: None, reference: None, national: Actor) -> None:
    added(["an@example.test"], national)
    archive.keep([content(HERE)], now=NOW)
    at = NOW
    for _ in range(post.MOST_TRIES):
        post._claimed(at)  # and never a word again
        at += post.LEASE
    assert post.send_due(written, Watched(), at) == 0
    assert states() == [("given_up", post.MOST_TRIES, "worker_stopped")]


def test_who_is_slow_does_not_write_over_who_came_after(db: None, reference: None, national: Actor) -> None:
    added(["an@example.test"], national)
    archive.keep([content(HERE)], now=NOW)
    slow = post._claimed(NOW)
    assert slow is not None
    assert post.send_due(written, Watched(), NOW + post.LEASE) == 1
    post._note(slow, Result("retry", "mail_server_away"), NOW + post.LEASE)
    assert states() == [("sent", 2, "")]


def test_a_server_that_is_away_and_a_letter_that_cannot_be_written(db: None, reference: None, national: Actor) -> None:
    added(["an@example.test", "binh@example.test", "chi@example.test"], national)
    archive.keep([content(HERE)], now=NOW)
    way = Watched(Result("retry", "mail_server_away"))
    assert post.send_due(written, way, NOW) == 0
    assert len(way.sent) == 1  # the others wait without a try

    def spoilt(due: post.Due) -> post.Letter:
        if due.address.startswith("binh"):
            raise RuntimeError("no font")
        return written(due)

    assert post.send_due(spoilt, Watched(), NOW + timedelta(hours=1)) == 2
    assert states() == [("sent", 1, ""), ("sent", 2, ""), ("waiting", 1, "letter_failed")]


def test_who_wants_no_more_gets_none_that_still_waits(db: None, reference: None, national: Actor) -> None:
    added(["an@example.test"], national)
    archive.keep([content(HERE)], now=NOW)
    [reader] = post.readers(national, HERE)
    post.end([reader.id], area_id=HERE, actor=national, now=NOW)
    assert post.send_due(written, Watched(), NOW) == 0
    assert states() == [("refused", 0, "reader_ended")]
