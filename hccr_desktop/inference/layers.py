"""Networks of one hidden layer, as rules of a model card have them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Layers:
    """A network of one hidden layer, small enough for a model card.

    Attributes:
        hidden: (units, values + 1) weights of the values and the offset of each unit, whose tanh is taken.
        output: (outcomes, units + 1) weights of the units and the offset of each outcome, two at least.

    Raises:
        ValueError: the two do not fit together, or a weight is no number.
    """

    hidden: tuple[tuple[float, ...], ...]
    output: tuple[tuple[float, ...], ...]

    def __post_init__(self) -> None:
        if {len(row) for row in self.output} != {len(self.hidden) + 1} or len(self.output) < 2:
            raise ValueError("layers of another shape")
        if len({len(row) for row in self.hidden}) != 1:
            raise ValueError("layers of another shape")
        if not (np.isfinite(self.hidden).all() and np.isfinite(self.output).all()):
            raise ValueError("layers with a weight that is no number")

    @property
    def width(self) -> int:
        """How many values it takes."""
        return len(self.hidden[0]) - 1

    def outcomes(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """(N, outcomes) log odds but for a constant, of (N, width) values."""
        hidden, output = np.array(self.hidden), np.array(self.output)
        units = np.tanh(values @ hidden[:, :-1].T + hidden[:, -1])
        return np.asarray(units @ output[:, :-1].T + output[:, -1], np.float64)
