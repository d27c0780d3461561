"""Words for the device someone signed in on: browser and system, never an address or a place."""

from __future__ import annotations

from typing import Final

# The first that matches: browsers name those they descend from, systems too.
_BROWSERS: Final = (
    ("coc_coc_browser", "Cốc Cốc"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)


def words_of(user_agent: str) -> str:
    """ "Chrome · Windows"; "" when neither is known. The words are names, the same in every language."""
    found = [next((word for mark, word in table if mark in user_agent), "") for table in (_BROWSERS, _SYSTEMS)]
    return " · ".join(word for word in found if word)
