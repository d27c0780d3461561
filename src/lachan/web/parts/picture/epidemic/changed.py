"""Moved: the situation report says the same changes, and stands below the screens. Import from analytics.epidemic.changed."""

from lachan.analytics.epidemic.changed import *  # noqa: F403
from lachan.analytics.epidemic.changed import _silent as _silent
