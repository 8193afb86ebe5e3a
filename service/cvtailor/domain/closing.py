"""Ends iterators whose port does not say whether they are generators."""

from collections.abc import AsyncGenerator, AsyncIterator


class closing[T]:  # noqa: N801 -- as contextlib's aclosing
    """Closes an iterator at the end, if it is a generator; ports promise only an iterator."""

    __slots__ = ("_items",)

    def __init__(self, items: AsyncIterator[T]) -> None:
        self._items = items

    async def __aenter__(self) -> AsyncIterator[T]:
        return self._items

    async def __aexit__(self, *_: object) -> None:
        if isinstance(self._items, AsyncGenerator):
            await self._items.aclose()
