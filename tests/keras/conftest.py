"""Tests against Keras itself, in an environment of its own: `make test-keras`. The app's own run passes them over."""

import atexit
import importlib.util
import os
import shutil
import tempfile

if importlib.util.find_spec("keras") is None:
    collect_ignore_glob = ["test_*.py"]
else:
    # Both are read when Keras is first imported; without a home of its own it writes into the user's.
    os.environ["KERAS_BACKEND"] = "jax"
    os.environ["KERAS_HOME"] = tempfile.mkdtemp(prefix="keras-home-")
    atexit.register(shutil.rmtree, os.environ["KERAS_HOME"], ignore_errors=True)
