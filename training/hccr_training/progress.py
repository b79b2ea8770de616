"""How far a run is and how fast: one line on the terminal, and the numbers of the curve."""

import sys
import time

from torch import Tensor

from hccr_training.config import Phase, Run

_SHOW_EVERY_S = {True: 1.0, False: 60.0}
"""Seconds between two lines: on a terminal the line is overwritten, in a log file it stays."""


class Progress:
    """Counts what was trained.

    Args:
        run: for its length.
        samples: done before, in an earlier start of the run.
    """

    def __init__(self, run: Run, samples: int) -> None:
        self._total = run.samples
        self._phases = len(run.phases)
        self._samples = samples
        self._is_terminal = sys.stderr.isatty()
        self._shown = 0.0
        self._losses: list[Tensor] = []
        self._corrects: list[Tensor] = []
        self._since = time.monotonic()
        self._since_samples = samples

    def count(self, loss: Tensor, correct: Tensor, samples: int) -> None:
        """Take in one step; the tensors are not looked at yet, since a GPU would have to be waited for."""
        self._losses.append(loss)
        self._corrects.append(correct)
        self._samples += samples

    @property
    def samples_per_second(self) -> float:
        """Since the last line of the curve, measurements and waiting for samples included."""
        return (self._samples - self._since_samples) / max(time.monotonic() - self._since, 1e-6)

    def show(self, phase: Phase, number: int) -> None:
        """Renew the line if it is time to."""
        if time.monotonic() - self._shown < _SHOW_EVERY_S[self._is_terminal]:
            return
        self._shown = time.monotonic()
        rate = self.samples_per_second
        seconds_left = int((self._total - self._samples) / max(rate, 1e-6))
        hours, minutes = seconds_left // 3600, seconds_left % 3600 // 60
        self.tell(
            f"phase {number + 1}/{self._phases} at {phase.size} px: {self._samples:,} of {self._total:,} samples, "
            f"loss {_mean(self._losses[-20:]):.3f}, {rate:.0f} samples/s, {hours}:{minutes:02d} h left",
            stays=not self._is_terminal,
        )

    def row(self, seconds: float, size: int, rate: float) -> dict[str, float]:
        """The curve's numbers since the last row, which start anew with it."""
        row = {
            "hours": round(seconds / 3600, 3),
            "samples": self._samples,
            "size": size,
            "rate": float(f"{rate:.3g}"),
            "loss": round(_mean(self._losses), 4),
            "train_top1": round(100 * _mean(self._corrects), 2),
            "samples_per_s": round(self.samples_per_second, 1),
        }
        self._losses.clear()
        self._corrects.clear()
        self._since, self._since_samples = time.monotonic(), self._samples
        return row

    @staticmethod
    def tell(text: str, *, stays: bool = True) -> None:
        """Write a line over the one that is shown."""
        sys.stderr.write(f"\r\x1b[K{text}" + ("\n" if stays else "") if sys.stderr.isatty() else f"{text}\n")
        sys.stderr.flush()


def _mean(values: list[Tensor]) -> float:
    return sum(float(value) for value in values) / len(values) if values else float("nan")
