"""What is checked of the HTML of any page."""

from __future__ import annotations

from html.parser import HTMLParser


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
