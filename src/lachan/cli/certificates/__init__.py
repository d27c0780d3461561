"""``lachan certificates``: check, issue, read, judge by rules; the keys and lists behind it."""

from __future__ import annotations

import typer

from lachan.cli.certificates import follow, issue, keys, read, revocations, rules, shc, trust, verify

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Health certificates: verify, issue, rules, keys.")


@app.callback()
def certificates() -> None:
    """Health certificates: verify, issue, rules, read; the keys and lists behind them."""


for _topic in (verify, issue, rules, shc, read, keys, trust, revocations, follow):
    _topic.add(app)
