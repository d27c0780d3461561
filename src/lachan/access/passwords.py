"""Passwords: long enough, and not among those everybody tries first (NIST SP 800-63B, 5.1.1.2: length and a list, no
rules about kinds of letters, no change by calendar).

The list is shipped as a Bloom filter (Bloom, "Space/time trade-offs in hash coding with allowable errors", 1970): a
file many times smaller than the list, which never misses a listed password and refuses a good one at a known small
rate.
"""

from __future__ import annotations

import hashlib
import math
import mmap
import struct
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lachan.kernel.text import fold

SHIPPED: Final = Path(__file__).parent / "data" / "leaked_passwords.bloom"
LONGEST: Final = 128  # characters: argon2 takes more, a denial of service too
_MAGIC: Final = b"LBF1"
_HEAD: Final = struct.Struct(">4sQBQ")  # magic, bits, probes, entries


class LeakedFilter:
    """A Bloom filter over SHA-1 digests of passwords. SHA-1 because public lists of leaked passwords come in it;
    nothing is protected by it here."""

    def __init__(self, bits: int, probes: int, entries: int, table: bytearray | mmap.mmap, begin: int = 0) -> None:
        self.bits, self.probes, self.entries = bits, probes, entries
        self._table, self._begin = table, begin

    @classmethod
    def sized(cls, entries: int, rate: float) -> LeakedFilter:
        """An empty filter for so many entries with this rate of false alarms (0 < rate < 1)."""
        bits = max(64, math.ceil(-entries * math.log(rate) / math.log(2) ** 2))
        probes = max(1, round(bits / max(entries, 1) * math.log(2)))
        return cls(bits, min(probes, 32), 0, bytearray((bits + 7) // 8))

    @classmethod
    def load(cls, path: Path) -> LeakedFilter:
        """Map a file into memory, shared by all processes. Raises ValueError for anything but a filter."""
        with path.open("rb") as stream:
            table = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        if len(table) < _HEAD.size:
            raise ValueError(f"{path} is no filter of passwords")
        magic, bits, probes, entries = _HEAD.unpack_from(table)
        if magic != _MAGIC or len(table) != _HEAD.size + (bits + 7) // 8:
            raise ValueError(f"{path} is no filter of passwords, or was cut off")
        return cls(bits, probes, entries, table, _HEAD.size)

    def save(self, path: Path) -> None:
        path.write_bytes(_HEAD.pack(_MAGIC, self.bits, self.probes, self.entries) + bytes(self._table))

    def add(self, digest: bytes) -> None:
        """``digest``: the 20 bytes of SHA-1."""
        for place in self._places(digest):
            self._table[place >> 3] |= 1 << (place & 7)
        self.entries += 1

    def __contains__(self, digest: bytes) -> bool:
        return all(self._table[self._begin + (place >> 3)] & (1 << (place & 7)) for place in self._places(digest))

    def _places(self, digest: bytes) -> Iterator[int]:
        # two halves of one digest stand for all the hash functions (Kirsch and Mitzenmacher, 2006)
        first, second = struct.unpack(">QQ", digest[:16])
        return ((first + i * (second | 1)) % self.bits for i in range(self.probes))


def forms(password: str) -> Iterator[str]:
    """How a password may stand in a list: as it is, in small letters, without accents and spaces."""
    yield password
    yield password.lower()
    yield fold(password).replace(" ", "")


def digests(texts: Iterable[str]) -> Iterator[bytes]:
    return (hashlib.sha1(text.encode(), usedforsecurity=False).digest() for text in texts)


@lru_cache(maxsize=2)
def leaked_filter(path: Path) -> LeakedFilter:
    return LeakedFilter.load(path)


def is_leaked(password: str) -> bool:
    """Whether the password, or what remains of it without capitals, accents and spaces, is on the list (or, at the rate
    of the filter, is taken for one)."""
    chosen = settings.CONF.leaked_passwords
    found = leaked_filter(Path(chosen) if chosen else SHIPPED)
    return any(digest in found for digest in digests(forms(password)))


class NotLeaked:
    """Django's validator: refuses what is on the list, and what no one could type again."""

    def validate(self, password: str, user: object = None) -> None:
        if len(password) > LONGEST:
            raise ValidationError(_("This password is too long. Use at most 128 characters."), code="password_long")
        if is_leaked(password):
            raise ValidationError(
                _("This password is among those everybody tries first. Choose three or four words that do not belong."),
                code="password_leaked",
            )

    def get_help_text(self) -> str:
        return str(gettext_lazy("The password must not be on the list of leaked passwords."))
