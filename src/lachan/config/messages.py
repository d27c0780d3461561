"""Compiles translations (``.po`` to ``.mo``) with Babel, so that a machine needs no GNU gettext."""

from __future__ import annotations

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

PACKAGE = Path(__file__).resolve().parent.parent


def compile_messages(package: Path = PACKAGE) -> int:
    """Compile every catalogue whose ``.mo`` is older than its ``.po``; returns how many were written."""
    written = 0
    for source in sorted(package.rglob("LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as stream:
            catalogue = read_po(stream, locale=source.parent.parent.name)
        temporary = target.with_suffix(".mo.tmp")
        with temporary.open("wb") as stream:
            write_mo(stream, catalogue)
        temporary.replace(target)  # a running server never reads half a catalogue
        written += 1
    return written


if __name__ == "__main__":
    compile_messages()
