"""Runs in the frozen program before PyInstaller's own hook for Qt, which loads QtCore on some systems.

On Windows ONNX Runtime fails to load after Qt; :mod:`hccr_desktop.gui` has the reason, and loads it.
"""

from hccr_desktop import gui  # noqa: F401
