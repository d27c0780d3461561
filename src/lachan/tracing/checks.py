"""What must be true in this room, recounted; a topic a module, each with a ``check_all``."""

from __future__ import annotations

from lachan.kernel.checks import Finding
from lachan.tracing.answers import checks as answers
from lachan.tracing.lists import checks as lists


def check_all() -> list[Finding]:
    """The findings of every topic; for ``lachan db check``."""
    return [*answers.check_all(), *lists.check_all()]
