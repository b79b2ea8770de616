"""Where ``models/`` and ``resources/`` are, in a checkout, a wheel and a PyInstaller bundle.

No other module builds such a path.
"""

import os
import sys
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _data_root() -> Path:
    frozen_root = getattr(sys, "_MEIPASS", None)  # set by PyInstaller's boot loader
    if frozen_root is not None:
        return Path(frozen_root)
    bundled = _PACKAGE / "_bundled"  # made by the wheel build, see pyproject.toml
    return bundled if bundled.is_dir() else _PACKAGE.parent


def models_dir() -> Path:
    """Folder of the model files that come with the program."""
    return _data_root() / "models"


def resources_dir() -> Path:
    """Folder of icons, fonts and translations."""
    return _data_root() / "resources"


def default_model() -> Path:
    """The model the program opens when it is told no other."""
    return models_dir() / "melnyk_net.onnx"


def speed_memo() -> Path:
    """File that remembers how fast model files are on this machine; it may be deleted at any time."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library/Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "hccr-desktop" / "speed.json"


def licenses_dir() -> Path:
    """Folder of the licence texts that come with the program, one ``NAME.txt`` each."""
    return resources_dir() / "licenses"


def fonts_dir() -> Path:
    """Folder of the font that draws the candidates where the system has no Chinese one."""
    return resources_dir() / "fonts"


def published_label_order() -> Path:
    """The order in which the published weights answer: one character a line, line j for output j."""
    return resources_dir() / "published_label_order.txt"


def sample_ink() -> Path:
    """One drawn character as ink jsonl, for trying out a model."""
    return resources_dir() / "self_test" / "ink.jsonl"


def lexicon_dir() -> Path:
    """Folder of the packed dictionary and stroke orders."""
    return resources_dir() / "lexicon"
