"""What every journey starts with: the house on a port of its own, a real browser before it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any, Final

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.db import connections
from playwright.sync_api import Browser, Page, sync_playwright

from lachan.bench.relay import CHROMIUM

ARGUMENTS: Final = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Requests are not news in a test."""


@contextmanager
def served(host: str = "127.0.0.1") -> Iterator[str]:
    """The address of the house, served by this process; WhiteNoise serves what the build made, as outside of tests."""
    server = ThreadedWSGIServer((host, 0), _Quiet)
    server.set_app(WSGIHandler())
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def browser(*more: str) -> Iterator[Browser]:
    """A browser for many tests: to start one takes as long as a short journey. Each test closes its own profiles.

    The driver runs an event loop in this thread for as long; the database calls of the tests meanwhile are their own,
    on connections which Django keeps apart from those outside of the loop.
    """
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, *more])
        yield opened
        opened.close()
        connections.close_all()  # or the test database cannot be dropped


def emptied(opened: Browser) -> Iterator[Browser]:
    """The browser for one test; its profiles are closed when it ends."""
    yield opened
    for context in opened.contexts:
        context.close()


def watched(page: Page, faults: list[str]) -> Page:
    """The page, whose script errors and breaches of the content policy become faults."""
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if "Content Security" in said.text else None)
    return page
