"""``lachan forecast score``: forecasts beside those of a hub, on its own terms."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer


def add(app: typer.Typer) -> None:
    @app.command()
    def score(
        folder: Annotated[Path, typer.Argument(help="a task with scoring/, or a folder of such tasks")],
        candidate: Annotated[list[str] | None, typer.Option("--candidate", help="NAME=PATH of hubverse rows")] = None,
        track: Annotated[str | None, typer.Option("--track", help="only this one")] = None,
        horizons: Annotated[bool, typer.Option("--horizons", help="each horizon by itself too")] = False,
        as_json: Annotated[bool, typer.Option("--json", help="print the table as JSON")] = False,
    ) -> None:
        """Weighted interval score, coverage and relative scores, natural and log scale. Lower is better; 1 is the
        baseline (rel_wis) or the hub's ensemble (of_ens)."""
        from lachan.forecasting.engines.hub import BadTask
        from lachan.forecasting.engines.scored import score as score_task

        named = _named(candidate or [])
        tasks = [folder] if (folder / "task.json").exists() else sorted(p.parent for p in folder.glob("*/task.json"))
        tasks = [task for task in tasks if track in (None, task.name)]
        if not tasks:
            raise typer.BadParameter(f"{folder}: no task.json there, nor in a folder of it")
        try:
            scored = [
                score_task(task, {name: path for name, path in named.items() if _has(path, task)}) for task in tasks
            ]
        except BadTask as fault:
            raise typer.BadParameter(str(fault)) from None
        for task, one in zip(tasks, scored, strict=True):
            for name, lacks, wanted in one.missing:
                if lacks:
                    typer.echo(f"{task.name}: {name} lacks {lacks:,} of {wanted:,}: there as the baseline", err=True)
        lines = [line for one in scored for line in one.lines if horizons or line.horizon is None]
        if as_json:
            typer.echo(json.dumps([asdict(line) for line in lines]))
            return
        typer.echo(_line("track", "target", "h", "model", "n", "rel_wis", "log", "of_ens", "log", "c50", "c90", "c95"))
        for line in lines:
            ratios = (line.rel_wis, line.rel_wis_log, line.ratio_ens, line.ratio_ens_log, line.c50, line.c90, line.c95)
            horizon = "all" if line.horizon is None else str(line.horizon)
            figures = [f"{ratio:.3f}" for ratio in ratios]
            typer.echo(_line(line.track, line.target, horizon, line.model, f"{line.forecasts:,}", *figures))


def _line(track: str, target: str, horizon: str, model: str, *figures: str) -> str:
    return f"{track:10} {target:18} {horizon:>3} {model:24}" + "".join(f"{figure:>9}" for figure in figures)


def _has(path: Path, task: Path) -> bool:
    """A folder of several tracks answers those it holds; a plain folder or file is of the one task."""
    inner = path / task.name
    return inner.is_dir() or not any(child.is_dir() and not child.name.startswith(".") for child in path.glob("*"))


def _named(given: list[str]) -> dict[str, Path]:
    out = {}
    for one in given:
        name, mark, path = one.partition("=")
        if not mark or not name:
            raise typer.BadParameter(f"--candidate {one!r}: NAME=PATH")
        out[name] = Path(path)
    return out
