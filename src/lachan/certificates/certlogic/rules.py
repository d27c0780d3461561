"""Is this certificate accepted here, today, for this? By which rule not, and what should its holder do?

Of the rules in force (``catalogue.rules_on``) those count that are general or about a kind of entry the certificate
has. An acceptance rule must give true, an invalidation rule must not. A rule that cannot be worked out, because a value
it needs is missing or of another type, leaves the matter open: it neither accepts nor refuses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, Literal, NamedTuple

from lachan.certificates import value_sets
from lachan.certificates.certlogic import catalogue
from lachan.certificates.certlogic.faults import LogicError
from lachan.certificates.certlogic.interpreter import MOST_DATA_DEPTH, MOST_DATA_NODES, bound, evaluate_bounded

State = Literal["ok", "failed", "open"]
Words = Mapping[str, str]  # by language
_ENTRIES: Final = {"Vaccination": "v", "Test": "t", "Recovery": "r"}

NO_RULES: Final = {
    "vi": "Không có quy định nào cho nước, mục đích và ngày này.",
    "en": "There are no rules for this country, purpose and day.",
}
NO_ENTRY: Final = {
    "vi": "Chứng nhận không nói về lần tiêm, xét nghiệm hay khỏi bệnh nào.",
    "en": "The certificate is about no vaccination, test or recovery.",
}
TOO_BIG: Final = {
    "vi": "Nội dung chứng nhận quá lớn để xét.",
    "en": "The content of the certificate is too large to be judged.",
}
ASK: Final = {
    "vi": "Hỏi cán bộ y tế tại chỗ.",
    "en": "Ask the health officer on site.",
}
COMPLETE: Final = {
    "vi": "Xin cấp lại chứng nhận có đủ thông tin, hoặc xuất trình chứng nhận khác.",
    "en": "Ask for a certificate with the missing details, or show another one.",
}
FINE: Final = {
    "vi": "Đạt mọi quy định.",
    "en": "All rules are met.",
}


class Result(NamedTuple):
    """One rule's say. ``words`` and ``advice`` are the rule's own, by language."""

    identifier: str
    state: State
    words: Words
    advice: Words


class Decision(NamedTuple):
    """``words`` say why and ``advice`` what the holder should do, by language; of a refusal those of the first rule
    that failed."""

    verdict: Literal["accepted", "refused", "open"]
    results: tuple[Result, ...]
    words: Words
    advice: Words


def decide(
    payload: Any,
    *,
    country: str,
    purpose: str,
    clock: datetime,
    external: Mapping[str, Any] | None = None,
) -> Decision:
    """The decision on the payload of a health certificate (``hcert``'s; whether it is genuine is not asked here).

    ``external`` adds to or replaces what rules see beside the payload: ``validationClock`` (the clock, in UTC),
    ``countryCode`` (``country``) and ``valueSets`` (codes of ``value_sets.codes``).
    """
    moment = (clock if clock.tzinfo else clock.replace(tzinfo=UTC)).astimezone(UTC)
    rules = catalogue.rules_on(country, purpose, moment)
    if not rules:
        return Decision("open", (), NO_RULES, ASK)
    kinds = [kind for kind, member in _ENTRIES.items() if isinstance(payload, Mapping) and payload.get(member)]
    if not kinds:
        return Decision("open", (), NO_ENTRY, COMPLETE)
    data = {
        "payload": payload,
        "external": {
            "validationClock": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "countryCode": country,
            "valueSets": value_sets.codes(),
            **(external or {}),
        },
    }
    try:
        bound("the data", data, MOST_DATA_DEPTH, MOST_DATA_NODES)
    except LogicError:
        return Decision("open", (), TOO_BIG, ASK)
    counting = [rule for rule in rules if rule["CertificateType"] in ("General", *kinds)]
    return _summed([_result(rule, data) for rule in counting])


def _summed(results: Sequence[Result]) -> Decision:
    for state, verdict in (("failed", "refused"), ("open", "open")):
        for result in results:
            if result.state == state:
                advice = result.advice if state == "failed" else COMPLETE
                return Decision(verdict, tuple(results), result.words, advice)  # type: ignore[arg-type]
    return Decision("accepted", tuple(results), FINE, dict.fromkeys(FINE, ""))


def _result(rule: Mapping[str, Any], data: Mapping[str, Any]) -> Result:
    return Result(rule["Identifier"], _state(rule, data), _words(rule["Description"]), _words(rule["Advice"]))


def _state(rule: Mapping[str, Any], data: Mapping[str, Any]) -> State:
    try:
        value = evaluate_bounded(rule["Logic"], data)
    except LogicError:
        return "open"
    if value is (rule["Type"] == "Acceptance"):
        return "ok"
    if value is not True and value is not False:
        return "open"
    return "open" if any(_missing(path, data["payload"]) for path in rule["AffectedFields"]) else "failed"


def _missing(path: str, payload: Any) -> bool:
    """Whether what has the field is there and the field is not: ``v.0.dt`` of a test is not missing."""
    *way, name = path.split(".")
    for part in way:
        if isinstance(payload, Mapping):
            payload = payload.get(part)
        elif isinstance(payload, Sequence) and not isinstance(payload, str) and part.isdecimal():
            payload = payload[int(part)] if int(part) < len(payload) else None
        else:
            return False
    return isinstance(payload, Mapping) and payload.get(name) in (None, "")


def _words(texts: Sequence[Mapping[str, str]]) -> dict[str, str]:
    return {text["lang"]: text["desc"] for text in texts}
