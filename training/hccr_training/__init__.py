"""Training, calibration and export of the network that HCCR Desktop ships."""

import hccr_desktop  # noqa: F401 - switches ONNX Runtime's telemetry off before a module here loads it
