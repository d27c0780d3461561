"""Rules as dated data: ``data/rules.json``, written by hand.

A rule has the members of the DCC gateway's form and three of our own: ``Purpose`` (entry, door), ``Advice`` (what the
holder should do, as ``Description``) and ``Legal``: ``{"reference", "basis"}``, where ``basis`` is "verified" (the
source was read), "recalled" (from memory: to be checked before anybody relies on it) or "ours" (a threshold we chose).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import cache
from importlib import resources
from typing import Any

from lachan.certificates.certlogic.validation import check_rules


def all_rules() -> list[dict[str, Any]]:
    """Every rule of every country, purpose and time. Do not change them: they are shared."""
    return list(_book()["rules"])


def purposes() -> list[dict[str, Any]]:
    """What a certificate may be shown for: ``{"id", "country", "names": {"vi", "en"}}``."""
    return list(_book()["purposes"])


def book() -> dict[str, Any]:
    """Purposes and rules, as published."""
    return dict(_book())


def rules_on(country: str, purpose: str, day: date | datetime) -> list[dict[str, Any]]:
    """Rules in force: of each identifier the highest version. A date means its noon in UTC; without a zone: UTC."""
    moment = day if isinstance(day, datetime) else datetime.combine(day, time(12), UTC)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    found: dict[str, dict[str, Any]] = {}
    for rule in _book()["rules"]:
        if rule["Country"] != country or rule["Purpose"] != purpose:
            continue
        if not datetime.fromisoformat(rule["ValidFrom"]) <= moment <= datetime.fromisoformat(rule["ValidTo"]):
            continue
        known = found.get(rule["Identifier"])
        if known is None or _version(known) < _version(rule):
            found[rule["Identifier"]] = rule
    return list(found.values())


def _version(rule: Mapping[str, Any]) -> tuple[int, ...]:
    return tuple(map(int, rule["Version"].split(".")))


@cache
def _book() -> dict[str, Any]:
    text = (resources.files("lachan.certificates") / "data/rules.json").read_text(encoding="utf-8")
    read: dict[str, Any] = json.loads(text)
    check_rules(read["rules"])
    return read
