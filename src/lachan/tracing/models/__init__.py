"""Tables of tracing, by topic."""

from __future__ import annotations

from lachan.tracing.models.lists import CaseList, CaseStay, Link, Request, Watch

__all__ = ["CaseList", "CaseStay", "Link", "Request", "Watch"]
