"""A whole population into the database: chunks in parallel, resumable, with the planner told at the end."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from functools import cache
from multiprocessing import get_context
from typing import Any, NamedTuple

import psycopg
from psycopg.conninfo import make_conninfo

from lachan.kernel.errors import Problem
from lachan.kernel.sealing import Sealer, sealer
from lachan.kernel.statements import load
from lachan.synth import store
from lachan.synth.plan import CHUNK, Plan
from lachan.synth.store import Written

Progress = Callable[[int], None]

# A process pays for itself from here on: starting one costs about a second.
WORTH_PROCESSES = 30_000


class Target(NamedTuple):
    """Where to write: the database and the keys that seal."""

    dsn: str
    ring: tuple[tuple[str, bytes], ...]
    blind_key: bytes


def target() -> Target:
    """The installation's own database and keys, from Django's settings."""
    from django.conf import settings

    database = settings.DATABASES["default"]
    parts = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    dsn = make_conninfo(**{key: str(database[name]) for key, name in parts.items() if database[name]})
    keys = sealer()
    return Target(dsn, keys.ring, keys.blind_key)


class Result(NamedTuple):
    """What a run did: persons there before it, rows it added, and how long it took."""

    before: int
    written: Written
    seconds: float

    @property
    def per_second(self) -> float:
        return self.written.persons / self.seconds if self.seconds else 0.0


class Piece(NamedTuple):
    """Persons ``start`` to ``stop`` of a chunk, still to be written."""

    chunk: int
    start: int
    stop: int


def refuse_if_real(connection: psycopg.Connection[Any], *, demonstration: bool) -> None:
    """Invented people are for the demonstration, or for a database that holds nobody; a :class:`Problem` otherwise."""
    row = connection.execute(load("synth", "any_people")).fetchone()
    if not demonstration and row is not None and row[0]:
        raise Problem(
            "not_a_demonstration",
            "Not a demonstration",
            "this installation is no demonstration and holds people: invented ones would mix with them and stay",
            status=409,
        )


def missing(connection: psycopg.Connection[Any], plan: Plan, people: int) -> tuple[int, list[Piece]]:
    """(persons of the plan already there, pieces still to write) for the plan's first ``people`` persons."""
    chunks = -(-people // CHUNK)
    if chunks > plan.most_chunks:
        raise Problem("too_many", "Too many people", f"a plan holds at most {plan.most_chunks * CHUNK:,} people")
    markers = {store.marker(plan, chunk): chunk for chunk in range(chunks)}
    rows = connection.execute(load("synth", "chunks_written"), [list(markers)]).fetchall()
    there = {markers[subject]: stop for subject, stop in rows}
    pieces = []
    for chunk in range(chunks):
        start, stop = there.get(chunk, 0), min(CHUNK, people - chunk * CHUNK)
        if start < stop:
            pieces.append(Piece(chunk, start, stop))
    return min(people, sum(there.values())), pieces


def invent(
    plan: Plan, people: int, target: Target, *, demonstration: bool, processes: int | None = None,
    progress: Progress | None = None,
) -> Result:  # fmt: skip
    """Write the plan's first ``people`` persons; those already there are left alone, so an interrupted run goes on.

    Raises :class:`Problem` when invented people have no business here.
    """
    begun = time.perf_counter()
    with psycopg.connect(target.dsn) as connection:
        refuse_if_real(connection, demonstration=demonstration)
        before, pieces = missing(connection, plan, people)
    if processes is None:
        processes = min(2, os.cpu_count() or 1)
    if sum(piece.stop - piece.start for piece in pieces) < WORTH_PROCESSES:
        processes = 1
    total = Written(0, 0, 0, 0, 0)
    for written in (_alone if processes == 1 else _together)(plan, target, pieces, processes):
        total = Written(*(a + b for a, b in zip(total, written, strict=True)))
        if progress:
            progress(written.persons)
    if pieces:
        with psycopg.connect(target.dsn, autocommit=True) as connection:
            connection.execute(load("synth", "refresh_statistics"))
    return Result(before, total, time.perf_counter() - begun)


def _alone(plan: Plan, target: Target, pieces: list[Piece], _processes: int) -> Iterator[Written]:
    with psycopg.connect(target.dsn) as connection:
        for piece in pieces:
            yield store.write_chunk(connection, _sealer(target), plan, *piece)


def _together(plan: Plan, target: Target, pieces: list[Piece], processes: int) -> Iterator[Written]:
    """The same in several processes; when the caller stops listening, what has begun is finished and no more begun."""
    waiting = iter(pieces)
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=_ignore_interrupt) as pool:
        running: set[Future[Written]] = set()
        for piece in waiting:
            running.add(pool.submit(_in_process, plan, target, piece))
            if len(running) > processes:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in done)
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in done)


def _ignore_interrupt() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's; a chunk in hand is finished


@cache
def _sealer(target: Target) -> Sealer:
    return Sealer(target.ring, target.blind_key)


@cache
def _connection(dsn: str) -> psycopg.Connection[Any]:
    return psycopg.connect(dsn)


def _in_process(plan: Plan, target: Target, piece: Piece) -> Written:
    return store.write_chunk(_connection(target.dsn), _sealer(target), plan, *piece)
