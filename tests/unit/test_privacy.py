"""Nothing leaves this machine, and nothing is prepared to."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

RECOGNIZE = """
import sys
from pathlib import Path
import numpy as np
from hccr_desktop.inference.recognizer import Recognizer
recognizer = Recognizer.open(Path(sys.argv[1]))
recognizer.recognize(np.zeros((96, 96), np.float32), kind="ink")
open_files = Path("/proc/self/fd").iterdir() if sys.platform == "linux" else []
links = [str(file.readlink()) for file in open_files if file.is_symlink()]
print([link for link in links if "socket" in link or "Microsoft" in link])
"""


@pytest.mark.model
def test_recognizing_leaves_no_file_and_no_connection_behind(model_path: Path, tmp_path: Path) -> None:
    """ONNX Runtime 1.32 does both by default: a device id, a database of events, and uploads."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("ORT_", "XDG_"))}
    done = subprocess.run(
        [sys.executable, "-c", RECOGNIZE, str(model_path)],
        env=inherited | {"HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.parametrize(
    "module", ["hccr_desktop.gui", "hccr_desktop.inference.providers", "hccr_desktop.cli", "hccr_training"]
)
def test_telemetry_is_off_before_onnxruntime_is_loaded(module: str) -> None:
    program = f"""
import os, sys
class Witness:
    def find_spec(self, name, path, target=None):
        if name == "onnxruntime":
            print(os.environ.get("ORT_DISABLE_TELEMETRY"))
            sys.meta_path.remove(self)
sys.meta_path.insert(0, Witness())
import {module}
import onnxruntime
"""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ORT_")}
    inherited["PYTHONPATH"] = str(REPOSITORY / "training")  # the app's environment does not have the trainer
    done = subprocess.run([sys.executable, "-c", program], env=inherited, capture_output=True, text=True, check=True)
    assert done.stdout == "1\n"
