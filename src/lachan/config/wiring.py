"""Which room hears which fact."""

from __future__ import annotations


def connect() -> None:
    """Subscribe upper rooms to the facts of lower ones."""
    from lachan.analytics.handlers import count_doses
    from lachan.immunization.facts import DOSES_COUNTED
    from lachan.kernel import events

    events.subscribe(DOSES_COUNTED, count_doses)
