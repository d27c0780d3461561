"""``lachan manage …``: Django's own commands, with Lachan's settings."""

from __future__ import annotations

import typer

app = typer.Typer(add_completion=False)


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
    add_help_option=False,
)
def manage(context: typer.Context) -> None:
    """Hand every word to Django."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["lachan manage", *(context.args or ["help"])])
