"""The ``lachan`` command: each sub-command is a Typer app in a module of its own, imported only when it is asked for.

Exit codes: 0 done; 1 a check found something wrong; 2 wrong input or configuration, with one line that names it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Literal, NamedTuple

import typer
from typer.exceptions import TyperException

from lachan.cli.house import database, set_up


class Command(NamedTuple):
    module: str
    help: str
    # what is set up before the module is imported; a database that is down is started for the time of the command
    needs: Literal["nothing", "django", "database"]


COMMANDS = {
    "up": Command("lachan.cli.up", "start everything; the first start makes the demonstration", "nothing"),
    "doctor": Command("lachan.cli.doctor", "what is wrong with this installation and how to mend it", "nothing"),
    "db": Command("lachan.cli.db", "migrate, distribute over a cluster, check the counts", "database"),
    "user": Command("lachan.cli.users", "people who sign in, and what they may do where", "database"),
    "api-key": Command("lachan.cli.keys", "keys of stations and partners", "database"),
    "register": Command(
        "lachan.cli.register", "ask the population register, see how it stands, play one for trials", "nothing"
    ),
    "people": Command("lachan.cli.people", "match records of people, file in, file out", "nothing"),
    "lot": Command("lachan.cli.lot", "recall, quarantine or release a lot; where it is, who had it", "database"),
    "messages": Command("lachan.cli.messages", "messages to people: how many wait, send them", "database"),
    "certificates": Command(
        "lachan.cli.certificates", "health certificates: verify, issue, rules, read; keys and lists", "nothing"
    ),
    "trace": Command(
        "lachan.cli.trace", "contacts of cases and chains, file in, file out; the answer store", "nothing"
    ),
    "forecast": Command("lachan.cli.forecast", "forecasts, nowcasts and Rt, file in, file out", "nothing"),
    "replay": Command("lachan.cli.replay", "walk again through an epidemic that was", "nothing"),
    "report": Command("lachan.cli.report", "make the situation reports of a day", "database"),
    "synth": Command("lachan.cli.synth", "make a population for trials, or an outbreak among it", "nothing"),
    "rehearse": Command(
        "lachan.cli.rehearse", "play a vaccination day through the front door, then audit it", "database"
    ),
    "bench": Command("lachan.cli.bench", "measure how near to bare PostgreSQL doses are recorded", "nothing"),
    "seal": Command("lachan.cli.seal", "keys that seal what is secret: rotate", "database"),
    "openapi": Command("lachan.cli.openapi", "print the API file", "django"),
    "manage": Command("lachan.cli.manage", "Django's own commands", "database"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words or words[0] in ("-h", "--help", "help"):
        typer.echo(_overview())
        return 0
    command = COMMANDS.get(words[0])
    if command is None or not _present(command):
        return _complain(f"there is no command {words[0]!r}; lachan --help lists them")
    try:
        with _ground(command.needs):
            app = typer.main.get_command(import_module(command.module).app)
            _without_completion(app)
            return _code(app.main(words[1:], prog_name=f"lachan {words[0]}", standalone_mode=False))
    except TyperException as error:
        return _complain(" ".join(error.format_message().split()))
    except SystemExit as leaving:  # a configuration error carries its sentence
        return _complain(leaving.code) if isinstance(leaving.code, str) else _code(leaving.code)
    except (KeyboardInterrupt, typer.Abort):
        return 130
    except BrokenPipeError:  # the reader of our output has seen enough: lachan … | head
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        sentence = _sentence(error)
        if sentence is None:
            raise
        return _complain(sentence)


def _overview() -> str:
    rows = [f"  {name:10} {entry.help}" for name, entry in COMMANDS.items() if _present(entry)]
    return "\n".join(
        [
            "Lachan: a nation's vaccination, from the station door to the national picture.",
            "",
            *rows,
            "",
            "lachan COMMAND --help says more. Settings: environment LACHAN_… or lachan.toml.",
        ]
    )


def _present(command: Command) -> bool:
    return find_spec(command.module) is not None


def _without_completion(app: Any) -> None:
    """Shell completion belongs to one program; these are parts of one."""
    app.params = [entry for entry in app.params if entry.name not in ("install_completion", "show_completion")]


@contextmanager
def _ground(needs: str) -> Iterator[None]:
    if needs == "nothing":
        yield
        return
    set_up()
    if needs == "django":
        yield
        return
    with database():
        yield


def _sentence(error: Exception) -> str | None:
    """What a person can act on, for errors that are no bug of ours."""
    from django.db import OperationalError
    from django.db.utils import ProgrammingError

    from lachan.kernel.embedded import EmbeddedServerError
    from lachan.kernel.errors import Problem

    if isinstance(error, Problem):
        return error.detail
    if isinstance(error, EmbeddedServerError):
        return str(error)
    if isinstance(error, OperationalError):
        return f"the database does not answer ({str(error).strip().splitlines()[0]}); lachan doctor says more"
    if isinstance(error, ProgrammingError) and "does not exist" in str(error):
        return f"the database lacks a table ({str(error).strip().splitlines()[0]}); type: lachan db migrate"
    if isinstance(error, OSError) and error.filename is not None:  # a disk that is full, a folder that is not ours
        return f"{error.filename}: {(error.strerror or type(error).__name__).lower()}"
    return None


def _code(value: object) -> int:
    return value if isinstance(value, int) else 0


def _complain(sentence: str) -> int:
    typer.echo(f"lachan: {sentence}", err=True)
    return 2


if __name__ == "__main__":
    sys.exit(main())
