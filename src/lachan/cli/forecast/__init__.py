"""``lachan forecast``: forecasts, nowcasts and Rt; file in, file out."""

from __future__ import annotations

import typer

from lachan.cli.forecast import nowcast, rt, run, score

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Forecasts, nowcasts and Rt, file in, file out.")


@app.callback()
def forecast() -> None:
    """Forecasts, nowcasts and Rt, file in, file out."""


for _topic in (run, score, nowcast, rt):
    _topic.add(app)
