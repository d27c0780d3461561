"""The filter as a file: written once a version, read by every verifier, ours and others'."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final, Self

import numpy as np

from lachan.certificates.lists import fuse
from lachan.certificates.lists.hashes import Words, hash_of, words_of_hashes, words_of_texts

MAGIC: Final = b"LACHANBF"
FORMAT: Final = 1
HEADER: Final = struct.Struct("<8sHHIIIII")
HEADER_BYTES: Final = 64
MOST_BYTES: Final = HEADER_BYTES + 2 * fuse.MOST_CELLS

PORTION: Final = 4_096  # identifiers looked up at once: what is computed in between stays in the processor's cache

_PRINT_BITS: Final = 16
_32: Final = 0xFFFFFFFF
_four = struct.Struct(">4I").unpack


class ListError(ValueError):
    """A file that is no list of ours, or a damaged one; the text says what is wrong with it."""


class Filter:
    """Whether an identifier is perhaps revoked. "No" is certain; "perhaps" is wrong for one stranger in 65,536."""

    def __init__(self, built: fuse.Built, count: int, version: int) -> None:
        self.seed, self.layout, self._cells = built
        self.count = count
        self.version = version
        self._flat: memoryview[int] = self._cells.data  # one cell costs half of what it costs through numpy

    @classmethod
    def of_hashes(cls, hashes: Iterable[bytes], *, version: int, seed: int) -> Self:
        """A filter for these hashes of 16 bytes; the same in any order, one that comes twice counts once."""
        return cls.of_words(words_of_hashes(b"".join(sorted(set(hashes)))), version=version, seed=seed)

    @classmethod
    def of_words(cls, words: Words, *, version: int, seed: int) -> Self:
        """As ``of_hashes``, for hashes that are sorted and known to differ: a million in about a second."""
        return cls(fuse.build(words, seed), len(words), version)

    @classmethod
    def of_texts(cls, identifiers: Iterable[str], *, version: int, seed: int) -> Self:
        """A filter for these identifiers."""
        return cls.of_hashes(map(hash_of, identifiers), version=version, seed=seed)

    def perhaps(self, identifiers: Sequence[str]) -> list[bool]:
        """One answer per identifier, in order; the quick way for more than a few."""
        answers: list[bool] = []
        for at in range(0, len(identifiers), PORTION):
            words = words_of_texts(identifiers[at : at + PORTION])
            answers += fuse.look_up(words, self.seed, self.layout, self._cells).tolist()
        return answers

    def perhaps_hashes(self, hashes: bytes) -> list[bool]:
        """The same for hashes written one after the other."""
        answers: list[bool] = fuse.look_up(words_of_hashes(hashes), self.seed, self.layout, self._cells).tolist()
        return answers

    def perhaps_one(self, identifier: str) -> bool:
        """One identifier, without numpy: arrays of one element cost more than the look-up."""
        if not self.count:
            return False
        (length, segments), cells, odd = self.layout, self._flat, 2 * self.seed + 1
        w0, w1, w2, w3 = _four(hash_of(identifier))
        at = ((w0 * odd & _32) * segments >> 32) * length
        mask, last = length - 1, w3 * odd
        found = cells[at + (w1 * odd >> 16 & mask)]
        found ^= cells[at + length + (w2 * odd >> 16 & mask)]
        return bool(found ^ cells[at + 2 * length + (last & mask)] == last >> 16 & 0xFFFF)

    def to_bytes(self) -> bytes:
        """The file (docs/reference/revocation-list.md)."""
        length, segments = self.layout
        head = HEADER.pack(MAGIC, FORMAT, _PRINT_BITS, self.seed, self.count, length, segments, self.version)
        cells = self._cells.astype("<u2", copy=False).tobytes()
        return head + sha256(head + cells).digest() + cells

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read a file. ListError names what is wrong; nothing is allocated before the sizes agree."""
        if len(data) < HEADER_BYTES:
            raise ListError("shorter than the head of a filter")
        if len(data) > MOST_BYTES:
            raise ListError(f"longer than {MOST_BYTES} bytes")
        magic, form, bits, seed, count, length, segments, version = HEADER.unpack_from(data)
        if magic != MAGIC:
            raise ListError("not a filter of revocations")
        if (form, bits) != (FORMAT, _PRINT_BITS):
            raise ListError(f"format {form} with {bits} bits is not known here; a newer program is needed")
        if length & (length - 1) or not fuse.LEAST_LENGTH <= length <= fuse.MOST_LENGTH:
            raise ListError(f"segments of {length} cells")
        if seed > fuse.SEEDS:
            raise ListError(f"the seed {seed} has more than 31 bits")
        if segments > fuse.MOST_CELLS // length or count > fuse.MOST_HASHES or (count == 0) != (segments == 0):
            raise ListError(f"{count} hashes in {segments} segments")
        layout = fuse.Layout(length, segments)
        if layout.cells > 2 * count + 3 * fuse.MOST_LENGTH or len(data) != HEADER_BYTES + 2 * layout.cells:
            raise ListError(f"{len(data)} bytes for {layout.cells} cells")
        if sha256(data[: HEADER.size] + data[HEADER_BYTES:]).digest() != data[HEADER.size : HEADER_BYTES]:
            raise ListError("damaged: the checksum is another one")
        cells = np.frombuffer(data, "<u2", offset=HEADER_BYTES).astype(np.uint16)
        return cls(fuse.Built(seed, layout, cells), count, version)
