"""Columns by their address, so that one compiled loop reads as many tables as there are.

A list or tuple of arrays would be unpacked at every call, and compiled again for every length; a table of addresses is
one array. Whoever calls holds the columns: :class:`lachan.tracing.segments.view.View` keeps them as long as itself.
"""

from __future__ import annotations

from typing import Any

from numba import types
from numba.extending import intrinsic


def _reader(kind: Any) -> Any:
    @intrinsic
    def at(typing_context: Any, address: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return builder.inttoptr(arguments[0], context.get_value_type(signature.return_type))

        pointer: Any = types.CPointer
        return pointer(kind)(types.int64), generate

    return at


u64 = _reader(types.uint64)
i64 = _reader(types.int64)
u32 = _reader(types.uint32)
u16 = _reader(types.uint16)
