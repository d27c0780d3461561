"""When a message may go out, what it says and what comes of a try. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from msgspec import Struct

from lachan.immunization.rules.facts import VIETNAM

# Nobody is woken by a message; what comes due at night waits for the morning.
OPENS, CLOSES = time(7, 0), time(20, 30)
MOST_ATTEMPTS: Final = 6
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)


class Template(Struct, frozen=True):
    """A text in force between two dates (``valid_to`` not included), in both languages."""

    code: str
    valid_from: date
    valid_to: date | None
    vi: str
    en: str
    title_vi: str = ""  # subject of an e-mail
    title_en: str = ""

    def title(self, language: str) -> str:
        return self.title_en if language == "en" else self.title_vi

    def text(self, language: str, params: Mapping[str, Any]) -> str:
        """The text filled in. Raises KeyError for a place that ``params`` does not name."""
        return (self.en if language == "en" else self.vi).format_map(params)


def template_on(templates: Sequence[Template], code: str, on: date) -> Template | None:
    """The text in force that day."""
    for template in templates:
        if (
            template.code == code
            and template.valid_from <= on
            and (template.valid_to is None or on < template.valid_to)
        ):
            return template
    return None


def window_opens(now: datetime) -> datetime | None:
    """None while messages may go out, else the next moment they may."""
    local = now.astimezone(VIETNAM)
    if OPENS <= local.time() < CLOSES:
        return None
    day = local.date() if local.time() < OPENS else local.date() + timedelta(days=1)
    return datetime.combine(day, OPENS, VIETNAM)


def next_try(attempts: int, now: datetime, retry_after: float | None = None) -> datetime | None:
    """When to try again after ``attempts`` tries failed; None when there were enough. Waits 1, 4, 16 … minutes, at
    least as long as the gateway asked for."""
    if attempts >= MOST_ATTEMPTS:
        return None
    wait: timedelta = min(FIRST_WAIT * 2 ** (2 * max(0, attempts - 1)), LONGEST_WAIT)
    if retry_after is not None:
        wait = max(wait, timedelta(seconds=min(retry_after, LONGEST_WAIT.total_seconds())))
    return now + wait
