"""HCCR Desktop: an offline handwriting pad for Chinese."""

import os

# ONNX Runtime's official builds report their use to Microsoft unless told otherwise, and keep a device id and a
# database of events in the user's cache for that (seen with 1.32.0). It looks at this variable when it is loaded, and
# no module of ours is imported before this one.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

__version__ = "0.1.0"
