"""``lachan doctor``: what is wrong with this installation and how to mend it."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

import typer

from lachan.cli.house import database, set_up

app = typer.Typer(add_completion=False)

PACKAGE = Path(__file__).resolve().parents[1]
GIB = 2**30
LISTS_WAIT_S = 60


class Result(NamedTuple):
    """One thing looked at. ``wrong`` must be mended, ``warn`` should be known."""

    name: str
    state: Literal["ok", "warn", "wrong"]
    detail: str
    remedy: str = ""


@app.command()
def doctor(as_json: Annotated[bool, typer.Option("--json", help="answer in JSON")] = False) -> None:
    """Look at everything an installation needs; ends with 1 when something is wrong."""
    results = list(examine())
    wrong = sum(result.state == "wrong" for result in results)
    if as_json:
        typer.echo(json.dumps({"healthy": not wrong, "results": [r._asdict() for r in results]}, ensure_ascii=False))
    else:
        for result in results:
            typer.echo(f"{result.state:5}  {result.name}: {result.detail}")
            if result.remedy and result.state != "ok":
                typer.echo(f"       {result.remedy}")
        typer.echo(f"{wrong} wrong" if wrong else "Nothing is wrong")
    if wrong:
        sys.exit(1)


def examine() -> Iterator[Result]:
    """Every check in order; what depends on something broken is left out."""
    yield _python()
    yield _front_end()
    yield _translations()
    yield _boosted_trees()
    try:
        conf, server = _settings()
    except SystemExit as error:
        yield Result("settings", "wrong", str(error.code), "Correct lachan.toml or the environment variable it names")
        return
    yield _demonstration(conf)
    yield _ways_out(conf)
    yield _disk(conf.data_dir.resolve())
    yield from _database(conf, server)


def _python() -> Result:
    version = ".".join(map(str, sys.version_info[:3]))
    return Result("python", "ok", version)


def _front_end() -> Result:
    manifest = PACKAGE / "web" / "static" / "dist" / "manifest.json"
    if not manifest.exists():
        return Result("front end", "wrong", "not built", "Type: make front")
    return Result(
        "front end", "ok", f"built {time.strftime('%Y-%m-%d %H:%M', time.localtime(manifest.stat().st_mtime))}"
    )


def _translations() -> Result:
    def stale(source: Path) -> bool:
        target = source.with_suffix(".mo")
        return not target.exists() or target.stat().st_mtime < source.stat().st_mtime

    sources = list(PACKAGE.rglob("LC_MESSAGES/*.po"))
    late = [str(path.relative_to(PACKAGE)) for path in sources if stale(path)]
    if late:
        return Result("translations", "wrong", f"not compiled: {', '.join(late)}", "Type: make front")
    return Result("translations", "ok", f"{len(sources)} catalogues compiled")


def _boosted_trees() -> Result:
    from lachan.forecasting.engines.members.regression import trees_available

    if trees_available():
        return Result("boosted trees", "ok", "LightGBM loads; every member of a forecast speaks")
    said = "the system lacks libgomp.so.1: forecasts are made without their boosted members, and are less sharp"
    return Result("boosted trees", "warn", said, "Type: sudo apt-get install -y libgomp1")


def _settings() -> tuple[Any, Any]:
    import logging

    set_up()
    logging.getLogger().setLevel("ERROR")
    from django.conf import settings

    return settings.CONF, settings.EMBEDDED


def _demonstration(conf: Any) -> Result:
    if not conf.demo:
        return Result("keys", "ok", "keys of your own")
    if conf.address not in ("127.0.0.1", "::1", "localhost"):
        return Result(
            "keys", "warn", f"a demonstration with public keys listens on {conf.address}",
            "Never put real people in it; set LACHAN_DEMO=false and keys of your own for real work",
        )  # fmt: skip
    return Result("keys", "ok", "demonstration with public keys, served to this machine only")


def _disk(folder: Path) -> Result:
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    detail = f"{free / GIB:.1f} GiB free at {folder}"
    if free < GIB:
        return Result("disk", "wrong", detail, "Make room: PostgreSQL stops when the disk is full")
    return Result("disk", "warn" if free < 5 * GIB else "ok", detail, "A national day needs about 5 GiB")


def _database(conf: Any, server: Any) -> Iterator[Result]:
    from django.db import DatabaseError, connection

    try:
        with database():
            connection.ensure_connection()
            yield from _server(conf, connection)
            yield from _contents(connection)
            yield from _register(conf)
            yield from _signing_keys()
            yield from _answers()
    except DatabaseError as error:
        where = "the embedded server" if server else "the server of DATABASE_URL"
        yield Result(
            "database", "wrong", f"{where} does not answer: {str(error).strip().splitlines()[0]}",
            f"Look at {server.cluster / 'server.log'}" if server else "Check the address, and that the server runs",
        )  # fmt: skip
    except RuntimeError as error:
        yield Result("database", "wrong", str(error), "Type make up again, or look at the log it names")


def _server(conf: Any, connection: Any) -> Iterator[Result]:
    version = connection.pg_version
    name = f"{'server' if conf.database_url else 'embedded'} PostgreSQL {version // 10000}"
    if version < 160000:
        yield Result("database", "wrong", f"{name} is too old", "Use PostgreSQL 16 or newer")
    else:
        yield Result("database", "ok", name)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, setting FROM pg_settings WHERE name IN ('fsync','synchronous_commit','full_page_writes')"
        )
        loose = [name for name, setting in cursor.fetchall() if setting == "off"]
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())::float8, current_setting('max_connections')::int")
        seconds, most = cursor.fetchone()
    if loose:
        remedy = f"Set {' and '.join(loose)} to on in postgresql.conf: a power cut would lose recorded doses"
        yield Result("durability", "wrong", f"{', '.join(loose)} off", remedy)
    else:
        yield Result("durability", "ok", "a commit is on disk")
    apart = abs(seconds - time.time())
    code_from = max(path.stat().st_mtime for path in PACKAGE.glob("*/*.py"))
    if apart > 2 or time.time() < code_from:
        detail = f"{apart:.0f} s from the database's" if apart > 2 else "earlier than the files of this program"
        yield Result("clock", "wrong", detail, "Set the clock, and let the system keep it (NTP)")
    else:
        yield Result("clock", "ok", "agrees with the database's")
    wanted = conf.web_workers * conf.web_threads + 10
    state: Literal["ok", "wrong"] = "wrong" if most < wanted else "ok"
    yield Result("connections", state, f"{most} allowed, up to {wanted} wanted", "Raise max_connections")


def _contents(connection: Any) -> Iterator[Result]:
    from lachan.cli.db import migrations_waiting

    if waiting := migrations_waiting():
        yield Result("tables", "wrong", f"{waiting} migrations wait", "Type: lachan db migrate")
        return
    yield Result("tables", "ok", "up to date")
    for name, statement, judge in _COUNTS:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            yield judge(name, cursor.fetchone()[0])


def _ways_out(conf: Any) -> Result:
    """Whether a one-time code can reach anybody: without it people cannot open their own record."""
    ways = [name for name, there in (("text messages", conf.message_transport == "http"), ("e-mail", conf.smtp_host))
            if there]  # fmt: skip
    if conf.demo or len(ways) == 2:
        return Result("messages to people", "ok", "to a mailbox of its own" if conf.demo else " and ".join(ways))
    return Result(
        "messages to people", "warn", f"{ways[0]} only" if ways else "none leaves the house",
        "Set message_transport = http with message_gateway, and smtp_host: codes to open one's own record go there",
    )  # fmt: skip


def _register(conf: Any) -> Iterator[Result]:
    """The line to the population register, when there is to be one."""
    from datetime import UTC, datetime

    from lachan.cli.db import migrations_waiting

    if not conf.register_url or migrations_waiting():
        return
    from lachan.exchange.register.status import status

    found = status(datetime.now(UTC))
    waiting = f"{found.open.batches} questions open"
    if found.healthy:
        yield Result("population register", "ok", waiting)
    else:
        yield Result(
            "population register", "warn", f"does not answer: {found.breaker.error}; {waiting}",
            "Nothing is lost and it is tried by itself; lachan register status says since when",
        )  # fmt: skip


def _signing_keys() -> Iterator[Result]:
    """Keys that sign certificates, where this installation issues any."""
    from datetime import UTC, datetime

    from lachan.cli.db import migrations_waiting

    if migrations_waiting():
        return
    from lachan.certificates.keys.findings import findings, needed

    found = [entry for entry in findings(datetime.now(UTC)) if entry.state != "note"] if needed() else []
    for entry in found:
        yield Result("signing keys", "wrong" if entry.state == "wrong" else "warn", entry.sentence, entry.remedy)
    if not found:
        yield Result("signing keys", "ok", "there, and they open" if needed() else "none: no certificates are issued")


def _answers() -> Iterator[Result]:
    """The sealed days of visits: what is not whole is answered by PostgreSQL, slower."""
    from lachan.cli.db import migrations_waiting

    if migrations_waiting():
        return
    from lachan.tracing import answers

    store = answers.store()
    store.refresh(at_least_every=0)
    sealed, wrong = len(store.store.manifest.days), store.store.damaged
    if not wrong:
        yield Result("answer store", "ok", f"{sealed} days sealed")
        return
    yield Result(
        "answer store", "warn", f"{len(wrong)} days are answered by PostgreSQL, {sealed} sealed",
        "The worker makes them again every five minutes; lachan trace store status says which and why",
    )  # fmt: skip


def _reference(name: str, count: int) -> Result:
    if not count:
        return Result(name, "wrong", "no facilities", "Type: lachan db migrate")
    return Result(name, "ok", f"{count} facilities")


def _partitions(name: str, ready: int) -> Result:
    remedy = "Is the job worker running? It makes them each night: lachan up"
    if ready < 2:
        return Result(name, "wrong", "no partition for this or next month", remedy)
    return Result(name, "ok", "this month and next are ready")


def _beyond(name: str, rows: int) -> Result:
    remedy = "Rows outside a month: move them after the month's partition is made (docs/operate)"
    return Result(name, "warn" if rows else "ok", f"{rows} rows outside a month", remedy)


def _visit_days(name: str, ready: int) -> Result:
    remedy = "Is the job worker running? It makes them four times a day: lachan up"
    return Result(name, "warn" if ready < 2 else "ok", f"{ready} of today and tomorrow (UTC) have a partition", remedy)


def _lists(name: str, seconds: int) -> Result:
    remedy = (
        "Is the job worker running? Its log says which case's list cannot be worked out; it is tried again by itself"
    )
    return Result(
        name,
        "warn" if seconds > LISTS_WAIT_S else "ok",
        f"the oldest waits {seconds} s" if seconds else "none waits",
        remedy,
    )


def _failed(name: str, count: int) -> Result:
    remedy = "See and repeat them: lachan manage procrastinate shell (list_jobs status=failed; retry ID)"
    return Result(name, "warn" if count else "ok", f"{count} failed", remedy)


_COUNTS: tuple[tuple[str, str, Callable[[str, int], Result]], ...] = (
    ("reference data", "SELECT count(*) FROM places_facility", _reference),
    (
        "journal",
        "SELECT count(*) FROM generate_series(0, 1) AS n WHERE to_regclass('kernel_journal_' || "
        "to_char(now() + make_interval(months => n), 'YYYYMM')) IS NOT NULL",
        _partitions,
    ),
    ("journal overflow", "SELECT count(*) FROM kernel_journal_beyond", _beyond),
    (
        "days of visits",
        "SELECT count(*) FROM generate_series(0, 1) AS n WHERE to_regclass('tracing_visit_' || "
        "to_char((now() AT TIME ZONE 'UTC') + make_interval(days => n), 'YYYYMMDD')) IS NOT NULL",
        _visit_days,
    ),
    (
        "lists of contacts",
        "SELECT coalesce(ceil(extract(epoch FROM now() - min(asked_at))), 0)::int FROM tracing_request",
        _lists,
    ),
    ("jobs", "SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'", _failed),
)
