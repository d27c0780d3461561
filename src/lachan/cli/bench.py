"""``lachan bench``: how near to bare PostgreSQL doses are recorded, and how quickly the house answers.

Measures a Lachan of its own, started in ``<data_dir>/bench`` (200,000 people) or ``<data_dir>/bench-large``
(2,000,000) and stopped afterwards. Its people are kept for the next run; everything else a measurement recorded is
thrown away when the next begins.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from lachan.cli._processes import in_a_process

app = typer.Typer(invoke_without_command=True, help="Measure doses a second, memory, reads; results in bench/results/.")

SMALL, LARGE = "bench", "bench-large"
FEW, MANY = 200_000, 2_000_000
VISITS = 20_000_000
RESULTS = Path("bench") / "results"

Json = Annotated[bool, typer.Option("--json", help="one JSON object on standard output")]
People = Annotated[int, typer.Option(min=1_000, help="persons in the database, or more if it has them already")]
Doses = Annotated[int, typer.Option(min=200, help="doses recorded while the clock runs")]
Connections = Annotated[int, typer.Option(min=1, max=512, help="stations sending at the same time")]


@app.command()
def doses(
    people: People = FEW,
    doses: Doses = 60_000,
    connections: Connections = 8,
    batch: Annotated[int, typer.Option(min=1, max=1_000, help="doses a call")] = 200,
    as_json: Json = False,
) -> None:
    """Doses a second through HTTP in batches, against bare psycopg in the same run; exit code 1 when any is lost."""
    _one("doses", people, as_json, doses=doses, lines=connections, size=batch)


@app.command()
def single(people: People = FEW, doses: Doses = 5_000, connections: Connections = 24, as_json: Json = False) -> None:
    """Requests a second of one dose each."""
    _one("single", people, as_json, doses=doses, lines=connections)


@app.command()
def coverage(people: People = FEW, as_json: Json = False) -> None:
    """The nation by province from the counters, in the process and through HTTP, with 60,000 doses recorded before."""
    _one("coverage", people, as_json)


@app.command()
def search(people: People = 1_000_000, as_json: Json = False) -> None:
    """People found by number, card, and name with birth date and commune."""
    _one("search", people, as_json)


@app.command()
def screens(people: People = 1_000_000, as_json: Json = False) -> None:
    """Every screen, opened by whoever uses it."""
    _one("screens", people, as_json)


@app.command()
def identity(people: People = FEW, as_json: Json = False) -> None:
    """Register verification, merges, the search for doubles, the repair worklist."""
    _one("identity", people, as_json)


@app.command()
def certificates(people: People = FEW, as_json: Json = False) -> None:
    """Signing, checking, printing, revocation, from the dose to the card, the verifier's page; and others beside us."""
    _answer({"certificates": _certificates(people)}, "certificates", as_json)


@app.command()
def tracing(
    visits: Annotated[int, typer.Option(min=100_000, help="visits of three weeks")] = VISITS, as_json: Json = False
) -> None:
    """Check-ins, contacts of a case, from a result to work, chains; and others beside us. 1.9 million people."""
    _answer({"tracing": _tracing(visits)}, "tracing", as_json)


@app.command()
def analytics(
    facts: Annotated[int, typer.Option(min=2_100, help="facts of the new day")] = 1_000_000,
    tracks: Annotated[bool, typer.Option(help="the four tracks of the forecasts' benchmark too")] = True,
    as_json: Json = False,
) -> None:
    """The night's national run, a new day of a million facts, the situation report, every screen of the epidemic."""
    from lachan.cli import bench_analytics

    _answer({"analytics": bench_analytics.measure(_say, facts=facts, tracks=tracks)}, "analytics", as_json)


@app.command(hidden=True)
def analytics_part(name: str, facts: Annotated[int | None, typer.Option(min=2_100)] = None) -> None:
    """One part of ``analytics``, as JSON."""
    from lachan.cli import bench_analytics
    from lachan.config import conf

    folder = conf.load().data_dir.resolve()
    typer.echo(json.dumps(bench_analytics.part(name, folder, _say, facts), ensure_ascii=False))


@app.command()
def cost(as_json: Json = False) -> None:
    """A dose at 2,000,000 people against one at 200,000: each measured twice in turn, the better counts."""
    _answer({"cost": _cost()}, "cost", as_json)


@app.command(hidden=True)
def several(
    names: list[str], people: People = FEW, visits: Annotated[int | None, typer.Option(min=100_000)] = None
) -> None:
    """Measures in one house, as JSON; what the table of all measures is put together from."""
    wanted = {name: {"visits": visits} if visits is not None else {} for name in names}
    typer.echo(json.dumps(_measure(wanted, people), ensure_ascii=False))


@app.callback()
def everything(context: typer.Context, as_json: Json = False) -> None:
    """Without a sub-command: every measure, one table, kept in bench/results/."""
    if context.invoked_subcommand is not None:
        return
    from lachan.bench import report
    from lachan.cli import bench_analytics

    facts = report.machine()
    results = _apart(["doses", "coverage", "single", "identity"], FEW)
    large = _apart(["doses", "screens", "search"], MANY)
    results |= {"search": large["search"], "screens": large["screens"]}
    results["cost"] = _cost_of([results["doses"]], [large["doses"]])
    results["certificates"] = _certificates(FEW)
    results["tracing"] = _tracing(VISITS)
    results["analytics"] = bench_analytics.measure(_say)
    path = report.keep(RESULTS, results, facts, datetime.now().astimezone())
    if as_json:
        typer.echo(json.dumps({"machine": facts, **results}, ensure_ascii=False))
    else:
        _table(results)
        _say(f"kept in {path}")
    _verdict(results)


def _one(name: str, people: int, as_json: bool, **options: int) -> None:
    results = _measure({name: options}, people)
    _answer(results, name, as_json)
    _verdict(results)


def _measure(wanted: dict[str, dict[str, int]], people: int) -> dict[str, Any]:
    """Start the house of that size, fill it, measure; a process knows one house only, Django reads settings once."""
    from lachan.bench import house
    from lachan.config import conf

    data_dir = conf.load().data_dir.resolve() / (SMALL if people <= FEW else LARGE)
    house.prepare(data_dir)
    import logging

    logging.getLogger().setLevel("WARNING")
    with house.running(data_dir) as started:
        from lachan.bench import measures

        return measures.measure(started, wanted, people, _say)


def _apart(names: list[str], people: int, visits: int | None = None) -> dict[str, Any]:
    """The same in a process of its own."""
    _say(f"measuring {', '.join(names)} with {people:,} people")
    return in_a_process("several", *names, "--people", str(people), *(["--visits", str(visits)] if visits else []))


def _certificates(people: int) -> dict[str, Any]:
    """What needs no house first, on a machine that is otherwise still."""
    from lachan.bench import certificates_codec, certificates_lists, certificates_paper, certificates_peers
    from lachan.config import conf

    found: dict[str, Any] = {}
    for name, measure in (
        ("signing and checking", certificates_codec.measure),
        ("revocation", certificates_lists.measure),
        ("printing", certificates_paper.measure),
    ):
        _say(f"measuring {name}")
        found |= measure()
    found |= certificates_peers.measure(conf.load().data_dir.resolve() / SMALL / "peers", _say)
    apart = _apart(["ready", "verifier"], people)
    return found | apart["ready"] | apart["verifier"]


def _tracing(visits: int) -> dict[str, Any]:
    """The engine first, on a machine that is otherwise still; then through the house."""
    from lachan.bench import tracing_chains, tracing_engine, tracing_recall, tracing_truth
    from lachan.config import conf

    folder = conf.load().data_dir.resolve()
    found: dict[str, Any] = {**tracing_engine.measure(folder / "bench-visits", visits, say=_say)}
    apart = _apart(["checkins", "graph"], FEW)
    found |= apart["checkins"]
    found["graph"] = apart["graph"]
    found |= _apart(["lists"], MANY if visits > 2_000_000 else FEW, visits)["lists"]
    _say("measuring chains, and tracing against the truth of an invented outbreak")
    found |= tracing_chains.measure()
    found["truth"] = tracing_truth.measure()
    found["recall"] = tracing_recall.measure(Path("..") / "shared" / "tracing-data")
    return found


def _cost() -> dict[str, Any]:
    few, many = [], []
    for _ in range(2):
        few.append(_apart(["doses"], FEW)["doses"])
        many.append(_apart(["doses"], MANY)["doses"])
    return _cost_of(few, many)


def _cost_of(few: list[dict[str, Any]], many: list[dict[str, Any]]) -> dict[str, Any]:
    at_few, at_many = (max(entry["doses_per_s"] for entry in runs) for runs in (few, many))
    return {
        "ratio": round(at_few / at_many, 2),
        "doses_per_s_few": at_few,
        "doses_per_s_many": at_many,
        "people_few": few[0]["people"],
        "people_many": many[0]["people"],
    }


def _verdict(results: dict[str, Any]) -> None:
    """A measurement that lost or doubled a dose is a failure, however quick."""
    for result in results.values():
        if any(result.get(fault) for fault in ("lost", "doubled", "failed_calls", "resent_counted_again")):
            sys.exit(1)
        if result.get("counters_equal") is False:
            sys.exit(1)


def _answer(results: dict[str, Any], name: str, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(results[name], ensure_ascii=False))
        return
    _table(results)
    for key, value in results[name].items():
        typer.echo(f"  {key}: {value}")


def _say(text: str) -> None:
    Console(stderr=True).print(text, style="dim", highlight=False)


def _table(results: dict[str, Any]) -> None:
    from lachan.bench import report

    table = Table("measure", "found", "must reach", "aim", "")
    for row in report.rows(results):
        table.add_row(*row, style="red" if row[-1] == "MISSED" else None)
    Console().print(table)
