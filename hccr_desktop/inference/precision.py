"""Which of two files of one model is opened: the float one, or the int8 one beside it where that is faster here."""

import hashlib
import json
import logging
import platform
import time
from pathlib import Path
from typing import Final

import numpy as np

from hccr_desktop.domain.melnyk import INPUT_SIZE
from hccr_desktop.domain.settings import Precision, Provider
from hccr_desktop.errors import HccrError
from hccr_desktop.inference.providers import runtime_version
from hccr_desktop.inference.recognizer import Recognizer

logger = logging.getLogger(__name__)

INT8_SUFFIX: Final = "_int8"
"""``melnyk_net.onnx`` has ``melnyk_net_int8.onnx`` beside it."""

WORTHWHILE_SPEEDUP: Final = 1.3
"""Under this the int8 file, which answers a little worse, is not worth it. Taste."""

_REPEATS: Final = 5
_MAX_ENTRIES: Final = 32


def int8_path(path: Path) -> Path:
    """Where the int8 file of a model lies."""
    return path.with_name(f"{path.stem}{INT8_SUFFIX}{path.suffix}")


def open_model(
    path: Path,
    *,
    provider: Provider = "auto",
    threads: int = 1,
    precision: Precision = "auto",
    memo: Path | None = None,
) -> Recognizer:
    """Open a model, or the int8 file beside it.

    With ``auto`` the int8 file is taken on a CPU where it is measured to be faster; what was measured is remembered for
    this machine and these files. An int8 file that cannot be used, or is of other weights, is passed over and logged.

    Args:
        path: the float file.
        provider: see :meth:`Recognizer.open`. What runs on CUDA stays float.
        threads: CPU threads of one inference.
        precision: ``auto``, ``float``, or ``int8`` wherever there is an int8 file.
        memo: file that remembers measurements; None measures anew.

    Raises:
        HccrError: the float file cannot be opened, as :meth:`Recognizer.open` says.
    """
    recognizer = Recognizer.open(path, provider=provider, threads=threads)
    small = int8_path(path)
    if precision == "float" or recognizer.provider != "CPU" or not small.is_file():
        return recognizer
    try:
        quantized = Recognizer.open(small, provider="cpu", threads=threads)
    except HccrError as error:
        logger.warning("%s", error.message)
        return recognizer
    if (quantized.card.version, quantized.card.characters) != (recognizer.card.version, recognizer.card.characters):
        logger.warning("%s is of another version than %s and is not used.", small.name, path.name)
        return recognizer
    if precision == "auto" and _speedup(recognizer, quantized, path, small, threads, memo) < WORTHWHILE_SPEEDUP:
        return recognizer
    quantized.provider_note = recognizer.provider_note
    return quantized


def _speedup(
    recognizer: Recognizer, quantized: Recognizer, path: Path, small: Path, threads: int, memo: Path | None
) -> float:
    """Time of the float file over that of the int8 file, measured now or remembered."""
    known = _read(memo)
    key = _key(path, small, threads)
    if key in known:
        return known[key]
    image = np.zeros((INPUT_SIZE, INPUT_SIZE), np.float32)
    image[8:-8, 44:52] = image[44:52, 8:-8] = 255
    best = [float("inf"), float("inf")]
    for _ in range(_REPEATS):
        for number, each in enumerate((recognizer, quantized)):
            started = time.perf_counter()
            each.logits([image])
            # The least of several: whatever else runs can only add to a time.
            best[number] = min(best[number], time.perf_counter() - started)
    speedup = round(best[0] / best[1], 3)
    logger.info("int8 is %.2f times as fast as float here", speedup)
    _write(memo, dict(list(known.items())[-_MAX_ENTRIES + 1 :]) | {key: speedup})
    return speedup


def _key(path: Path, small: Path, threads: int) -> str:
    """Of this machine, this runtime and these two files."""
    facts = [platform.node(), platform.machine(), platform.processor(), runtime_version(), str(threads)]
    for each in (path, small):
        status = each.stat()
        facts += [str(each.resolve()), str(status.st_size), str(status.st_mtime_ns)]
    return hashlib.sha256("\0".join(facts).encode("utf-8", "surrogateescape")).hexdigest()[:24]


def _read(memo: Path | None) -> dict[str, float]:
    if memo is None:
        return {}
    try:
        values = json.loads(memo.read_bytes())
        return {str(key): float(speedup) for key, speedup in values.items()}
    except (OSError, ValueError, AttributeError, TypeError):  # not there yet, or damaged: then it is measured again
        return {}


def _write(memo: Path | None, values: dict[str, float]) -> None:
    if memo is None:
        return
    try:
        memo.parent.mkdir(parents=True, exist_ok=True)
        memo.write_text(json.dumps(values), encoding="utf-8")
    except OSError as error:
        logger.info("%s cannot be written: %s", memo, error)
