"""E-mail through the SMTP server of the settings; Django's backend speaks to it."""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from lachan.immunization.messaging.port import REJECTED, RETRY, SENT, Outgoing, Result

TIMEOUT: Final = 20  # seconds for one answer of the server
_FOREVER: Final = range(500, 600)  # SMTP replies that will not change (RFC 5321, section 4.2.1)


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mail leaves the house; ``tls``: starttls, ssl or off."""

    host: str
    port: int
    user: str
    password: str
    tls: str
    sender: str


class Mail:
    """One connection a batch. A server that is away, or that says 4xx, is tried again; an address it refuses is not."""

    def __init__(self, server: SmtpServer) -> None:
        self.server = server

    def send(self, batch: Sequence[Outgoing]) -> list[Result]:
        server = self.server
        backend = EmailBackend(
            host=server.host, port=server.port, username=server.user or None, password=server.password or None,
            use_tls=server.tls == "starttls", use_ssl=server.tls == "ssl", timeout=TIMEOUT,
        )  # fmt: skip
        try:
            backend.open()
            return [self._one(backend, message) for message in batch]
        except (OSError, smtplib.SMTPException):
            return [Result(RETRY, "mail_server_away")] * len(batch)
        finally:
            with suppress(OSError, smtplib.SMTPException):
                backend.close()

    def _one(self, backend: EmailBackend, message: Outgoing) -> Result:
        headers = {"Message-ID": f"<{message.id}@{self.server.sender.rpartition('@')[2] or 'localhost'}>"}
        mail = EmailMessage(message.subject, message.text, self.server.sender, [message.to], headers=headers)
        # an automatic letter asks for no automatic answer (RFC 3834)
        mail.extra_headers["Auto-Submitted"] = "auto-generated"
        if message.sheet is not None:
            mail.attach(*message.sheet, "application/pdf")
        try:
            backend.send_messages([mail])
        except smtplib.SMTPRecipientsRefused as refused:
            codes = [code for code, _text in refused.recipients.values()]
            forever = all(code in _FOREVER for code in codes)
            return Result(REJECTED, "address_refused") if forever else Result(RETRY, "address_refused")
        except smtplib.SMTPResponseException as error:
            return Result(REJECTED if error.smtp_code in _FOREVER else RETRY, f"smtp_{error.smtp_code}")
        except (smtplib.SMTPException, OSError):
            return Result(RETRY, "mail_server_away")
        except ValueError:  # an address no mail can be written to
            return Result(REJECTED, "address_malformed")
        return Result(SENT)
