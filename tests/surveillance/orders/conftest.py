"""The ward of the cases' tests."""

from tests.surveillance.cases.conftest import ward

__all__ = ["ward"]
