"""Reading single fields of a scenario file; every complaint names the field and what to write instead."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from typing import Any

from lachan.forecasting.engines.whatif.assumptions import BadScenario


def known(field: str, given: Any, names: Sequence[str]) -> None:
    """An object with no other names than these."""
    if not isinstance(given, Mapping):
        raise BadScenario(f"{field}: an object with {', '.join(names)} is needed")
    for name in given:
        if name not in names:
            near = get_close_matches(str(name), names, 1)
            meant = f"; did you mean {near[0]}?" if near else f"; known are {', '.join(names)}"
            raise BadScenario(f"{field}.{name}: there is no such field{meant}")


def day_of(field: str, given: Any) -> date:
    try:
        return date.fromisoformat(str(given))
    except ValueError:
        raise BadScenario(f"{field}: {given!r} is no day; write YYYY-MM-DD") from None


def number_of(field: str, given: Any, least: float, most: float) -> float:
    try:
        number = math.nan if given is None or isinstance(given, bool) else float(given)
    except (TypeError, ValueError):
        number = math.nan
    if not least <= number <= most:
        raise BadScenario(f"{field}: {given!r}; a number from {least:g} to {most:g} is needed")
    return number


def whole_of(field: str, given: Any, least: int, most: int) -> int:
    number = number_of(field, given, least, most)
    if number != int(number):
        raise BadScenario(f"{field}: {given!r}; a whole number from {least} to {most} is needed")
    return int(number)


def list_of(field: str, given: Any) -> list[Any]:
    if not isinstance(given, list):
        raise BadScenario(f"{field}: a list is needed")
    return given
