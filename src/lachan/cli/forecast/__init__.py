"""``lachan forecast``: forecasts, nowcasts, Rt and what-if; file in, file out."""

from __future__ import annotations

import typer

from lachan.cli.forecast import effectiveness, nowcast, rt, run, score, whatif

HELP = "Forecasts, nowcasts, Rt and what-if, file in, file out."
app = typer.Typer(no_args_is_help=True, add_completion=False, help=HELP)


@app.callback()
def forecast() -> None:
    """Forecasts, nowcasts, Rt and what-if, file in, file out."""


for _topic in (run, score, nowcast, rt, whatif, effectiveness):
    _topic.add(app)
