"""Sheets to one PDF by typst: compiled once for a whole list, with our fonts only.

What typst has laid out it remembers in the process, by content and by everything that could change it. So the sheets
come as an argument in the smallest of main files, and the rest, inputs and templates, stays the same from call to call:
a page of which only the name and the number are new takes a third of the time.

A template ``<form>.typ`` has a function ``sheets`` of the list. Texts are data: nothing in them is read as markup.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import Any, Final

import typst

FONTS: Final = Path(str(files("lachan.kernel") / "data" / "fonts"))
MOST_SHEETS: Final = 250  # in one PDF: typst holds half a megabyte a page while it works; longer lists in parts
_PILE: Final = 20  # sheets: a PDF of more is followed by forgetting
_AGES: Final = 11  # typst drops what none of the last ten compilations used
_ONE_AT_A_TIME: Final = Lock()  # a compiler is not shared while it works
_LONG_WORD: Final = re.compile(r"\S{25,}")
_SPACES: Final = re.compile(r"\s+")


def typeset(templates: Path, form: str, sheets: Sequence[Mapping[str, Any]], *, inputs: Mapping[str, str]) -> bytes:
    """One PDF of these sheets in their order, by ``<templates>/<form>.typ``. ``inputs``: few, and the same from call to
    call (a language). ValueError for an empty list or more than ``MOST_SHEETS``."""
    if not 1 <= len(sheets) <= MOST_SHEETS:
        raise ValueError(f"a PDF holds 1 to {MOST_SHEETS} sheets, not {len(sheets)}")
    main = f'#import "/{form}.typ": sheets\n#sheets(json(bytes({_quoted(json.dumps(sheets))})))'
    compiler, told = _compiler(templates), dict(inputs)
    with _ONE_AT_A_TIME:
        # structure for screen readers in a document somebody keeps; a pile for the printer goes without
        made = compiler.compile(main.encode("ascii"), format="pdf", sys_inputs=told, pdf_tags=len(sheets) == 1)
        if len(sheets) > _PILE:  # its pages would be remembered, half a megabyte each, while ten more are drawn
            for _ in range(_AGES):
                compiler.compile(b"", format="pdf", sys_inputs=told)
    assert isinstance(made, bytes)
    return made


def _quoted(text: str) -> str:
    """A string of typst's language. The text is JSON in ASCII, without control characters: only the backslash and the
    quotation mark mean something in it, and both are escaped (typst reference, "String", "Escapes")."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@cache
def _compiler(templates: Path) -> typst.Compiler:
    # what is in the fonts of the machine would change the page; the library's own are there for letters beyond Latin
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(FONTS)])
    return typst.Compiler(root=str(templates), font_paths=fonts)


def plain(text: str, most: int) -> str:
    """A text as one line that can be broken anywhere it must be, without characters that do not print or that turn the
    direction of writing round (a name could be made to read as another's)."""
    kept = unicodedata.normalize("NFC", text)
    if not kept.isprintable():  # almost never: control, format and private characters, separators other than a space
        kept = "".join(" " if letter.isspace() else letter for letter in kept if _prints(letter))
    kept = _SPACES.sub(" ", kept).strip()
    if len(kept) > most:
        kept = kept[: most - 1].rstrip() + "…"
    return _LONG_WORD.sub(_breakable, kept) if len(kept) > 24 else kept


def _prints(letter: str) -> bool:
    return letter.isspace() or unicodedata.category(letter)[0] != "C"


def _breakable(word: re.Match[str]) -> str:
    text = word.group()
    return "\u200b".join(text[at : at + 12] for at in range(0, len(text), 12))
