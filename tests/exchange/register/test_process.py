"""The played register as a process of its own, and a sender that is killed in the middle of its questions."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from lachan.exchange.register import client
from lachan.exchange.register.client import Failed, HttpLine, Right
from lachan.exchange.register.sender import Sender
from lachan.kernel.ids import new_id
from lachan.people.verification.queue import LEASE, Asked
from lachan.synth.citizens import citizens
from tests.exchange.register.conftest import PEOPLE, PLAN, Clock, count, states

pytestmark = [pytest.mark.slow]

SENDING = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "lachan.config.settings_for_tests"
import django
django.setup()
from django.conf import settings
from lachan.exchange.register.client import HttpLine
from lachan.exchange.register.sender import Sender
settings.DATABASES["default"]["NAME"] = sys.argv[2]
Sender(HttpLine(sys.argv[1])).run()
"""


@contextmanager
def playing(known: Path, *options: str) -> Iterator[str]:
    """``lachan register serve`` on a free port; its address."""
    command = [sys.executable, "-m", "lachan.cli.main", "register", "serve", "--port", "0", "--data", str(known)]
    process = subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().split()[-1]
    finally:
        process.terminate()
        process.communicate(timeout=10)
        assert process.returncode == 0


def call(url: str, path: str, order: dict[str, Any] | None = None) -> dict[str, Any]:
    line = http.client.HTTPConnection(url.removeprefix("http://"), timeout=10)
    line.request("POST" if order else "GET", path, json.dumps(order) if order else None)
    answer = line.getresponse()
    found: dict[str, Any] = json.loads(answer.read())
    assert answer.status == 200, found
    line.close()
    return found


def test_a_sender_killed_in_the_middle_of_a_thousand_loses_and_doubles_nobody(
    people: int, known: Path, clock: Clock
) -> None:
    with playing(known, "--latency", "1500") as url:
        name = str(connection.settings_dict["NAME"])
        sending = subprocess.Popen([sys.executable, "-c", SENDING, url, name], env={**os.environ})
        deadline = time.monotonic() + 20
        while states().get("waiting", 0) < 1_000:
            assert sending.poll() is None, "the sender ended by itself"
            assert time.monotonic() < deadline
            time.sleep(0.02)
        time.sleep(0.2)  # the questions are on the line, the answers not yet
        os.kill(sending.pid, signal.SIGKILL)
        sending.wait(10)
        waiting = states()["waiting"]
        assert waiting >= 1_000
        assert count("state IN ('right', 'wrong')") == 0
        call(url, "/admin/manner", {"latency_ms": 0})
        time.sleep(1.5)  # the register answers into the void meanwhile
        before = call(url, "/admin/state")
        clock.at = datetime.now(UTC) + LEASE + timedelta(seconds=5)
        Sender(HttpLine(url), clock=clock).run()
        after = call(url, "/admin/state")
    assert after["repeated"] == before["requests"] >= 1  # the same questions, word for word
    assert after["persons"] == people
    assert count("state IN ('right', 'wrong')") == people
    assert count("state IN ('waiting', 'not_sent')") == 0
    assert count("before = 'waiting'", "people_verificationchange") == people
    assert count("verb = 'person.verified'", "kernel_journal") == people


def test_the_played_register_takes_orders_while_it_runs(known: Path) -> None:
    number, name, sex, born = next(iter(citizens(PLAN, PEOPLE)))
    persons = [Asked(name, sex, born, number), Asked(name, sex, born, "079080999999")]  # type: ignore[arg-type]

    def ask(line: HttpLine) -> Any:
        request_id = new_id()
        return line.ask(request_id, client.write(request_id, persons), 2)

    with playing(known, "--jitter", "5") as url:
        line = HttpLine(url, timeout_s=5)
        assert ask(line) == Right([True, False])
        call(url, "/admin/take-back", {"ids": [number]})
        assert ask(line) == Right([False, False])
        call(url, "/admin/give-back", {"ids": [number]})
        call(url, "/admin/manner", {"down": True})
        assert ask(line) == Failed("answered 503")
        call(url, "/admin/manner", {"down": False, "wrong_percent": 100})
        assert ask(line) == Right([False, False])
    assert isinstance(ask(line), Failed)  # nobody is there any more
    line.close()


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["serve", "--outage", "soon"], "START+LENGTH"),
        (["serve", "--data", __file__], "cannot be read as a register"),
        (["serve", "--province", "99", "--people", "10", "--port", "0"], "99"),
        (["send"], "LACHAN_REGISTER_URL"),
        (["send", "--url", "register.example"], "https://"),
    ],
)
def test_wrong_input_is_named(words: list[str], complaint: str) -> None:
    environment = {**os.environ, "LACHAN_DATA_DIR": str(settings.CONF.data_dir)}
    environment.pop("LACHAN_REGISTER_URL", None)
    done = subprocess.run(
        [sys.executable, "-m", "lachan.cli.main", "register", *words], capture_output=True, text=True, timeout=60,
        env=environment, check=False,
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    assert complaint in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
