"""What was learned from this user: remembered samples in a file, and in an array that every recognition looks at."""

import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from hccr_desktop.domain.ink import Ink
from hccr_desktop.domain.melnyk import FEATURES
from hccr_desktop.errors import EmptyInkError, PersonalMemoryError
from hccr_desktop.imaging.rasterize import ink_to_model_image
from hccr_desktop.imaging.types import ModelImage
from hccr_desktop.inference.model_card import ModelCard
from hccr_desktop.inference.recognizer import Recognizer
from hccr_desktop.personal.adaptation import RememberedSamples
from hccr_desktop.personal.memory_file import Watch, is_one_character, read_memory_file, write_memory_file
from hccr_desktop.personal.sample_store import MemoryEntry, NewSample, PackedInk, SampleStore

logger = logging.getLogger(__name__)

MOST_SAMPLES: Final = 10_000
"""Samples that recognition looks at, the newest ones: 18 MB, and well under 3 ms (benchmarks/personal.py)."""

STEP: Final = 16
"""Samples that one step of :meth:`PersonalMemory.embed_pending` takes: about a quarter of a second on one slow core,
so that a drawing made meanwhile need not wait noticeably long."""


def embedding_model_of(card: ModelCard) -> str:
    """What the embeddings of a model are filed under: other weights or another normalization give other ones."""
    return f"{card.model_id} {card.version} {card.normalization}"


class PersonalMemory:
    """Remembered samples of one user.

    Every method may be called from any thread. Those that touch the file wait for the disk, up to 0.3 seconds where
    another process holds it: a worker thread is the place for them. :attr:`samples` never waits.
    """

    def __init__(self, store: SampleStore) -> None:
        self._store = store
        self._lock = threading.Lock()
        stored = store.embeddings(MOST_SAMPLES)
        self._ids = stored.ids
        self._samples = RememberedSamples.of(stored.characters, stored.embeddings)

    @classmethod
    def open(cls, path: Path, *, model_id: str) -> "PersonalMemory":
        """Open the file of remembered samples, or make it, with the folder it is in.

        A damaged file is moved aside, never deleted: :attr:`note` then says so.

        Args:
            path: an SQLite file in the user's data folder.
            model_id: from :func:`embedding_model_of`. Samples that another model embedded are kept, and are in use
                again after :meth:`embed_pending`.

        Raises:
            PersonalMemoryError: the file is locked, cannot be read or made, or is another program's or version's.
                Recognition goes on without memory.
        """
        store = SampleStore.open(path, embedding_model=model_id)
        try:
            return cls(store)
        except PersonalMemoryError:
            store.close()
            raise

    @property
    def note(self) -> str:
        """One sentence for the user where a damaged file was moved aside, else empty."""
        return self._store.note

    @property
    def samples(self) -> RememberedSamples:
        """The samples in use, as :func:`hccr_desktop.personal.adaptation.adapt` takes them. Never changes later."""
        return self._samples

    def close(self) -> None:
        """Close the file. Recognition may still use :attr:`samples`."""
        self._store.close()

    def remember(self, character: str, embedding: npt.NDArray[np.float32], ink: Ink, *, picked_over: str | None) -> int:
        """Keep a drawing and what it means. The same drawing again takes the new meaning instead of the old.

        Args:
            character: what the user says it is; one code point, known to the network or not.
            embedding: (448,) float32, the network's for this ink.
            ink: at least one stroke.
            picked_over: the candidate that stood first instead, or None where the user just said "this is …".

        Returns:
            The id of the entry.

        Raises:
            PersonalMemoryError: it is not one character, or the file cannot be written; nothing was kept.
            ValueError: the ink is empty, or the embedding has another shape.
        """
        if not is_one_character(character):
            raise PersonalMemoryError("Only a single character can be learned from a drawing.")
        if embedding.shape != (FEATURES,):
            raise ValueError(f"an embedding has the shape ({FEATURES},), not {embedding.shape}")
        if ink.is_empty:
            raise ValueError("there is no ink to remember")
        with self._lock:
            added = self._store.add([NewSample(character, PackedInk.of(ink), picked_over, embedding)])
            self._drop(added.replaced)
            self._append(added.ids, (character,), embedding[None])
        return added.ids[0]

    def entries(self) -> list[MemoryEntry]:
        """All that is remembered, newest first.

        Raises:
            PersonalMemoryError: the file cannot be read.
        """
        return self._store.entries()

    def ink(self, entry_id: int) -> Ink | None:
        """The drawing of one entry, in the units it was remembered in; None where it has been forgotten.

        Raises:
            PersonalMemoryError: the file cannot be read.
        """
        return self._store.ink(entry_id)

    def meaning(self, ink: Ink) -> str | None:
        """The character that this very drawing is remembered as, if it is.

        Raises:
            PersonalMemoryError: the file cannot be read.
        """
        return self._store.meaning(ink)

    def forget(self, *entry_ids: int) -> None:
        """Delete entries for good, all or none; one that has gone already is no error.

        Raises:
            PersonalMemoryError: the file cannot be written; the entries are still there.
        """
        with self._lock:
            self._store.remove(entry_ids)
            self._drop(set(entry_ids))

    def forget_all(self) -> None:
        """Delete everything for good. The file stays, empty.

        Raises:
            PersonalMemoryError: the file cannot be written; everything is still there.
        """
        with self._lock:
            self._store.remove_all()
            self._drop(set(self._ids))

    def export(self, path: Path, *, watch: Watch | None = None) -> int:
        """Write every sample to a file that :meth:`import_` and ``hccr evaluate`` read, oldest first.

        An older file of that name stays until the new one is complete.

        Args:
            path: where to.
            watch: told of each sample.

        Returns:
            The number of samples.

        Raises:
            PersonalMemoryError: the memory cannot be read, or the file not be written.
        """
        return write_memory_file(path, self._store.samples(), watch=watch)

    def import_(self, path: Path, *, watch: Watch | None = None) -> int:
        """Take in an exported file, all of it or nothing. The samples are in use after :meth:`embed_pending`.

        A drawing that is here already takes the meaning that the file gives it.

        Args:
            path: the file.
            watch: told of each sample twice, when it is read and when it is stored.

        Returns:
            The number of samples in the file.

        Raises:
            PersonalMemoryError: the file is of another kind or damaged, or the memory cannot be written.
            SampleSetError: the file cannot be read, or is no file of ink; the sentence names the line.
        """
        samples = read_memory_file(path, watch=None if watch is None else lambda done, count: watch(done, 2 * count))
        with self._lock:
            added = self._store.add(samples if watch is None else _watched(samples, watch))
            self._drop(added.replaced)
        logger.info("imported %d samples", len(added.ids))
        return len(added.ids)

    def pending_count(self) -> int:
        """How many samples wait to be embedded by the model in use: imported ones, and those of another model.

        Raises:
            PersonalMemoryError: the file cannot be read.
        """
        return self._store.pending_count()

    def embed_pending(self, recognizer: Recognizer, *, limit: int = STEP) -> int:
        """One step of embedding what waits, newest first, to be repeated while it returns more than 0.

        Args:
            recognizer: the model that the memory was opened for.
            limit: samples of this step.

        Returns:
            How many still wait.

        Raises:
            ValueError: the recognizer is another model.
            PersonalMemoryError: the file cannot be read or written; what waited still waits.
        """
        self._check_model(recognizer)
        waiting = self._store.pending(limit)
        drawn: list[int] = []
        images: list[ModelImage] = []
        for entry_id, ink in waiting:
            if ink is None:
                continue
            try:
                images.append(ink_to_model_image(ink))
            except EmptyInkError:
                continue
            drawn.append(entry_id)
        embeddings = dict(zip(drawn, recognizer.run(images).embedding, strict=True))
        with self._lock:
            embedded = self._store.set_embeddings([(entry_id, embeddings.get(entry_id)) for entry_id, _ in waiting])
            # One that was forgotten meanwhile has no character any more.
            added = sorted(entry_id for entry_id in embedded if entry_id in embeddings)
            if added:
                stacked = np.stack([embeddings[entry_id] for entry_id in added])
                self._append(added, tuple(embedded[entry_id] for entry_id in added), stacked)
        return self._store.pending_count()

    def _check_model(self, recognizer: Recognizer) -> None:
        model_id = embedding_model_of(recognizer.card)
        if model_id != self._store.embedding_model:
            raise ValueError(f"the memory was opened for {self._store.embedding_model}, not for {model_id}")

    def _append(self, ids: list[int], characters: tuple[str, ...], embeddings: npt.NDArray[np.float32]) -> None:
        # New arrays each time: a recognition in another thread may be reading the old ones.
        old, new = self._samples, RememberedSamples.of(characters, embeddings)
        all_ids = (*self._ids, *ids)
        newest = sorted(range(len(all_ids)), key=all_ids.__getitem__)[-MOST_SAMPLES:]
        together = RememberedSamples(
            old.characters + new.characters,
            np.concatenate([old.directions, new.directions]),
            np.concatenate([old.lengths, new.lengths]),
        )
        self._keep(newest, all_ids, together)

    def _drop(self, ids: set[int]) -> None:
        keep = [position for position, entry_id in enumerate(self._ids) if entry_id not in ids]
        if len(keep) < len(self._ids):
            self._keep(keep, self._ids, self._samples)

    def _keep(self, positions: list[int], ids: tuple[int, ...], samples: RememberedSamples) -> None:
        self._ids = tuple(ids[position] for position in positions)
        self._samples = samples.part(np.array(positions, np.int64))


def _watched(samples: list[NewSample], watch: Watch) -> Iterator[NewSample]:
    """The samples, the second half of the work."""
    for number, sample in enumerate(samples):
        watch(len(samples) + number, 2 * len(samples))
        yield sample
