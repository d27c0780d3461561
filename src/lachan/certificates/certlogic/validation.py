"""Rules of others before they are used: is their shape that of the DCC gateway, is their logic in the language?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from lachan.certificates.certlogic.faults import LogicError
from lachan.certificates.certlogic.instants import UNITS
from lachan.certificates.certlogic.interpreter import MOST_DEPTH, MOST_NODES, OPERATIONS, SAFE, bound

MOST_RULES: Final = 1_000  # the EU's 27 countries had 350
MOST_TEXT: Final = 2_000  # characters of a description
_IDENTIFIER: Final = re.compile(r"(?:GR|VR|TR|RR|IR)-[A-Z0-9]{2,3}-[0-9]{4}\Z")
_VERSION: Final = re.compile(r"[0-9]{1,4}\.[0-9]{1,4}\.[0-9]{1,4}\Z")
_COUNTRY: Final = re.compile(r"[A-Z]{2}\Z")
_LITERAL_OPERANDS: Final = {"plusTime": 1, "extractFromUVCI": 1}  # operations whose operands from there on are literals
KINDS: Final = ("General", "Vaccination", "Test", "Recovery")
TYPES: Final = ("Acceptance", "Invalidation")


def check_rules(rules: Any) -> None:
    """LogicError RULE, SIZE or DEPTH, naming the first rule whose shape is wrong: a list in the form of the DCC gateway
    (eu-dcc-validation-rules), its members beyond that form left alone."""
    if not isinstance(rules, Sequence) or isinstance(rules, str):
        raise LogicError("RULE", "not a list of rules")
    if len(rules) > MOST_RULES:
        raise LogicError("SIZE", f"more than {MOST_RULES} rules")
    for place, rule in enumerate(rules):
        try:
            check_rule(rule)
        except LogicError as fault:
            raise LogicError(fault.word, f"rule {place + 1}: {str(fault).partition(': ')[2]}") from None


def check_rule(rule: Any) -> None:
    """LogicError RULE, SIZE or DEPTH: what is wrong with this rule."""
    if not isinstance(rule, Mapping):
        raise LogicError("RULE", "not an object")
    for name, form in (("Identifier", _IDENTIFIER), ("Version", _VERSION), ("Country", _COUNTRY)):
        if not isinstance(rule.get(name), str) or not form.match(rule[name]):
            raise LogicError("RULE", f"{name} has another form")
    for name, words in (("Type", TYPES), ("CertificateType", KINDS), ("Engine", ("CERTLOGIC",))):
        if rule.get(name) not in words:
            raise LogicError("RULE", f"{name} is none of {', '.join(words)}")
    if _instant(rule, "ValidFrom") >= _instant(rule, "ValidTo"):
        raise LogicError("RULE", "ValidTo is not after ValidFrom")
    _texts(rule.get("Description"))
    fields = rule.get("AffectedFields")
    if not isinstance(fields, list) or len(fields) > 50 or not all(isinstance(field, str) for field in fields):
        raise LogicError("RULE", "AffectedFields is no list of paths")
    if "Logic" not in rule:
        raise LogicError("RULE", "Logic is missing")
    check_logic(rule["Logic"])


def check_logic(logic: Any) -> None:
    """LogicError when the expression is outside the language wherever it may lead, chosen or not."""
    bound("the logic", logic, MOST_DEPTH, MOST_NODES)
    left = [logic]
    while left:
        node = left.pop()
        if isinstance(node, list):
            left += node
        elif isinstance(node, dict):
            left += _operands(node)
        elif not isinstance(node, str | bool) and not _is_integer(node):
            raise LogicError("RULE", "a literal is a string, a boolean or an integer")


def _operands(node: Mapping[str, Any]) -> list[Any]:
    if len(node) != 1:
        raise LogicError("RULE", "an operation is an object with one member")
    [(name, operands)] = node.items()
    if name == "var":
        if not isinstance(operands, str):
            raise LogicError("RULE", "the operand of var is a path")
        return []
    if name not in OPERATIONS:
        raise LogicError("RULE", f"no such operation: {name[:40]}")
    _, least, most = OPERATIONS[name]
    if not isinstance(operands, list) or not least <= len(operands) <= most:
        raise LogicError("RULE", f"{name} has another number of operands")
    evaluated = _LITERAL_OPERANDS.get(name, len(operands))
    if evaluated < len(operands) and not _is_integer(operands[1]):
        raise LogicError("RULE", f"the second operand of {name} is an integer")
    if name == "plusTime" and operands[2] not in UNITS:
        raise LogicError("RULE", "the unit of plusTime is year, month, day or hour")
    return operands[:evaluated]


def _is_integer(value: Any) -> bool:
    whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    return not isinstance(value, bool) and whole and -SAFE <= value <= SAFE


def _instant(rule: Mapping[str, Any], name: str) -> datetime:
    try:
        read = datetime.fromisoformat(rule[name])
    except (KeyError, TypeError, ValueError):
        raise LogicError("RULE", f"{name} is no date-time") from None
    if read.tzinfo is None:
        raise LogicError("RULE", f"{name} has no zone")
    return read


def _texts(texts: Any) -> None:
    if not isinstance(texts, list) or not 0 < len(texts) <= 50:
        raise LogicError("RULE", "Description is no list of texts")
    for text in texts:
        said = text.get("desc") if isinstance(text, Mapping) else None
        if not isinstance(said, str) or len(said) > MOST_TEXT or not isinstance(text.get("lang"), str):
            raise LogicError("RULE", "a Description has lang and desc, and is not long")
