"""One certificate of whatever kind, judged by the keys and the clock that are handed in. Pure: what is revoked and what
rules say comes on top, in ``queries/verifying.py``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple

from lachan.certificates.advice import SENTENCES, Sentence, sentence
from lachan.certificates.certlogic.rules import Decision
from lachan.certificates.codecs import domestic, hcert, shc

RULE: Final = "RULE"
OPEN: Final = "OPEN"
Kind = Literal["hcert", "shc", "domestic"]
UNSIGNED: Final = frozenset({"SIGNATURE", "KEY"})  # with one of these nobody vouches for what the certificate says


class Trust(NamedTuple):
    """Whom to believe. None: of that kind nobody is known."""

    hcert: Callable[[bytes], Sequence[bytes]] | None
    domestic: Callable[[bytes], Sequence[bytes]] | None
    jwks: Mapping[str, Any] | None
    uses: Callable[[bytes], frozenset[str]] | None = None  # kinds of entry the list lets a certificate sign
    issuers: Mapping[str, str] | None = None  # whom each key of the JWKS speaks for; None: for whoever the card names


class Checked(NamedTuple):
    """What came of one certificate. ``errors`` are the words of its codec, in their order, then REVOKED, then RULE (the
    rules refuse it) or OPEN (they cannot say); ``signed``: somebody we trust vouches for the payload; ``revoked`` is
    None where not. ``name`` and ``birth`` as it says, empty where it does not. ``payload``: the decoded certificate.
    ``decision``: of the rules asked for, on health certificates only."""

    kind: Kind | None
    errors: tuple[str, ...]
    notes: tuple[str, ...]
    signed: bool
    revoked: bool | None
    identifier: str
    name: str
    birth: str
    payload: dict[str, Any] | None
    decision: Decision | None = None

    @property
    def ok(self) -> bool:
        return not self.errors

    @property
    def words(self) -> Sentence:
        """What is wrong and what the holder should do. That a certificate was revoked says more than its other faults;
        rules speak for themselves."""
        if self.revoked:
            return SENTENCES["REVOKED"]
        error = self.errors[0] if self.errors else None
        if self.decision is not None and error in (RULE, OPEN):
            said, then = self.decision.words, self.decision.advice
            return Sentence(*(f"{said.get(name, '')} {then.get(name, '')}".strip() for name in ("vi", "en")))
        return sentence(error, self.notes)


def judge(text: str | Sequence[str], trust: Trust, clock: datetime | None) -> Checked:
    """What the certificate says and what is wrong with it; ``revoked`` is left open. One in several codes is a list of
    texts. ``clock`` None: now."""
    first = text if isinstance(text, str) else text[0] if len(text) == 1 else ""
    if first.lstrip().startswith("HC1:"):
        return _hcert(first, trust, clock)
    if first.lstrip().startswith("LC1:"):
        return _domestic(first, trust, clock)
    chunks = [text] if isinstance(text, str) else list(text)
    if all(chunk.startswith("shc:/") for chunk in chunks):
        return _shc(chunks, trust, clock)
    return Checked(None, ("PREFIX",), (), False, None, "", "", "", None)


def _hcert(text: str, trust: Trust, clock: datetime | None) -> Checked:
    verdict = hcert.check_trusted(text, trusted=trust.hcert or _nobody, uses=trust.uses, clock=clock)
    signed = verdict.payload is not None and not UNSIGNED & set(verdict.errors)
    payload = verdict.payload or {}
    return Checked(
        "hcert", verdict.errors, verdict.notes, signed, None, _identifier(payload), _name(payload.get("nam")),
        _text(payload.get("dob")), verdict.payload,
    )  # fmt: skip


def _domestic(text: str, trust: Trust, clock: datetime | None) -> Checked:
    verdict = domestic.check(text, trusted=trust.domestic or _nobody, clock=clock)
    card = verdict.card
    signed = card is not None and not UNSIGNED & set(verdict.errors)
    if card is None:
        return Checked("domestic", verdict.errors, verdict.notes, signed, None, "", "", "", None)
    payload = {
        "name": card.name,
        "birth": card.birth,
        "identifier": card.identifier,
        "valid_from": card.valid_from.isoformat(),
        "valid_until": card.valid_until.isoformat(),
    }
    return Checked(
        "domestic", verdict.errors, verdict.notes, signed, None, card.identifier, card.name, card.birth, payload
    )


def _shc(texts: list[str], trust: Trust, clock: datetime | None) -> Checked:
    verdict = shc.check(texts, jwks=trust.jwks or {"keys": []}, clock=clock)
    errors = verdict.errors
    # a key speaks for the issuer that publishes it, for no other
    if (
        trust.issuers is not None
        and verdict.issuer is not None
        and verdict.issuer != trust.issuers.get(verdict.key_id or "")
    ):
        errors = errors if "KEY" in errors else ("KEY", *errors)
    signed = verdict.payload is not None and not UNSIGNED & set(errors)
    name, birth = _patient(verdict.payload)
    return Checked("shc", errors, verdict.notes, signed, None, verdict.rid or "", name, birth, verdict.payload)


def _nobody(_: bytes) -> Sequence[bytes]:
    return ()


def _identifier(payload: Mapping[str, Any]) -> str:
    """``ci`` of the first entry; the specification allows one."""
    for part in ("v", "t", "r"):
        entries = payload.get(part)
        if isinstance(entries, list) and entries and isinstance(entries[0], dict):
            return _text(entries[0].get("ci"))
    return ""


def _name(given: Any) -> str:
    """Given names and family name as an HCERT has them, else the passport's letters."""
    if not isinstance(given, dict):
        return ""
    parts = [_text(given.get("fn")) or _text(given.get("fnt")), _text(given.get("gn")) or _text(given.get("gnt"))]
    return " ".join(part for part in parts if part)


def _patient(payload: Mapping[str, Any] | None) -> tuple[str, str]:
    """Name and birth date in the bundle of a SMART Health Card."""
    try:
        entries = (payload or {})["vc"]["credentialSubject"]["fhirBundle"]["entry"]
        [patient] = [e["resource"] for e in entries if e["resource"]["resourceType"] == "Patient"]
        name = patient["name"][0]
        written = _text(name.get("text")) or " ".join([_text(name.get("family")), *map(_text, name.get("given", []))])
        return written.strip(), _text(patient.get("birthDate"))
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        return "", ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
