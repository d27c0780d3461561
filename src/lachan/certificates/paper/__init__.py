"""Certificates on paper: templates, drawing, the legibility gate. Pure."""

from __future__ import annotations

from lachan.certificates.paper.drawing import UncheckedTemplateError, draw, parts
from lachan.certificates.paper.printable import MOST_CARDS, Form, Language, Printable, PrintedDose

__all__ = ["MOST_CARDS", "Form", "Language", "Printable", "PrintedDose", "UncheckedTemplateError", "draw", "parts"]
