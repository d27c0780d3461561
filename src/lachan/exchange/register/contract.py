"""The HTTP contract between a platform and the population register, see docs/reference/register-contract.md.

As the procedure has it (9438/BYT-CNTT, 5 November 2021): four fields go, and right or wrong comes back, no more. The
register keeps nothing of ours but the request id; we learn nothing of theirs but the answer.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal
from uuid import UUID

import msgspec

PATH: Final = "/v1/verify"
MOST_ITEMS: Final = 1_000  # persons of a request
MOST_BYTES: Final = 1_048_576  # of a request; a thousand persons take about 150 kB
LONGEST_ANSWER: Final = 1_048_576
RETRY_LATEST_S: Final = 3_600.0  # a Retry-After beyond this is cut: somebody may have mended it by then

Answer = Literal["right", "wrong"]


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One person. ``ref`` is the sender's and means nothing to the register; it names no one."""

    ref: Annotated[str, msgspec.Meta(min_length=1, max_length=36)]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    sex: Literal["M", "F", ""]
    birth_date: Annotated[str, msgspec.Meta(max_length=10)]  # YYYY, YYYY-MM or YYYY-MM-DD, as the papers say
    id: Annotated[str, msgspec.Meta(min_length=9, max_length=12)]  # citizen id, or the older 9-digit id


class Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Up to 1,000 persons. The same id is the same question, however often it is sent."""

    request_id: UUID
    items: Annotated[list[Item], msgspec.Meta(min_length=1, max_length=MOST_ITEMS)]


class Answered(msgspec.Struct, frozen=True):
    """What the register says of one person."""

    ref: str
    answer: Answer


class Response(msgspec.Struct, frozen=True):
    """One answer an item, in any order."""

    request_id: UUID
    answers: list[Answered]


class Fault(msgspec.Struct, frozen=True):
    """Why a request was not answered: a code, and a sentence for whoever reads the log."""

    code: str
    detail: str


encode = msgspec.json.Encoder().encode
decode_request = msgspec.json.Decoder(Request).decode
decode_response = msgspec.json.Decoder(Response).decode
