"""Which execution provider of ONNX Runtime runs the network, and proof that it does."""

import importlib.metadata
import logging
from typing import Final

import numpy as np
import onnxruntime

from hccr_desktop.domain.settings import Provider
from hccr_desktop.errors import RuntimeSetupError, Sentence

logger = logging.getLogger(__name__)

CPU: Final = "CPUExecutionProvider"
CUDA: Final = "CUDAExecutionProvider"

_BOTH_INSTALLED: Final = Sentence(
    "Both onnxruntime and onnxruntime-gpu are installed, and they overwrite each other. Run: "
    "pip uninstall -y onnxruntime onnxruntime-gpu && pip install 'onnxruntime-gpu[cuda,cudnn]' "
    "(with an NVIDIA card) or: pip uninstall -y onnxruntime onnxruntime-gpu && pip install onnxruntime"
)


def check_installation() -> None:
    """Refuse an environment in which two builds of ONNX Runtime lie over each other.

    Raises:
        RuntimeSetupError: both distributions are installed; the message says how to mend it.
    """
    installed = []
    for name in ("onnxruntime", "onnxruntime-gpu"):
        try:
            installed.append(importlib.metadata.version(name))
        except importlib.metadata.PackageNotFoundError:
            continue
    if len(installed) == 2:
        raise RuntimeSetupError(_BOTH_INSTALLED, detail=f"onnxruntime {installed[0]}, onnxruntime-gpu {installed[1]}")


def available_providers() -> tuple[str, ...]:
    """Names of the providers that this build of ONNX Runtime was made with; not all need work here."""
    return tuple(provider_label(provider) for provider in onnxruntime.get_available_providers())


def runtime_version() -> str:
    """Such as ``onnxruntime 1.32.0``."""
    return f"onnxruntime {onnxruntime.__version__}"


def provider_label(provider: str) -> str:
    """The name shown to the user: ``CPU``, ``CUDA``."""
    return provider.removesuffix("ExecutionProvider")


def providers_to_try(wanted: Provider) -> tuple[str, ...]:
    """Providers in the order in which a session is attempted; the CPU always comes last.

    A wish for CUDA on a build without it leaves the CPU alone, since an answer beats none; the recognizer says
    which provider really runs.
    """
    if wanted == "cpu" or CUDA not in onnxruntime.get_available_providers():
        return (CPU,)
    return (CUDA, CPU)


def preload_cuda_libraries() -> None:
    """Load CUDA's and cuDNN's libraries from the pip packages, before the first session asks for them."""
    preload = getattr(onnxruntime, "preload_dlls", None)
    if preload is None:
        return
    try:
        preload()
    except Exception as error:
        logger.info("preload_dlls failed: %s", error)


def open_session(
    model: bytes, input_name: str, input_shape: tuple[int, ...], *, wanted: Provider, threads: int
) -> tuple[onnxruntime.InferenceSession, str, str]:
    """Open a session on the first provider that proves itself with a test inference.

    Args:
        model: the ONNX file's content.
        input_name: the input that the test inference feeds.
        input_shape: its shape for one sample.
        wanted: see :func:`providers_to_try`.
        threads: intra-op threads.

    Returns:
        The session, the provider that runs it, and a sentence on why CUDA does not (empty where it does or was
        not asked for).

    Raises:
        Exception: what ONNX Runtime raised on the CPU; the caller knows the file and wraps it.
    """
    note = ""
    candidates = providers_to_try(wanted)
    if wanted == "cuda" and CUDA not in candidates:
        note = Sentence("This build of ONNX Runtime has no CUDA, so the CPU is used.")
    if CUDA in candidates:
        preload_cuda_libraries()
    for provider in candidates[:-1]:
        try:
            session = _proven_session(model, provider, input_name, input_shape, threads)
        except Exception as error:
            logger.warning("%s does not work: %s", provider, error)
            note = Sentence("{provider} does not work here, so the CPU is used.", provider=provider_label(provider))
            continue
        return session, provider, ""
    return _proven_session(model, CPU, input_name, input_shape, threads), CPU, note


def _proven_session(
    model: bytes, provider: str, input_name: str, input_shape: tuple[int, ...], threads: int
) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # A spinning pool would keep a core busy while the program is idle.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    options.log_severity_level = 3  # errors only: warnings about a missing CUDA are ours to tell
    session = onnxruntime.InferenceSession(model, options, providers=[provider])
    if session.get_providers()[0] != provider:
        raise RuntimeError(f"the session fell back to {session.get_providers()[0]}")
    session.run(None, {input_name: np.zeros(input_shape, np.float32)})
    return session
