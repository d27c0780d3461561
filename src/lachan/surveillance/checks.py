"""What must be true in this room, recounted; a topic a module, each with a ``check_all``."""

from __future__ import annotations

from lachan.kernel.checks import Finding
from lachan.surveillance.cases import checks as cases


def check_all() -> list[Finding]:
    """The findings of every topic; for ``lachan db check``."""
    return cases.check_all()
