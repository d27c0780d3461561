"""Certificates checked for somebody else, by everything this installation knows: keys, the clock, what is revoked.
Nothing is stored, and of somebody whose signature does not hold nothing is looked up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple

from django.conf import settings

from lachan.certificates.advice import SENTENCES, Sentence, sentence
from lachan.certificates.certlogic.rules import Decision, decide
from lachan.certificates.codecs import domestic, hcert, shc
from lachan.certificates.keys import forms, trust
from lachan.certificates.queries.revocations import revoked

RULE: Final = "RULE"
OPEN: Final = "OPEN"
Kind = Literal["hcert", "shc", "domestic"]
UNSIGNED: Final = frozenset({"SIGNATURE", "KEY"})  # with one of these nobody vouches for what the certificate says
_SIGNS_CARDS: Final = {"use": "sig", "alg": "ES256"}


class Aim(NamedTuple):
    """Where the certificate is to be accepted, and for what."""

    country: str
    purpose: str


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


def verify(
    texts: Sequence[str | Sequence[str]], *, clock: datetime | None, now: datetime, aim: Aim | None = None
) -> list[Checked]:
    """One answer per certificate, in order. A certificate in several codes (SMART Health Cards) is a list of texts.
    Judged at ``clock`` (``now`` when None) by the keys trusted ``now``; one statement for the list of what is revoked.
    """
    judge = _Judge(clock or now, now)
    found = [judge.one(text) for text in texts]
    gone = revoked({one.identifier for one in found if one.signed and one.identifier})
    return [_with_rules(_with_list(one, gone), aim, clock or now) for one in found]


def _with_rules(one: Checked, aim: Aim | None, clock: datetime) -> Checked:
    if aim is None or one.kind != "hcert" or not one.signed:
        return one
    decision = decide(one.payload, country=aim.country, purpose=aim.purpose, clock=clock)
    error = {"accepted": (), "refused": (RULE,), "open": (OPEN,)}[decision.verdict]
    return one._replace(decision=decision, errors=(*one.errors, *error))


def _with_list(one: Checked, gone: set[str]) -> Checked:
    if not one.signed:
        return one
    if one.identifier in gone:
        errors = one.errors if "REVOKED" in one.errors else (*one.errors, "REVOKED")
        return one._replace(revoked=True, errors=errors)
    return one._replace(revoked="REVOKED" in one.errors)


class _Judge:
    """The keys of one call, read once."""

    def __init__(self, clock: datetime, now: datetime) -> None:
        self._clock = clock
        self._health: Callable[[bytes], Sequence[bytes]] = trust.certificates("hcert", now)
        self._uses = trust.uses(now)
        self._own: Callable[[bytes], Sequence[bytes]] = trust.certificates("domestic", now)
        self._issuers: dict[str, str] = {}
        keys = []
        for entry in trust.believed(now):
            if entry.purpose == "shc":
                key = forms.jwk(entry.public_key)
                self._issuers[key["kid"]] = settings.CONF.public_address if entry.source == trust.OWN else entry.issuer
                keys.append({**key, **_SIGNS_CARDS})
        self._jwks = {"keys": keys}

    def one(self, text: str | Sequence[str]) -> Checked:
        first = text if isinstance(text, str) else text[0] if len(text) == 1 else ""
        if first.lstrip().startswith("HC1:"):
            return self._hcert(first)
        if first.lstrip().startswith("LC1:"):
            return self._domestic(first)
        chunks = [text] if isinstance(text, str) else list(text)
        if all(chunk.startswith("shc:/") for chunk in chunks):
            return self._shc(chunks)
        return Checked(None, ("PREFIX",), (), False, None, "", "", "", None)

    def _hcert(self, text: str) -> Checked:
        verdict = hcert.check_trusted(text, trusted=self._health, uses=self._uses, clock=self._clock)
        signed = verdict.payload is not None and not UNSIGNED & set(verdict.errors)
        payload = verdict.payload or {}
        return Checked(
            "hcert", verdict.errors, verdict.notes, signed, None, _identifier(payload), _name(payload.get("nam")),
            _text(payload.get("dob")), verdict.payload,
        )  # fmt: skip

    def _domestic(self, text: str) -> Checked:
        verdict = domestic.check(text, trusted=self._own, clock=self._clock)
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

    def _shc(self, texts: list[str]) -> Checked:
        verdict = shc.check(texts, jwks=self._jwks, clock=self._clock)
        errors = verdict.errors
        # a key speaks for the issuer that publishes it, for no other
        if verdict.issuer is not None and verdict.issuer != self._issuers.get(verdict.key_id or ""):
            errors = errors if "KEY" in errors else ("KEY", *errors)
        signed = verdict.payload is not None and not UNSIGNED & set(errors)
        name, birth = _patient(verdict.payload)
        return Checked("shc", errors, verdict.notes, signed, None, verdict.rid or "", name, birth, verdict.payload)


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
