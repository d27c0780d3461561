"""``lachan register``: ask the population register, see how it stands with it, or play one for trials."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from lachan.cli.house import house

app = typer.Typer(no_args_is_help=True, help="The population register: ask it, see how it stands, play one.")

Json = Annotated[bool, typer.Option("--json", help="one JSON object on standard output")]
Province = Annotated[str, typer.Option(help="two-digit code: only people who live there; empty: everybody")]
Url = Annotated[str, typer.Option(help="address of the register; empty: the setting register_url")]
Most = Annotated[int | None, typer.Option(min=1, help="about how many persons at most; empty: all")]


@app.command()
def send(most: Most = None, seconds: Annotated[
        float | None, typer.Option("--for", min=1, help="stop after so many seconds; empty: when nothing is owed")
    ] = None, in_flight: Annotated[int, typer.Option(min=1, max=32, help="questions under way at once")] = 4,
    url: Url = "", as_json: Json = False) -> None:  # fmt: skip
    """Ask about everybody who is owed an answer. May be stopped at any time and run again, nobody is lost. Ends with 1
    when the register did not answer and somebody is still owed."""
    with house():
        from lachan.exchange.register.sender import Sender

        sender = Sender(_line(url), in_flight=in_flight, most=most)
        _run(sender, seconds, most, as_json)


@app.command()
def reask(
    older_than: Annotated[int, typer.Option(min=0, help="days since the answer")] = 180,
    share: Annotated[float, typer.Option(min=0.001, max=100, help="per cent of those, drawn by their id")] = 100.0,
    most: Most = None, province: Province = "", url: Url = "", as_json: Json = False,
) -> None:  # fmt: skip
    """Ask again about people whose answer was right: the register takes some back. They stay right until it says
    otherwise."""
    with house():
        from lachan.exchange.register.sender import Sender
        from lachan.people.verification.queue import Again

        again = Again(datetime.now(UTC) - timedelta(days=older_than), share / 100)
        sender = Sender(_line(url), most=most, again=again, provinces=_provinces(province))
        _run(sender, None, most, as_json)


@app.command()
def status(
    recount: Annotated[bool, typer.Option("--recount", help="count persons anew first")] = False, as_json: Json = False
) -> None:
    """The line to the register, the questions under way, and how many persons are in each state. Ends with 1 while
    the line is down."""
    with house():
        from lachan.exchange.register.status import status as found_status
        from lachan.people.verification import figures

        now = datetime.now(UTC)
        if recount:
            figures.recount(now)
        found = found_status(now)
    if as_json:
        typer.echo(json.dumps(_plain(found), ensure_ascii=False))
    else:
        _show(found)
    if not found.healthy:
        sys.exit(1)


@app.command()
def sweep(
    every: Annotated[bool, typer.Option("--all", help="everybody anew, not only those without a state")] = False,
    as_json: Json = False,
) -> None:
    """Give a state to people registered before states were kept. May be stopped and run again."""
    with house():
        from lachan.people.verification.sweep import sweep as sweep_all

        with _bar() as bar:
            task = bar.add_task("looking through", total=None)
            found = sweep_all(datetime.now(UTC), every=every, progress=lambda seen: bar.update(task, completed=seen))
    if as_json:
        typer.echo(json.dumps(found._asdict()))
    else:
        typer.echo(f"{found.seen:,} persons, {found.noted:,} had no state, {found.malformed:,} old numbers malformed")


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=0, max=65_535, help="0: a free one")] = 8400,
    host: Annotated[str, typer.Option(help="address to listen on")] = "127.0.0.1",
    people: Annotated[int, typer.Option(min=1, help="citizens: the first of those lachan synth makes")] = 50_000,
    seed: Annotated[int, typer.Option(min=0, help="seed of lachan synth")] = 1,
    province: Annotated[str, typer.Option(help="province of lachan synth")] = "",
    from_house: Annotated[bool, typer.Option("--from-house", help="citizens as this demonstration has them")] = False,
    errors: Annotated[float, typer.Option(min=0, max=100, help="with --from-house: per cent known otherwise")] = 25.0,
    data: Annotated[Path | None, typer.Option(help="file of what it knows; made when it is not there")] = None,
    latency: Annotated[float, typer.Option(min=0, help="milliseconds an answer takes")] = 0.0,
    jitter: Annotated[float, typer.Option(min=0, help="milliseconds around that")] = 0.0,
    rate: Annotated[float, typer.Option(min=0, help="persons a second before it answers 429; 0: no limit")] = 0.0,
    outage: Annotated[list[str] | None, typer.Option(help="START+LENGTH, seconds after the start; repeatable")] = None,
    wrong: Annotated[float, typer.Option(min=0, max=100, help="per cent it calls wrong whatever it knows")] = 0.0,
    wrong_list: Annotated[Path | None, typer.Option(help="numbers it calls wrong, one a line", exists=True)] = None,
    key: Annotated[str, typer.Option(help="key it wants to be shown; empty: none")] = "",
) -> None:  # fmt: skip
    """Play a population register for trials: its own process, its own data, invented people. Orders while it runs: POST
    /admin/manner {"down": true}, /admin/take-back {"ids": […]}; SIGUSR1 takes it down and brings it back."""
    from lachan.cli import register_data
    from lachan.exchange.register.simulator import book, server
    from lachan.exchange.register.simulator.manner import Manner, Opinions

    orders = Manner(latency, jitter, rate, tuple(_outage(text) for text in outage or ()), wrong)
    try:
        entries = register_data.ready(data, people, seed, province, errors if from_house else None, house)
    except book.BookError as error:
        raise SystemExit(str(error)) from None
    listed = set(wrong_list.read_text(encoding="utf-8").split()) if wrong_list else set()
    register = server.Register(entries, orders, key, Opinions(wrong=listed))

    def ready(listening: int) -> None:
        typer.echo(f"The register knows {len(entries):,} numbers and listens on http://{host}:{listening}")

    try:
        asyncio.run(server.serve(register, host, port, ready))
    except OSError as error:
        raise SystemExit(f"cannot listen on {host}:{port}: {error.strerror}") from None


def _outage(text: str) -> tuple[float, float]:
    first, plus, length = text.partition("+")
    try:
        found = float(first), float(length)
    except ValueError:
        plus = ""
    if not plus or min(found) < 0:
        raise typer.BadParameter(f"START+LENGTH in seconds, like 60+30, not {text!r}", param_hint="--outage")
    return found


def _line(url: str) -> Any:
    from django.conf import settings

    from lachan.exchange.register.client import HttpLine

    address = url or settings.CONF.register_url
    if not address:
        raise SystemExit("no register to ask: set register_url (LACHAN_REGISTER_URL) or give --url")
    if not address.startswith(("http://", "https://")):
        raise SystemExit(f"the register's address begins with https://, not {address!r}")
    if not settings.LACHAN_DEMO and not address.startswith("https://"):
        raise SystemExit("outside the demonstration the register is asked over https:// only")
    return HttpLine(address, settings.CONF.register_key)


def _provinces(code: str) -> list[int] | None:
    """Area ids of a province code, on every map that has it."""
    if not code:
        return None
    from lachan.places import queries as places

    found = [area.id for area in places.atlas().areas.values() if area.level == 1 and area.code == code]
    if not found:
        raise typer.BadParameter(f"no province has the code {code!r}", param_hint="--province")
    return found


def _run(sender: Any, seconds: float | None, most: int | None, as_json: bool) -> None:
    from lachan.people.verification import queue

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    begun = datetime.now(UTC)
    with _bar() as bar:
        task = bar.add_task("asking", total=most)

        def progress(sent: Any) -> None:
            bar.update(task, completed=sent.asked)
            if sender.breaker.error and sender.breaker.state != "closed":
                bar.update(task, description=f"the register does not answer: {sender.breaker.error[:60]}")

        sender.progress = progress
        sent = sender.run(None if seconds is None else begun + timedelta(seconds=seconds))
    took = (datetime.now(UTC) - begun).total_seconds()
    left = queue.open_batches()
    if as_json:
        facts = {**vars(sent), "seconds": round(took, 2), "per_second": round(sent.asked / took) if took else 0}
        typer.echo(json.dumps(facts | {"open_questions": left.batches, "breaker": sender.breaker.state}))
    else:
        typer.echo(
            f"{sent.asked:,} persons asked about in {took:.1f} s: {sent.right:,} right, {sent.wrong:,} wrong"
            f" ({sent.taken_back:,} taken back), {sent.stale:,} changed meanwhile"
        )
        if left.batches:
            typer.echo(f"{left.batches:,} questions without an answer; lachan register status says why", err=True)
    if sent.failures and left.batches:
        sys.exit(1)


def _plain(found: Any) -> dict[str, Any]:
    breaker = {**vars(found.breaker)}
    return {
        "breaker": {name: _moment(value) for name, value in breaker.items()},
        "latest_answer": _moment(found.latest_answer),
        "open": {name: _moment(value) for name, value in found.open._asdict().items()},
        "states": {entry.state: {"persons": entry.persons, "oldest": _moment(entry.oldest)} for entry in found.states},
        "counted_at": _moment(found.counted_at),
    }


def _moment(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else int(value) if hasattr(value, "as_tuple") else value


def _show(found: Any) -> None:
    breaker = found.breaker
    words = {"closed": "answers", "half_open": "is being tried", "open": "does not answer"}
    typer.echo(f"The register {words[breaker.state]}; last answer: {_local(found.latest_answer)}")
    if breaker.error:
        typer.echo(f"  last failure {_local(breaker.error_at)}: {breaker.error}")
    if breaker.retry_at:
        typer.echo(f"  tried again {_local(breaker.retry_at)}")
    waiting = found.open
    typer.echo(f"Open questions: {waiting.batches:,} about {waiting.persons:,} persons, since {_local(waiting.oldest)}")
    typer.echo(f"Persons by state, counted {_local(found.counted_at)} (--recount counts anew)")
    for entry in found.states:
        typer.echo(f"  {entry.state:13} {entry.persons:>14,}  since {_local(entry.oldest)}")


def _local(moment: datetime | None) -> str:
    from django.utils import timezone

    return f"{timezone.localtime(moment):%d/%m/%Y %H:%M:%S}" if moment else "never"


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True,
    )  # fmt: skip
