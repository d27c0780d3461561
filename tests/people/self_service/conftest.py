"""Somebody with a citizen id and a telephone, and codes as they would arrive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from lachan.immunization.commands import execute
from lachan.immunization.messaging import Outgoing, Result
from lachan.immunization.operations import one_time
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.people.self_service import codes
from lachan.people.self_service.codes import Asked
from tests.people.conftest import DESK, registration

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
NUMBER, PHONE, EMAIL = "079180012345", "0912345678", "an@example.test"


class Box:
    """A way out that remembers what it was given."""

    def __init__(self) -> None:
        self.sent: list[Outgoing] = []

    def send(self, batch: Any) -> list[Result]:
        self.sent += batch
        return [Result("sent")] * len(batch)

    @property
    def code(self) -> str:
        """The six digits of the latest message."""
        return next(word.strip(",.") for word in self.sent[-1].text.split() if word.strip(",.").isdigit())


@dataclass
class Door:
    """The two steps of signing in, with the letter box between them."""

    box: Box

    def ask(self, number: str = NUMBER, contact: tuple[str, str] = ("phone", PHONE), *, now: datetime = NOW,
            address: str = "192.0.2.1", language: str = "vi") -> Asked:  # fmt: skip
        asked = codes.ask(number=number, contact=contact, language=language, address=address, now=now)
        if asked.wait is None:
            one_time.send(asked.digest, self.box, now)
        return asked

    def prove(self, token: str, code: str, *, now: datetime = NOW, address: str = "192.0.2.1") -> codes.Proved:
        return codes.prove(token, code, address=address, now=now)


@pytest.fixture
def door(db: None, reference: None) -> Door:
    return Door(Box())


@pytest.fixture
def register(db: None, reference: None) -> Callable[..., UUID]:
    """Registers somebody; ``contacts`` and ``guardians`` as a station would send them."""

    def make(name: str = "Nguyễn Văn An", born: str = "1980-05-17", sex: str = "M", **more: Any) -> UUID:
        body = registration(name, born, sex, **more)
        [outcome] = execute([Command(new_id(), "person.register", NOW, body)], actor=DESK, now=NOW)
        assert outcome.id is not None, outcome
        return outcome.id

    return make


@pytest.fixture
def person(register: Callable[..., UUID]) -> UUID:
    contacts = [{"kind": "phone", "value": PHONE}, {"kind": "email", "value": EMAIL}]
    return register(citizen_id=NUMBER, contacts=contacts)
