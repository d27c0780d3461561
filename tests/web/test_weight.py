"""Pages are fast because they are small: what a first visit fetches, as sent over the line."""

from __future__ import annotations

import gzip
import json
import re

import pytest

from lachan.web import assets

from .conftest import SignedIn

MOST_BYTES = 150_000


def _sent(path: str) -> int:
    """Bytes of one built file as the server sends it: the .gz beside it when there is one."""
    file = assets.DIST.parent / path
    packed = file.with_name(file.name + ".gz")
    return (packed if packed.exists() else file).stat().st_size


def _of(bundle: assets.Bundle) -> set[str]:
    return {path for path in (bundle.script, *bundle.styles, *bundle.preloads) if path}


def _entries() -> list[str]:
    manifest = json.loads((assets.DIST / "manifest.json").read_text())
    return sorted(entry["name"] for entry in manifest.values() if entry.get("isEntry"))


# Pages of their own, without the frame, that carry everything for days without a line. tests/web/test_verifier.py
# weighs the guard's.
ALONE = ("verifier", "door")


def _frame() -> set[str]:
    """Every page's: style sheet, shell, the fonts of two weights and two alphabets, the icons."""
    manifest = json.loads((assets.DIST / "manifest.json").read_text())
    styles = next(entry for entry in manifest.values() if entry.get("name") == "styles")
    fonts = {f"dist/{file}" for file in styles["assets"] if file.endswith(".woff2")}
    return _of(assets.bundle("styles")) | _of(assets.bundle("shell")) | fonts | {assets.icon_file("clock")}


def test_a_page_of_each_island_is_within_the_limit() -> None:
    frame = _frame()
    assert sum(1 for path in frame if path.endswith(".woff2")) == 4
    for name in (name for name in _entries() if not name.startswith(ALONE)):
        total = sum(map(_sent, frame | _of(assets.bundle(name))))
        # What remains is for the HTML: 12 people a screen are about 6 kB compressed.
        assert total < MOST_BYTES - 10_000, f"{name}: {total:,} bytes"


def test_the_page_of_a_door_weighs_as_little_although_it_works_without_a_line() -> None:
    files = _of(assets.bundle("door"))
    assert sum(map(_sent, files)) < MOST_BYTES


def test_the_camera_reader_is_fetched_only_when_asked_for() -> None:
    manifest = json.loads((assets.DIST / "manifest.json").read_text())
    camera = {f"dist/{chunk['file']}" for chunk in manifest.values() if chunk.get("name") == "camera"}
    assert camera
    for name in (name for name in _entries() if not name.startswith(ALONE)):  # those have it from the first load
        assert not camera & _of(assets.bundle(name))


def test_home_itself(signed_in: SignedIn) -> None:
    page = signed_in("head").get("/").content
    named = set(re.findall(rb'"/static/(dist/[^"#]+)', page))
    assert {path.decode() for path in named} <= _frame()
    assert len(gzip.compress(page)) < 10_000


@pytest.mark.parametrize("name", ["styles", "shell"])
def test_what_never_changes_says_so_by_its_name(name: str) -> None:
    """WhiteNoise lets browsers keep files whose name ends in twelve hexadecimal digits for ten years."""
    for path in _of(assets.bundle(name)):
        assert re.fullmatch(r"dist/assets/.+\.[0-9a-f]{12}\.(css|js)", path)
