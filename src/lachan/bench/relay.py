"""Between a browser and the server: bytes are counted where they pass, so that nothing fetched is left out."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

CHROMIUM: Final = Path("/usr/bin/chromium")


@contextmanager
def relay(url: str) -> Iterator[tuple[str, list[int]]]:
    """Address of a relay to the server, and a cell with the bytes the server has sent through it."""
    host, port = url.removeprefix("http://").split(":")
    counted = [0]
    lock = threading.Lock()
    listener = socket.create_server(("127.0.0.1", 0))

    def pump(source: socket.socket, target: socket.socket, counting: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                if counting:
                    with lock:
                        counted[0] += len(data)
                target.sendall(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection((host, int(port)))
                for source, target, counting in ((near, far, False), (far, near, True)):
                    threading.Thread(target=pump, args=(source, target, counting), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", counted
    finally:
        listener.close()
