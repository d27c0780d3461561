"""Every reason an outcome can carry, as a sentence: what happened, why, what to do. A topic a module."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.utils import translation

from lachan.immunization.messages import DOSE_SENTENCES, dose_sentence
from lachan.immunization.rules.reasons import Reason
from lachan.immunization.sentences import day, harm, persons, planning, stock, supply

COMMAND_SENTENCES: dict[str, Any] = {
    **day.SENTENCES,
    **persons.SENTENCES,
    **stock.SENTENCES,
    **supply.SENTENCES,
    **harm.SENTENCES,
    **planning.SENTENCES,
}


def join(sentences: Mapping[str, Any]) -> None:
    """A room above brings the sentences of its own reasons; a code that is there keeps its sentence."""
    for code, words in sentences.items():
        if COMMAND_SENTENCES.setdefault(code, words) is not words:
            raise ValueError(f"the reason {code!r} has its sentence")


def sentence(reason: str, params: Mapping[str, Any] | None, language: str | None = None) -> str:
    """The sentence of a reason in ``language`` (the active one when None); the bare code for one that has none."""
    with translation.override(language or translation.get_language() or "vi"):
        filled: Mapping[str, Any] = defaultdict(str, params or {})
        if reason in Reason._value2member_map_ and Reason(reason) in DOSE_SENTENCES:
            try:
                return dose_sentence(reason, filled)
            except KeyError:
                return str(DOSE_SENTENCES[Reason(reason)]) % filled
        words = COMMAND_SENTENCES.get(reason)
        return str(words) % filled if words is not None else reason
