"""Every reason speaks both languages and says what to do."""

import io
import re
from datetime import date
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.utils import translation

import lachan.immunization
from lachan.forecasting.sentences import SENTENCES as OF_FORECASTING
from lachan.immunization.messages import DOSE_SENTENCES, SCREENING_SENTENCES, dose_sentence, screening_sentence
from lachan.immunization.rules.reasons import NEEDS, SEVERITY, Authority, Reason, Severity
from lachan.immunization.rules.screening import Outcome, ScreeningFinding, ScreeningReason
from lachan.immunization.sentences import COMMAND_SENTENCES
from lachan.surveillance.sentences import SENTENCES as OF_SURVEILLANCE
from lachan.tracing.sentences import SENTENCES as OF_TRACING

CATALOGUES = sorted((Path(lachan.immunization.__file__).parent / "locale").glob("*/vi/LC_MESSAGES/django.po"))
OF_ROOMS_ABOVE = OF_SURVEILLANCE.keys() | OF_TRACING.keys() | OF_FORECASTING.keys()  # wired in by the application
SLOT = re.compile(r"%\((\w+)\)s")


def vietnamese() -> dict[str, str]:
    catalogues = [read_po(io.BytesIO(path.read_bytes()), locale="vi") for path in CATALOGUES]
    return {str(message.id): str(message.string) for catalogue in catalogues for message in catalogue if message.id}


def english() -> dict[str, str]:
    with translation.override(None):
        return {str(code): str(text) for code, text in [*DOSE_SENTENCES.items(), *SCREENING_SENTENCES.items()]}


def test_no_reason_lacks_a_sentence() -> None:
    assert set(DOSE_SENTENCES) == set(Reason)
    assert set(SCREENING_SENTENCES) == set(ScreeningReason)


@pytest.mark.parametrize("code", [*Reason, *ScreeningReason])
def test_a_reason_says_the_same_in_vietnamese(code: str) -> None:
    source = english()[code]
    target = vietnamese()[source]
    assert target
    assert sorted(SLOT.findall(source)) == sorted(SLOT.findall(target))
    assert target.endswith((".", "%(item)s"))


def test_the_vietnamese_file_holds_nothing_else() -> None:
    with translation.override(None):
        commands = {str(text) for code, text in COMMAND_SENTENCES.items() if code not in OF_ROOMS_ABOVE}
    assert set(vietnamese()) == set(english().values()) | commands


def test_a_day_is_shown_as_people_write_it() -> None:
    for expires_on in (date(2021, 9, 30), "2021-09-30"):
        with translation.override("en"):
            sentence = dose_sentence("lot_expired", {"lot": "FG3524", "expires_on": expires_on})
        assert sentence.startswith("Lot FG3524 expired on 30/09/2021. Choose another lot")


def test_a_screening_reason_takes_the_words_of_its_form() -> None:
    form = {
        "items": [{"code": "allergy_any", "vi": "Có tiền sử dị ứng?", "en": "Any allergy?"}],
        "measures": [{"code": "temperature_c", "vi": "Nhiệt độ", "en": "Temperature"}],
    }
    yes = ScreeningFinding(ScreeningReason.ANSWER_YES, "allergy_any", "7", Outcome.CAUTION, {})
    fever = ScreeningFinding(
        ScreeningReason.MEASURE_HIGH, "temperature_c", "10", Outcome.DEFER, {"value": 38.2, "limit": 37.5}
    )
    with translation.override("en"):
        assert screening_sentence(yes.plain(), form) == "Yes to question 7: Any allergy?"
        assert screening_sentence(fever.plain(), form).startswith("Temperature 38.2 is above 37.5.")


def test_a_code_outside_the_list_is_an_error() -> None:
    with pytest.raises(ValueError, match="invalid_lot"):
        dose_sentence("invalid_lot", {})


def test_every_question_says_who_may_answer_and_no_refusal_does() -> None:
    for reason in Reason:
        assert (reason in NEEDS) == (SEVERITY[reason] is Severity.QUESTION)
        if reason in NEEDS:
            who = "head of the station" if NEEDS[reason] is Authority.HEAD else "screener"
            assert who in english()[reason]
