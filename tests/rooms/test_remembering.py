"""What a process remembers: never more than was said, the one that was not used for longest goes, and threads do not disturb each other."""

import random
from concurrent.futures import ThreadPoolExecutor

from reconvene.rooms.remembering import Remembered


def test_the_one_that_was_not_used_for_longest_is_forgotten() -> None:
    rooms = Remembered[str, int](2)
    rooms.put("a", 1)
    rooms.put("b", 2)
    assert rooms.get("a") == 1
    rooms.put("c", 3)
    assert [rooms.get(key) for key in "abc"] == [1, None, 3]
    rooms.put("a", 4)
    rooms.put("d", 5)
    assert [rooms.get(key) for key in "acd"] == [4, None, 5]
    rooms.forget("a")
    rooms.forget("not there")
    assert [rooms.get(key) for key in "ad"] == [None, 5]


def test_threads_that_remember_and_forget_at_once_find_what_is_there_or_nothing() -> None:
    rooms = Remembered[int, int](3)

    def use(seed: int) -> bool:
        chance = random.Random(seed)
        for _ in range(20_000):
            key = chance.randrange(6)
            act = chance.randrange(3)
            if act == 0:
                rooms.put(key, -key)
            elif act == 1:
                rooms.forget(key)
            elif rooms.get(key) not in (None, -key):
                return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(use, range(4)))
