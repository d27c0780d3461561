"""``lachan trace``: contacts of cases, chains of transmission; file in, file out."""

from __future__ import annotations

import typer

from lachan.cli.trace import chains, retention, run, store

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Contact tracing: run, chains, the answer store.")


@app.callback()
def trace() -> None:
    """Contact tracing: run, chains, the answer store."""


for _topic in (run, chains, retention, store):
    _topic.add(app)
