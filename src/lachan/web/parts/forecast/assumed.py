"""What is assumed, told on the page: of a what-if, and of beds worked out from a forecast."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import get_language

from lachan.forecasting.engines.whatif.assumptions import Assumption
from lachan.web.parts.forecast import words

_COMMA: Final = str.maketrans(",.", ".,")


def told(row: Assumption) -> dict[str, Any]:
    """One assumption, figures as they are written here."""
    said = row.said.replace(" to ", " – ") if row.said else ""
    if get_language() == "vi":
        said = re.sub(r"(?<=\d)[.,](?=\d)", lambda found: found[0].translate(_COMMA), said)
    said = re.sub(r"(\d{4})-(\d\d)-(\d\d)", r"\3/\2/\1", said)
    name = row.vi if get_language() == "vi" else row.en
    return {
        "name": name[:1].upper() + name[1:], "said": said, "unit": words.unit(row.unit), "own": row.own,
        "source": words.source(row.source), "field": row.field,
    }  # fmt: skip


def of_beds(card: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What beds rest on, as the model card has it; nothing of a card that says nothing of them."""
    return [
        told(Assumption(row["field"], row["said"], row["unit"], False, row["en"], row["vi"], row["source"]))
        for row in card.get("assumptions", ())
    ]
