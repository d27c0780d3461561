"""From what a card is to say to the signed text that says it."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.conf import settings

from lachan.certificates import keys
from lachan.certificates.codecs import domestic, hcert, shc, uvci
from lachan.certificates.rules.entries import Holder
from lachan.certificates.rules.plan import Wanted
from lachan.certificates.rules.policy import policy_on, valid_until
from lachan.immunization.rules.facts import VIETNAM
from lachan.places import queries as places

_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
OPAQUE: Final = 16  # characters of an identifier: 81 bits, so that none can be guessed and none says anything
log = logging.getLogger(__name__)


class Made(NamedTuple):
    """A signed card. ``identifier``: UVCI, rid or number; it names nobody."""

    wire: str
    identifier: str
    key_id: bytes
    valid_until: datetime


def make(asked: Sequence[tuple[Holder, Wanted]], *, now: datetime) -> list[Made | None]:
    """Sign these; None where a codec refuses the facts (a name of signs no passport can carry), which is logged.

    Raises :class:`lachan.kernel.errors.Problem` when there is no key.
    """
    return [_one(holder, wanted, now) for holder, wanted in asked]


def _one(holder: Holder, wanted: Wanted, now: datetime) -> Made | None:
    # whole seconds, as the forms of certificates have them: what is stored is what is signed
    issued = now.replace(microsecond=0)
    signer = keys.signer(wanted.kind, now=now)
    policy = policy_on(now.astimezone(VIETNAM).date())
    until = valid_until(issued, policy.kinds[wanted.kind].months)
    opaque = "".join(secrets.choice(_ALPHABET) for _ in range(OPAQUE))
    country = settings.CONF.country
    try:
        if wanted.kind == "hcert":
            identifier = uvci.make(country, opaque)
            payload = _with(wanted.content, keys.issuer_name(), identifier)
            wire = hcert.issue(payload, signer=signer, issuer=country, issued_at=issued, expires_at=until)
        elif wanted.kind == "domestic":
            identifier = opaque
            wire = domestic.issue(
                name=holder.name, birth=holder.birth, identifier=identifier, valid_from=issued, valid_until=until,
                signer=signer,
            )  # fmt: skip
        else:
            identifier = opaque
            wire = _shc(holder, wanted.content, signer, issued, until, identifier)
    except ValueError as error:
        log.error("certificates: a card of kind %s is refused by its codec: %s", wanted.kind, type(error).__name__)
        return None
    return Made(wire, identifier, signer.key_id, until)


def _with(content: dict[str, Any], issuer: str, identifier: str) -> dict[str, Any]:
    [entry] = content["v"]
    return {**content, "v": [{**entry, "is": issuer, "ci": identifier}]}


def _shc(holder: Holder, content: dict[str, Any], signer: Any, issued: datetime, until: datetime, rid: str) -> str:
    facilities = places.facility_table()
    doses = [
        {**dose, "facility": facilities[dose["facility"]].name if dose["facility"] in facilities else ""}
        for dose in content["doses"]
    ]
    return shc.issue(
        person={"name": holder.name, "birth": holder.birth}, doses=doses, signer=signer,
        issuer_url=settings.CONF.public_address, issued_at=issued, expires_at=until, rid=rid,
    )  # fmt: skip
