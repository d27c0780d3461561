"""What pages of figures share: who reads, and what is said of a place that is not theirs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from lachan.access.actors import Actor, actor_of
from lachan.kernel.errors import Problem


def actor_for(request: HttpRequest) -> Actor:
    """Who is signed in; PermissionDenied for nobody."""
    actor = actor_of(request)
    if actor is None:
        raise PermissionDenied
    return actor


@contextmanager
def plainly() -> Iterator[None]:
    """403 for a place outside the actor's grants, 404 for one that does not exist."""
    try:
        yield
    except Problem as problem:
        if problem.status == 403:
            raise PermissionDenied from problem
        if problem.status == 404:
            raise Http404 from problem
        raise
