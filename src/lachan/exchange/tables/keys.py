"""The key of a row: which person it is about and what stood in it when it was written; not to be forged.

With it a sheet that comes back weeks later is compared three ways: as it was, as it came back, as the record is now.
"""

from __future__ import annotations

import base64
import hmac
import unicodedata
from typing import Final, NamedTuple
from uuid import UUID

from lachan.kernel.sealing import blind

FIELDS: Final = ("name", "sex", "born", "id")
_PRINT: Final = 3  # bytes a field: one change in 16 million would pass for none
_MARK: Final = 8  # bytes that only this installation can make
_PREFIX: Final = "LC"


class Key(NamedTuple):
    """Whose row it is, and a print of each field as it was written."""

    person_id: UUID
    prints: dict[str, bytes]

    def untouched(self, field: str, value: str) -> bool:
        """Whether the cell still holds what was written into it."""
        return hmac.compare_digest(self.prints[field], _print(self.person_id, field, value))


def made(person_id: UUID, written: dict[str, str]) -> str:
    """The key for a row whose fields are written as ``written`` (every one of ``FIELDS``)."""
    body = person_id.bytes + b"".join(_print(person_id, field, written[field]) for field in FIELDS)
    return _PREFIX + base64.b32encode(body + _mark(body)).decode().rstrip("=")


def read(text: str) -> Key | None:
    """The key in a cell; None for none, or one that was not made here or was changed."""
    bare = text.strip().upper().removeprefix(_PREFIX)
    try:
        raw = base64.b32decode(bare + "=" * (-len(bare) % 8))
    except ValueError:
        return None
    body, mark = raw[:-_MARK], raw[-_MARK:]
    if len(body) != 16 + _PRINT * len(FIELDS) or not hmac.compare_digest(mark, _mark(body)):
        return None
    prints = {field: body[16 + _PRINT * i : 16 + _PRINT * (i + 1)] for i, field in enumerate(FIELDS)}
    return Key(UUID(bytes=body[:16]), prints)


def _print(person_id: UUID, field: str, value: str) -> bytes:
    """Of the text as a cell gives it back: composed, single spaces."""
    written = unicodedata.normalize("NFC", " ".join(value.split()))
    return blind("repair_cell", f"{person_id}|{field}|{written}")[:_PRINT]


def _mark(body: bytes) -> bytes:
    return blind("repair_key", body.hex())[:_MARK]
