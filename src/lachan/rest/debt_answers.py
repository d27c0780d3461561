"""The answers of the debt meter and of the reports."""

from __future__ import annotations

from datetime import date
from typing import Literal

from lachan.rest.answers import Answer


class Ages(Answer):
    """Doses of one gap by age in days: 0-1, 2-7, 8-30, more; and the day of the oldest."""

    days_0_1: int
    days_2_7: int
    days_8_30: int
    days_over_30: int
    oldest: date | None


class Gaps(Answer):
    """What stands between a dose given and a dose that counts, by age."""

    missing: Ages
    unmatched: Ages
    unsigned: Ages
    held: Ages
    refused: Ages


class Debt(Answer):
    """The meter of an area or a facility; doses, except `untallied` (sessions closed without a tally).

    `given`: counted on paper. `recorded`: doses that count. `matched`: of them, those of people the population register
    confirms. `missing`: on paper, neither recorded nor explained. `surplus`: recorded beyond the paper. `held`,
    `refused`: sent, and standing in a worklist. `untraced`: of the missing, those on paper only. `signed`: of the
    recorded, those the head of the facility has signed; a card for borders rests on these only.
    """

    code: str
    name: str
    given: int
    recorded: int
    matched: int
    missing: int
    explained: int
    surplus: int
    untallied: int
    held: int
    refused: int
    untraced: int
    signed: int
    gaps: Gaps


class DebtMeter(Answer):
    """The meter of a place over days, with the places below it by code. `unplaced`: stations of communes that were
    divided and wait for review; with it the lines add up to `whole`. `Last-Modified`: how far the meter has come."""

    level: Literal["nation", "province", "district", "commune", "facility"]
    first: date
    last: date
    whole: Debt
    items: list[Debt]
    unplaced: Debt | None


class ReportDose(Answer):
    """Doses under one heading; `age_band` is its first year, -1: birth date not known."""

    product: str
    dose_number: int
    age_band: int
    sex: str
    doses: int


class ReportLot(Answer):
    """The stock book of a lot over the days, in doses. `other`: returned, sent on, found by counting; signed."""

    product: str
    lot: str
    expires_on: date | None
    opening: int
    received: int
    used: int
    wasted: int
    other: int
    closing: int
    wastage_percent: float | None


class ReportSession(Answer):
    """A session held. `tally`: doses counted on paper; null while nobody has entered them."""

    id: str
    date: date
    part: str
    status: str
    tally: int | None
    vials: int | None


class Report(Answer):
    """The report of a facility over days, drawn from the records (appendices 5 and 6 of 3588/QD-BYT)."""

    facility: str
    name: str
    first: date
    last: date
    arrived: int
    given: int
    doses: list[ReportDose]
    screening: dict[str, int]
    not_given: dict[str, int]
    reactions: dict[str, int]
    lots: list[ReportLot]
    wastage_percent: float | None
    sessions: list[ReportSession]
