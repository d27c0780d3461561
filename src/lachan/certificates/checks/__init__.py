"""What must be true in this room, recounted; a topic a module, each with a ``check_all``."""

from __future__ import annotations

from importlib import import_module

from lachan.kernel.checks import Finding

_TOPICS = ("checks.cards", "checks.lists", "corrections.checks")


def check_all() -> list[Finding]:
    """The findings of every topic; for ``lachan db check``."""
    return [finding for topic in _TOPICS for finding in import_module(f"lachan.certificates.{topic}").check_all()]
