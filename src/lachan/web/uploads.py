"""How much anybody may send us in a form with files."""

from __future__ import annotations

from typing import Any, Final

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

MOST_BYTES: Final = 32 * 1024 * 1024  # a year of a logger's readings is the largest file a page takes, 30 MiB


class Bounded(FileUploadHandler):
    """Refuses a form that says it is longer than ``MOST_BYTES`` before a byte of it is read.

    Django bounds the fields of a form and not its files: those go to the disk, also from visitors, for the CSRF check
    reads the form before anybody is asked who they are. What is longer than it says is not read to its end.
    """

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None
    ) -> None:  # fmt: skip
        if content_length > MOST_BYTES:
            raise RequestDataTooBig(f"a form of more than {MOST_BYTES} bytes")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
