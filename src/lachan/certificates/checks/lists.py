"""Whether the list that verifiers carry says what the table says: nobody revoked gets a "no"."""

from __future__ import annotations

import json
from datetime import timedelta
from hashlib import sha256
from typing import Final

from django.utils import timezone

from lachan.certificates.lists import Filter
from lachan.certificates.queries import revocations
from lachan.kernel.checks import Finding

LATE: Final = timedelta(minutes=10)  # a revocation is published within half a minute


def check_all() -> list[Finding]:
    """The current filter against every hash it should hold, the index against its parts, and what waits too long."""
    return [_carried(), _prompt()]


def _carried() -> Finding:
    name = "the revocation list holds what is revoked"
    found = revocations.latest()
    if found is None:
        return Finding(name, True, "nothing was published yet")
    data = revocations.filter_of(found.filter_version)
    part = json.loads(found.index)["filter"]
    if data is None or sha256(data).hexdigest() != part["sha256"]:
        return Finding(name, False, f"the filter of version {found.filter_version} is not the one in the index")
    for delta in json.loads(found.index)["deltas"]:
        made = revocations.delta_between(delta["from"], delta["to"])
        if made is None or sha256(made).hexdigest() != delta["sha256"]:
            return Finding(name, False, f"the delta from {delta['from']} to {delta['to']} is not the one in the index")
    answers = Filter.from_bytes(data).perhaps_hashes(
        revocations.published_hashes(found.filter_version, now=timezone.now())
    )
    lost = answers.count(False)
    said = f"{lost} of {len(answers)} are not in the filter" if lost else f"{len(answers)} hashes in the filter"
    return Finding(name, not lost, said)


def _prompt() -> Finding:
    count, since = revocations.waiting()
    late = since is not None and timezone.now() - since > LATE
    said = f"{count} wait since {since:%Y-%m-%d %H:%M} UTC" if since else "nothing waits"
    return Finding("revocations are published", not late, said)
