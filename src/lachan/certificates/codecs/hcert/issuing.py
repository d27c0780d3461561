"""Issuing health certificates: what goes out keeps the schema, the calendar and the signer's own validity."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple

import cbor2

from lachan.certificates.codecs import base45, cose, x509
from lachan.certificates.codecs.hcert import schema, token
from lachan.certificates.codecs.signing import Signer

FUTURE: Final = timedelta(minutes=5)  # clocks of the asking system and ours may differ by this much
AHEAD: Final = timedelta(days=1)  # a date somewhere on Earth may be tomorrow's here
MOST_DEPTH: Final = 8  # of a payload; real ones are 4 deep
_COUNTRY: Final = re.compile(r"[A-Z]{2}", re.ASCII)
_DATES: Final = {"v": ("dt",), "t": (), "r": ("fr", "df", "du")}  # members that are whole dates
_HAPPENED: Final = {"v": "dt", "t": "sc", "r": "fr"}  # when what the entry tells of happened
_SENTENCES: Final = {
    "required": ("is missing", "give it"),
    "text": ("is no text", "give it as text"),
    "whole": ("is no whole number", "give a whole number"),
    "list": ("is no list", "give a list with one entry"),
    "map": ("is no object", "give an object with its members"),
    "longest": ("is longer than {limit} letters", "shorten it"),
    "least": ("is below {limit}", "give {limit} or more"),
    "most": ("is above {limit}", "give {limit} or less"),
    "one_of": ("holds none or several of {limit}", "keep exactly one of them"),
    "one_entry": ("does not hold exactly one entry", "put one entry into each certificate"),
}
_FORMS: Final = {  # what the schemas' patterns ask for, in words
    "dob": "YYYY-MM-DD (from version 1.1.0 on also YYYY-MM and YYYY)",
    "fnt": "with the letters A to Z and < only, by ICAO 9303",
    "gnt": "with the letters A to Z and < only, by ICAO 9303",
    "co": "as the country's two capital letters",
    "ver": "as 1.3.0",
}


class Refused(ValueError):
    """Not signed. ``field`` is the member ("payload.v.0.dt", "expires_at"); the text is a sentence with the remedy."""

    def __init__(self, field: str, what: str, remedy: str) -> None:
        super().__init__(f"{field} {what}: {remedy}")
        self.field, self.what, self.remedy = field, what, remedy


class Order(NamedTuple):
    """What to sign: the health certificate, and the claims around it. Times without a zone are UTC."""

    payload: dict[str, Any]
    issuer: str
    issued_at: datetime
    expires_at: datetime


def issue(
    payload: dict[str, Any],
    *,
    signer: Signer,
    issuer: str,
    issued_at: datetime,
    expires_at: datetime,
    now: datetime | None = None,
) -> str:
    """Text of the QR code ("HC1:…"). Members that are null are left out: they mean the same.

    Refused: the schema of ``ver`` is broken, a date that is none or lies in the future, an unknown country, an issue
    date in the future, an expiry before it or after that of the signer's own certificate, a kind of entry that this
    certificate does not allow, a text too long for a code.
    """
    issued, expires = _utc(issued_at), _utc(expires_at)
    certificate = x509.read(signer.certificate)
    _check_times(issued, expires, certificate.not_after, _utc(now) if now else datetime.now(UTC))
    _check_issuer(issuer)
    if type(payload) is not dict:
        raise Refused("payload", "is no object", "give the health certificate as an object")
    payload = _plain(payload, "payload", MOST_DEPTH)
    _check_payload(payload, issued)
    if certificate.uses is not None and not schema.kinds(payload) <= certificate.uses:
        raise Refused("payload", "is of a kind that this signer's certificate does not allow", "sign with another key")
    claims = {
        token.ISSUER: issuer,
        token.EXPIRES_AT: int(expires.timestamp()),  # in the order of deterministic CBOR: 1, 4, 6, -260
        token.ISSUED_AT: int(issued.timestamp()),
        token.HEALTH: {token.VERSION_1: payload},
    }
    message = cose.sign1(cbor2.dumps(claims), signer=signer)
    text = token.PREFIX + base45.encode(_packed(message))
    if len(text) > token.MOST_TEXT:
        raise Refused("payload", f"is too long for a QR code of {token.MOST_TEXT} letters", "shorten its texts")
    return text


def issue_many(orders: Iterable[Order], *, signer: Signer, now: datetime | None = None) -> list[str | Refused]:
    """One answer for each order, in their order; a refused one does not stop the others."""
    clock = now or datetime.now(UTC)
    return [_answer(order, signer, clock) for order in orders]


def _answer(order: Order, signer: Signer, now: datetime) -> str | Refused:
    try:
        return issue(
            order.payload,
            signer=signer,
            issuer=order.issuer,
            issued_at=order.issued_at,
            expires_at=order.expires_at,
            now=now,
        )
    except Refused as refused:
        return refused


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _check_times(issued: datetime, expires: datetime, last: datetime | None, now: datetime) -> None:
    if issued > now + FUTURE:
        raise Refused("issued_at", "lies in the future", "give the time of signing")
    if issued.timestamp() < 0:
        raise Refused("issued_at", "lies before 1970", "give the time of signing")
    if expires <= issued:
        raise Refused("expires_at", "is not after the issue date", "give a later expiry")
    if last is not None and expires > last:
        raise Refused(
            "expires_at",
            f"is after the end of the signer's own certificate ({last:%Y-%m-%d %H:%M} UTC)",
            "give an earlier expiry, or sign with a newer key",
        )


def _check_issuer(issuer: Any) -> None:
    if not isinstance(issuer, str) or not 1 <= len(issuer) <= 80:
        raise Refused("issuer", "is no text of 1 to 80 letters", "give the issuing country's two letters")
    if _COUNTRY.fullmatch(issuer) and issuer not in schema.COUNTRIES:
        raise Refused("issuer", "is no country of ISO 3166", "give the issuing country's two letters")


def _check_payload(payload: dict[str, Any], issued: datetime) -> None:
    if found := schema.problems(payload):
        raise _refusal(found[0])
    if not _is_date(payload["dob"], partial=True):
        raise Refused("payload.dob", "is no date", "write YYYY-MM-DD, YYYY-MM or YYYY, or leave it empty")
    for kind in schema.KINDS:
        for place, entry in enumerate(payload.get(kind, ())):
            _check_entry(kind, entry, f"payload.{kind}.{place}.", issued)


def _refusal(problem: schema.Problem) -> Refused:
    member = f"payload.{problem.member}".rstrip(".")
    if problem.rule == "pattern":
        return Refused(member, "is not in its form", f"write it {_FORMS[problem.member.rpartition('.')[2]]}")
    what, remedy = (part.format(limit=problem.limit) for part in _SENTENCES[problem.rule])
    return Refused(member, what, remedy)


def _check_entry(kind: str, entry: dict[str, Any], place: str, issued: datetime) -> None:
    for member in _DATES[kind]:
        if not _is_date(entry[member]):
            raise Refused(place + member, "is no date", "write YYYY-MM-DD")
    if entry["co"] not in schema.COUNTRIES:
        raise Refused(place + "co", "is no country of ISO 3166", "give the country's two letters")
    happened = entry[_HAPPENED[kind]]
    moment = _instant(happened)
    if moment is None:
        raise Refused(place + _HAPPENED[kind], "is no instant", "write YYYY-MM-DDThh:mm:ssZ")
    if moment > issued + AHEAD:
        raise Refused(place + _HAPPENED[kind], "lies after the issue date", "sign what has happened")
    if kind == "r" and entry["du"] < entry["df"]:
        raise Refused(place + "du", "is before df", "give a later last day")


def _is_date(text: str, *, partial: bool = False) -> bool:
    if partial and (not text or len(text) in (4, 7)):
        text = f"{text}{'-01-01'[len(text) - 10 :]}" if text else "2000-01-01"
    try:
        return len(text) == 10 and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _instant(text: str) -> datetime | None:
    """The date, or the date and time with or without a zone (then UTC)."""
    try:
        return _utc(datetime.fromisoformat(text))
    except ValueError:
        return None


def _plain(value: Any, place: str, depth: int) -> Any:
    """The payload without members that are null and in the order of deterministic CBOR (RFC 8949, 4.2.1). Refused for
    what JSON's objects, lists, texts and whole numbers of 64 bits cannot say, or a certificate has no use for (a float
    would come out of another country's reader as another)."""
    kind = type(value)
    if kind is dict and depth:
        names = _order(tuple(value))
        if names is None:
            raise Refused(place, "has a member whose name is not in ASCII", "name it as the schema does")
        plain = {}
        for name in names:
            inner = value[name]
            if type(inner) is str and inner.isascii():
                plain[name] = inner
            elif inner is not None:
                plain[name] = _plain(inner, f"{place}.{name}", depth - 1)
        return plain
    if kind is list and depth:
        return [_plain(inner, f"{place}.{number}", depth - 1) for number, inner in enumerate(value)]
    if kind is str:
        try:
            value.encode()
        except UnicodeEncodeError:  # half a surrogate pair, which JSON can smuggle in
            raise Refused(place, "holds half a letter", "write it in Unicode") from None
        return value
    if kind is bool or (kind is int and -(1 << 63) <= value < 1 << 64):
        return value
    raise Refused(place, "is no text, whole number, list or object", "give it as the schema has it")


@lru_cache(maxsize=512)  # cards have the same members again and again
def _order(names: tuple[Any, ...]) -> tuple[str, ...] | None:
    """Names of members as deterministic CBOR orders them, the shorter first; None when one is not in ASCII."""
    if all(type(name) is str and name.isascii() for name in names):
        return tuple(sorted(sorted(names), key=len))
    return None


def _packed(message: bytes) -> bytes:
    """The message in a zlib stream of level 9. A certificate is shorter than any window, so a small one is set up: a
    tenth of the memory to make ready. The two bytes in front say 32 kB nevertheless, since readers in the field tell a
    packed certificate by its first byte, 0x78."""
    stream = zlib.compressobj(9, zlib.DEFLATED, 10, 5)
    return b"\x78\xda" + (stream.compress(message) + stream.flush())[2:]
