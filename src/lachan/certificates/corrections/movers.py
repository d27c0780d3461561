"""How requests follow a person whose record becomes part of another."""

from __future__ import annotations

from typing import Final

from lachan.kernel.movers import rows_of

MOVERS: Final = (
    rows_of("certificates", "certificates_correctionrequest"),
    rows_of("certificates", "certificates_correctionstep", hangs_on=("request_id",)),
    rows_of("certificates", "certificates_correctionphoto", hangs_on=("request_id",)),
)
