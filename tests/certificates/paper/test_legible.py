"""Nothing is printed by a template whose codes were not read after what paper goes through."""

from __future__ import annotations

import pytest

from lachan.certificates.paper import UncheckedTemplateError, draw, drawing, legible
from lachan.certificates.paper.printable import Form


@pytest.mark.parametrize("form", drawing.FORMS)
def test_every_template_is_the_one_that_passed(form: Form) -> None:
    """Changed a template, a font or a level of correction? python tools/paper_gate.py examines and writes it down."""
    assert drawing.passed()[form]["sha256"] == drawing.fingerprint(form)
    assert set(drawing.passed()[form]["borne"]) == set(legible.STRESSES)


@pytest.mark.slow
@pytest.mark.parametrize("form", drawing.FORMS)
def test_the_gate_still_passes_them(form: Form) -> None:
    assert [entry.stress for entry in legible.examine(form, further=False) if not entry.enough] == []


@pytest.mark.slow
def test_the_gate_closes_before_a_code_too_fine(monkeypatch: pytest.MonkeyPatch) -> None:
    template = drawing.source("pocket").replace(b"code(card.code, 51mm)", b"code(card.code, 16mm)")
    monkeypatch.setattr(drawing, "source", lambda form: template)
    found = legible.examine("pocket", further=False)
    assert {entry.stress for entry in found if not entry.enough} >= {"blur", "fax", "small copy"}
    assert legible.findings({"pocket": found}) == {}


@pytest.mark.slow
def test_the_gate_closes_before_a_code_without_a_white_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    black = b"block(fill: black, inset: 0pt, clip: true, height: 46mm, width: 46mm, place(dx: -2.4mm, dy: -2.4mm, code("
    template = drawing.source("pocket").replace(b"  code(card.code, 51mm)", black + b"card.code, 51mm)))")
    monkeypatch.setattr(drawing, "source", lambda form: template)
    assert not all(entry.enough for entry in legible.examine("pocket", further=False))


def test_a_changed_template_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    cards = legible.specimens()[:1]
    assert draw(cards, form="a4").startswith(b"%PDF-")
    monkeypatch.setattr(drawing, "fingerprint", lambda form: "0" * 64)
    with pytest.raises(UncheckedTemplateError, match=r"tools/paper_gate\.py"):
        draw(cards, form="a4")
