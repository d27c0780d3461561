"""Counts doses in the transaction that records them, so every total is exact the moment it commits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg

from lachan.analytics.counters import Sums, write
from lachan.immunization.facts import CountedDose


def count_doses(cursor: psycopg.Cursor[Any], facts: Sequence[CountedDose]) -> None:
    """Add a batch to the counters. The province of the station is looked up again from the facility."""
    grain: Sums = {}
    for facility, _, day, residence, product, number, band, sex, completes, sign in facts:
        key = (facility, day, residence, product, number, band, sex)
        entry = grain.get(key)
        if entry is None:
            entry = grain[key] = [0, 0]
        entry[0] += sign
        if completes:
            entry[1] += sign
    write(cursor, grain)
