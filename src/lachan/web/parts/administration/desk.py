"""What every screen of administration does first: who acts, which page is wanted, what a reason says."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import HttpRequest

from lachan.access.actors import Actor, actor_of

PAGE: Final = 50
MOST_PAGES: Final = 2_000


def acting(request: HttpRequest) -> Actor:
    """The signed-in person; the door made sure that there is one."""
    actor = actor_of(request)
    if actor is None:
        raise PermissionDenied
    return actor


def page_number(request: HttpRequest) -> int:
    """The page asked for, from 1; nonsense is the first."""
    text = request.GET.get("page", "1")
    return min(max(int(text), 1), MOST_PAGES) if text.isdigit() and len(text) < 6 else 1


class _Counted(Sequence[Any]):
    """A page that was read by a query, as if the whole list were there."""

    def __init__(self, rows: Sequence[Any], total: int, page: int) -> None:
        self._rows, self._total, self._first = rows, total, (page - 1) * PAGE

    def __len__(self) -> int:
        return self._total

    def __getitem__(self, wanted: Any) -> Any:
        return self._rows[wanted.start - self._first : wanted.stop - self._first]


def paged(rows: Sequence[Any], total: int, page: int) -> Page[Any]:
    """For ``{% pages %}``: one page of ``PAGE`` rows out of ``total``."""
    last = max(1, math.ceil(total / PAGE))
    page = min(page, last)
    return Paginator(_Counted(rows, total, page), PAGE).page(page)
