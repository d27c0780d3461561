"""What is checked of the HTML of any page."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from django.test import Client


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.outside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "style" or (tag == "script" and not given.get("src") and given.get("type") != "application/json"):
            self.inline.append(f"<{tag}>")
        for name, value in attrs:
            if name == "style" or name.startswith(("on", "hx-on")):
                self.inline.append(f"<{tag} {name}>")
            if name in ("src", "href", "action", "hx-get", "hx-post") and "//" in (value or ""):
                self.outside.append(f"<{tag} {name}={value}>")


def breaches(html: str) -> list[str]:
    """What the content policy would block: inline script or style, anything from another server."""
    reader = _Reader()
    reader.feed(html)
    return reader.inline + reader.outside


def text(client: Client, path: str, status: int = 200) -> str:
    """A page that promises the browser what every page does."""
    answer = client.get(path)
    assert answer.status_code == status, path
    page = str(answer.content.decode())
    assert status != 200 or not breaches(page)
    return page


def plain(page: str) -> str:
    """Words of a page, without its marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())
