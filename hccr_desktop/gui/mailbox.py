"""How one thread leaves work for another, where only the newest matters."""

import threading
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Mailbox(Generic[Item]):
    """One slot between two threads. A new item takes the place of one that waits."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._item: Item | None = None

    def put(self, item: Item) -> bool:
        """Leave an item; whether the slot was empty, so that the other side must be woken."""
        with self._lock:
            was_empty = self._item is None
            self._item = item
            return was_empty

    def take(self) -> Item | None:
        """The waiting item, which leaves the slot empty."""
        with self._lock:
            item, self._item = self._item, None
            return item
