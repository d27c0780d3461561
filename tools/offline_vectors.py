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
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509.oid import NameOID

from lachan.certificates.certlogic import LogicError, catalogue, decide, evaluate
from lachan.certificates.codecs import base45, cose, domestic
from lachan.certificates.codecs.signing import key_id_of

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
    book = {**catalogue.book(), "valueSets": catalogue.codes()}
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


def _logic() -> dict[str, Any]:
    dates = ["2021", "2021-02", "2020-02-29", "2021-06-23T10:00:00", "2021-06-23T10:00:00Z", "2021-06-23T10:00:00+7"]
    dates += [
        f"2021-06-23T10:00:00{offset}" for offset in ("+07", "-530", "+0530", "-5:30", "+05:30", ".5Z", ".1239-05:30")
    ]
    dates += ["0099-01-01", "0000-12-31", "9999-12-31"]
    bad = [
        "",
        "2021-13",
        "2021-00-10",
        "2021-02-30",
        "20210101",
        "2021-01-01T25:00:00Z",
        "2021-01-01T10:00Z",
        "2021-1-1",
    ]
    bad += ["2021-01-01 10:00:00Z", "2021-01-01T10:00:00,5Z", "2021-01-01T10:00:00z", "2021-01-01T10:00:00+1:2"]
    units = [
        (1, "day"),
        (1, "month"),
        (1, "year"),
        (-1, "year"),
        (4, "year"),
        (25, "hour"),
        (-13, "month"),
        (0, "hour"),
    ]
    moved = ["2020-02-29", "2021-01-31", "2021-03-31", "2021-12-31", "2004", "2021-06-23T23:30:00-01:00"]
    cases: list[tuple[Any, Any]] = [(_time(text), None) for text in dates + bad]
    cases += [(_time(text, *unit), None) for text in moved for unit in units]
    cases += [
        ({"dccDateOfBirth": [text]}, None) for text in ("1990", "2004-02", "2004-02-29", "", "2021-01-01T00:00:00Z")
    ]
    values: list[Any] = [None, True, False, 0, 1, -1, 1.5, "", "0", "a", [], [0], {}, {"a": 0}]
    cases += [({"!": [{"var": "x"}]}, {"x": value}) for value in values]
    cases += [({"if": [{"var": "x"}, "T", "F"]}, {"x": value}) for value in values]
    cases += [({"and": [{"var": "x"}, 7]}, {"x": value}) for value in values]
    cases += [
        ({"===": [{"var": "x"}, other]}, {"x": value})
        for value in (None, True, 1, "1", 1.0)
        for other in (True, 1, "1")
    ]
    cases += [
        ({"in": [{"var": "x"}, [0, "", "a", True]]}, {"x": value}) for value in (None, False, 0, "", "a", True, 1)
    ]
    paths = [
        "",
        "a",
        "a.b",
        "a.0",
        "a.1",
        "a.-1",
        "a.01",
        "a.length",
        "b.0",
        "b.length",
        "a.0.c",
        "0",
        "toString",
        "a.b.c.d",
    ]
    cases += [({"var": path}, {"a": [{"c": 3}, 2], "b": "text", "0": "zero"}) for path in paths]
    cases += [({operator: [1, 2, 2]}, None) for operator in ("<", ">", "<=", ">=")]
    cases += [
        ({name: [_time("2021"), _time("2022"), _time("2022")]}, None)
        for name in ("after", "before", "not-after", "not-before")
    ]
    uvci = ["URN:UVCI:01:VN:187/37512422923#B", "01:VN:A", "a::c/#/f", "", None, "URN:UVCI"]
    cases += [({"extractFromUVCI": [{"var": ""}, index]}, text) for text in uvci for index in (-1, 0, 1, 5)]
    cases += [
        ({"reduce": [{"var": "x"}, {"+": [{"var": "current"}, {"var": "accumulator"}]}, 0]}, {"x": items})
        for items in ([], [1, 2], None)
    ]
    wrong: list[Any] = [None, {}, 1.5, {"or": [True, True]}, {"if": [True, 1]}, {"if": [True, 1, 2, 3]}, {"!": True}]
    wrong += [
        {"!": [True, True]},
        {"and": [True]},
        {"var": 1},
        {"var": ["a"]},
        {"<": [1]},
        {"<": [1, 2, 3, 4]},
        {"in": ["a", "abc"]},
    ]
    wrong += [{"+": [1, 2, 3]}, {"+": [1, "2"]}, {"+": [2**53 - 1, 1]}, {">": ["2", 1]}, {"after": ["2021", "2020"]}]
    wrong += [_time(_time("2021"), 1), _time("2021", 1, "week"), _time("2021", "1"), _time("2021", {"+": [1, 1]})]
    wrong += [
        {"if": [_time("2021"), 1, 2]},
        {"!": [_time("2021")]},
        {"and": [True, _time("2021")]},
        {"!": [True], "var": "a"},
    ]
    wrong += [
        {"reduce": ["abc", 1, 1]},
        {"extractFromUVCI": [1, 1]},
        {"extractFromUVCI": ["a", "1"]},
        {"in": ["a", {"var": "no"}]},
    ]
    wrong += [_nested(200), {"reduce": [[1] * 40, {"+": [{"var": "data.x"}, 1]}, 0]}]
    cases += [(logic, {"x": 1}) for logic in wrong]
    return {"about": "logic over data gives result, or fails", "cases": [_evaluated(*case) for case in cases]}


def _evaluated(logic: Any, data: Any) -> dict[str, Any]:
    asked = {"logic": logic, "data": data}
    try:
        return {**asked, "result": evaluate(logic, data)}
    except LogicError as fault:
        return {**asked, "fails": fault.word}


class _Known:
    """A signer whose key and signatures are the same each time."""

    algorithm = "ES256"

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


def _domestic() -> dict[str, Any]:
    ours, other = _Known(20_220_301), _Known(20_220_302)

    def card(signer: Any = ours, **changes: Any) -> str:
        said = {"name": "Nguyễn Thị Phương Thảo", "birth": "1983-10-10", "identifier": "7K2MPQ9RXW4HTDCV"}
        return domestic.issue(**(said | changes), valid_from=NOW, valid_until=NOW + timedelta(days=180), signer=signer)

    def raw(said: Any, tail: bytes = b"") -> str:
        return domestic.PREFIX + base45.encode(cose.sign1(cbor2.dumps(said) + tail, signer=ours))

    good = card()
    data = bytearray(base45.decode(good[4:]))
    texts = {
        name: card(birth=birth)
        for name, birth in (("a year", "1983"), ("a month", "1983-10"), ("before 1970", "1931-01-01"))
    }
    texts |= {
        "good": good,
        "a short name": card(name="Y"),
        "line ends around": f"\r\n{good}\n",
        "tagged": raw(["A B", 0, 19000, 24000, "X"]),
    }
    for place in (3, 40, len(data) - 1):
        changed = bytearray(data)
        changed[place] ^= 1
        texts[f"byte {place} changed"] = domestic.PREFIX + base45.encode(bytes(changed))
    texts |= {
        "another key": card(other),
        "empty": "",
        "prefix only": "LC1:",
        "no prefix": good[4:],
        "HC1": "HC1:" + good[4:],
    }
    texts |= {
        "another alphabet": "LC1:abc",
        "too long": "LC1:" + "0" * 1000,
        "cut": domestic.PREFIX + base45.encode(bytes(data[:-3])),
    }
    lists: dict[str, Any] = {
        "a map": {1: "x"},
        "four": ["A B", 0, 19000, 24],
        "six": ["A B", 0, 19000, 24, "X", 1],
        "no name": ["", 0, 19000, 24, "X"],
        "a space at the end": ["A ", 0, 19000, 24, "X"],
        "an invisible sign": ["A\u202eB", 0, 19000, 24, "X"],
        "no-break space": ["A\u00a0B", 0, 19000, 24, "X"],
        "a long name": ["A" * 81, 0, 19000, 24, "X"],
        "80 signs beyond the BMP": ["\U00020000" * 80, 0, 19000, 24000, "X"],
        "float": ["A", 0.0, 19000, 24, "X"],
        "true": ["A", True, 19000, 24, "X"],
        "birth before 1850": ["A", -43830, 19000, 24, "X"],
        "1850": ["A", -43829, 19000, 24000, "X"],
        "birth far away": ["A", 60001, 19000, 24, "X"],
        "a wrong month": ["A", "1983-13", 19000, 24, "X"],
        "a whole date as text": ["A", "1983-10-10", 19000, 24, "X"],
        "day below": ["A", 0, -1, 24, "X"],
        "day beyond": ["A", 0, 60001, 24, "X"],
        "no hours": ["A", 0, 19000, 0, "X"],
        "too many hours": ["A", 0, 19000, 87841, "X"],
        "most hours": ["A", 0, 19000, 87840, "X"],
        "no identifier": ["A", 0, 19000, 24, ""],
        "a space in it": ["A", 0, 19000, 24, "X Y"],
        "25 in it": ["A", 0, 19000, 24, "X" * 25],
        "null": ["A", None, 19000, 24, "X"],
        "bytes": [b"A", 0, 19000, 24, "X"],
    }
    texts |= {f"list: {name}": raw(said) for name, said in lists.items()} | {
        "bytes behind": raw(["A B", 0, 19000, 24, "X"], b"\0")
    }
    clocks = [datetime(2022, 2, 28, 16, 59, 59, tzinfo=UTC), datetime(2022, 2, 28, 17, tzinfo=UTC)]
    clocks += [datetime(2022, 8, 28, 1, tzinfo=UTC), datetime(2022, 8, 28, 1, 0, 1, tzinfo=UTC)]
    asked = [(name, text, NOW) for name, text in texts.items()] + [("clock", good, clock) for clock in clocks]
    cases = [{"name": name, **_judged(text, clock, ours)} for name, text, clock in asked]
    return {"certificate": base64.b64encode(ours.certificate).decode(), "cases": cases}


def _judged(text: str, clock: datetime, signer: _Known) -> dict[str, Any]:
    known = {signer.key_id: [signer.certificate]}
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
