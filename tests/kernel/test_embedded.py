"""The embedded PostgreSQL as an operator meets it: made once, started by whoever comes first, back after a crash."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from lachan.kernel.embedded import SERVER_SETTINGS, EmbeddedServer, EmbeddedServerError

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedServer]:
    # not pytest's tmp_path: the server's own user must be able to enter it
    folder = Path(tempfile.mkdtemp(prefix="lachan-test-"))
    made = EmbeddedServer(folder)
    threads = [threading.Thread(target=made.ensure) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    yield made
    made.stop("immediate")
    shutil.rmtree(folder)
    shutil.rmtree(made.socket_dir, ignore_errors=True)


def test_started_at_once_by_three_processes_it_runs_once(server: EmbeddedServer) -> None:
    assert server.is_running()
    with psycopg.connect(server.dsn()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_it_runs_with_durable_settings_and_checksums(server: EmbeddedServer) -> None:
    with psycopg.connect(server.dsn()) as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums"):
            assert connection.execute("SELECT current_setting(%s)", [name]).fetchone() == ("on",), name
        assert connection.info.server_version >= 160000


def test_it_does_not_listen_on_the_network(server: EmbeddedServer) -> None:
    with psycopg.connect(server.dsn()) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    assert server.socket_dir.stat().st_mode & 0o077 == 0


def test_what_was_committed_is_there_after_a_kill(server: EmbeddedServer) -> None:
    with psycopg.connect(server.dsn()) as connection:
        connection.execute("CREATE TABLE kept (number int)")
        connection.execute("INSERT INTO kept SELECT generate_series(1, 1000)")
    pid = server.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while server.pid() is not None and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not server.is_running()
    server.ensure()
    assert server.pid() not in (None, pid)
    with psycopg.connect(server.dsn()) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (1000,)


def test_stop_and_start_again(server: EmbeddedServer) -> None:
    server.stop()
    assert server.pid() is None
    server.stop()  # a second stop is no error
    assert server.ensure().is_running()


def test_a_server_that_cannot_start_says_why(monkeypatch: pytest.MonkeyPatch, server: EmbeddedServer) -> None:
    monkeypatch.setattr("lachan.kernel.embedded.START_ATTEMPTS", 1)
    monkeypatch.setitem(SERVER_SETTINGS, "shared_buffers", "nonsense")
    server.stop()
    with pytest.raises(EmbeddedServerError, match="shared_buffers"):
        server.ensure()
    monkeypatch.undo()
    server.ensure()
