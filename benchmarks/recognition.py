"""One character on one thread, and what comes before the network."""

import numpy as np
import psutil

from benchmarks.machine import distribution, times_ms
from hccr_desktop import paths
from hccr_desktop.domain.ink import Ink
from hccr_desktop.domain.settings import Precision
from hccr_desktop.imaging.normalize import normalize
from hccr_desktop.imaging.rasterize import ink_to_model_image, rasterize
from hccr_desktop.inference.precision import open_model

# Four strokes with curves, about the length of an average character's ink.
_INK = Ink.from_coordinates(
    [
        [[10 + t, 20 + 3 * np.sin(t / 9)] for t in range(0, 80, 2)],
        [[45 + 4 * np.sin(t / 15), t] for t in range(5, 95, 2)],
        [[40 - t / 2, 45 + t / 2] for t in range(0, 70, 2)],
        [[50 + t / 2, 45 + t / 2.2] for t in range(0, 80, 2)],
    ]
)


def main() -> None:
    """Print one line a figure."""
    process = psutil.Process()
    page = rasterize(_INK)
    print("rasterize:", distribution(times_ms(lambda: rasterize(_INK), repeats=500)))
    print("normalize 352x352:", distribution(times_ms(lambda: normalize(page, polarity="dark_ink"), repeats=500)))
    image = ink_to_model_image(_INK)
    cases: tuple[tuple[Precision, int], ...] = (("float", 1), ("float", 2), ("int8", 1), ("int8", 2))
    for precision, threads in cases:
        recognizer = open_model(paths.default_model(), provider="cpu", threads=threads, precision=precision)
        times = times_ms(lambda one=recognizer: one.recognize(image, kind="ink"), repeats=200)  # type: ignore[misc]
        print(
            f"one character, {threads} thread(s), {recognizer.path.name} on {recognizer.provider}:",
            distribution(times),
        )
    print(f"resident memory with four open models and no window: {process.memory_info().rss / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
