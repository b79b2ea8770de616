"""The two kinds of picture in this program, and nothing else."""

from typing import Literal

import numpy as np
import numpy.typing as npt

PageImage = npt.NDArray[np.uint8]
"""(height, width) uint8, row 0 at the top; usually 255 is bare paper and 0 full ink."""

ModelImage = npt.NDArray[np.float32]
"""(96, 96) float32 in [0, 255]; 255 is full ink, 0 is paper."""

Polarity = Literal["dark_ink", "bright_ink"]
"""Whether ink is darker or brighter than the paper."""
