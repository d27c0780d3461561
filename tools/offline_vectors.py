"""What the server says of expressions, rules and domestic cards, for the browser's verifier to say the same.

``python tools/offline_vectors.py`` writes ``frontend/offline/vectors/{certlogic,rules,domestic,decide}.json``; with
``--check`` it only says whether they are what it would write. All of it is of our own making, and the same each time:
the key of the domestic cards is no secret and signs nothing else.
"""

from __future__ import annotations

import argparse
import base64
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509.oid import NameOID

from lachan.certificates import value_sets
from lachan.certificates.certlogic import LogicError, catalogue, decide, evaluate
from lachan.certificates.codecs import base45, cose, domestic
from lachan.certificates.codecs.signing import Algorithm, Signer, key_id_of

TARGET = Path(__file__).resolve().parents[1] / "frontend/offline/vectors"
NOW = datetime(2022, 3, 1, 1, 30, tzinfo=UTC)
PCR, RAPID, NEGATIVE, POSITIVE = "LP6464-4", "LP217198-3", "260415000", "260373001"


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    stale = [name for name, text in vectors().items() if _old(TARGET / name) != text]
    if not arguments.check:
        TARGET.mkdir(parents=True, exist_ok=True)
        for name, text in vectors().items():
            (TARGET / name).write_text(text, encoding="utf-8")
    print(f"stale: {', '.join(stale)}" if stale else "up to date")
    return 1 if stale and arguments.check else 0


def vectors() -> dict[str, str]:
    """The files' texts, by name."""
    book = {**catalogue.book(), "valueSets": value_sets.codes()}
    said = {"certlogic.json": _logic(), "domestic.json": _domestic(), "decide.json": _decide()}
    return {name: _lines(content) for name, content in said.items()} | {"rules.json": _compact(book) + "\n"}


def _old(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


def _lines(content: dict[str, Any]) -> str:
    """One case a line: a change shows as a line."""
    *others, cases = content.items()
    head = [f"{_compact(name)}: {_compact(value)}," for name, value in others]
    rows = ",\n".join(_compact(case) for case in cases[1])
    return "\n".join(["{", *head, f"{_compact(cases[0])}: [", rows, "]", "}", ""])


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "))


def _time(text: Any, amount: Any = 0, unit: Any = "day") -> dict[str, Any]:
    return {"plusTime": [text, amount, unit]}


def _nested(depth: int) -> Any:
    node: Any = True
    for _ in range(depth):
        node = {"!": [node]}
    return node


DATES = [
    "2021",
    "2021-02",
    "2020-02-29",
    "2021-06-23T10:00:00",
    "2021-06-23T10:00:00Z",
    "2021-06-23T10:00:00+7",
    "2021-06-23T10:00:00+07",
    "2021-06-23T10:00:00-530",
    "2021-06-23T10:00:00+0530",
    "2021-06-23T10:00:00-5:30",
    "2021-06-23T10:00:00+05:30",
    "2021-06-23T10:00:00.5Z",
    "2021-06-23T10:00:00.1239-05:30",
    "0099-01-01",
    "0000-12-31",
    "9999-12-31",
    "2021-02-30",
    "2021-04-31T10:00:00+02:00",
    "2021-12-31T24:00:00Z",
]
NO_DATES = [
    "2021-13",
    "2021-00-10",
    "2021-02-32",
    "2021-02-00",
    "2021-01-01T24:00:01Z",
    "20210101",
    "2021-01-01T25:00:00Z",
    "2021-01-01T10:00Z",
    "2021-1-1",
    "2021-01-01T10:00:00z",
    "2021-01-01_10:00:00Z",
    "2021-01-01T10:00:00,5Z",
    "2021-01-01T10:00:00+1:2",
]
MOVED = ["2020-02-29", "2021-01-31", "2021-03-31", "2021-12-31", "2004", "2021-06-23T23:30:00-01:00"]
PATHS = ["a", "a.b", "a.0", "a.1", "a.-1", "a.01", "a.length", "b.0", "b.length", "a.0.c", "0", "toString", "a.b.c.d"]
VALUES: list[Any] = [None, True, False, 0, 1, -1, 1.5, "", "0", "a", [], [0], {}, {"a": 0}]


def _logic() -> dict[str, Any]:
    cases = [*_instants(), *_scalars(), *_lists(), *((logic, {"x": 1}) for logic in _wrong())]
    return {"about": "logic over data gives result, or fails", "cases": [_evaluated(*case) for case in cases]}


def _instants() -> Iterator[tuple[Any, Any]]:
    for text in [*DATES, *NO_DATES, "", "2021-01-01 10:00:00Z"]:
        yield _time(text), None
    for text in MOVED:
        for amount, unit in (
            (1, "day"),
            (1, "month"),
            (1, "year"),
            (-1, "year"),
            (4, "year"),
            (25, "hour"),
            (-13, "month"),
        ):
            yield _time(text, amount, unit), None
    for text in ("1990", "2004-02", "2004-02-29", "", "2021-01-01T00:00:00Z"):
        yield {"dccDateOfBirth": [text]}, None
    for name in ("after", "before", "not-after", "not-before"):
        yield {name: [_time("2021"), _time("2022"), _time("2022")]}, None


def _scalars() -> Iterator[tuple[Any, Any]]:
    for value in VALUES:
        yield {"!": [{"var": "x"}]}, {"x": value}
        yield {"if": [{"var": "x"}, "T", "F"]}, {"x": value}
        yield {"and": [{"var": "x"}, 7]}, {"x": value}
    for value in (None, True, 1, "1", 1.0):
        for other in (True, 1, "1"):
            yield {"===": [{"var": "x"}, other]}, {"x": value}
    for path in ["", *PATHS]:
        yield {"var": path}, {"a": [{"c": 3}, 2], "b": "text", "0": "zero"}
    for operator in ("<", ">", "<=", ">="):
        yield {operator: [1, 2, 2]}, None


def _lists() -> Iterator[tuple[Any, Any]]:
    for value in (None, False, 0, "", "a", True, 1):
        yield {"in": [{"var": "x"}, [0, "", "a", True]]}, {"x": value}
    for text in ("URN:UVCI:01:VN:187/37512422923#B", "01:VN:A", "a::c/#/f", "", None, "URN:UVCI"):
        for index in (-1, 0, 1, 5):
            yield {"extractFromUVCI": [{"var": ""}, index]}, text
    for items in ([], [1, 2], None):
        yield {"reduce": [{"var": "x"}, {"+": [{"var": "current"}, {"var": "accumulator"}]}, 0]}, {"x": items}


def _wrong() -> Iterator[Any]:
    now = _time("2021")
    yield from (None, {}, 1.5, {"or": [True, True]}, {"if": [True, 1]}, {"if": [True, 1, 2, 3]}, {"!": True})
    yield from ({"!": [True, True]}, {"and": [True]}, {"var": 1}, {"var": ["a"]}, {"<": [1]}, {"<": [1, 2, 3, 4]})
    yield from ({"in": ["a", "abc"]}, {"in": ["a", {"var": "no"}]}, {"+": [1, 2, 3]}, {"+": [1, "2"]})
    yield from ({"+": [2**53 - 1, 1]}, {">": ["2", 1]}, {"after": ["2021", "2020"]}, _time(now, 1))
    yield from (_time("2021", 1, "week"), _time("2021", "1"), _time("2021", {"+": [1, 1]}), {"if": [now, 1, 2]})
    yield from ({"!": [now]}, {"and": [True, now]}, {"!": [True], "var": "a"}, {"reduce": ["abc", 1, 1]})
    yield from ({"extractFromUVCI": [1, 1]}, {"extractFromUVCI": ["a", "1"]}, _nested(200))
    yield {"reduce": [[1] * 40, {"+": [{"var": "data.x"}, 1]}, 0]}


def _evaluated(logic: Any, data: Any) -> dict[str, Any]:
    asked = {"logic": logic, "data": data}
    try:
        return {**asked, "result": evaluate(logic, data)}
    except LogicError as fault:
        return {**asked, "fails": fault.word}


class _Known:
    """A signer whose key and signatures are the same each time."""

    algorithm: Algorithm = "ES256"

    def __init__(self, number: int) -> None:
        self._key = ec.derive_private_key(number, ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Known key {number}: vectors only")])
        builder = x509.CertificateBuilder(name, name, self._key.public_key(), number)
        builder = builder.not_valid_before(NOW - timedelta(days=30)).not_valid_after(NOW + timedelta(days=700))
        certificate = builder.sign(self._key, hashes.SHA256(), ecdsa_deterministic=True)
        self.certificate = certificate.public_bytes(serialization.Encoding.DER)
        self.key_id = key_id_of(self.certificate)

    def sign(self, message: bytes) -> bytes:
        r, s = decode_dss_signature(self._key.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True)))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


OURS, OTHER = _Known(20_220_301), _Known(20_220_302)
# name, birth, first day, hours, identifier: what a reader must take or refuse
LISTS: list[tuple[str, Any]] = [
    ("a map", {1: "x"}),
    ("four", ["A B", 0, 19000, 24]),
    ("six", ["A B", 0, 19000, 24, "X", 1]),
    *((f"name {name!a}", [name, 0, 19000, 24000, "X"]) for name in ("", "A ", "A\u202eB", "A\u00a0B", "A" * 81, b"A")),
    ("80 signs beyond the first plane", ["\U00020000" * 80, 0, 19000, 24000, "X"]),
    *((f"birth {birth!r}", ["A", birth, 19000, 24000, "X"]) for birth in (0.0, True, None, -43830, -43829, 60001)),
    *((f"birth {birth!r}", ["A", birth, 19000, 24000, "X"]) for birth in ("1983-13", "1983-10-10", "1849", "1983-10")),
    *((f"day {day!r}", ["A", 0, day, 24000, "X"]) for day in (-1, 60001, "19000")),
    *((f"hours {hours!r}", ["A", 0, 19000, hours, "X"]) for hours in (0, 87841, 87840, 24000.0)),
    *((f"identifier {text!r}", ["A", 0, 19000, 24000, text]) for text in ("", "X Y", "X" * 25, "X" * 24, 7)),
]


def _card(signer: Signer = OURS, **changes: Any) -> str:
    said = {"name": "Nguyễn Thị Phương Thảo", "birth": "1983-10-10", "identifier": "7K2MPQ9RXW4HTDCV"}
    return domestic.issue(**(said | changes), valid_from=NOW, valid_until=NOW + timedelta(days=180), signer=signer)


def _raw(said: Any, tail: bytes = b"") -> str:
    return domestic.PREFIX + base45.encode(cose.sign1(cbor2.dumps(said) + tail, signer=OURS))


def _domestic() -> dict[str, Any]:
    good = _card()
    asked = [(name, text, NOW) for name, text in _texts(good)]
    asked += [(f"list: {name}", _raw(said), NOW) for name, said in LISTS]
    for clock in ("2022-02-28T16:59:59Z", "2022-02-28T17:00:00Z", "2022-08-28T01:00:00Z", "2022-08-28T01:00:01Z"):
        asked.append((f"clock {clock}", good, datetime.fromisoformat(clock)))
    cases = [{"name": name, **_judged(text, clock)} for name, text, clock in asked]
    return {"certificate": base64.b64encode(OURS.certificate).decode(), "cases": cases}


def _texts(good: str) -> Iterator[tuple[str, str]]:
    data = base45.decode(good[4:])
    yield from (("good", good), ("line ends around", f"\r\n{good}\n"), ("a short name", _card(name="Y")))
    yield from ((f"birth {birth}", _card(birth=birth)) for birth in ("1983", "1983-10", "1931-01-01"))
    yield "tagged", _raw(["A B", 0, 19000, 24000, "X"])
    for place in (3, 40, len(data) - 1):
        changed = bytearray(data)
        changed[place] ^= 1
        yield f"byte {place} changed", domestic.PREFIX + base45.encode(bytes(changed))
    yield from (("another key", _card(OTHER)), ("empty", ""), ("prefix only", "LC1:"), ("no prefix", good[4:]))
    yield from (("HC1", "HC1:" + good[4:]), ("another alphabet", "LC1:abc"), ("too long", "LC1:" + "0" * 1000))
    yield "cut", domestic.PREFIX + base45.encode(data[:-3])
    yield "bytes behind", _raw(["A B", 0, 19000, 24, "X"], b"\0")


def _judged(text: str, clock: datetime) -> dict[str, Any]:
    known = {OURS.key_id: [OURS.certificate]}
    verdict = domestic.check(text, trusted=lambda key_id: known.get(key_id, []), clock=clock)
    card = verdict.card
    return {
        "text": text,
        "clock": clock.isoformat(),
        "ok": verdict.ok,
        "errors": verdict.errors,
        "card": card
        and {**card._asdict(), "valid_from": card.valid_from.isoformat(), "valid_until": card.valid_until.isoformat()},
    }


def _decide() -> dict[str, Any]:
    name = {"fn": "Nguyễn", "fnt": "NGUYEN", "gn": "An", "gnt": "AN"}
    about = {"tg": "840539006", "co": "VN", "is": "MOH", "ci": "URN:UVCI:01:VN:A#B"}
    base = {"ver": "1.3.0", "nam": name, "dob": "1983-10-10"}
    shot = about | {"vp": "J07BX03", "mp": "EU/1/20/1528", "ma": "ORG-100030215", "dn": 2, "sd": 2, "dt": "2022-01-10"}
    swab = about | {"tt": PCR, "sc": "2022-03-20T08:00:00+07:00", "tr": NEGATIVE}
    well = about | {"fr": "2022-01-10", "df": "2022-01-21", "du": "2022-07-09"}
    shots: list[dict[str, Any]] = [
        {},
        {"dn": 1},
        {"dn": 3},
        {"dn": 1, "sd": 1},
        {"dt": "2022-03-10"},
        {"dt": None},
        {"dt": "soon"},
    ]
    shots += [{"mp": "Abdala"}, {"dn": "2"}, {"tg": "other"}, {"mp": None, "dn": 1}]
    swabs: list[dict[str, Any]] = [
        {},
        {"tt": RAPID},
        {"tr": POSITIVE},
        {"sc": "2022-03-18T00:00:00Z"},
        {"sc": None},
        {"tt": "other"},
    ]
    wells: list[dict[str, Any]] = [{}, {"fr": "2022-03-15"}, {"fr": "2021-06-01"}, {"du": "2022-03-01"}, {"df": None}]
    payloads: list[Any] = [base | {"v": [shot | change]} for change in shots] + [
        base | {"t": [swab | change]} for change in swabs
    ]
    payloads += [base | {"r": [well | change]} for change in wells]
    payloads += [
        base | {"v": [shot], "dob": "2021-05"},
        base | {"v": [shot], "dob": ""},
        base | {"v": [shot], "r": [well]},
        base,
        {"v": []},
        {},
    ]
    cases = []
    for payload in payloads:
        for known in catalogue.purposes():
            cases.append(_decided(payload, known["country"], known["id"], datetime(2022, 3, 21, 1, tzinfo=UTC)))
    moments = [
        datetime(2021, 12, 1, tzinfo=UTC),
        datetime(2022, 3, 14, 16, 59, 59, tzinfo=UTC),
        datetime(2022, 3, 14, 17, tzinfo=UTC),
    ]
    moments += [datetime(2022, 5, 14, 16, 59, 59, tzinfo=UTC), datetime(2022, 5, 14, 17, tzinfo=UTC)]
    recent = base | {"t": [swab | {"tt": RAPID, "sc": "2022-03-14T06:00:00Z"}]}
    cases += [
        _decided(payload, "VN", "entry", moment) for payload in (recent, base | {"v": [shot]}) for moment in moments
    ]
    return {"about": "rules.json holds the rules and codes of the value sets", "cases": cases}


def _decided(payload: Any, country: str, purpose: str, clock: datetime) -> dict[str, Any]:
    decision = decide(payload, country=country, purpose=purpose, clock=clock)
    return {
        "payload": payload,
        "country": country,
        "purpose": purpose,
        "clock": clock.isoformat(),
        "verdict": decision.verdict,
        "results": [[result.identifier, result.state] for result in decision.results],
        "words": decision.words,
        "advice": decision.advice,
    }


if __name__ == "__main__":
    sys.exit(main())
