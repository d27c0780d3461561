"""What must be true in this room, recounted; a topic a module, each with a ``check_all``."""

from __future__ import annotations

from lachan.certificates.checks import cards, lists
from lachan.certificates.corrections import checks as corrections
from lachan.kernel.checks import Finding


def check_all() -> list[Finding]:
    """The findings of every topic; for ``lachan db check``."""
    return [*cards.check_all(), *lists.check_all(), *corrections.check_all()]
