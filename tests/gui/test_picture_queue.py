from pathlib import Path

from hccr_desktop.gui.picture_queue import PictureQueue, QueueEntry

A, B = Path("/a.png"), Path("/b.tif")


def test_queue_goes_through_files_and_stops_at_the_ends() -> None:
    queue = PictureQueue()
    queue.start([A, B])
    assert queue.go(-1) == QueueEntry(A)
    assert queue.go(1) == QueueEntry(B)
    assert queue.go(1) == QueueEntry(B)
    assert queue.place == 1


def test_queue_learns_of_pages_once() -> None:
    queue = PictureQueue()
    queue.start([B, A])
    queue.go(1)
    queue.expand(B, 3)
    queue.expand(B, 3)
    assert queue.entries == (QueueEntry(B), QueueEntry(B, 1), QueueEntry(B, 2), QueueEntry(A))
    assert queue.current == QueueEntry(A)


def test_queue_is_where_undo_leads() -> None:
    queue = PictureQueue()
    queue.start([A, B])
    assert queue.go_to(QueueEntry(B))
    assert queue.place == 1
    assert not queue.go_to(QueueEntry(Path("/c.png")))


def test_empty_queue_has_nowhere_to_go() -> None:
    queue = PictureQueue()
    assert queue.go(1) is None
    assert not queue.is_several
