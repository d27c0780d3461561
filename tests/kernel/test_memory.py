"""A process remembers for a while, and not too much."""

from __future__ import annotations

from lachan.kernel.memory import Memory


def test_an_answer_is_known_until_its_time_also_that_there_is_none() -> None:
    memory: Memory[str, int] = Memory(10)
    memory.put({"there": 1, "not there": None}, until=30.0)
    assert memory.get("there", 29.9) == (True, 1)
    assert memory.get("not there", 29.9) == (True, None)
    assert memory.get("there", 30.0) == memory.get("never asked", 0.0) == (False, None)


def test_the_oldest_goes_first_and_what_was_asked_again_is_young() -> None:
    memory: Memory[str, int] = Memory(2)
    memory.put({"a": 1, "b": 2}, until=30.0)
    memory.put({"a": 1}, until=30.0)
    memory.put({"c": 3}, until=30.0)
    assert [memory.get(key, 0.0)[0] for key in "abc"] == [True, False, True]
    memory.clear()
    assert memory.get("a", 0.0) == (False, None)
