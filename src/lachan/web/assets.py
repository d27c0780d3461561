"""What Vite made: the manifest of bundles and the names of the icons."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

DIST = Path(__file__).resolve().parent / "static" / "dist"


class AssetMissing(Exception):
    """A page names a bundle or an icon that was not built; the text says how to mend it."""


@dataclass(frozen=True)
class Bundle:
    """Files of one entry, as paths below the static root (``dist/assets/…``)."""

    script: str | None
    styles: tuple[str, ...]
    preloads: tuple[str, ...]


def bundle(name: str) -> Bundle:
    """The bundle of ``frontend/islands/<name>/main.ts``, or of the style sheet for ``styles``."""
    return _bundle(name, _stamp("manifest.json"))


def icon_file(name: str) -> str:
    """Path below the static root of the sprite that holds the icon ``name``."""
    file, names = _icons(_stamp("icons.json"))
    if name not in names:
        raise AssetMissing(f'No icon "{name}" in the sprite. Names are Tabler\'s; run: python -m lachan.web.build')
    return file


def _stamp(name: str) -> int:
    """When the file was written: a rebuild is seen at once, without a restart, for the price of one stat."""
    try:
        return (DIST / name).stat().st_mtime_ns
    except FileNotFoundError:
        raise AssetMissing("The front end is not built. Run: python -m lachan.web.build") from None


@lru_cache(maxsize=64)
def _bundle(name: str, stamp: int) -> Bundle:
    manifest: dict[str, Any] = json.loads((DIST / "manifest.json").read_text())
    for entry in manifest.values():
        if entry.get("isEntry") and entry.get("name") == name:
            break
    else:
        raise AssetMissing(
            f'No bundle "{name}". Is there a frontend/islands/{name}/main.ts? python -m lachan.web.build'
        )
    file = f"dist/{entry['file']}"
    if file.endswith(".css"):
        return Bundle(None, (file,), ())
    chunks = _chunks(manifest, entry)
    styles = [f"dist/{css}" for chunk in [*chunks, entry] for css in chunk.get("css", ())]
    return Bundle(file, tuple(dict.fromkeys(styles)), tuple(f"dist/{chunk['file']}" for chunk in chunks))


def _chunks(manifest: dict[str, Any], entry: dict[str, Any]) -> list[dict[str, Any]]:
    """Every chunk the entry imports, directly or not, each once, deepest first."""
    found: dict[str, dict[str, Any]] = {}
    waiting = list(entry.get("imports", ()))
    while waiting:
        key = waiting.pop()
        if key not in found:
            found[key] = manifest[key]
            waiting.extend(manifest[key].get("imports", ()))
    return list(reversed(found.values()))


@lru_cache(maxsize=4)
def _icons(stamp: int) -> tuple[str, frozenset[str]]:
    found = json.loads((DIST / "icons.json").read_text())
    return f"dist/{found['file']}", frozenset(found["names"])
