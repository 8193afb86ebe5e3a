"""What was made early is held until it is taken, replaced, pushed out or too old, and no longer."""

import weakref
from collections.abc import Callable

import pytest
from cvtailor.adapters.rendering import kept
from cvtailor.adapters.rendering.kept import Kept
from waiting import until


class Made:
    """Something large."""


def put(things: Kept[int, Made], key: int) -> weakref.ref[Made]:
    made = Made()
    things.put(key, made)
    return weakref.ref(made)


LEAVING: dict[str, Callable[[Kept[int, Made]], object]] = {
    "taken": lambda things: things.taken(1),
    "replaced": lambda things: things.put(1, Made()),
    "pushed out": lambda things: [things.put(key, Made()) for key in range(2, 4)],
}


@pytest.mark.parametrize("leave", LEAVING.values(), ids=LEAVING.keys())
async def test_nothing_holds_what_has_gone(
    leave: Callable[[Kept[int, Made]], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "_KEPT_MAX", 2)
    things = Kept[int, Made]()
    made = put(things, 1)
    assert made() is things.seen(1)
    leave(things)
    assert made() is None


async def test_one_that_replaced_another_does_not_end_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    things = Kept[int, Made]()
    monkeypatch.setattr(kept, "_KEPT_SECONDS", 0.0)
    put(things, 1)
    put(things, 2)
    monkeypatch.undo()
    made = put(things, 1)
    await until(lambda: things.seen(2) is None)
    assert made() is things.seen(1) is not None
