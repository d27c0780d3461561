"""The simulated register as a process: HTTP/1.1 over asyncio, one connection a coroutine.

``POST /v1/verify`` is the contract; ``/admin/…`` gives orders while it runs (``manner``, ``take-back``, ``give-back``)
and ``GET /admin/state`` counts what it was asked. SIGUSR1 takes it down and brings it back.
"""

from __future__ import annotations

import asyncio
import hashlib
import math
import random
import signal
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from lachan.exchange.register import contract
from lachan.exchange.register.contract import Answered, Fault, Response
from lachan.exchange.register.simulator.book import Entries, judge
from lachan.exchange.register.simulator.manner import Bucket, Manner, Opinions

HEAD_BYTES = 16_384
IDLE_S = 120.0  # a connection that says nothing is closed
REMEMBERED = 20_000  # requests whose answer is given again

_REASONS = {
    200: "OK", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found", 405: "Method Not Allowed", 409: "Conflict",
    413: "Content Too Large", 429: "Too Many Requests", 503: "Service Unavailable",
}  # fmt: skip


class Reply(NamedTuple):
    """An answer to one call."""

    status: int
    body: bytes
    retry_after_s: float = 0.0


class Asked(NamedTuple):
    """A call as read from the line."""

    method: str
    path: str
    key: str
    body: bytes


@dataclass
class Count:
    """What the register was asked since it started. ``persons`` counts each request once, however often it was sent."""

    requests: int = 0
    persons: int = 0
    repeated: int = 0
    throttled: int = 0
    away: int = 0
    refused: int = 0


@dataclass
class Register:
    """The register: what it knows, how it behaves, what it remembers. ``clock`` gives seconds."""

    book: Entries
    manner: Manner = field(default_factory=Manner)
    key: str = ""
    opinions: Opinions = field(default_factory=Opinions)
    clock: Callable[[], float] = time.monotonic
    count: Count = field(default_factory=Count)

    def __post_init__(self) -> None:
        self.started = self.clock()
        self._bucket = Bucket(at=self.started)
        self._dice = random.Random(1)
        self._answers: OrderedDict[UUID, tuple[bytes, bytes]] = OrderedDict()

    def answer(self, asked: Asked) -> Reply:
        """The reply to any call."""
        if self.key and asked.key != f"Bearer {self.key}":
            return _fault(401, "unknown_key", "The key is not one of ours.")
        if asked.path.startswith("/admin/"):
            return self._ordered(asked)
        if asked.path != contract.PATH:
            return _fault(404, "unknown_path", f"There is only {contract.PATH}.")
        if asked.method != "POST":
            return _fault(405, "method", "Questions are sent with POST.")
        if self.manner.is_down(self.clock() - self.started):
            self.count.away += 1
            return _fault(503, "away", "The register is being serviced.")
        return self._verify(asked.body)

    def delay_s(self) -> float:
        return self.manner.delay_s(self._dice)

    def toggle(self) -> None:
        self.manner = self.manner.with_changes({"down": not self.manner.down})

    def _verify(self, body: bytes) -> Reply:
        if len(body) > contract.MOST_BYTES:
            return _fault(413, "too_large", f"At most {contract.MOST_BYTES} bytes.")
        try:
            request = contract.decode_request(body)
        except msgspec.MsgspecError as error:
            self.count.refused += 1
            # msgspec names the place and the wanted type, never the value
            return _fault(400, "malformed", str(error))
        content = hashlib.sha256(body).digest()
        known = self._answers.get(request.request_id)
        if known is not None:
            self.count.repeated += 1
            if known[0] != content:
                return _fault(409, "other_content", "This request id was used for another question.")
            return Reply(200, known[1])
        wait = self._bucket.wait_s(len(request.items), self.manner.rate, self.clock())
        if wait:
            self.count.throttled += 1
            return _fault(429, "too_fast", "Too many persons a second.", wait)
        right = self.opinions.overrule(self.manner, request.items, judge(self.book, request.items).tolist())
        answers = [
            Answered(item.ref, "right" if good else "wrong") for item, good in zip(request.items, right, strict=True)
        ]
        reply = contract.encode(Response(request.request_id, answers))
        self._answers[request.request_id] = content, reply
        if len(self._answers) > REMEMBERED:
            self._answers.popitem(last=False)
        self.count.requests += 1
        self.count.persons += len(request.items)
        return Reply(200, reply)

    def _ordered(self, asked: Asked) -> Reply:
        if asked.path == "/admin/state":
            return Reply(200, contract.encode(self.count))
        try:
            order: dict[str, Any] = msgspec.json.decode(asked.body, type=dict[str, Any])
            if asked.path == "/admin/manner":
                self.manner = self.manner.with_changes(order)
            elif asked.path in ("/admin/take-back", "/admin/give-back"):
                numbers = msgspec.convert(order.get("ids"), set[str])
                taken = self.opinions.taken_back
                self.opinions.taken_back = taken | numbers if asked.path.endswith("take-back") else taken - numbers
            else:
                return _fault(404, "unknown_path", "Orders are manner, take-back and give-back.")
        except (msgspec.MsgspecError, ValueError) as error:
            return _fault(400, "malformed", str(error))
        return Reply(200, b"{}")


async def serve(register: Register, host: str, port: int, ready: Callable[[int], None]) -> None:
    """Answer until SIGTERM or Ctrl-C; ``ready`` hears the port once it listens (``port`` 0 takes a free one)."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        gone = ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError
        with suppress(*gone, asyncio.CancelledError):  # the last: we are leaving
            while True:
                asked = await asyncio.wait_for(_read(reader), IDLE_S)
                if delay := register.delay_s():
                    await asyncio.sleep(delay)
                reply = _fault(400, "malformed", "No HTTP of ours.") if asked is None else register.answer(asked)
                writer.write(_wire(reply, close=asked is None))
                await writer.drain()
                if asked is None:
                    break
        writer.close()

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    loop.add_signal_handler(signal.SIGUSR1, register.toggle)
    server = await asyncio.start_server(talk, host, port, limit=HEAD_BYTES)
    ready(server.sockets[0].getsockname()[1])
    await stop.wait()
    server.close()
    talking = asyncio.all_tasks() - {asyncio.current_task()}
    for task in talking:
        task.cancel()
    await asyncio.gather(*talking, return_exceptions=True)


async def _read(reader: asyncio.StreamReader) -> Asked | None:
    """One call; None when it is no HTTP, or larger than anything the contract has."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.split("\r\n")
    words = first.split(" ")
    fields = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    length = fields.get("content-length", "0")
    if len(words) != 3 or not length.isdigit() or int(length) > 2 * contract.MOST_BYTES:
        return None
    body = await reader.readexactly(int(length))
    return Asked(words[0], words[1], fields.get("authorization", ""), body)


def _wire(reply: Reply, *, close: bool) -> bytes:
    lines = [
        f"HTTP/1.1 {reply.status} {_REASONS[reply.status]}",
        "Content-Type: application/json",
        f"Content-Length: {len(reply.body)}",
    ]
    if reply.retry_after_s:
        lines.append(f"Retry-After: {max(1, math.ceil(reply.retry_after_s))}")
    if close:
        lines.append("Connection: close")
    return "\r\n".join([*lines, "", ""]).encode() + reply.body


def _fault(status: int, code: str, detail: str, retry_after_s: float = 0.0) -> Reply:
    return Reply(status, contract.encode(Fault(code, detail)), retry_after_s)
