"""Errors that concern a whole call; one item's refusal is an outcome, not an error."""

from __future__ import annotations


class Problem(Exception):
    """A call that cannot be carried out (RFC 9457 at the REST door).

    ``code`` is stable, ``title`` names the kind, ``detail`` says what to do; ``field`` names the offending part.
    """

    def __init__(self, code: str, title: str, detail: str, *, status: int = 400, field: str | None = None) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.title = title
        self.detail = detail
        self.status = status
        self.field = field


class Forbidden(Problem):
    """The actor's grants do not allow this."""

    def __init__(self, detail: str) -> None:
        super().__init__("forbidden", "Not allowed", detail, status=403)
