"""This project, called as its command line calls it."""

from collections.abc import Sequence

from benchmarks.rivals.fairness import ANSWERS
from hccr_desktop import __version__, paths
from hccr_desktop.imaging.sample_sets import InkSample, Sample
from hccr_desktop.inference.precision import open_model


class OwnEngine:
    """The shipped model on the CPU.

    Args:
        threads: of one inference.
    """

    def __init__(self, threads: int) -> None:
        self._recognizer = open_model(paths.default_model(), provider="cpu", threads=threads)
        self.version = f"{__version__}, {self._recognizer.path.name}"
        self.model_mb = self._recognizer.path.stat().st_size / 1e6

    def rank(self, samples: Sequence[Sample]) -> list[list[str]]:
        """Five answers a sample."""
        images = [sample.to_model_image() for sample in samples]
        kind = "ink" if isinstance(samples[0], InkSample) else "page"
        recognitions = self._recognizer.recognize_batch(images, kind=kind, count=ANSWERS)
        return [[candidate.character for candidate in one.candidates] for one in recognitions]
