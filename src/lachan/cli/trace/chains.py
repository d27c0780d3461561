"""``lachan trace chains``: who may have infected whom, R, k and serial intervals; files in, a file out, no database."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from lachan.cli.trace._told import ran, say

if TYPE_CHECKING:
    from lachan.tracing.chains.estimates import Summary
    from lachan.tracing.chains.offspring import Range

SENTENCES: Final = {
    "too_few_cases": "cannot say: fewer than 10 cases",
    "too_few_links": "cannot say: fewer than 3 links",
    "too_few_pairs": "cannot say: fewer than 10 pairs with days",
    "r_and_k_lower_bound_most_sources_unknown": "most cases have no known source: R is a lower bound",
    "many_recent_cases": "many cases are recent: take the line that allows for it; new pairs are the short ones",
    "serial_interval_from_tree": "serial intervals are those of the most likely tree, chosen by a serial interval",
    "onsets_estimated": "some cases have no onset: theirs is estimated and not part of serial intervals",
}


def add(app: typer.Typer) -> None:
    @app.command()
    def chains(
        cases: Annotated[
            Path,
            typer.Option("--cases", help="person,anchor_kind,anchor_time[,onset,confirmed,infected_by,cluster]"),
        ],
        contacts: Annotated[
            Path, typer.Option("--contacts", help="lines of lachan trace run; or from,to[,first_exposure,…,minutes]")
        ],
        out: Annotated[Path, typer.Option("--out", help="candidates into .csv or .parquet, estimates into .json")],
        serial_mean: Annotated[
            float | None, typer.Option(min=0.1, max=1000, help="days; else from established links, else 5")
        ] = None,
        serial_sd: Annotated[float | None, typer.Option(min=0.1, max=1000, help="days; else as the mean")] = None,
        incubation: Annotated[float, typer.Option(min=0.1, max=1000, help="mean, days")] = 5.5,
        unknown: Annotated[
            float,
            typer.Option(min=0.001, max=1000, help="weight of a source nobody knows, beside 1 for a sure contact"),
        ] = 0.25,
        until: Annotated[
            datetime | None, typer.Option(help="day up to which cases are known; else that of the last case")
        ] = None,
        seed: Annotated[int, typer.Option(min=0, help="of drawn trees and bootstrap")] = 1,
        skip_bad: Annotated[bool, typer.Option("--skip-bad", help="leave malformed rows out and go on")] = False,
        as_json: Annotated[bool, typer.Option("--json", help="estimates as JSON on standard output")] = False,
    ) -> None:
        """Weigh candidate infectors of every case, somebody unknown among them; estimate R, k and serial intervals.

        infected_by in the cases (several names with ; between) is believed; so is from,to when the file says nothing of
        meetings and the cases name nobody. CSV or Parquet; times ISO 8601 or UNIX seconds.
        """
        from lachan.tracing.chains.running import run
        from lachan.tracing.chains.shapes import Timing

        usual = Timing(incubation=incubation)
        timing = usual._replace(mean=serial_mean or usual.mean, sd=serial_sd or usual.sd)
        day = until.replace(tzinfo=until.tzinfo or UTC).timestamp() / 86_400 if until else None
        done = ran(
            lambda: run(
                cases, contacts, out, timing=timing, measure=timing == usual, unknown=unknown, until=day, seed=seed,
                skip_bad=skip_bad,
            )
        )  # fmt: skip
        for note in done.notes:
            say(note)
        if done.summary is not None:
            _table(done.summary)
        if as_json:
            typer.echo(json.dumps(done.told, ensure_ascii=False))


def _table(found: Summary) -> None:
    """The estimates in lines on standard error."""
    links = f"{found.known_links:,} established links, {found.tree_links:,} in the most likely tree"
    say(f"{found.cases:,} cases; {links}; {found.expected_known:.0%} of infectors known")
    generations = ", ".join(f"{number:,}" for number in found.generations[:12])
    say(f"cases by generation: {generations or '-'}")
    for name, entry in (("all cases", found.offspring), ("allowing for recent cases", found.finished)):
        if entry.reason:
            say(f"R, k ({name}): {SENTENCES[entry.reason]}")
        else:
            counted = f"{name}: {entry.cases:,}, {entry.links:,} infected by them, at most {entry.largest} by one"
            say(f"R {_range(entry.r)}  k {_range(entry.k)}  ({counted})")
    for name, serial in (("onset to onset", found.serial), ("confirmation to confirmation", found.confirmed)):
        if serial.reason:
            say(f"serial interval ({name}): {SENTENCES[serial.reason]}")
        else:
            say(
                f"serial interval ({name}, {serial.pairs:,} pairs): mean {_range(serial.mean)}  sd {_range(serial.sd)} "
                f" median {_range(serial.median)} days, {serial.negative.value or 0:.1%} negative"
            )
    for flag in found.flags:
        say(f"note: {SENTENCES[flag]}")


def _range(found: Range) -> str:
    def number(value: float | None) -> str:
        return "?" if value is None else f"{value:.3f}" if abs(value) < 0.1 else f"{value:.2f}"

    return f"{number(found.value)} [{number(found.low)} to {number(found.high)}]"
