"""A file is kept sealed until somebody has looked at its rows, and then recorded through the one door.

Each row's command has an id of file and row: stopped anywhere and sent again, each row is recorded once.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Generic, NamedTuple, Protocol, TypeVar
from uuid import UUID

import msgspec

from lachan.exchange.files.reading import Faults
from lachan.exchange.models import KeptFile
from lachan.kernel.commands import SLICE
from lachan.kernel.outcomes import ACCEPTED, DUPLICATE, Outcome
from lachan.kernel.sealing import sealer

KEPT: Final = timedelta(days=30)
MOST_LISTED: Final = 20


class _Row(Protocol):
    @property
    def faults(self) -> Faults: ...


F = TypeVar("F", bound=KeptFile)
R = TypeVar("R", bound=_Row)


class Fate(NamedTuple):
    """What became of a row: accepted, refused or held, with the reason and what fills its sentence."""

    status: str
    reason: str | None
    params: dict[str, Any] | None


@dataclass(frozen=True)
class FileFacts(Generic[R]):
    """A file as a page shows it; ``rows`` and ``fates`` are empty once what it said is gone."""

    id: UUID
    actor_id: UUID
    state: str
    total: int
    faults: int
    recorded: int
    created_at: datetime
    rows: list[R]
    fates: list[Fate | None]


class Content(msgspec.Struct, Generic[R]):
    """What is sealed of a file."""

    rows: list[R]
    fates: list[Fate | None]


class Shelf(Generic[F, R]):
    """Where files of one kind lie: their table, and the shape of their rows."""

    def __init__(self, model: type[F], content: type[Content[R]]) -> None:
        self._model, self._content = model, content
        self._context = f"{model._meta.db_table}.sealed"

    def holds(self, wanted: UUID) -> bool:
        """Whether a file lies here with what it said."""
        return self._model._default_manager.filter(id=wanted, state__in=["staged", "done"]).exists()

    def kept_at(self, wanted: UUID) -> datetime:
        """When a file that lies here came first."""
        found: datetime = self._model._default_manager.values_list("created_at", flat=True).get(id=wanted)
        return found

    def keep(self, wanted: UUID, rows: Sequence[R], *, actor_id: UUID, now: datetime, **of: Any) -> None:
        """Keep a file that was read; nothing of it is recorded. ``of``: columns of this kind alone."""
        files = self._model._default_manager
        files.filter(id=wanted).delete()
        files.create(
            id=wanted, actor_id=actor_id, state="staged", rows=len(rows), faults=sum(bool(row.faults) for row in rows),
            sealed=self._seal(Content(list(rows), [None] * len(rows))), created_at=now, **of,
        )  # fmt: skip

    def find(self, wanted: UUID) -> tuple[F, Content[R]] | None:
        """A file with its rows and what became of them."""
        found = self._model._default_manager.filter(id=wanted).first()
        if found is None:
            return None
        return found, self._open(bytes(found.sealed)) if found.sealed else Content([], [])

    def latest(self, **of: Any) -> list[F]:
        """The latest files of a sender or place, without their rows."""
        return list(self._model._default_manager.filter(**of).order_by("-created_at").defer("sealed")[:MOST_LISTED])

    def record(self, wanted: UUID, send: Callable[[F, list[tuple[int, R]]], Sequence[Outcome]], now: datetime) -> None:
        """Record the rows that can be, ``send`` by ``send`` of one slice; again records nothing twice.

        Rows with faults stay for their sender to mend.
        """
        found = self.find(wanted)
        if found is None or not found[1].rows:
            return
        file, content = found
        wait = [(index, row) for index, row in enumerate(content.rows) if not row.faults]
        for start in range(0, len(wait), SLICE):
            part = wait[start : start + SLICE]
            for (index, _), outcome in zip(part, send(file, part), strict=True):
                content.fates[index] = fate(outcome)
        recorded = sum(one is not None and one.status == ACCEPTED.value for one in content.fates)
        self._model._default_manager.filter(id=wanted).update(
            state="done", recorded=recorded, finished_at=now, sealed=self._seal(content)
        )

    def empty_old(self, now: datetime) -> int:
        """Take away what files older than thirty days said; how many."""
        old = self._model._default_manager.filter(created_at__lt=now - KEPT).exclude(state="emptied")
        return old.update(state="emptied", sealed=None)

    def _seal(self, content: Content[R]) -> bytes:
        return sealer().seal(zlib.compress(msgspec.json.encode(content)), self._context)

    def _open(self, sealed: bytes) -> Content[R]:
        return msgspec.json.decode(zlib.decompress(sealer().open(sealed, self._context)), type=self._content)


def fate(outcome: Outcome) -> Fate:
    """What became of a row; of one sent before, what became of it then."""
    params = outcome.params or {}
    status = params.get("first", outcome.status.value) if outcome.status is DUPLICATE else outcome.status.value
    return Fate(str(status), outcome.reason, outcome.params)


def common(file: KeptFile) -> tuple[UUID, UUID, str, int, int, int, datetime]:
    """What :class:`FileFacts` begins with."""
    return file.id, file.actor_id, file.state, file.rows, file.faults, file.recorded, file.created_at
