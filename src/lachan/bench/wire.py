"""A load generator that costs little: keep-alive sockets, requests encoded before the clock starts, threads that wait.

Not a general HTTP client: it knows the answers of our own server (Content-Length or chunked, no redirects).
"""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections import deque
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlsplit


class Answer(NamedTuple):
    """One answered call: HTTP status, body, and seconds from the first byte sent to the last received."""

    job: int
    status: int
    body: bytes
    seconds: float


class Line:
    """One connection, opened at the first call and opened again after a failure."""

    def __init__(self, url: str, timeout: float = 60.0) -> None:
        parts = urlsplit(url)
        self.host, self.port, self.timeout = parts.hostname or "127.0.0.1", parts.port or 80, timeout
        self.socket: socket.socket | None = None
        self.spare = b""

    def call(self, request: bytes) -> tuple[int, bytes]:
        """Send a whole request, return status and body; ConnectionError or TimeoutError when the line breaks."""
        try:
            if self.socket is None:
                self.socket = socket.create_connection((self.host, self.port), self.timeout)
                self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.spare = b""
            self.socket.sendall(request)
            return self._answer()
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
            self.socket = None

    def _answer(self) -> tuple[int, bytes]:
        head = self._until(b"\r\n\r\n")
        first, *lines = head.split(b"\r\n")
        fields = dict(line.lower().split(b":", 1) for line in lines if b":" in line)
        if b"chunked" in fields.get(b"transfer-encoding", b""):
            body = b"".join(iter(self._chunk, b""))
        else:
            body = self._exactly(int(fields.get(b"content-length", b"0")))
        if b"close" in fields.get(b"connection", b""):
            self.close()
        return int(first.split()[1]), body

    def _chunk(self) -> bytes:
        size = int(self._until(b"\r\n").split(b";")[0], 16)
        return self._exactly(size + 2)[:-2]

    def _until(self, mark: bytes) -> bytes:
        while mark not in self.spare:
            self._more()
        found, self.spare = self.spare.split(mark, 1)
        return found

    def _exactly(self, size: int) -> bytes:
        while len(self.spare) < size:
            self._more()
        found, self.spare = self.spare[:size], self.spare[size:]
        return found

    def _more(self) -> None:
        assert self.socket is not None
        received = self.socket.recv(262_144)
        if not received:
            raise ConnectionError("the server closed the connection")
        self.spare += received


def request(
    url: str, path: str, *, token: str = "", body: bytes = b"", kind: str = "application/x-ndjson", cookie: str = "",
    packed: bool = False, purpose: str = "",
) -> bytes:  # fmt: skip
    """A whole HTTP/1.1 request: POST when there is a body, else GET. ``packed``: send the body as gzip; ``purpose``:
    why a named person is looked at."""
    if packed:
        body = gzip.compress(body, 5)
    parts = urlsplit(url)
    lines = [f"{'POST' if body else 'GET'} {path} HTTP/1.1", f"Host: {parts.hostname}:{parts.port or 80}"]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    if cookie:
        lines.append(f"Cookie: {cookie}")
    if purpose:
        lines.append(f"Lachan-Purpose: {purpose}")
    if body:
        lines += [f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
        lines += ["Content-Encoding: gzip"] if packed else []
    return "\r\n".join([*lines, "", ""]).encode() + body


def run(url: str, requests: Sequence[bytes], lines: int) -> tuple[list[Answer], float]:
    """All requests over so many connections at once, each taking the next when its own is answered.

    Returns the answers and the wall seconds between the first byte and the last answer.
    """
    jobs = deque(enumerate(requests))
    answers: list[Answer] = []
    begin = threading.Barrier(lines + 1)

    def station() -> None:
        line = Line(url)
        begin.wait()
        while True:
            try:
                job, message = jobs.popleft()
            except IndexError:
                line.close()
                return
            started = time.perf_counter()
            status, body = line.call(message)
            answers.append(Answer(job, status, body, time.perf_counter() - started))

    threads = [threading.Thread(target=station, daemon=True) for _ in range(lines)]
    for thread in threads:
        thread.start()
    begin.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    return answers, time.perf_counter() - started


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of the values lies (nearest rank); 0 for none."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
