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
    return _bundle(name)


def everything(name: str) -> tuple[str, ...]:
    """Every file a page of this bundle may ask for, those that are loaded later too: what works without a line keeps
    them. Paths below the static root."""
    manifest = _manifest()
    waiting = [key for key, entry in manifest.items() if entry.get("isEntry") and entry.get("name") == name]
    seen: dict[str, None] = {}
    files: dict[str, None] = {}
    while waiting:
        key = waiting.pop()
        if key not in seen:
            seen[key] = None
            entry = manifest[key]
            files |= dict.fromkeys([entry["file"], *entry.get("css", ()), *entry.get("assets", ())])
            waiting += [*entry.get("imports", ()), *entry.get("dynamicImports", ())]
    return tuple(f"dist/{file}" for file in sorted(files))


def icon_file(name: str) -> str:
    """Path below the static root of the sprite that holds the icon ``name``."""
    file, names = _icons()
    if name not in names:
        raise AssetMissing(f'No icon "{name}" in the sprite. Names are Tabler\'s; run: python -m lachan.web.build')
    return file


def _read(name: str) -> dict[str, Any]:
    """Read once in the life of a process: a rebuild is for the next start, and leaves the files of this one alone."""
    try:
        found: dict[str, Any] = json.loads((DIST / name).read_text())
    except FileNotFoundError:
        raise AssetMissing("The front end is not built. Run: python -m lachan.web.build") from None
    return found


@lru_cache(maxsize=64)
def _bundle(name: str) -> Bundle:
    manifest = _manifest()
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


@lru_cache(maxsize=1)
def _manifest() -> dict[str, Any]:
    return _read("manifest.json")


@lru_cache(maxsize=1)
def _icons() -> tuple[str, frozenset[str]]:
    found = _read("icons.json")
    return f"dist/{found['file']}", frozenset(found["names"])
