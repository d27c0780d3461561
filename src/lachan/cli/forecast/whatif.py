"""``lachan forecast whatif``: scenarios as JSON in, ranges and differences out; no database."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from lachan.forecasting.engines.whatif import Scenario


def add(app: typer.Typer) -> None:
    @app.command()
    def whatif(
        scenario: Annotated[Path, typer.Option("--scenario", help="JSON file; docs/reference/scenario-files.md")],
        output: Annotated[Path, typer.Option("--output", help="folder for ranges, totals, differences, assumptions")],
        compare: Annotated[
            list[Path] | None, typer.Option("--compare", help="another scenario, told against the first; repeatable")
        ] = None,
        seed: Annotated[int, typer.Option("--seed", min=0, help="the same seed gives the same figures")] = 0,
        as_json: Annotated[bool, typer.Option("--json", help="print the summary as JSON")] = False,
    ) -> None:
        """What would come if: infections, cases, beds, oxygen and deaths by day as ranges of 50 and 90 %.

        Scenarios compared go from the same draws, so that their difference is that of the scenarios alone."""
        from lachan.forecasting.engines.whatif import BadScenario

        try:
            summary = _answer([scenario, *(compare or [])], output, seed)
        except (BadScenario, OSError) as fault:
            raise typer.BadParameter(str(fault)) from None
        if as_json:
            typer.echo(json.dumps(summary, ensure_ascii=False))
        else:
            _tell(summary, output)


def _answer(paths: list[Path], output: Path, seed: int) -> dict[str, Any]:
    from lachan.forecasting.engines.whatif import BadScenario, read_scenario, simulate
    from lachan.forecasting.engines.whatif import compare as compare_ranges
    from lachan.forecasting.engines.whatif.files import write_all

    scenarios = []
    for path in paths:
        try:
            scenarios.append(read_scenario(path))
        except BadScenario as fault:
            raise BadScenario(f"{path.name}: {str(fault).removeprefix(f'{path.name}: ')}") from None
    _check(scenarios)
    with _bar() as bar:
        ranges = []
        for one in scenarios:
            task = bar.add_task(one.name, total=one.days)
            ranges.append(
                simulate(one, seed=seed, progress=lambda done, of, at=task: bar.update(at, completed=done, total=of))  # type: ignore[misc]
            )
    differences = [compare_ranges(ranges[0], other) for other in ranges[1:]]
    return write_all(output, scenarios, ranges, differences)


def _check(scenarios: list[Scenario]) -> None:
    """Scenarios that are compared speak of the same days and the same number of draws, under names of their own."""
    from lachan.forecasting.engines.whatif import BadScenario

    base = scenarios[0]
    for other in scenarios[1:]:
        for name in ("start", "days", "draws"):
            first, second = getattr(base, name), getattr(other, name)
            if first != second:
                raise BadScenario(f"{name}: {second} of {other.name!r} and {first} of {base.name!r}; write the same")
    if len({one.name for one in scenarios}) < len(scenarios):
        raise BadScenario("name: two scenarios have one name; give each its own")


def _bar() -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("day {task.completed} of {task.total}"),
        TimeRemainingColumn(), console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True,
    )  # fmt: skip


def _tell(summary: dict[str, Any], output: Path) -> None:
    from lachan.forecasting.engines.whatif.assumptions import raw

    notes, measures = raw()["notes"], raw()["measures"]
    for one in summary["scenarios"]:
        typer.echo(f"{one['name']}: {one['days'][0]} to {one['days'][1]}")
        for name, totals in one["totals"].items():
            typer.echo(f"  {measures[name]['en']:27} {measures[name]['total']:5} {_range(totals)}")
        for note in one["notes"]:
            typer.echo(f"  note: {notes[note]['en']}")
    for one in summary["differences"]:
        typer.echo(f"{one['scenario']} against {one['base']}" + ("" if one["paired"] else " (not from one start)"))
        for name, totals in one["totals"].items():
            less = one["less"][name]
            typer.echo(f"  {measures[name]['en']:27} {measures[name]['total']:5} {_range(totals)}  less in {less:.0%}")
    typer.echo(f"written to {output}")


def _range(totals: list[float]) -> str:
    low, lower, middle, upper, high = (_short(value) for value in totals)
    return f"{middle:>12}   50 %: {lower} to {upper}   90 %: {low} to {high}"


def _short(value: float) -> str:
    return f"{value:,.2f}" if abs(value) < 10 else f"{value:,.0f}"
