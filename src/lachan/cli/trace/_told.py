"""What every run over files says of rows that are wrong, and how it ends on a file that cannot be used."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

import typer

if TYPE_CHECKING:
    from lachan.tracing.engine.files import BadRow

TOLD: Final = 20  # malformed rows told one by one


class Ran(Protocol):
    """``bad``: the first of the ``wrong_rows``; ``refused``: nothing was written because of them."""

    @property
    def bad(self) -> Sequence[BadRow]: ...
    @property
    def wrong_rows(self) -> int: ...
    @property
    def refused(self) -> bool: ...


Done = TypeVar("Done", bound=Ran)


def ran(work: Callable[[], Done]) -> Done:
    """Do the work and tell malformed rows by file and line; ends with 2 where nothing could be written."""
    from lachan.tracing.engine.files import FileError

    try:
        done = work()
    except (FileError, OSError) as error:
        say(f"lachan: {error}")
        raise typer.Exit(2) from None
    for row in done.bad[:TOLD]:
        say(f"{row.file}:{row.line}: {row.reason}")
    if done.wrong_rows > TOLD:
        say(f"and {done.wrong_rows - min(TOLD, len(done.bad)):,} more")
    if done.refused:
        say(f"lachan: {done.wrong_rows:,} malformed rows, nothing written; --skip-bad leaves them out")
        raise typer.Exit(2)
    return done


def say(sentence: str) -> None:
    typer.echo(sentence, err=True)
