"""Nothing is printed by a template whose codes were not read after what paper goes through."""

from __future__ import annotations

import shutil
from pathlib import Path

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


def altered(folder: Path, old: str, new: str) -> Path:
    shutil.copytree(drawing.TEMPLATES, folder / "templates")
    path = folder / "templates/pocket.typ"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path.parent


@pytest.mark.slow
def test_the_gate_closes_before_a_code_too_fine(tmp_path: Path) -> None:
    templates = altered(tmp_path, "code(card.code, 51mm)", "code(card.code, 16mm)")
    found = legible.examine("pocket", further=False, templates=templates)
    assert {entry.stress for entry in found if not entry.enough} >= {"blur", "fax", "small copy"}
    assert legible.findings({"pocket": found}) == {}


@pytest.mark.slow
def test_the_gate_closes_before_a_code_without_a_white_frame(tmp_path: Path) -> None:
    framed = "block(fill: black, clip: true, height: 46mm, width: 46mm, place(dx: -2.4mm, dy: -2.4mm, {}))"
    code = "code(card.code, 51mm)"
    templates = altered(tmp_path, code, framed.replace("{}", code))
    assert not all(entry.enough for entry in legible.examine("pocket", further=False, templates=templates))


def test_a_changed_template_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    cards = legible.specimens()[:1]
    assert draw(cards, form="a4").startswith(b"%PDF-")
    monkeypatch.setattr(drawing, "fingerprint", lambda form: "0" * 64)
    with pytest.raises(UncheckedTemplateError, match=r"tools/paper_gate\.py"):
        draw(cards, form="a4")
