"""Words of the interview by their codes."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

KINDS: Final[dict[str, Any]] = {
    "household": _("One household"),
    "class": _("School class"),
    "workplace": _("Workplace or team"),
    "vehicle": _("Vehicle"),
}
RELATIONS: Final[dict[str, Any]] = {
    "household": _("Lives with the case"),
    "work": _("Works with the case"),
    "class": _("Learns with the case"),
    "transport": _("Travelled with the case"),
    "care": _("Cared for the case"),
    "other": _("Met otherwise"),
}
