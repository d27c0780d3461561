"""What may be wrong with a birth date by itself."""

from __future__ import annotations

from datetime import date

from lachan.people.identifiers import citizen_id_facts
from lachan.people.repair.facts import CITIZEN_ID, Held, Proposal

OLDEST_YEARS = 115


def propose(held: Held, today: date) -> list[Proposal]:
    """A date that cannot be, is not whole, or stands for "some day of that year"; the number says the year at most."""
    if not held.born:
        return [Proposal("birth_date", "", None, "birth_missing", "ask")]
    year = int(held.born[:4])
    if held.born > today.isoformat()[: len(held.born)] or today.year - year > OLDEST_YEARS:
        return [Proposal("birth_date", held.born, None, "birth_impossible", "ask")]
    if len(held.born) < 10:
        return [Proposal("birth_date", held.born, None, "birth_not_whole", "ask")]
    if held.born.endswith("-01-01") and _year_holds(held, year):
        # written so where only the year was known; the register may hold the day, or the year alone
        return [Proposal("birth_date", held.born, None, "birth_first_of_january", "ask", {"year": year})]
    return []


def _year_holds(held: Held, year: int) -> bool:
    facts = [citizen_id_facts(value) for value in held.values(CITIZEN_ID)]
    return all(fact is None or fact.birth_year == year for fact in facts)
