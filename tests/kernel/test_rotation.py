"""A new sealing key: everything is sealed with it, opens as before, and the old key is no longer needed."""

from __future__ import annotations

import os

import pytest
from django.utils import timezone

from lachan.kernel.ids import new_id
from lachan.kernel.models import Submission
from lachan.kernel.rotation import PAGE, rotate, sealed_columns
from lachan.kernel.sealing import Sealer, SealError, sealer

CONTEXT = "kernel_submission.content"


def test_every_sealed_column_is_declared() -> None:
    """A binary column that is no blind index, hash, packed figures or anything we publish is sealed, and says so."""
    from django.apps import apps
    from django.db.models import BinaryField

    hashes = {
        "blind",
        "address_blind",
        "content_hash",
        "hash",
        "seen",
        "digest",
        "code_hash",
        "fingerprint",
        "packed",
        "mac",
        "pairing_hash",
        "proof",
        "previous",
    }
    published = {
        "certificate",
        "public_key",
        "kid",
        "key_id",
        "filter",
        "public",
    }  # of signing keys, and the revocation list
    open_ones = hashes | published
    # figures of places: members' forecasts, reports and their pages, doses wanted
    without_people = {"forecasting_memory.content", "forecasting_report.content", "forecasting_reportdrawing.drawn"}
    without_people |= {"forecasting_demandblock.paths"}
    pseudonymous = {"tracing_visitbatch.content"}  # the same visits as in the table beside it, gone within days
    binary = {
        f"{model._meta.db_table}.{field.column}"
        for model in apps.get_models()
        if model.__module__.startswith("lachan.")
        for field in model._meta.get_fields()
        if isinstance(field, BinaryField) and field.column not in open_ones
    }
    assert binary - pseudonymous - without_people == {column.context for column in sealed_columns()}


@pytest.mark.django_db
def test_rotation_seals_all_pages_anew_and_the_old_key_can_go() -> None:
    old = sealer()
    new_ring = (("next", os.urandom(32)), *old.ring)
    both = Sealer(new_ring, old.blind_key)
    count = PAGE + 7
    Submission.objects.bulk_create(
        Submission(
            id=new_id(), actor_id=new_id(), received_at=timezone.now(), content=old.seal(str(n).encode(), CONTEXT)
        )
        for n in range(count)
    )
    done = {entry.column: entry for entry in rotate(with_sealer=both)}
    assert done[CONTEXT][1:] == (count, count)
    only_new = Sealer(new_ring[:1], old.blind_key)
    contents = sorted(int(only_new.open(row.content, CONTEXT)) for row in Submission.objects.all())
    assert contents == list(range(count))
    again = {entry.column: entry for entry in rotate(with_sealer=both)}
    assert again[CONTEXT].changed == 0


@pytest.mark.django_db
def test_a_key_that_is_gone_is_named_and_nothing_is_lost() -> None:
    stranger = Sealer((("gone", os.urandom(32)),), sealer().blind_key)
    Submission.objects.create(actor_id=new_id(), received_at=timezone.now(), content=stranger.seal(b"x", CONTEXT))
    with pytest.raises(SealError, match="not in seal_keys"):
        rotate()
    assert stranger.open(Submission.objects.get().content, CONTEXT) == b"x"
