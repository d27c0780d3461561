"""Where the pages are that a report names."""

from __future__ import annotations

from django.urls import reverse

from lachan.forecasting.report.content import Where


def address(where: Where | None) -> str:
    """The address of a page, "" where there is none to open."""
    if where is None:
        return ""
    if where.page == "tasks":
        return reverse("outbreak-capacity")
    return reverse("debt-area" if where.page == "debt" else "picture-area", args=[where.area_id])
