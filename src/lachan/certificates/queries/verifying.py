"""Certificates checked for somebody else, by everything this installation knows: keys, the clock, what is revoked.
Nothing is stored, and of somebody whose signature does not hold nothing is looked up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from django.conf import settings

from lachan.certificates.certlogic.rules import decide
from lachan.certificates.judging import OPEN, RULE, Checked, Trust, judge
from lachan.certificates.keys import forms, trust
from lachan.certificates.queries.revocations import revoked

_SIGNS_CARDS: Final = {"use": "sig", "alg": "ES256"}


class Aim(NamedTuple):
    """Where the certificate is to be accepted, and for what."""

    country: str
    purpose: str


def verify(
    texts: Sequence[str | Sequence[str]], *, clock: datetime | None, now: datetime, aim: Aim | None = None
) -> list[Checked]:
    """One answer per certificate, in order. A certificate in several codes (SMART Health Cards) is a list of texts.
    Judged at ``clock`` (``now`` when None) by the keys trusted ``now``; one statement for the list of what is revoked.
    """
    believed = trust_of_house(now)
    found = [judge(text, believed, clock or now) for text in texts]
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


def trust_of_house(now: datetime) -> Trust:
    """Whom this installation believes now: its own keys and those on lists of others."""
    issuers, keys = {}, []
    for entry in trust.believed(now):
        if entry.purpose == "shc":
            key = forms.jwk(entry.public_key)
            issuers[key["kid"]] = settings.CONF.public_address if entry.source == trust.OWN else entry.issuer
            keys.append({**key, **_SIGNS_CARDS})
    return Trust(
        trust.certificates("hcert", now), trust.certificates("domestic", now), {"keys": keys}, trust.uses(now), issuers
    )
