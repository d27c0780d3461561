"""What the pages of certificates share: the choice of paper, and the PDF as an answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, get_args
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from lachan.certificates import paper
from lachan.certificates.queries.printables import printables

READ, PRINT = "card.read", "card.print"
PURPOSE: Final = "printing of the day"  # as it stands in the log of looks
SHOWN, PRINTED = "certificates", "printed certificates"


def chosen(request: HttpRequest) -> tuple[paper.Form, paper.Language] | None:
    """Form and language as the page sends them; None when they are none of ours."""
    form, language = request.POST.get("form", ""), request.POST.get("language", "both")
    found = next((entry for entry in get_args(paper.Form) if entry == form), None)
    tongue = next((entry for entry in get_args(paper.Language) if entry == language), None)
    return (found, tongue) if found and tongue else None


def pdf(
    wanted: Sequence[tuple[UUID, UUID]], form: paper.Form, language: paper.Language, name: str
) -> HttpResponse | None:
    """These (person, card) as one PDF, shown in the browser, kept by nobody; None when none of them is there any more.
    ``name``: of the file, naming no person."""
    cards = printables(wanted)
    if not cards:
        return None
    answer = HttpResponse(paper.draw(cards, form=form, language=language), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
