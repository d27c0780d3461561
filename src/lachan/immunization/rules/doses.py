"""May this dose be recorded, as which number, and when is the next one due?

The checks run in one fixed order. The first group (``IMPOSSIBLE``) asks whether the entry can be true at all; the
first reason found there ends the scan, as nothing computed from an impossible entry is worth reading. The second
group (``CHECKS``) finds every reason, so that the nurse sees all of them at once and answers once.

A station that was offline sends doses hours or days later: all rules look at the day the dose was given, never at
the day it arrived, and a session closed in between does not matter to a dose given while it was open.

On the path of every dose in the country: an eligible one must cost under 6 microseconds.
"""

from collections.abc import Callable
from datetime import date

from msgspec import Struct

from lachan.immunization.rules.bands import age_on, born_earliest
from lachan.immunization.rules.catalogue import Catalogue, ProductRule
from lachan.immunization.rules.due import booster_due, next_due
from lachan.immunization.rules.facts import CLOCK_SKEW, VIETNAM, Decision, DoseFacts, Finding, Moment, Override
from lachan.immunization.rules.reasons import NEEDS, Reason
from lachan.immunization.rules.series import Position, PriorDose, Shift, after_insert, completes_series, position


class Case(Struct, frozen=True, gc=False):
    """The facts with what was computed from them, as each check sees them."""

    catalogue: Catalogue
    facts: DoseFacts
    at: Moment
    rule: ProductRule
    in_force: int
    standing: Position


Check = Callable[[Case], Finding | None]


# Can it be true?


def _date_in_future(case: Case) -> Finding | None:
    facts = case.facts
    given_at = facts.given_at
    if facts.given_on <= case.at.latest_day and (given_at is None or given_at <= case.at.latest):
        return None
    return Finding(Reason.DATE_IN_FUTURE, {"given_on": facts.given_on, "today": case.at.latest_day})


def _date_before_birth(case: Case) -> Finding | None:
    person, on = case.facts.person, case.facts.given_on
    if person.birth_date is None or person.birth_date <= on or born_earliest(person.birth_date, person.precision) <= on:
        return None
    return Finding(Reason.DATE_BEFORE_BIRTH, {"given_on": on, "birth_date": person.birth_date})


def _person_dead(case: Case) -> Finding | None:
    died_on = case.facts.person.died_on
    if died_on is None or case.facts.given_on <= died_on:
        return None
    return Finding(Reason.PERSON_DEAD, {"given_on": case.facts.given_on, "died_on": died_on})


def _same_dose_twice(case: Case) -> Finding | None:
    """The same day again, or a number this person already has on an earlier day.

    A claimed number held by a *later* dose is not a repeat but a dose entered late: the later one moves up.
    """
    facts = case.facts
    for dose in facts.prior:
        same_number = dose.dose_number == facts.claimed_number and dose.given_on < facts.given_on
        if same_number or dose.given_on == facts.given_on:
            name = case.catalogue.name(dose.product_id)
            return Finding(
                Reason.SAME_DOSE_TWICE, {"dose_number": dose.dose_number, "given_on": dose.given_on, "product": name}
            )
    return None


def _lot_other_product(case: Case) -> Finding | None:
    lot = case.facts.lot
    if lot is None or lot.product_id == case.facts.product_id:
        return None
    name = case.catalogue.name
    params = {"lot": lot.number, "lot_product": name(lot.product_id), "product": name(case.facts.product_id)}
    return Finding(Reason.LOT_OTHER_PRODUCT, params)


# Should it have been done?


def _product_validity(case: Case) -> Finding | None:
    if case.in_force == 0:
        return None
    rule, name = case.rule, case.catalogue.name(case.facts.product_id)
    if case.in_force < 0:
        params = {"product": name, "given_on": case.facts.given_on, "valid_from": rule.valid_from}
        return Finding(Reason.PRODUCT_NOT_VALID_YET, params, rule.reference)
    params = {"product": name, "given_on": case.facts.given_on, "valid_to": rule.valid_to}
    return Finding(Reason.PRODUCT_NO_LONGER_VALID, params, rule.reference)


def _age(case: Case) -> Finding | None:
    """Against the licence of the product, and against the booster rule where that asks for more years."""
    person, on, least = case.facts.person, case.facts.given_on, case.rule.min_age
    born, reference = person.birth_date, case.rule.reference
    if case.standing.completed_with is not None:
        booster = case.catalogue.booster(on)
        if booster is not None and booster.min_age > least:
            least, reference = booster.min_age, booster.reference
    if born is not None and on.year - born.year > least:
        return None  # Old enough whatever the day: spares most people the exact count.
    name = case.catalogue.name(case.facts.product_id)
    if born is None:
        return Finding(Reason.AGE_UNCERTAIN, {"product": name, "min_age": least}, reference)
    age = age_on(born, person.precision, on)
    if age.least >= least:
        return None
    if age.most >= least:
        return Finding(Reason.AGE_UNCERTAIN, {"product": name, "min_age": least}, reference)
    return Finding(Reason.TOO_YOUNG, {"product": name, "min_age": least, "age": age.most}, reference)


def _booster(case: Case) -> Finding | None:
    standing, facts = case.standing, case.facts
    if standing.completed_with is None or standing.previous is None:
        return None
    rule = case.catalogue.booster(facts.given_on)
    if rule is None or (rule.max_doses is not None and standing.boosters >= rule.max_doses):
        params = {"given_on": facts.given_on, "doses": standing.number - 1}
        return Finding(Reason.SERIES_COMPLETE_NO_BOOSTER_RULE, params, rule.reference if rule is not None else "")
    due = booster_due(rule, standing.previous.given_on)
    if facts.given_on >= due:
        return None
    return Finding(Reason.BOOSTER_TOO_EARLY, {"previous_on": standing.previous.given_on, "due_on": due}, rule.reference)


def _mixable(case: Case) -> Finding | None:
    """In the primary series by the mixing rules; afterwards by what the booster rule lets follow the series."""
    standing, product_id, on = case.standing, case.facts.product_id, case.facts.given_on
    before = standing.previous
    if before is None or before.product_id == product_id:
        return None
    if standing.completed_with is not None:
        booster = case.catalogue.booster(on)
        if booster is None or booster.boosts(standing.completed_with, product_id):
            return None  # Without any booster rule ``_booster`` has said so.
        first, reference = standing.completed_with, booster.reference
    else:
        rule = case.catalogue.mixing(before.product_id, product_id, on)
        if rule is not None and rule.allowed:
            return None
        first, reference = before.product_id, rule.reference if rule is not None else case.rule.reference
    name = case.catalogue.name
    return Finding(
        Reason.PRODUCT_NOT_MIXABLE, {"previous_product": name(first), "product": name(product_id)}, reference
    )


def _component(case: Case) -> Finding | None:
    lot, number = case.facts.lot, case.standing.number
    if lot is None or not lot.component or not case.rule.components or number > case.rule.components:
        return None
    if lot.component == number:
        return None
    params = {"lot": lot.number, "component": lot.component, "dose_number": number}
    return Finding(Reason.WRONG_COMPONENT, params, case.rule.reference)


def _interval(case: Case) -> Finding | None:
    """To the dose before, and for a dose entered late also to the dose after.

    Two stations that enter the same dose under neighbouring dates are caught here.
    """
    standing, on = case.standing, case.facts.given_on
    before, after = standing.previous, standing.following
    if before is not None and standing.completed_with is None:
        least, reference = _least_days(case, before.product_id, case.facts.product_id, on)
        days = (on - before.given_on).days
        if days < least:
            params = {"other_on": before.given_on, "days": days, "min_days": least}
            return Finding(Reason.INTERVAL_TOO_SHORT, params, reference)
    if after is not None:
        least, reference = _least_days(case, case.facts.product_id, after.product_id, after.given_on)
        days = (after.given_on - on).days
        if days < least:
            params = {"other_on": after.given_on, "days": days, "min_days": least}
            return Finding(Reason.INTERVAL_TOO_SHORT, params, reference)
    return None


def _least_days(case: Case, first: int, second: int, on: date) -> tuple[int, str]:
    """Least days between two doses of a primary series. Where products differ and no text gives a number, the longer
    of both products' intervals: the cautious reading."""
    catalogue = case.catalogue
    found = catalogue.rule_on(second, on)
    own = found.rule.min_interval_days if found is not None else 0
    reference = found.rule.reference if found is not None else ""
    if first == second:
        return own, reference
    mixing = catalogue.mixing(first, second, on)
    if mixing is not None and mixing.allowed and mixing.min_interval_days is not None:
        return mixing.min_interval_days, mixing.reference
    other = catalogue.rule_on(first, on)
    return max(own, other.rule.min_interval_days if other is not None else 0), reference


def _claimed_number(case: Case) -> Finding | None:
    claimed = case.facts.claimed_number
    if claimed is None or claimed == case.standing.number:
        return None
    return Finding(Reason.DOSE_NUMBER_MISMATCH, {"claimed": claimed, "computed": case.standing.number})


def _lot(case: Case) -> Finding | None:
    """Missing, unknown, recalled, quarantined, expired: the gravest only. A lot may still be used on its last day, and
    what was given before it was set apart was rightly given."""
    lot, on = case.facts.lot, case.facts.given_on
    if lot is None:
        if not case.facts.lot_number:
            return Finding(Reason.LOT_MISSING, {})
        return Finding(Reason.LOT_UNKNOWN, {"lot": case.facts.lot_number})
    if lot.marks and (status := lot.status(case.facts.given_at, on)) != "ok":
        reason = Reason.LOT_RECALLED if status == "recalled" else Reason.LOT_QUARANTINED
        return Finding(reason, {"lot": lot.number})
    if lot.expires_on is not None and lot.expires_on < on:
        return Finding(Reason.LOT_EXPIRED, {"lot": lot.number, "expires_on": lot.expires_on})
    return None


_VIAL = {
    "other": Reason.VIAL_OTHER,
    "not_open_yet": Reason.VIAL_NOT_OPEN_YET,
    "thrown_away": Reason.VIAL_THROWN_AWAY,
    "empty": Reason.VIAL_EMPTY,
    "time_passed": Reason.VIAL_TIME_PASSED,
}


def _vial(case: Case) -> Finding | None:
    """Drawn from a vial that was not open, had no place left, or whose time had run out (``rules.vials``)."""
    draw = case.facts.vial
    if draw is None:
        return None
    at = "" if draw.at is None else draw.at.astimezone(VIETNAM).strftime("%H:%M")
    return Finding(_VIAL[draw.fault], {"lot": case.facts.lot_number, "at": at, "doses": draw.doses})


def _session_closed(case: Case) -> Finding | None:
    session, given_at = case.facts.session, case.facts.given_at
    if session is None or session.status != "closed":
        return None
    closed_at = session.closed_at
    if closed_at is not None and given_at is not None and given_at <= closed_at + CLOCK_SKEW:
        return None  # Given while it was open, sent later.
    return Finding(Reason.SESSION_CLOSED, {"session_on": session.date})


def _session_day(case: Case) -> Finding | None:
    session = case.facts.session
    if session is None or session.date == case.facts.given_on:
        return None
    return Finding(Reason.SESSION_OTHER_DAY, {"session_on": session.date, "given_on": case.facts.given_on})


IMPOSSIBLE: tuple[Check, ...] = (
    _date_in_future,
    _date_before_birth,
    _person_dead,
    _same_dose_twice,
    _lot_other_product,
)

CHECKS: dict[str, tuple[Check, ...]] = {
    "here": (
        _product_validity,
        _age,
        _booster,
        _mixable,
        _component,
        _interval,
        _claimed_number,
        _lot,
        _vial,
        _session_closed,
        _session_day,
    ),
    # Another place in Vietnam answers for its own lots and session; the law on products and ages is the same.
    "elsewhere": (_product_validity, _age, _booster, _mixable, _interval, _claimed_number),
    # Other countries licensed, mixed and boosted by their own law; a short interval may still be one dose twice.
    "abroad": (_interval, _claimed_number),
}


def check_dose(catalogue: Catalogue, facts: DoseFacts, at: Moment) -> Decision:
    """Decide one dose. Raises KeyError for a source other than here, elsewhere, abroad."""
    on = facts.given_on
    found = catalogue.rule_on(facts.product_id, on)
    if found is None:
        unknown = Finding(Reason.PRODUCT_UNKNOWN, {"product": facts.product_id})
        return Decision((unknown,), (), facts.claimed_number or 0, False, None, (), catalogue.version)
    standing = position(catalogue, facts.prior, on)
    case = Case(catalogue, facts, at, found.rule, found.in_force, standing)
    findings: list[Finding] = []
    for check in IMPOSSIBLE:
        finding = check(case)
        if finding is not None:
            findings.append(finding)
            break
    else:
        for check in CHECKS[facts.source]:
            finding = check(case)
            if finding is not None:
                findings.append(finding)
    return _decision(case, findings)


def _decision(case: Case, findings: list[Finding]) -> Decision:
    facts, standing, catalogue = case.facts, case.standing, case.catalogue
    number = standing.number
    answered: tuple[Finding, ...] = ()
    if findings and facts.override is not None:
        answered, findings = _answered(facts.override, findings)
        if (facts.claimed_number or 0) > 0 and any(finding.code is Reason.DOSE_NUMBER_MISMATCH for finding in answered):
            number = facts.claimed_number or number
    completes = completes_series(standing, case.rule.primary_doses, number)
    due = next_due(
        catalogue, facts.product_id, facts.given_on, completes=completes, complete_before=standing.complete_before
    )
    shifts: tuple[Shift, ...] = ()
    if standing.following is not None and not findings:
        shifts = after_insert(catalogue, facts.prior, PriorDose(facts.given_on, facts.product_id, number))
    return Decision(tuple(findings), answered, number, completes, due, shifts, catalogue.version)


def _answered(override: Override, findings: list[Finding]) -> tuple[tuple[Finding, ...], list[Finding]]:
    """Findings the override answers, and those that stand: a stated reason and enough authority for each code."""
    if not override.reason.strip():
        return (), findings
    answered, standing = [], []
    for finding in findings:
        needs = NEEDS.get(finding.code)
        if needs is not None and override.authority >= needs and finding.code in override.codes:
            answered.append(finding)
        else:
            standing.append(finding)
    return tuple(answered), standing
