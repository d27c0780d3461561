"""Names of a million people and places in numbers."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lachan.tracing.engine.columns import Ints

SIDE_BY_SIDE: Final = 2  # threads: Arrow lets go of the interpreter while it works
Given = TypeVar("Given")
Made = TypeVar("Made")


def in_order(work: Callable[[Given], Made], items: Iterable[Given]) -> Iterator[Made]:
    """What is made of each item, in their order; a few are worked on at a time and no more are taken."""
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        waiting: deque[Future[Made]] = deque()
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) > SIDE_BY_SIDE:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def numbered(columns: Sequence[Sequence[Any]]) -> tuple[list[str], list[Ints]]:
    """Names in the order of their letters' codes, and each column as places in that order. Columns come in portions, as
    :func:`words.packed` gives them."""
    from lachan.tracing.engine.words import unpacked

    chunks = [chunk for column in columns for chunk in column]
    if all(pa.types.is_uint64(chunk.type) for chunk in chunks):
        whole = pa.chunked_array(chunks, pa.uint64())
    else:
        whole = pa.chunked_array([unpacked(chunk) for chunk in chunks], pa.string())
    encoded = _one_dictionary(whole.dictionary_encode())
    dictionary = encoded.chunk(0).dictionary if encoded.num_chunks else pa.array([], pa.string())
    order = pc.sort_indices(dictionary).to_numpy()
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    numbers = [rank[chunk.indices.to_numpy()] for chunk in encoded.chunks]
    flat = np.concatenate([np.zeros(0, np.int32), *numbers])
    cuts = np.cumsum([sum(map(len, column)) for column in columns])[:-1]
    names = unpacked(dictionary.take(pa.array(order)))
    return names.to_pylist(), [np.ascontiguousarray(part) for part in np.split(flat, cuts)]


def _one_dictionary(encoded: Any) -> Any:
    """All chunks with the same dictionary. Arrow gives them one and the same; making them equal would compare a
    million names a chunk, which is most of the time of reading a nation's visits."""
    spots = {tuple(part and part.address for part in chunk.dictionary.buffers()) for chunk in encoded.chunks}
    return encoded if len(spots) < 2 else encoded.unify_dictionaries()
