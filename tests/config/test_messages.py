"""Translations are compiled without GNU gettext, and only when they changed."""

from __future__ import annotations

import gettext
import os
from pathlib import Path

from lachan.config.messages import compile_messages

PO = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Language: vi\\n"

msgid "Session"
msgstr "%s"
"""


def test_a_changed_catalogue_is_compiled_once(tmp_path: Path) -> None:
    source = tmp_path / "room" / "locale" / "vi" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(PO % "Buổi tiêm", encoding="utf-8")
    assert compile_messages(tmp_path) == 1
    assert compile_messages(tmp_path) == 0
    source.write_text(PO % "Buổi tiêm chủng", encoding="utf-8")
    later = source.with_suffix(".mo").stat().st_mtime + 5
    os.utime(source, (later, later))
    assert compile_messages(tmp_path) == 1
    with source.with_suffix(".mo").open("rb") as stream:
        assert gettext.GNUTranslations(stream).gettext("Session") == "Buổi tiêm chủng"
