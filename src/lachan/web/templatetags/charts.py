"""``{% chart found %}``: a drawing, the same in words and as a table, and the way to take it along."""

from __future__ import annotations

from typing import Any

from django import template

from lachan.forecasting.charts import Chart

register = template.Library()


@register.inclusion_tag("web/charts/chart.html")
def chart(found: Chart, key: str, note: str = "", title: bool = True) -> dict[str, Any]:
    """A chart with what belongs to it. ``key``: unique on its page, the name of its files too; ``note``: what a reader
    must know of the data; ``title``: False where a heading above says it already."""
    return {"chart": found, "key": key, "note": note, "title": title}
