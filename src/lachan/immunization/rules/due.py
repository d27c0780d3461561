"""When the next dose is due."""

from datetime import date, timedelta

from lachan.immunization.rules.catalogue import BoosterRule, Catalogue

_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def add_months(day: date, months: int) -> date:
    """The same day of a later month; the month's last day where it has no such day (30 Nov + 3 = 28 or 29 Feb)."""
    month0 = day.month - 1 + months
    year, month = day.year + month0 // 12, month0 % 12 + 1
    length = _MONTH_DAYS[month - 1]
    if month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0):
        length = 29
    return date(year, month, min(day.day, length))


def booster_due(rule: BoosterRule, latest: date) -> date:
    """First day on which a booster may follow the latest dose."""
    due = add_months(latest, rule.min_months) if rule.min_months else latest
    return due + timedelta(days=rule.min_days) if rule.min_days else due


def next_due(catalogue: Catalogue, product_id: int, on: date, *, completes: bool, complete_before: bool) -> date | None:
    """Day the next dose is due after one given ``on``; None when no rule in force that day foresees another.

    Within the primary series it is the product's least interval; after the completing dose it is the booster rule of
    that day. After a booster there is none: the Ministry's texts so far order no second one for everybody.
    """
    if complete_before:
        return None
    if completes:
        rule = catalogue.booster(on)
        return booster_due(rule, on) if rule is not None else None
    found = catalogue.rule_on(product_id, on)
    if found is None or not found.rule.min_interval_days:
        return None
    return date.fromordinal(on.toordinal() + found.rule.min_interval_days)
