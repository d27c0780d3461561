"""The ways a message leaves the house: text messages by file, console or the gateway of an operator; e-mail by SMTP."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from lachan.immunization.messaging.http import Gateway
from lachan.immunization.messaging.local import ConsoleOutbox, FileOutbox
from lachan.immunization.messaging.mail import Mail, SmtpServer
from lachan.immunization.messaging.port import EMAIL, PHONE, REJECTED, Outgoing, Result, Transport

__all__ = [
    "ConsoleOutbox", "FileOutbox", "Gateway", "Mail", "Outgoing", "Result", "SmtpServer", "Transport", "Ways",
    "transport",
]  # fmt: skip


class Ways:
    """Each message by the way of its kind. Without a way for e-mail those to e-mail are rejected, and go to people."""

    def __init__(self, phone: Transport, email: Transport | None) -> None:
        self._ways = {PHONE: phone, EMAIL: email}

    def send(self, batch: Sequence[Outgoing]) -> list[Result]:
        results = [Result(REJECTED, "no_mail_server")] * len(batch)
        for kind, way in self._ways.items():
            where = [index for index, message in enumerate(batch) if message.kind == kind]
            if way is not None and where:
                for index, result in zip(where, way.send([batch[index] for index in where]), strict=True):
                    results[index] = result
        return results


def transport() -> Ways:
    """The ways the settings name."""
    conf = settings.CONF
    local: Transport | None = None
    if conf.message_transport == "console":
        local = ConsoleOutbox(show_secrets=conf.demo)
    elif conf.message_transport == "file":
        local = FileOutbox(outbox() / "messages.jsonl", show_secrets=conf.demo)
    mail: Transport | None = local
    if conf.smtp_host:
        mail = Mail(
            SmtpServer(
                conf.smtp_host, conf.smtp_port, conf.smtp_user, conf.smtp_password, conf.smtp_tls, conf.mail_from
            )
        )
    return Ways(local or Gateway(conf.message_gateway, conf.message_token), mail)


def outbox() -> Path:
    """Where messages lie that did not leave the house."""
    return Path(settings.CONF.data_dir) / "outbox"
