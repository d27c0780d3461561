"""Sends the script as stations do, many at a time, each call again until it is answered; keeps the ledger."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from lachan.bench.wire import Line, request
from lachan.rehearsal.day import Planned, Station

PATIENCE_S = 180.0  # a station tries one call for so long; a killed database is back within seconds
MOST_BROKEN = 8  # answers of 500 to one call: a fault of ours that no patience mends
_decode = msgspec.json.Decoder(dict[str, Any]).decode


class Heard(NamedTuple):
    """The first final answer to a command: what the station believes."""

    planned: Planned
    station: str
    status: str
    reason: str | None
    record_id: str | None


@dataclass
class Ledger:
    """What was sent and what was answered."""

    heard: dict[UUID, Heard] = field(default_factory=dict)
    changed: list[tuple[UUID, str, str | None]] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    surprises: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)
    unanswered: set[UUID] = field(default_factory=set)
    contradictions: int = 0  # a second answer that differs from the first
    commands: int = 0
    calls: int = 0
    retries: int = 0
    times: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, station: Station, piece: list[Planned], outcomes: list[dict[str, Any]], seconds: float) -> None:
        """Enter the answers to one call, in order."""
        with self.lock:
            self.calls += 1
            self.commands += len(piece)
            self.times.append(seconds)
            for planned, outcome in zip(piece, outcomes, strict=True):
                status, reason = outcome["status"], outcome.get("reason")
                self.statuses[status] += 1
                if planned.changed:
                    self.changed.append((planned.id, status, reason))
                    self._judge(planned, status, reason)
                    continue
                # a call sent again is answered with what became of it the first time
                first = (outcome.get("params") or {}).get("first", "accepted") if status == "duplicate" else status
                known = self.heard.get(planned.id)
                if known is None:
                    self.heard[planned.id] = Heard(planned, station.code, first, reason, outcome.get("record_id"))
                    self._judge(planned, first, reason)
                elif known.status != first or (known.record_id or None) != outcome.get("record_id"):
                    self.contradictions += 1

    def _judge(self, planned: Planned, status: str, reason: str | None) -> None:
        if not {status, reason} & planned.expected:
            wanted = "/".join(sorted(planned.expected))
            key = f"{planned.verb}: {status} {reason or ''}, not {wanted}"
            self.surprises[key] += 1
            self.examples.setdefault(key, planned.body[:600].decode())


class Player:
    """Plays stations over so many connections; a station's calls keep their order."""

    def __init__(self, url: str, ledger: Ledger, lines: int, progress: Callable[[int], None]) -> None:
        self.url, self.ledger, self.lines, self.progress = url, ledger, lines, progress
        self.stop = threading.Event()

    def play(self, work: list[tuple[Station, Iterator[list[Planned]]]], *, packed: bool = False) -> None:
        """Everything the stations have to send; returns when all is answered or given up."""
        turns = deque(work)
        threads = [threading.Thread(target=self._sit, args=(turns, packed, n), daemon=True) for n in range(self.lines)]
        for thread in threads:
            thread.start()
        for thread in threads:
            while thread.is_alive():  # with a timeout, so that Ctrl-C is heard
                thread.join(0.5)

    def _sit(self, turns: deque[tuple[Station, Iterator[list[Planned]]]], packed: bool, number: int) -> None:
        line, dice = Line(self.url, 60), random.Random(number)
        while not self.stop.is_set():
            try:
                station, calls = turns.popleft()
            except IndexError:
                break
            piece = next(calls, None)
            if piece is None:
                continue
            self._send(line, station, piece, packed, dice)
            turns.append((station, calls))
        line.close()

    def _send(self, line: Line, station: Station, piece: list[Planned], packed: bool, dice: random.Random) -> None:
        body = b"\n".join(planned.body for planned in piece)
        message = request(self.url, "/api/v1/commands", token=station.token, body=body, packed=packed)
        begun = time.monotonic()
        wait, broken = 0.1, 0
        while time.monotonic() - begun < PATIENCE_S and not self.stop.is_set():
            started = time.perf_counter()
            try:
                status, answer = line.call(message)
                if status == 200:
                    self.ledger.note(station, piece, _decode(answer)["outcomes"], time.perf_counter() - started)
                    self.progress(sum(planned.verb == "dose.record" for planned in piece))
                    return
                broken += status == 500
                if (status < 500 and status != 429) or broken == MOST_BROKEN:
                    self.stop.set()
                    raise SystemExit(f"the door refused a call with {status}: {answer[:300].decode(errors='replace')}")
            except (OSError, ValueError):  # nobody there, or half an answer: the station tries again
                line.close()
            with self.ledger.lock:
                self.ledger.retries += 1
            time.sleep(wait * (0.5 + dice.random()))
            wait = min(wait * 2, 2.0)
        with self.ledger.lock:
            self.ledger.unanswered |= {planned.id for planned in piece}
