"""CertLogic, specification 1.3 (ehn-dcc-development/eu-dcc-business-rules, certlogic/specification).

Rules come from other countries, so nothing in them is trusted: depth, size and steps are limited, and every way to be
wrong has a word (``faults``). Where the specification leaves room, certlogic-js decides: rules were tried out with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from math import isfinite
from typing import Any, Final

from lachan.certificates.certlogic.faults import LogicError
from lachan.certificates.certlogic.instants import UNITS, Instant, parse, parse_birth, plus

MOST_DEPTH: Final = 128  # of an expression, lists and objects counted: 64 operations; public rules have up to 15
MOST_NODES: Final = 5_000  # of an expression
MOST_DATA_DEPTH: Final = 64
MOST_DATA_NODES: Final = 100_000  # value sets have some 400
MOST_STEPS: Final = 50_000  # expressions evaluated: a reduce in a reduce ends here
MOST_RESULT_NODES: Final = 5_000  # a result may hold the same part many times over
SAFE: Final = 2**53 - 1  # integers that every platform keeps exactly (ECMA-262 Number.MAX_SAFE_INTEGER)
_INDEX: Final = re.compile(r"[0-9]{1,9}\Z")
_FRAGMENTS: Final = re.compile("[/#:]")
_UVCI_PREFIX: Final = "URN:UVCI:"


def evaluate(logic: Any, data: Any) -> Any:
    """The value of the expression ``logic`` over ``data``: a JSON value, date-times as ``2021-06-24T00:00:00.000Z``.

    LogicError when the expression is outside the language, an operand has the wrong type, or a limit is passed.
    """
    bound("the expression", logic, MOST_DEPTH, MOST_NODES)
    bound("the data", data, MOST_DATA_DEPTH, MOST_DATA_NODES)
    return evaluate_bounded(logic, data)


def evaluate_bounded(logic: Any, data: Any) -> Any:
    """As ``evaluate``, for an expression and data that ``bound`` has passed: many rules over one payload."""
    return _as_json(_Evaluation().value(logic, data))


def bound(what: str, value: Any, depth: int, nodes: int) -> None:
    """LogicError DEPTH or SIZE when ``value`` is nested deeper than ``depth`` or has more than ``nodes`` members."""
    level = [value]
    seen = 1
    for _ in range(depth):
        level = [node for node in level if node.__class__ is dict or node.__class__ is list]
        if not level:
            return
        seen += sum(map(len, level))
        if seen > nodes:
            raise LogicError("SIZE", f"{what} has more than {nodes} members")
        level = [member for node in level for member in (node.values() if node.__class__ is dict else node)]
    if any(node.__class__ is dict or node.__class__ is list for node in level):
        raise LogicError("DEPTH", f"{what} is nested deeper than {depth}")


class _Evaluation:
    def __init__(self) -> None:
        self.steps = MOST_STEPS

    def value(self, logic: Any, data: Any) -> Any:
        self.spend(1)
        kind = logic.__class__
        if kind is str or kind is bool:
            return logic
        if kind is int or kind is float:
            return _integer(logic, "a literal number")
        if kind is list:
            return [self.value(part, data) for part in logic]
        if kind is not dict:
            raise LogicError("OPERATION", "null is not an expression")
        if len(logic) != 1:
            raise LogicError("OPERATION", "an operation is an object with one member")
        [(name, operands)] = logic.items()
        if name == "var":
            return _access(operands, data)
        operation = OPERATIONS.get(name)
        if operation is None:
            raise LogicError("OPERATION", f"no such operation: {name[:40]}")
        function, least, most = operation
        if name in _SURPLUS and operands.__class__ is list:
            operands = operands[:most]
        if operands.__class__ is not list or not least <= len(operands) <= most:
            wanted = str(least) if least == most else f"{least} or more" if most == _MANY else f"{least} or {most}"
            raise LogicError("OPERANDS", f"{name} takes a list of {wanted} operands")
        return function(self, operands, data)

    def spend(self, steps: int) -> None:
        self.steps -= steps
        if self.steps < 0:
            raise LogicError("STEPS", f"more than {MOST_STEPS} steps")

    def choose(self, operands: list[Any], data: Any) -> Any:
        guard, then, otherwise = operands
        return self.value(then if _truthy(self.value(guard, data), "if") else otherwise, data)

    def both(self, operands: list[Any], data: Any) -> Any:
        value: Any = True
        for operand in operands:
            value = self.value(operand, data)
            if not _truthy(value, "and"):
                break
        return value

    def negate(self, operands: list[Any], data: Any) -> bool:
        return not _truthy(self.value(operands[0], data), "!")

    def equals(self, operands: list[Any], data: Any) -> bool:
        left, right = (self.value(operand, data) for operand in operands)
        return _equal(left, right)

    def member(self, operands: list[Any], data: Any) -> bool:
        item, items = (self.value(operand, data) for operand in operands)
        if items.__class__ is not list:
            raise LogicError("TYPE", "the second operand of in is a list")
        self.spend(len(items) // 32)
        return any(_equal(item, other) for other in items)

    def add(self, operands: list[Any], data: Any) -> int:
        left, right = (_integer(self.value(operand, data), "an operand of +") for operand in operands)
        return _integer(left + right, "a sum")

    def offset(self, operands: list[Any], data: Any) -> Instant:
        operand, given, unit = operands
        amount = _integer(given, "the amount of plusTime")
        if unit.__class__ is not str or unit not in UNITS:
            raise LogicError("OPERANDS", "the unit of plusTime is year, month, day or hour")
        return plus(parse(_string(self.value(operand, data), "plusTime")), amount, unit)

    def birth(self, operands: list[Any], data: Any) -> Instant:
        return parse_birth(_string(self.value(operands[0], data), "dccDateOfBirth"))

    def reduce(self, operands: list[Any], data: Any) -> Any:
        operand, function, initial = operands
        items = self.value(operand, data)
        accumulator = self.value(initial, data)
        if items is None:
            return accumulator
        if items.__class__ is not list:
            raise LogicError("TYPE", "the first operand of reduce is a list or null")
        for item in items:
            accumulator = self.value(function, {"accumulator": accumulator, "current": item})
        return accumulator

    def fragment(self, operands: list[Any], data: Any) -> str | None:
        operand, given = operands
        index = _integer(given, "the index of extractFromUVCI")
        uvci = self.value(operand, data)
        if uvci is None:
            return None
        fragments = _FRAGMENTS.split(_string(uvci, "extractFromUVCI").removeprefix(_UVCI_PREFIX))
        return fragments[index] if 0 <= index < len(fragments) else None


def _comparison(
    read: Callable[[Any, str], int], holds: Callable[[int, int], bool], name: str
) -> Callable[[_Evaluation, list[Any], Any], bool]:
    def compare(evaluation: _Evaluation, operands: list[Any], data: Any) -> bool:
        values = [read(evaluation.value(operand, data), f"an operand of {name}") for operand in operands]
        return all(holds(left, right) for left, right in pairwise(values))

    return compare


def _integer(value: Any, what: str) -> int:
    """JSON does not tell 1 from 1.0; a number with a fraction is none of the language's."""
    if value.__class__ is float and value.is_integer():
        value = int(value)
    if value.__class__ is not int:
        raise LogicError("TYPE", f"{what} is an integer")
    if not -SAFE <= value <= SAFE:
        raise LogicError("RANGE", f"{what} is beyond 2^53")
    return int(value)


def _milliseconds(value: Any, what: str) -> int:
    if value.__class__ is not Instant:
        raise LogicError("TYPE", f"{what} is a date-time, made by plusTime or dccDateOfBirth")
    return int(value.ms)


def _string(value: Any, what: str) -> str:
    if value.__class__ is not str:
        raise LogicError("TYPE", f"the first operand of {what} is a string")
    return str(value)


def _truthy(value: Any, what: str) -> bool:
    kind = value.__class__
    if value is None or kind in (bool, str, list, dict, int) or (kind is float and isfinite(value)):
        return bool(value)
    raise LogicError("TYPE", f"an operand of {what} is neither truthy nor falsy")


def _equal(left: Any, right: Any) -> bool:
    """Without coercion: true is not 1. Lists and objects are equal to themselves only, as with ===."""
    kind, other = left.__class__, right.__class__
    if kind is list or kind is dict:
        return left is right
    if kind is float or other is float:
        return bool(kind in (int, float) and other in (int, float) and left == right)
    return bool(kind is other and left == right)


def _access(path: Any, data: Any) -> Any:
    if path.__class__ is not str:
        raise LogicError("OPERANDS", "the operand of var is a path")
    if path == "":
        return data
    for part in path.split("."):
        if data.__class__ is dict:
            data = data.get(part)
        elif data.__class__ is list and _INDEX.match(part) and int(part) < len(data):
            data = data[int(part)]
        else:
            return None
    return data


def _as_json(result: Any) -> Any:
    left = [MOST_RESULT_NODES]

    def written(value: Any) -> Any:
        left[0] -= 1
        if left[0] < 0:
            raise LogicError("SIZE", f"the result has more than {MOST_RESULT_NODES} members")
        if value.__class__ is Instant:
            return value.text()
        if value.__class__ is float and not isfinite(value):
            raise LogicError("RANGE", "the result holds a number that JSON has not")
        if value.__class__ is list:
            return [written(member) for member in value]
        if value.__class__ is dict:
            return {name: written(member) for name, member in value.items()}
        return value

    bound("the result", result, MOST_DATA_DEPTH, MOST_DATA_NODES)
    return written(result)


_MANY: Final = MOST_NODES
# certlogic-js, with which countries tried their rules out, leaves operands beyond those of these operations unread
_SURPLUS: Final = frozenset(("if", "!", "plusTime", "dccDateOfBirth", "reduce", "extractFromUVCI"))
OPERATIONS: Final[dict[str, tuple[Callable[[_Evaluation, list[Any], Any], Any], int, int]]] = {
    "if": (_Evaluation.choose, 3, 3),
    "and": (_Evaluation.both, 2, _MANY),
    "!": (_Evaluation.negate, 1, 1),
    "===": (_Evaluation.equals, 2, 2),
    "in": (_Evaluation.member, 2, 2),
    "+": (_Evaluation.add, 2, 2),
    ">": (_comparison(_integer, lambda left, right: left > right, ">"), 2, 3),
    "<": (_comparison(_integer, lambda left, right: left < right, "<"), 2, 3),
    ">=": (_comparison(_integer, lambda left, right: left >= right, ">="), 2, 3),
    "<=": (_comparison(_integer, lambda left, right: left <= right, "<="), 2, 3),
    "after": (_comparison(_milliseconds, lambda left, right: left > right, "after"), 2, 3),
    "before": (_comparison(_milliseconds, lambda left, right: left < right, "before"), 2, 3),
    "not-after": (_comparison(_milliseconds, lambda left, right: left <= right, "not-after"), 2, 3),
    "not-before": (_comparison(_milliseconds, lambda left, right: left >= right, "not-before"), 2, 3),
    "plusTime": (_Evaluation.offset, 3, 3),
    "dccDateOfBirth": (_Evaluation.birth, 1, 1),
    "reduce": (_Evaluation.reduce, 3, 3),
    "extractFromUVCI": (_Evaluation.fragment, 2, 2),
}
