"""The window: the only package that imports Qt.

ONNX Runtime is imported before any Qt module. On Windows it fails to load when Qt's libraries were loaded first
(labelme #1564, onnxruntime #16116 and #26127), and this is the one place that runs before every module of the
window.
"""

import onnxruntime  # noqa: F401 - imported for its side effect, see above
