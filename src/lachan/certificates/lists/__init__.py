"""Lists of what is revoked, small enough to carry: pure."""

from lachan.certificates.lists.delta import Delta
from lachan.certificates.lists.filter import Filter, ListError
from lachan.certificates.lists.hashes import HASH_BYTES, hash_of

__all__ = ["HASH_BYTES", "Delta", "Filter", "ListError", "hash_of"]
