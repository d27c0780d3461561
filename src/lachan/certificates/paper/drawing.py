"""Cards to one PDF, by templates whose codes were found legible."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from lachan.certificates.codecs import qr
from lachan.certificates.paper.printable import (
    MOST_CARDS,
    MOST_CODES,
    MOST_DOSES,
    MOST_NAME,
    Form,
    Language,
    Printable,
    PrintedDose,
    birth,
    day,
)
from lachan.kernel.paper import FONTS, plain, typeset

FORMS: Final[tuple[Form, ...]] = ("a4", "pocket")
# Room is given: more correction means finer modules. Measured by the gate (decision 26): on A4 M bears what Q does and
# more blur (0.4 mm to 0.3); in pocket size L bears most, each higher level less blur and no more of the rest.
LEVELS: Final[Mapping[Form, qr.Level]] = {"a4": "M", "pocket": "L"}
TEMPLATES: Final = Path(str(files("lachan.certificates.paper") / "templates"))


class UncheckedTemplateError(Exception):
    """The template is not the one whose codes were found legible."""


def draw(cards: Sequence[Printable], *, form: Form, language: Language = "both") -> bytes:
    """One PDF with all the cards in their order: one page each on A4, five a page in pocket size
    (a card of several codes: once a code).

    ValueError with a sentence for an empty list, more than ``MOST_CARDS``, or a card that does not fit the form;
    UncheckedTemplateError when the template has not passed the legibility gate (``tools/paper_gate.py`` runs it).
    """
    if form not in FORMS:
        raise ValueError(f"there is no form {form!r}")
    if fingerprint(form) != passed().get(form, {}).get("sha256"):
        raise UncheckedTemplateError(
            f"the template {form} was changed since its codes were found legible; run: python tools/paper_gate.py"
        )
    return draw_unchecked(cards, form=form, language=language)


def draw_unchecked(
    cards: Sequence[Printable], *, form: Form, language: Language = "both", templates: Path = TEMPLATES
) -> bytes:
    """The same for the gate, which looks at templates that have not passed, wherever they lie."""
    if not 1 <= len(cards) <= MOST_CARDS:
        raise ValueError(f"a PDF holds 1 to {MOST_CARDS} cards, not {len(cards)}")
    if language not in ("both", "vi", "en"):
        raise ValueError(f"there is no language {language!r} on paper")
    return typeset(templates, form, [_shown(card, form) for card in cards], inputs={"language": language})


def parts(cards: Sequence[Printable], *, form: Form, language: Language = "both", most: int = 100) -> Iterator[bytes]:
    """A long list as several PDFs of at most ``most`` cards each, drawn one after the other."""
    for at in range(0, len(cards), most):
        yield draw(cards[at : at + most], form=form, language=language)


@cache
def fingerprint(form: Form) -> str:
    """SHA-256 of everything that decides how a code of this form looks: templates, fonts, level of correction."""
    made = hashlib.sha256(LEVELS[form].encode())
    for path in (TEMPLATES / "common.typ", TEMPLATES / f"{form}.typ", *sorted(FONTS.glob("*.ttf"))):
        made.update(path.read_bytes())
    return made.hexdigest()


@cache
def passed() -> Mapping[str, Any]:
    """What the gate wrote down: per form the fingerprint that passed, and how each stress was borne."""
    found: Mapping[str, Any] = json.loads((TEMPLATES / "passed.json").read_bytes())
    return found


def _shown(card: Printable, form: Form) -> dict[str, Any]:
    if not 1 <= len(card.codes) <= MOST_CODES:
        raise ValueError(f"a card has 1 to {MOST_CODES} codes, not {len(card.codes)}")
    if card.kind not in ("hcert", "shc", "domestic"):
        raise ValueError(f"there is no card of the kind {card.kind!r}")
    pictures = [qr.png_of(modules, scale=1) for modules in qr.matrices(card.codes, LEVELS[form])]
    doses = card.doses[-MOST_DOSES[form] :]
    return {
        "kind": card.kind,
        "name": plain(card.name, MOST_NAME),
        "latin": plain(card.name_latin, MOST_NAME),
        "birth": birth(card.birth),
        "number": plain(card.number, 40),
        "doses": [_dose(entry, form) for entry in doses],
        "earlier": len(card.doses) - len(doses),
        "codes": [list(picture) for picture in pictures],
        "identifier": plain(card.identifier, 80),
        "issuer": plain(card.issuer, 80),
        "issued": day(card.issued_at),
        "valid": day(card.valid_until) if card.valid_until else "",
        "verify": plain(card.verify_at, 90),
        "correct": plain(card.correct_at, 90),
        "specimen": card.specimen,
    }


def _dose(entry: PrintedDose, form: Form) -> dict[str, str]:
    return {
        "number": plain(entry.number, 12),
        "day": day(entry.given_on),
        "product": plain(entry.product, 64 if form == "a4" else 34),
        "lot": plain(entry.lot, 20),
        "place": plain(entry.place, 72),
    }
