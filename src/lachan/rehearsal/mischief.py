"""Kills web workers and PostgreSQL while the day is played; the supervisor brings them back.

Only processes of the one house given: those below its supervisor, and the database of its data directory.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil

# The order makes sure that even a short rehearsal has met each; afterwards chance decides.
KINDS = ("web worker", "postgresql", "database session", "web server")
EVERY_S = (1.5, 4.0)
AT_FIRST_S = (0.3, 0.9)  # until each kind was met once


class NoHouse(SystemExit):
    """There is nothing here that may be killed."""


def supervisor_of(data_dir: Path) -> psutil.Process:
    """The supervisor that ``lachan up`` became for this data directory."""
    plan = str(data_dir.resolve() / "up.json")
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            words = process.cmdline()
            if plan in words and "lachan.cli.supervisor" in words:
                return process
    raise NoHouse(f"--faults needs a house to break: no lachan up runs with the data directory {data_dir.resolve()}")


class Mischief(threading.Thread):
    """Until told to stop: waits a little, kills something with SIGKILL, counts it."""

    def __init__(self, data_dir: Path, seed: int, say: Callable[[str], None]) -> None:
        super().__init__(daemon=True)
        self.data_dir, self.random, self.say = data_dir, random.Random(seed), say
        self.supervisor = supervisor_of(data_dir)
        self.kills: Counter[str] = Counter()
        self.done = threading.Event()

    def run(self) -> None:
        turn = 0
        while not self.done.wait(self.random.uniform(*(AT_FIRST_S if turn < len(KINDS) else EVERY_S))):
            kind = KINDS[turn] if turn < len(KINDS) else self.random.choice(KINDS)
            victim = self.victim(kind)
            if victim is None:
                continue
            turn += 1
            with suppress(psutil.Error):
                victim.kill()
                self.kills[kind] += 1
                self.say(f"killed: {kind}")

    def victim(self, kind: str) -> psutil.Process | None:
        """A process of that kind that runs now; None when there is none at the moment."""
        with suppress(psutil.Error, OSError, ValueError):
            if kind in ("web worker", "web server"):
                servers = [child for child in self.supervisor.children() if "granian" in child.cmdline()]
                workers = [worker for server in servers for worker in server.children()]
                found = workers if kind == "web worker" else servers
            else:
                pid = int((self.data_dir / "pg" / "postmaster.pid").read_text().split("\n", 1)[0])
                postmaster = psutil.Process(pid)
                # a session of a client is titled "postgres: lachan lachan [local] idle"; what keeps house is not
                sessions = [child for child in postmaster.children() if "[local]" in " ".join(child.cmdline())]
                found = [postmaster] if kind == "postgresql" else sessions
            return self.random.choice(found) if found else None
        return None
