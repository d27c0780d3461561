"""``lachan up``: database, tables, demonstration, then web server and job worker under one supervisor."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import typer

from lachan.cli.house import set_up

app = typer.Typer(add_completion=False)

LOG_LIMIT = 10 * 1024 * 1024  # a longer log of an earlier run is set aside when a run begins


@app.command()
def up(
    port: Annotated[int | None, typer.Option(help="port of the web server (setting port)")] = None,
    address: Annotated[str | None, typer.Option(help="address it listens on (setting address)")] = None,
    workers: Annotated[int | None, typer.Option(help="web worker processes (setting web_workers)")] = None,
    threads: Annotated[int | None, typer.Option(help="threads of a web worker (setting web_threads)")] = None,
    demo: Annotated[bool, typer.Option(help="make invented people at the first start of a demonstration")] = True,
) -> None:
    """Start everything and stay until Ctrl-C. The first start makes the demonstration."""
    begun = time.monotonic()
    given = {"PORT": port, "ADDRESS": address, "WEB_WORKERS": workers, "WEB_THREADS": threads}
    os.environ |= {f"LACHAN_{name}": str(value) for name, value in given.items() if value is not None}
    conf, server = _settings()
    data_dir = conf.data_dir.resolve()
    data_dir.mkdir(parents=True, exist_ok=True)
    plan_file = data_dir / "up.json"
    _only_one(data_dir, plan_file)
    # a plan left behind: the supervisor was killed, and the database it started is still ours to stop
    owns_database = server is not None and (plan_file.exists() or not server.is_running())
    _port_is_free(conf.address, conf.port)
    plan = _plan(conf, begun, owns_database, demo)
    plan_file.write_text(json.dumps(plan), encoding="utf-8")
    try:
        if server is not None:
            server.ensure()
        _prepare(conf, demo, plan)
    except BaseException:
        if owns_database and server is not None:
            server.stop()
        plan_file.unlink()
        raise
    plan["check"]["prepared_s"] = time.monotonic() - begun
    plan_file.write_text(json.dumps(plan), encoding="utf-8")
    _become_supervisor(plan_file)


def _settings() -> tuple[Any, Any]:
    import logging

    set_up()
    logging.getLogger().setLevel("WARNING")
    from django.conf import settings

    return settings.CONF, settings.EMBEDDED


def _only_one(data_dir: Path, plan_file: Path) -> None:
    """Hold the data directory for as long as this process lives, through becoming the supervisor."""
    lock = os.open(data_dir / "up.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _lock(lock)
    except BlockingIOError:
        try:
            where = f" at {json.loads(plan_file.read_text(encoding='utf-8'))['check']['url']}"
        except (OSError, ValueError):
            where = ""
        raise SystemExit(f"already running{where} with the data directory {data_dir}") from None
    os.set_inheritable(lock, True)


def _lock(file: int) -> None:
    """Wait two seconds at most: what a killed supervisor had just begun to start may hold it for a moment."""
    for _ in range(10):
        with suppress(BlockingIOError):
            return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        time.sleep(0.2)
    return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _port_is_free(address: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((address, port))
        except OSError as error:
            raise SystemExit(
                f"cannot listen on {address} port {port} ({error.strerror}); choose another with "
                f"lachan up --port {port + 1}, LACHAN_PORT={port + 1} or port = {port + 1} in lachan.toml"
            ) from None


def _prepare(conf: Any, demo: bool, plan: dict[str, Any]) -> None:
    """Bring the database up to date, make the demonstration, and add to the plan what it needs."""
    from django.db import connections

    from lachan.cli.db import bring_up_to_date

    bring_up_to_date(typer.echo)
    if conf.demo and demo:
        from lachan.cli import demo as demonstration

        if not demonstration.seeded():
            begun = time.monotonic()
            demonstration.seed(typer.echo)
            typer.echo(f"  the demonstration is made ({time.monotonic() - begun:.0f} s)")
        plan["banner"] += demonstration.sign_ins()
    if conf.demo:
        plan["banner"].append("This is a demonstration: invented people and public keys. Never put real people in it.")
    plan["banner"].append("Ctrl-C stops everything.")
    connections.close_all()


def _plan(conf: Any, begun: float, owns_database: bool, demo: bool) -> dict[str, Any]:
    """What the supervisor needs to know, as JSON: children with their commands, whom to ask whether all is ready."""
    data_dir = conf.data_dir.resolve()
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(conf.address, conf.address)
    name = conf.hosts.split(",")[0].strip()
    shown = f"[{host}]" if ":" in host else host
    return {
        "begun": begun,
        "data_dir": str(data_dir),
        "embedded": not conf.database_url,
        "owns_database": owns_database,
        "banner": [],
        "check": {
            "host": host,
            "port": conf.port,
            "name": name,
            "scheme": "https" if conf.https else "http",
            "first_page": "/accounts/login/",
            "url": f"http://{name if host == '127.0.0.1' else shown}:{conf.port}/",
            "prepared_s": 0.0,
        },
        "children": [
            {"name": "web server", "command": web_command(conf), "log": _log(data_dir, "web")},
            {"name": "job worker", "command": worker_command(), "log": _log(data_dir, "worker")},
            {"name": "worker for codes", "command": codes_command(), "log": _log(data_dir, "codes")},
            *_demonstration(conf, demo, data_dir),
        ],
    }


def _demonstration(conf: Any, demo: bool, data_dir: Path) -> list[dict[str, Any]]:
    """In the demonstration, the process that lets its day go on, and a mail server unless the settings name one."""
    if not (conf.demo and demo):
        return []
    from lachan.cli.demo import day_command, mail_command

    found = [{"name": "demonstration's day", "command": day_command(), "log": _log(data_dir, "day")}]
    if not conf.smtp_host:
        command, settings = mail_command()
        os.environ |= settings  # the children inherit it through the supervisor
        found.append({"name": "demonstration's mail", "command": command, "log": _log(data_dir, "mail")})
    return found


def web_command(conf: Any) -> list[str]:
    """granian with what suits WSGI that computes: few processes, few threads, a short queue in front of them."""
    return [
        sys.executable, "-m", "granian", "lachan.config.wsgi:application",
        "--interface", "wsgi", "--http", "1", "--no-ws",
        "--host", conf.address, "--port", str(conf.port),
        "--workers", str(conf.web_workers), "--blocking-threads", str(conf.web_threads),
        # a thread keeps its database connection: let it live
        "--blocking-threads-idle-timeout", "600",
        "--backpressure", str(conf.web_threads * 16),
        "--respawn-failed-workers", "--respawn-interval", "0.5",
        "--workers-kill-timeout", "10", "--log-level", "warning",
    ]  # fmt: skip


def worker_command() -> list[str]:
    return [sys.executable, "-m", "lachan.config.worker"]


def codes_command() -> list[str]:
    """A worker of its own for one-time codes: somebody waits for each, and no other job may be in the way."""
    return [sys.executable, "-m", "django", "procrastinate", "worker", "--queues", "at_once"]


def _log(data_dir: Path, name: str) -> str | None:
    """A file while a person watches the terminal; under a service manager standard error, which it keeps and turns."""
    if not sys.stdout.isatty():
        return None
    folder = data_dir / "logs"
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.log"
    if path.exists() and path.stat().st_size > LOG_LIMIT:
        path.replace(path.with_suffix(".log.1"))
    return str(path)


def _become_supervisor(plan_file: Path) -> None:
    counts = plan_file.parent / "metrics"  # the web workers add their counts through files here
    shutil.rmtree(counts, ignore_errors=True)
    counts.mkdir()
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(counts)
    os.environ["LACHAN_DATA_DIR"] = str(plan_file.parent)
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "lachan.cli.supervisor", str(plan_file)])
