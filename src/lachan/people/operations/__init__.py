"""What is done to people: register them, and find whom a command means."""

from lachan.people.operations.amend import amend_in
from lachan.people.operations.register import register_in
from lachan.people.operations.resolve import resolve_in

__all__ = ["amend_in", "register_in", "resolve_in"]
