"""A Lachan of its own to measure: ``lachan up`` with a data directory beside the installation's, kept between runs."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import psutil

from lachan.bench.wire import Line, request

START_S = 180.0  # the first start makes the database and loads the reference data


class HouseError(SystemExit):
    """The server under measurement could not be started or reached."""


class House:
    """A running server: its address, and the processes whose memory counts."""

    def __init__(self, url: str, process: subprocess.Popen[bytes] | None = None, data_dir: Path | None = None) -> None:
        self.url, self.process, self.data_dir = url, process, data_dir

    def processes(self) -> list[psutil.Process]:
        """This process, and of a house of our own the supervisor, web, worker and PostgreSQL with their children."""
        roots = [psutil.Process()]
        if self.process is not None:
            roots.append(psutil.Process(self.process.pid))
        if self.data_dir is not None:
            with suppress(OSError, ValueError, psutil.Error):
                pid = int((self.data_dir / "pg" / "postmaster.pid").read_text().split("\n", 1)[0])
                roots.append(psutil.Process(pid))
        found = {}
        for root in roots:
            with suppress(psutil.Error):
                for process in (root, *root.children(recursive=True)):
                    found[process.pid] = process
        return list(found.values())

    def memory_mb(self) -> float:
        """Proportional set size of all processes: shared pages are counted once between those who share them."""
        total = 0
        for process in self.processes():
            with suppress(OSError, psutil.Error):
                for line in Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines():
                    if line.startswith("Pss:"):
                        total += int(line.split()[1])
        return total / 1024

    def cpu_seconds(self) -> dict[str, float]:
        """Processor time so far, by part of the house: under load from others it says more than the clock does."""
        found = {"web": 0.0, "postgresql": 0.0, "load": 0.0, "other": 0.0}
        for process in self.processes():
            with suppress(psutil.Error):
                spent = process.cpu_times()
                words = " ".join(process.cmdline())
                part = "web" if "granian" in words else "postgresql" if "postgres" in words else "other"
                found["load" if process.pid == os.getpid() else part] += spent.user + spent.system
        return found

    @contextmanager
    def watched(self, every_s: float = 1.0) -> Iterator[list[float]]:
        """Samples of the memory of all processes while the block runs, in MB."""
        samples = [self.memory_mb()]
        done = threading.Event()

        def watch() -> None:
            while not done.wait(every_s):
                samples.append(self.memory_mb())

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        try:
            yield samples
        finally:
            done.set()
            watcher.join()
            samples.append(self.memory_mb())


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def prepare(data_dir: Path) -> None:
    """Make this process speak to the database of ``data_dir``; before Django reads its settings."""
    import django

    os.environ["LACHAN_DATA_DIR"] = str(data_dir)
    os.environ["LACHAN_STATEMENT_TIMEOUT_MS"] = "600000"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lachan.config.settings")
    django.setup()


@contextmanager
def running(data_dir: Path) -> Iterator[House]:
    """``lachan up`` in ``data_dir`` for the length of the block, ready before it begins, stopped after it."""
    data_dir.mkdir(parents=True, exist_ok=True)
    port = free_port()
    environment = {**os.environ, "LACHAN_DATA_DIR": str(data_dir), "LACHAN_PORT": str(port)}
    with _started([sys.executable, "-m", "lachan.cli.main", "up", "--no-demo"], environment, data_dir, port) as house:
        yield house


@contextmanager
def serving(command: list[str], data_dir: Path, port: int) -> Iterator[House]:
    """The web server alone, beside a database that runs: no worker whose jobs would be measured with the screens."""
    with _started(command, {**os.environ, "LACHAN_PORT": str(port)}, data_dir, port) as house:
        yield house


@contextmanager
def _started(command: list[str], environment: dict[str, str], data_dir: Path, port: int) -> Iterator[House]:
    environment.pop("LACHAN_STATEMENT_TIMEOUT_MS", None)
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True
        )
        house = House(f"http://127.0.0.1:{port}", process, data_dir)
        try:
            _wait(house, said)
            yield house
        finally:
            process.terminate()
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(house: House, said: IO[bytes]) -> None:
    assert house.process is not None
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        if house.process.poll() is not None:
            said.seek(0)
            raise HouseError(f"the server ended: {said.read()[-600:].decode(errors='replace').strip()}")
        with suppress(OSError):
            if ready(house.url):
                return
        time.sleep(0.2)
    raise HouseError(f"the server at {house.url} was not ready after {START_S:.0f} s")


def ready(url: str) -> bool:
    """Whether a server answers that it can serve; OSError when nobody listens."""
    line = Line(url, 10)
    try:
        status, _ = line.call(request(url, "/readyz"))
        return status == 200
    finally:
        line.close()


def durable() -> dict[str, str]:
    """The server's settings that decide whether a commit survives a crash; a measurement without them is none."""
    from django.db import connection

    found: dict[str, Any] = {}
    with connection.cursor() as cursor:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            cursor.execute(f"SHOW {name}")
            found[name] = cursor.fetchone()[0]
        cursor.execute("SHOW server_version")
        version = cursor.fetchone()[0]
    if "off" in found.values():
        raise HouseError(f"this database is not durable, so nothing measured on it counts: {found}")
    return {**found, "postgresql": version}
