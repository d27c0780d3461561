"""E-mail against a real SMTP server: what arrives, what is tried again, what is not, and where a code must not rest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from lachan.demonstration.mail import free_port
from lachan.immunization.messaging import ConsoleOutbox, FileOutbox, Mail, Outgoing, Result, SmtpServer, Ways, transport


class Post:
    """Takes letters but for addresses it refuses, for now or for good."""

    def __init__(self) -> None:
        self.letters: list[Any] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address.startswith("full"):
            return "452 mailbox full"
        if address.startswith("nobody"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.letters.append(envelope)
        return "250 OK"


@pytest.fixture
def post() -> Iterator[tuple[Post, SmtpServer]]:
    taking, port = Post(), free_port()
    running = Controller(taking, hostname="127.0.0.1", port=port)
    running.start()
    yield taking, SmtpServer("127.0.0.1", port, "", "", "off", "lachan@example.test")
    running.stop()


def letter(to: str, text: str = "Mã 123456") -> Outgoing:
    return Outgoing("5f0c", to, text, "Mã đăng nhập", "email", secret=True)


def test_a_batch_over_one_line_and_what_comes_of_each(post: tuple[Post, SmtpServer]) -> None:
    taking, server = post
    wanted = [letter("an@example.test"), letter("full@example.test"), letter("nobody@example.test"), letter("an\nb@x")]
    assert Mail(server).send([*wanted, letter("binh@example.test")]) == [
        Result("sent"), Result("retry", "address_refused"), Result("rejected", "address_refused"),
        Result("rejected", "address_malformed"), Result("sent"),
    ]  # fmt: skip
    [first, second] = taking.letters
    assert (first.mail_from, first.rcpt_tos, second.rcpt_tos) == (
        "lachan@example.test", ["an@example.test"], ["binh@example.test"],
    )  # fmt: skip
    said = first.content.decode()
    assert "Auto-Submitted: auto-generated" in said
    assert "Message-ID: <5f0c@example.test>" in said, "a letter sent twice can be known"


def test_a_server_that_is_away_is_asked_again(post: tuple[Post, SmtpServer]) -> None:
    nowhere = Mail(replace(post[1], port=free_port()))
    assert nowhere.send([letter("an@example.test")] * 2) == [Result("retry", "mail_server_away")] * 2


def test_without_tls_no_password_and_no_letter_goes_to_a_server_that_wants_it(post: tuple[Post, SmtpServer]) -> None:
    taking, server = post
    assert Mail(replace(server, tls="starttls")).send([letter("an@example.test")])[0].status == "retry"
    assert taking.letters == []


def test_each_message_goes_the_way_of_its_kind(tmp_path: Path) -> None:
    phone, email = FileOutbox(tmp_path / "phone"), FileOutbox(tmp_path / "email")
    batch = [letter("an@example.test"), Outgoing("2", "0912345678", "Chào"), letter("binh@example.test")]
    assert Ways(phone, email).send(batch) == [Result("sent")] * 3
    lines = [len(box.path.read_text().splitlines()) for box in (phone, email)]
    assert lines == [1, 2]
    no_mail = Ways(phone, None).send(batch)
    assert [result.reason for result in no_mail] == ["no_mail_server", "", "no_mail_server"]


def test_a_code_rests_nowhere_outside_the_demonstration(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for show, seen in ((False, False), (True, True)):
        box = FileOutbox(tmp_path / f"{show}.jsonl", show_secrets=show)
        box.send([letter("an@example.test")])
        assert ("123456" in json.loads(box.path.read_text())["text"]) is seen
        ConsoleOutbox(show_secrets=show).send([letter("an@example.test")])
        assert ("123456" in capsys.readouterr().out) is seen


@pytest.mark.parametrize(("demo", "seen"), [(True, True), (False, False)])
def test_the_settings_decide(settings: Any, tmp_path: Path, demo: bool, seen: bool) -> None:
    settings.CONF = replace(settings.CONF, demo=demo, smtp_host="", message_transport="file", data_dir=tmp_path)
    assert transport().send([letter("an@example.test")]) == [Result("sent")]
    assert ("123456" in (tmp_path / "outbox" / "messages.jsonl").read_text()) is seen
    settings.CONF = replace(settings.CONF, message_transport="http", message_gateway="http://127.0.0.1:1/")
    assert transport().send([letter("an@example.test")]) == [Result("rejected", "no_mail_server")]
