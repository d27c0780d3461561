"""What addresses of published lists point at: two versions, and between them a card that was taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.test import override_settings
from django.utils import timezone

from lachan.certificates import keys
from lachan.certificates.keys import publish
from lachan.certificates.operations import publication
from lachan.certificates.operations.revocations import Revoked, revoke_by_hand
from lachan.rest import published, well_known

if TYPE_CHECKING:
    from .world import World


class Lists(NamedTuple):
    """Versions of the list of what is revoked, and the key whose SMART Health Card is on it."""

    before: int
    after: int
    kid: str


def make(world: World) -> Lists:
    """Published once in this world."""
    now = timezone.now()
    with override_settings(LACHAN_DEMO=True):
        keys.ensure(now)
    before = publication.publish(now)
    card = Revoked("rid-1", "shc", keys.signer("shc", now=now).key_id, "fraud", None)
    revoke_by_hand([card], actor_id=world.root.id, now=now)
    after = publication.publish(now)
    published.forget()
    well_known.lists.forget()
    [key] = publish.jwks(now)["keys"]
    assert before is not None
    assert after is not None
    return Lists(before, after, str(key["kid"]))
