"""The supervisor on small children: it gives up on one that never lived, and stops the others in order."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lachan.cli import supervisor
from lachan.cli.supervisor import Supervisor

pytestmark = pytest.mark.slow

# says that it lives, and at the end that it was asked to stop
_OBEDIENT = """
import pathlib, signal, sys, time
book = pathlib.Path(sys.argv[1])
def leave(*_):
    with book.open("a") as lines:
        lines.write(f"{sys.argv[2]} stopped\\n")
    sys.exit()
signal.signal(signal.SIGTERM, leave)
with book.open("a") as lines:
    lines.write(f"{sys.argv[2]} begun\\n")
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def _handlers() -> Iterator[None]:
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def plan(*children: tuple[str, list[str]], **changes: Any) -> dict[str, Any]:
    return {
        "begun": time.monotonic(),
        "data_dir": "unused",
        "embedded": False,
        "owns_database": False,
        "banner": [],
        "check": {
            "host": "127.0.0.1", "port": 9, "name": "localhost", "scheme": "http", "first_page": "/",
            "url": "http://localhost:9/", "prepared_s": 0.0,
        },
        "children": [{"name": name, "command": command, "log": None} for name, command in children],
    } | changes  # fmt: skip


def test_a_child_that_never_lives_ends_the_start_with_its_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(supervisor, "DEATHS_ALLOWED", 2)
    house = Supervisor(plan(("job worker", [sys.executable, "-c", "raise SystemExit(3)"])))
    assert house.run() == 1
    said = capsys.readouterr().out
    assert "the job worker died (exit status 3); starting it again" in said
    assert "the job worker keeps dying (exit status 3)" in said


def test_a_house_that_was_open_keeps_trying(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "DEATHS_ALLOWED", 1)
    house = Supervisor(plan(("job worker", [sys.executable, "-c", "raise SystemExit(3)"])))
    house.ready = True
    threading.Timer(2, house.leaving.set).start()
    assert house.run() == 0
    assert house.children[0].short_lives >= 2


def test_children_are_stopped_one_after_the_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = tmp_path / "book"
    house = Supervisor(
        plan(*((name, [sys.executable, "-c", _OBEDIENT, str(book), name]) for name in ("web", "worker", "day")))
    )

    def leave_when_all_live() -> None:
        while not book.exists() or book.read_text().count("begun") < 3:
            time.sleep(0.02)
        house.leaving.set()

    threading.Thread(target=leave_when_all_live).start()
    assert house.run() == 0
    assert book.read_text().splitlines()[-3:] == ["web stopped", "worker stopped", "day stopped"]
    assert "nothing is running any more" in capsys.readouterr().out


def test_one_that_does_not_listen_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "GRACE_S", 0.3)
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
    )
    house = Supervisor(plan(("deaf", [sys.executable, "-c", deaf])))
    threading.Timer(1.0, house.leaving.set).start()
    begun = time.monotonic()
    assert house.run() == 0
    assert time.monotonic() - begun < 10
    process = house.children[0].process
    assert process is not None
    assert process.returncode == -signal.SIGKILL
