"""``lachan openapi``: the API file, as committed in ``docs/reference/openapi.json``."""

from __future__ import annotations

import json

import typer
from django.conf import settings
from django.utils.module_loading import import_string

app = typer.Typer(add_completion=False)


@app.command()
def openapi() -> None:
    """Print the OpenAPI description of the REST door."""
    typer.echo(openapi_text(), nl=False)


def openapi_text() -> str:
    """The API file: stable order, one line break at the end."""
    api = import_string(settings.LACHAN_API)  # by name: faces do not import each other
    return json.dumps(api.get_openapi_schema(), indent=2, ensure_ascii=False, default=str) + "\n"
