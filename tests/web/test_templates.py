"""All templates of all parts: nothing the content policy blocks, every text translated, every icon there."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po
from django.template.loader import get_template
from django.utils.translation.template import templatize

WEB = Path(__file__).resolve().parents[2] / "src" / "lachan" / "web"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
PLACES = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
FORBIDDEN = re.compile(
    r"\sstyle=|<style|\son\w+=|\shx-on|<script(?![^>]*src=)|https?://(?!www\.w3\.org)|javascript:|\bjs:"
)
NAMES = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext"}


def _name(path: Path) -> str:
    return str(path.relative_to(WEB))


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_nothing_the_policy_blocks(path: Path) -> None:
    found = [line for line in path.read_text().splitlines() if FORBIDDEN.search(line)]
    assert found == []


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_it_is_well_formed(path: Path) -> None:
    get_template(str(path.relative_to(WEB / "templates")))


def _texts() -> Iterator[tuple[str, str]]:
    """(where, msgid) of every text of the screens."""
    for path in TEMPLATES:
        yield from ((_name(path), text) for text in _extracted(templatize(path.read_text())))
    for path in [*WEB.glob("*.py"), *(WEB / "parts").rglob("*.py"), *(WEB / "templatetags").glob("*.py")]:
        yield from ((_name(path), text) for text in _extracted(path.read_text()))


def _extracted(source: str) -> Iterator[str]:
    for _line, _function, found, _comments in extract_python(io.BytesIO(source.encode()), NAMES, (), {}):
        texts = found if isinstance(found, tuple) else (found,)
        yield from (text for text in texts if text)


def _messages(root: Path) -> Iterator[tuple[str, str, str]]:
    """(catalogue, msgid, Vietnamese) of every message below a folder, its plural too."""
    for path in sorted(root.rglob("locale/**/vi/LC_MESSAGES/django.po")):
        with path.open("rb") as stream:
            for message in read_po(stream, locale="vi"):
                if message.id:
                    ids = message.id if isinstance(message.id, tuple) else (message.id,)
                    said = message.string if isinstance(message.string, str) else message.string[0]
                    assert not message.fuzzy, f"{path}: {ids[0]}"
                    yield from ((str(path.relative_to(root)), text, said) for text in ids)


def test_a_text_has_one_translation_whichever_catalogue_is_asked() -> None:
    """Django takes the first it finds: with two, one screen shows what another one meant."""
    known: dict[str, dict[str, str]] = {}
    for where, text, said in _messages(WEB.parent):
        known.setdefault(text, {}).setdefault(said, where)
    assert {text: found for text, found in known.items() if len(found) > 1} == {}


def test_every_text_is_in_vietnamese_with_the_same_places() -> None:
    catalogue = {text: said for _where, text, said in _messages(WEB)}
    missing = sorted({f"{where}: {text}" for where, text in _texts() if not catalogue.get(text)})
    assert missing == []
    unlike = [
        text for text, said in catalogue.items() if said and set(PLACES.findall(text)) - set(PLACES.findall(said))
    ]
    assert unlike == []
