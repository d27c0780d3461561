"""A text in both languages, as facts carry it that are kept: what was said then stays said."""

from __future__ import annotations

import msgspec


class Words(msgspec.Struct, frozen=True):
    """Vietnamese and English of one text."""

    vi: str
    en: str

    def into(self, language: str) -> str:
        """The text in ``vi``, else in English."""
        return self.vi if language == "vi" else self.en
