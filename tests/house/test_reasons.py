"""Every reason a fact can be refused or held for has its sentence in both languages, with the same names filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from django.utils import translation

from lachan.config.messages import compile_messages
from lachan.immunization.messages import DOSE_SENTENCES, SCREENING_SENTENCES
from lachan.immunization.rules.reasons import Reason
from lachan.immunization.rules.screening import ScreeningReason

TABLES = {
    "access": ("lachan.access.messages", "MESSAGES"),
    "corrections": ("lachan.certificates.corrections.messages", "SENTENCES"),
    "tables": ("lachan.exchange.tables.sentences", "SENTENCES"),
    "commands": ("lachan.immunization.sentences", "COMMAND_SENTENCES"),
    "doses": ("lachan.immunization.messages", "DOSE_SENTENCES"),
    "forecasting": ("lachan.forecasting.sentences", "SENTENCES"),
    "surveillance": ("lachan.surveillance.sentences", "SENTENCES"),
    "tracing": ("lachan.tracing.sentences", "SENTENCES"),
    "screening": ("lachan.immunization.messages", "SCREENING_SENTENCES"),
}


def entries() -> Iterator[Any]:
    for room, (module, name) in TABLES.items():
        for code, sentence in getattr(import_module(module), name).items():
            yield pytest.param(sentence, id=f"{room}-{code}")


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> None:
    compile_messages()


@pytest.mark.parametrize("sentence", list(entries()))
def test_a_reason_reads_well_in_both_languages(sentence: Any) -> None:
    with translation.override("en"):
        english = str(sentence)
    with translation.override("vi"):
        vietnamese = str(sentence)
    assert english.strip()
    assert vietnamese != english, "not translated"
    assert sorted(re.findall(r"%\(\w+\)s", english)) == sorted(re.findall(r"%\(\w+\)s", vietnamese))
    assert re.search(r"[àáâãèéêìíòóôõùúýăđĩũơưạ-ỹ]", vietnamese.lower()), "Vietnamese without its marks"


def test_every_code_of_the_rules_has_a_sentence() -> None:
    assert set(DOSE_SENTENCES) == set(Reason)
    assert set(SCREENING_SENTENCES) == set(ScreeningReason)
