"""The health certificates' schemas 1.0.0 to 1.3.3, turned from a table of facts into a few loops: some microseconds a
certificate, where a general validator takes as long as the signature.

A payload is judged by its own ``ver``; a version without a schema by the nearest older one. ``format`` is not asserted
(in these schemas it is an annotation), codes outside a value set are allowed (value sets grow faster than verifiers).
Over the schemas stands one rule of the specification that 1.0.0 to 1.2.1 forgot to write down: exactly one entry.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from functools import cache
from typing import Any, Final, NamedTuple

from lachan.certificates import value_sets
from lachan.certificates.codecs.hcert import facts

COUNTRIES: Final = frozenset(value_sets.codes()["country-2-codes"])
KINDS: Final = ("v", "t", "r")  # vaccination, test, recovery
_ABSENT: Final = object()
_NUMBERS: Final = tuple(tuple(map(int, version.split("."))) for version in facts.VERSIONS)
_VERSION: Final = re.compile(r"(\d{1,4})\.(\d{1,4})\.(\d{1,4})", re.ASCII)
_NO_LIMIT: Final = float("inf")
_MOST_LOOKED_AT: Final = 4  # entries of a group: more than one is wrong already, and seven thousand cost time


class Problem(NamedTuple):
    """What a member breaks. ``member`` as in "v.0.dn", "nam.fnt"; ``limit`` what it is held against."""

    member: str
    rule: str  # required, text, whole, list, map, longest, least, most, pattern, one_of, one_entry
    limit: str | float | None = None


class _Text(NamedTuple):
    name: str
    required: bool
    longest: float
    pattern: Callable[[str], object] | None
    written: str | None


class _Whole(NamedTuple):
    name: str
    required: bool
    least: float
    most: float


class _Version(NamedTuple):
    texts: dict[str, tuple[_Text, ...]]  # by place: "" the root, "nam", "v", "t", "r"
    wholes: dict[str, tuple[_Whole, ...]]
    most_entries: dict[str, float]
    one_of: tuple[str, ...]  # exactly one of these members of the root
    any_of: tuple[str, ...]  # at least one of these members of the name


def valid(payload: dict[str, Any]) -> bool:
    """Whether the payload keeps the schema of its version, and holds exactly one entry."""
    return not problems(payload)


def entries(payload: dict[str, Any]) -> list[dict[str, Any]]:
    """The entries of a valid payload, of whatever kind."""
    return [entry for kind in KINDS for entry in payload.get(kind, ())]


def kinds(payload: dict[str, Any]) -> frozenset[str]:
    """Kinds of entry the payload holds."""
    return _HELD[bool(payload.get("v")), bool(payload.get("t")), bool(payload.get("r"))]


_HELD: Final = {
    (v, t, r): frozenset(kind for kind, held in zip(KINDS, (v, t, r), strict=True) if held)
    for v in (False, True)
    for t in (False, True)
    for r in (False, True)
}


def problems(payload: dict[str, Any]) -> list[Problem]:
    """Everything in which the payload breaks the schema of its version; empty when nothing does."""
    version = _compiled(nearest(payload.get("ver")))
    found: list[Problem] = []
    _check(payload, version.texts[""], (), "", found)
    name = payload.get("nam", _ABSENT)
    if type(name) is dict:
        _check(name, version.texts["nam"], (), "nam.", found)
        if version.any_of and not any(member in name for member in version.any_of):
            found.append(Problem("nam", "required", " or ".join(version.any_of)))
    else:
        found.append(Problem("nam", "required" if name is _ABSENT else "map"))
    entries = 0
    for kind in KINDS:
        group = payload.get(kind, _ABSENT)
        if group is _ABSENT:
            continue
        if type(group) is not list:
            found.append(Problem(kind, "list"))
            continue
        entries += len(group)
        if not 1 <= len(group) <= version.most_entries[kind]:
            found.append(Problem(kind, "one_entry"))
        for place, entry in enumerate(group[:_MOST_LOOKED_AT]):
            if type(entry) is dict:
                _check(entry, version.texts[kind], version.wholes[kind], f"{kind}.{place}.", found)
            else:
                found.append(Problem(f"{kind}.{place}", "map"))
    if version.one_of and sum(member in payload for member in version.one_of) != 1:
        found.append(Problem("", "one_of", ", ".join(version.one_of)))
    elif entries != 1:
        found.append(Problem("", "one_entry"))
    return found


def nearest(version: Any) -> str:
    """The version of the schema to judge by: the same, or the nearest older one; the newest for what is no version."""
    if version in facts.VERSIONS:
        return str(version)
    parts = _VERSION.fullmatch(version) if isinstance(version, str) else None
    if parts is None:
        return facts.VERSIONS[-1]
    return facts.VERSIONS[max(0, bisect_right(_NUMBERS, tuple(map(int, parts.groups()))) - 1)]


def _check(
    held: dict[str, Any], texts: tuple[_Text, ...], wholes: tuple[_Whole, ...], place: str, found: list[Problem]
) -> None:
    for name, required, longest, pattern, written in texts:
        value = held.get(name, _ABSENT)
        if type(value) is str and len(value) <= longest and (pattern is None or pattern(value) is not None):
            continue  # as nearly all are
        if isinstance(value, str):
            if len(value) > longest:
                found.append(Problem(place + name, "longest", longest))
            if pattern is not None and pattern(value) is None:
                found.append(Problem(place + name, "pattern", written))
        elif value is not _ABSENT:
            found.append(Problem(place + name, "text"))
        elif required:
            found.append(Problem(place + name, "required"))
    for name, required, least, most in wholes:
        value = held.get(name, _ABSENT)
        if type(value) is int or (type(value) is float and value.is_integer()):  # to JSON 1.0 is a whole number
            if value < least:
                found.append(Problem(place + name, "least", least))
            if value > most:
                found.append(Problem(place + name, "most", most))
        elif value is not _ABSENT:
            found.append(Problem(place + name, "whole"))
        elif required:
            found.append(Problem(place + name, "required"))


@cache
def _compiled(version: str) -> _Version:
    """The table's rules of one version. Its names and entries are flat, so a path is a place and a name."""
    rules: dict[str, facts.Rule] = {}
    for rule in facts.RULES:
        if facts.VERSIONS.index(rule[1]) <= facts.VERSIONS.index(version):
            rules[rule[0]] = rule
    texts: dict[str, list[_Text]] = {place: [] for place in ("", "nam", *KINDS)}
    wholes: dict[str, list[_Whole]] = {place: [] for place in KINDS}
    for path, _, required, kind, least, most, pattern in rules.values():
        place, _, name = path.rpartition(".")
        if kind == "text":
            longest = _NO_LIMIT if most is None else most
            texts[place].append(_Text(name, required, longest, _search(pattern), pattern))
        elif kind == "whole":
            wholes[place].append(
                _Whole(name, required, -_NO_LIMIT if least is None else least, _NO_LIMIT if most is None else most)
            )
    choices = {path: members for path, since, _, members in facts.CHOICES if _since(since, version)}
    return _Version(
        {place: tuple(held) for place, held in texts.items()},
        {place: tuple(held) for place, held in wholes.items()},
        {kind: rules[kind][5] or _NO_LIMIT for kind in KINDS},
        choices.get("", ()),
        choices.get("nam", ()),
    )


def _since(since: str, version: str) -> bool:
    return facts.VERSIONS.index(since) <= facts.VERSIONS.index(version)


def _search(pattern: str | None) -> Callable[[str], object] | None:
    """The pattern as ECMA 262 means it: digits are ASCII, "$" is the very end, "." is not the end of a line."""
    if pattern is None:
        return None
    ours = pattern.replace("$", r"\Z").replace("+.", r"+[^\n\r\u2028\u2029]")
    return re.compile(ours, re.ASCII).search
