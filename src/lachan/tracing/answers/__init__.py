"""Who was where with whom, answered from sealed columns and equal to PostgreSQL at any time.

What is compiled is imported when it is first used, so that a process that never asks starts quickly.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from lachan.tracing.answers.current import Answers
    from lachan.tracing.answers.keeping import Difference, Kept
    from lachan.tracing.segments.files import Corrupt

_lock = threading.Lock()
_store: tuple[Path, Answers] | None = None


def folder() -> Path:
    """Where the segments of this installation lie."""
    return settings.CONF.data_dir.resolve() / "segments"


def store() -> Answers:
    """The store of this process: current to the last third of a second, whole also where segments are not."""
    global _store
    with _lock:
        if _store is None or _store[0] != folder():
            from lachan.tracing.answers.current import Answers

            _store = (folder(), Answers(folder()))
        return _store[1]


def close() -> None:
    """Forget the store of this process: after a fork, and between tests."""
    global _store
    with _lock:
        _store = None


def seal(day: date) -> int:
    """Write one day's segment from PostgreSQL as it is now; its visits."""
    return rebuild([day])


def rebuild(days: Collection[date] | None = None, *, said: Callable[[date, int], None] | None = None) -> int:
    """Write these days, or with None all of them, anew from PostgreSQL; their visits."""
    from lachan.tracing.answers import keeping

    return keeping.rebuild(store(), days, said=said)


def keep(now: datetime) -> Kept:
    """Seal what gained visits, is missing or damaged; forget days that were dropped, batches that all have seen."""
    from lachan.tracing.answers import keeping

    return keeping.keep(store(), now)


def forget(*days: date) -> int:
    """Remove the segments of days whose visits were dropped, after that is committed; how many there were."""
    from lachan.tracing.answers.truth import day_of
    from lachan.tracing.segments import sealing

    return sealing.forget(folder(), {day_of(day) for day in days})


def renumber() -> bool:
    """Forget pseudonyms of whom no visit is left, when they are a tenth of all; whether that was done."""
    from lachan.tracing.segments import sealing

    return sealing.renumber(folder())


def warm() -> None:
    """Compile what is not compiled yet, some twenty seconds after an update: it is kept beside the code, so that other
    processes find it there. A second call does nothing."""
    from lachan.tracing.answers.warming import warm as once

    once()


def verify() -> list[Corrupt]:
    """Read every segment whole; those that are damaged or missing, which answer nothing until they are sealed again."""
    answers = store()
    answers.refresh(at_least_every=0)
    return answers.store.verify()


def equal_to_truth(day: date) -> Difference:
    """Recount a day visit by visit: ``differing`` is 0 when store and PostgreSQL say the same."""
    from lachan.tracing.answers import keeping

    return keeping.compare(store(), day)
