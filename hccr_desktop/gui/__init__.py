"""The window: the only package that imports Qt.

ONNX Runtime is imported before any Qt module. On Windows it fails to load when Qt's libraries were loaded first
(labelme #1564, onnxruntime #16116 and #26127), and this is the one place that runs before every module of the
window.
"""

import time
from typing import Final

IMPORTED_AT: Final = time.perf_counter()
"""When the window's first line ran, on the clock of :func:`time.perf_counter`."""

import onnxruntime  # noqa: E402, F401 - imported for its side effect, see above; the clock starts before it
