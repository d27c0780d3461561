"""Watches what ``lachan up`` started: web server, job worker, embedded PostgreSQL.

A small process of its own (``lachan up`` becomes it), without Django, because it stays as long as the house is open.
A child that dies comes back, PostgreSQL too; one that keeps dying before the house is open stops it with the reason.
Ctrl-C and SIGTERM stop in the order that loses nothing: web server first, then the worker, then PostgreSQL if it was
started here.
"""

from __future__ import annotations

import ctypes
import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from lachan.kernel.embedded import EmbeddedServer, EmbeddedServerError

TICK_S = 0.2
GRACE_S = 15.0  # a request or job may finish within this time before it is killed
SHORT_LIFE_S = 5.0  # a child that dies younger than this has a fault of its own
DEATHS_ALLOWED = 8  # in a row, each after a short life, before the house was ever open
LONGEST_WAIT_S = 10.0
READY_HINT_S = 60.0
_PR_SET_PDEATHSIG = 1  # <sys/prctl.h>


@dataclass
class Child:
    """One process under watch."""

    name: str
    command: list[str]
    log: Path | None  # None: our own standard error
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    due: float = 0.0  # when it is to be started (again)
    short_lives: int = field(default=0)

    def start(self) -> None:
        output: IO[bytes] | None = self.log.open("ab") if self.log else None
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C is for us; we stop the children in order
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
        )
        if output:
            output.close()
        self.started = time.monotonic()

    def died(self) -> bool:
        """Whether it has just ended; then its orphans are gone and ``due`` says when it comes back."""
        if self.process is None or self.process.poll() is None:
            return False
        self._signal(signal.SIGKILL)  # workers of a killed web server would keep its port
        now = time.monotonic()
        self.short_lives = self.short_lives + 1 if now - self.started < SHORT_LIFE_S else 0
        self.due = now + (min(0.25 * 2**self.short_lives, LONGEST_WAIT_S) if self.short_lives else 0)
        return True

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def stop(self) -> None:
        """Ask, wait for the grace, then kill with everything it started."""
        if self.process is None:
            return
        self.ask_to_stop()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(GRACE_S)
        self._signal(signal.SIGKILL)
        self.process.wait()

    def _signal(self, number: int) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)


def _end_with_parent() -> None:
    """Should the supervisor itself be killed, the kernel asks its children to end."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Supervisor:
    """Runs a plan (see :func:`lachan.cli.up.plan`) until it is told to stop."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self.children = [
            Child(entry["name"], entry["command"], Path(entry["log"]) if entry["log"] else None)
            for entry in plan["children"]
        ]
        self.server = EmbeddedServer(Path(plan["data_dir"])) if plan["embedded"] else None
        self.owns_server: bool = plan["owns_database"]
        self.check: dict[str, Any] = plan["check"]
        self.banner: list[str] = plan["banner"]
        self.begun: float = plan["begun"]
        self.leaving = threading.Event()
        self.ready = False
        self.hinted = False

    def run(self) -> int:
        """0 after an orderly stop, 1 when something would not stay alive."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self.leaving.set())
        code = 0
        while not self.leaving.is_set():
            fault = self._watch()
            if fault:
                _say(fault)
                code = 1
                break
            if not self.ready:
                self._look_whether_ready()
            self.leaving.wait(TICK_S)
        self._stop()
        return code

    def _watch(self) -> str | None:
        """One look at everything; returns why we have to give up."""
        if self.server is not None and self.server.pid() is None:
            if self.ready:
                _say("PostgreSQL is down; starting it again")
            try:
                self.server.ensure()
            except EmbeddedServerError as error:
                return str(error)
        for child in self.children:
            if child.died():
                status = child.process.returncode if child.process else 0
                child.process = None
                # once the house was open, a fault is the world's (a database server away for an hour): keep trying
                if child.short_lives >= DEATHS_ALLOWED and not self.ready:
                    where = f"; its log is {child.log}" if child.log else ""
                    return f"the {child.name} keeps dying (exit status {status}){where}. lachan doctor may know why"
                _say(f"the {child.name} died (exit status {status}); starting it again")
            if child.process is None and time.monotonic() >= child.due:
                child.start()
        return None

    def _look_whether_ready(self) -> None:
        status, body = self._get("/readyz")
        if status == 200:
            self._get(self.check["first_page"])  # the first visitor should not wait for imports
            self.ready = True
            _say(f"Open {self.check['url']} (ready after {time.monotonic() - self.begun:.1f} s)")
            for line in self.banner:
                _say(line)
        elif not self.hinted and time.monotonic() - self.begun > READY_HINT_S + self.check["prepared_s"]:
            self.hinted = True
            _say(f"Not ready yet: {body or 'the web server does not answer'}. lachan doctor may know why.")

    def _get(self, path: str) -> tuple[int, str]:
        """(status, body) of a page of ours; status 0 when nobody answers."""
        connection = http.client.HTTPConnection(self.check["host"], self.check["port"], timeout=5)
        try:
            headers = {"Host": self.check["name"], "X-Forwarded-Proto": self.check["scheme"]}
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read(2000).decode(errors="replace")
        except (OSError, http.client.HTTPException):
            return 0, ""
        finally:
            connection.close()

    def _stop(self) -> None:
        _say("Stopping")
        for child in self.children:
            child.stop()
        if self.server is not None and self.owns_server:
            self.server.stop()
        _say("Stopped; nothing is running any more")


def _say(text: str) -> None:
    with suppress(BrokenPipeError, OSError):  # a closed terminal is no reason to leave the database running
        print(text, flush=True)


def main() -> int:
    """``python -m lachan.cli.supervisor PLAN.json``"""
    path = Path(sys.argv[1])
    plan = json.loads(path.read_text(encoding="utf-8"))
    try:
        return Supervisor(plan).run()
    finally:
        path.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main())
