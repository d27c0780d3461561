"""``lachan up`` as a whole: it opens, survives the death of each of its parts, and leaves nothing behind."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from lachan.kernel.embedded import EmbeddedServer
from tests.waiting import wait_for

# one house at a time: it is heavy, and the tests of this file share it
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("up")]


class House:
    """A running ``lachan up`` with its own data directory and port, without invented people."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="lachan-up-"))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.environment = os.environ | {
            "LACHAN_DATA_DIR": str(self.folder),
            "DATABASE_URL": "",
            "DJANGO_SETTINGS_MODULE": "lachan.config.settings",
        }
        self.log = self.folder / "up.out"
        self.process: subprocess.Popen[bytes] | None = None

    def open(self) -> float:
        """Start it and wait until it says so; the seconds it took."""
        begun = time.monotonic()
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(self.command(), env=self.environment, stdout=output, stderr=output)
        wait_for(lambda: "Open http" in self.said() or self.process.poll() is not None, 90)
        assert self.process.poll() is None, self.said()
        return time.monotonic() - begun

    def command(self) -> list[str]:
        return [sys.executable, "-m", "lachan.cli.main", "up", "--no-demo", "--port", str(self.port)]

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def status(self, path: str = "/readyz") -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", path, headers={"Host": "localhost"})
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

    def child(self, word: str) -> psutil.Process:
        assert self.process is not None
        found = [each for each in psutil.Process(self.process.pid).children() if word in " ".join(each.cmdline())]
        assert len(found) == 1, found
        return found[0]

    def close(self, number: int = signal.SIGINT) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(60)


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    made = House()
    made.open()
    yield made
    if made.process is not None and made.process.poll() is None:
        made.close()
    EmbeddedServer(made.folder).stop("immediate")
    shutil.rmtree(made.folder)


def test_it_is_ready_when_it_says_so(house: House) -> None:
    assert house.status() == 200
    assert house.status("/healthz") == 200
    assert house.status("/accounts/login/") == 200
    assert house.status("/metrics") == 200
    assert "invented people and public keys" in house.said()


def test_a_second_one_says_that_the_first_runs(house: House) -> None:
    done = subprocess.run(
        house.command(), env=house.environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert f"already running at http://localhost:{house.port}/" in done.stderr


def test_a_taken_port_names_the_setting(house: House) -> None:
    with tempfile.TemporaryDirectory() as folder:
        environment = house.environment | {"LACHAN_DATA_DIR": folder}
        done = subprocess.run(house.command(), env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert f"LACHAN_PORT={house.port + 1}" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_killed_web_worker_comes_back(house: House) -> None:
    server = house.child("granian")
    worker = server.children()[0]
    worker.kill()
    wait_for(lambda: len(server.children()) == 2 and worker.pid not in [each.pid for each in server.children()])
    wait_for(lambda: house.status() == 200)


def test_a_killed_web_server_comes_back(house: House) -> None:
    house.child("granian").kill()
    wait_for(lambda: "the web server died" in house.said())
    wait_for(lambda: house.status() == 200)


def test_a_killed_database_comes_back(house: House) -> None:
    pid = EmbeddedServer(house.folder).pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: EmbeddedServer(house.folder).pid() not in (None, pid))
    wait_for(lambda: house.status() == 200)


def test_a_killed_job_worker_comes_back(house: House) -> None:
    wait_for(lambda: house.child("config.worker").is_running())
    first = house.child("config.worker")
    first.kill()
    wait_for(lambda: house.said().count("the job worker died") >= 1)
    wait_for(lambda: any("config.worker" in " ".join(each.cmdline()) for each in _children(house)))


def test_stopped_it_leaves_nothing_running_and_opens_again_quickly(house: House) -> None:
    everything = _children(house, recursive=True)
    assert house.close(signal.SIGTERM) == 0
    wait_for(lambda: not any(each.is_running() and each.status() != "zombie" for each in everything))
    assert EmbeddedServer(house.folder).pid() is None
    assert not (house.folder / "up.json").exists()
    assert house.open() < 30  # 8 s on a machine that does nothing else
    assert house.close() == 0


def test_the_database_of_a_killed_supervisor_is_stopped_by_the_next(house: House) -> None:
    if house.process is not None and house.process.poll() is None:  # alone, or after a test that failed
        house.close()
    house.open()
    children = _children(house, recursive=True)
    assert house.close(signal.SIGKILL) == -signal.SIGKILL
    wait_for(lambda: not any(each.is_running() and each.status() != "zombie" for each in children))
    assert EmbeddedServer(house.folder).pid() is not None
    assert json.loads((house.folder / "up.json").read_text())["owns_database"]
    house.open()
    assert house.close() == 0
    assert EmbeddedServer(house.folder).pid() is None


def _children(house: House, recursive: bool = False) -> list[psutil.Process]:
    assert house.process is not None
    return psutil.Process(house.process.pid).children(recursive=recursive)
