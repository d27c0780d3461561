"""How the rows of this room follow a person: afterwards the follower looks at both and issues what is true then."""

from __future__ import annotations

from typing import Final

from lachan.kernel.movers import rows_of

MOVERS: Final = (
    rows_of("certificates", "certificates_dosesignature", key="dose_id", hangs_on=("dose_id",)),
    rows_of("certificates", "certificates_card", hangs_on=("dose_id",)),
    rows_of("certificates", "certificates_touch"),
)
