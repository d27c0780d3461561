"""What a person's own pages say of a watch over them, on each of those pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import template
from django.utils import timezone

from lachan.tracing.lists.notice import notices_of

register = template.Library()


@register.inclusion_tag("web/declarations/watch.html")
def watch_over(person_id: UUID) -> dict[str, Any]:
    """A line with the end of the strictest open watch, else with what was withdrawn; nothing for everybody else."""
    return {"notice": next(iter(notices_of([person_id], timezone.now()).get(person_id, ())), None)}
