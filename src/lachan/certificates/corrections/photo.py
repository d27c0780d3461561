"""Pictures of papers, drawn anew: what was sent is read as pixels and written by us.

Nothing of the file itself survives: no place and time of the camera, no thumbnail of the picture before it was cut, no
second file behind the first. Size of file and picture are looked at before a pixel is read.
"""

from __future__ import annotations

import io
import struct
import threading
import warnings
from typing import Final, NamedTuple

from PIL import Image, ImageOps, UnidentifiedImageError

MOST_BYTES: Final = 4 * 1024 * 1024
MOST_PIXELS: Final = 24_000_000  # a 24-megapixel camera; decoded 72 MB
LONGEST_SIDE: Final = 2_000  # pixels kept: an A4 page stays readable
SMALLEST_SIDE: Final = 80
FORMATS: Final = ("JPEG", "PNG", "WEBP")

# What the library raises over a damaged file or its Exif; the last three come of fields of another kind than they say.
_DAMAGED: Final = (
    UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, OverflowError,
    struct.error, KeyError, TypeError,
)  # fmt: skip
# A few kilobytes can unpack to a hundred megabytes: as many at once as there are processes, not threads.
_ONE_AT_A_TIME: Final = threading.Lock()


class Photo(NamedTuple):
    """A picture as we keep it."""

    content: bytes  # JPEG
    width: int
    height: int


class BadPhoto(ValueError):
    """A picture we do not take; ``reason`` is a code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def redrawn(sent: bytes) -> Photo:
    """The picture without anything else. Raises :class:`BadPhoto`: ``photo_too_large`` (bytes), ``photo_unreadable``
    (no JPEG, PNG or WebP, damaged, moving), ``photo_too_many_pixels``, ``photo_too_small``."""
    if len(sent) > MOST_BYTES:
        raise BadPhoto("photo_too_large")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(sent), formats=FORMATS) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise BadPhoto("photo_too_many_pixels")
                if min(picture.size) < SMALLEST_SIDE:
                    raise BadPhoto("photo_too_small")
                if picture.format == "JPEG":  # decodes to a smaller size at once, which saves most of the memory
                    picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
                with _ONE_AT_A_TIME:
                    return _drawn(picture)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise BadPhoto("photo_too_many_pixels") from None
    except BadPhoto:
        raise
    except _DAMAGED:
        raise BadPhoto("photo_unreadable") from None


def _drawn(picture: Image.Image) -> Photo:
    # before all else: what is turned and copied is small
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    upright = ImageOps.exif_transpose(picture)
    if upright.mode in ("RGBA", "LA", "P"):
        upright = upright.convert("RGBA")
        ground = Image.new("RGB", upright.size, "white")
        ground.paste(upright, mask=upright.getchannel("A"))
        upright = ground
    clean = Image.new("RGB", upright.size)
    clean.paste(upright.convert("RGB"))
    written = io.BytesIO()
    clean.save(written, "JPEG", quality=82, optimize=True)
    return Photo(written.getvalue(), clean.width, clean.height)
