"""The load generator reads what a server may answer, and says so when a line breaks."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from lachan.bench.wire import Line, percentile, request, run


@contextmanager
def server(*answers: bytes) -> Iterator[str]:
    """Answers every call with the next of these bytes, in pieces; an empty one hangs up."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        waiting = list(answers)

        def serve() -> None:
            while waiting:
                connection, _ = listener.accept()
                with connection:
                    while waiting and connection.recv(65_536):
                        answer = waiting.pop(0)
                        if not answer:
                            break
                        for start in range(0, len(answer), 7):
                            connection.sendall(answer[start : start + 7])

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


PLAIN = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = b"HTTP/1.1 503 Busy\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhell\r\n1\r\no\r\n0\r\n\r\n"


def test_one_line_reads_answers_of_both_kinds_one_after_the_other():
    with server(PLAIN, CHUNKED, PLAIN) as url:
        with closing(Line(url)) as line:
            answers = [line.call(request(url, "/")) for _ in range(3)]
        assert answers == [(200, b"hello"), (503, b"hello"), (200, b"hello")]


def test_a_broken_line_is_an_error_and_the_next_call_opens_another():
    with server(b"", PLAIN) as url, closing(Line(url)) as line:
        with pytest.raises(ConnectionError):
            line.call(request(url, "/"))
        assert line.call(request(url, "/"))[0] == 200


def test_every_request_is_answered_once():
    with server(*[PLAIN] * 20) as url:
        answers, seconds = run(url, [request(url, "/")] * 20, 1)
        assert sorted(answer.job for answer in answers) == list(range(20))
        assert seconds > 0


def test_a_packed_body_unpacks_to_what_was_sent():
    head, _, body = request("http://a:1", "/x", token="t", body=b"[]", packed=True).partition(b"\r\n\r\n")
    assert b"Content-Encoding: gzip" in head
    assert b"Authorization: Bearer t" in head
    assert gzip.decompress(body) == b"[]"
    assert f"Content-Length: {len(body)}".encode() in head


def test_percentiles_by_nearest_rank():
    assert percentile([], 0.99) == 0
    assert percentile([5.0], 0.5) == 5.0
    assert percentile([float(n) for n in range(100)], 0.95) == 95.0
