"""Which execution provider of ONNX Runtime runs the network, and proof that it does."""

import importlib.metadata
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
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


class ProviderSession:
    """A session, and what runs it. Where that is not the CPU and fails at a call, the CPU goes on from that call.

    Safe to call from several threads.

    Attributes:
        provider: what really runs, as ONNX Runtime names it.
        note: one sentence where that is not the wanted one, else empty.

    Args:
        session: the open session.
        provider: see above.
        note: see above.
        open_cpu: makes the session that goes on; it is asked once. None where there is no other to go on with.
    """

    def __init__(
        self,
        session: onnxruntime.InferenceSession,
        provider: str,
        note: str = "",
        *,
        open_cpu: Callable[[], onnxruntime.InferenceSession] | None = None,
    ) -> None:
        self._session = session
        self._open_cpu = open_cpu
        self._changing = threading.Lock()
        self.provider = provider
        self.note = note

    def run(
        self, outputs: Sequence[str], inputs: Mapping[str, npt.NDArray[np.float32]]
    ) -> Sequence[npt.NDArray[np.float32]]:
        """Run the network.

        Args:
            outputs: names of those wanted.
            inputs: arrays by name, in the shapes that the model takes.

        Returns:
            An array for each output.

        Raises:
            Exception: what ONNX Runtime raised on the CPU, or on the provider where there is no CPU session to be had.
        """
        session = self._session
        try:
            found: Sequence[npt.NDArray[np.float32]] = session.run(outputs, inputs)
        except Exception as error:
            found = self._session_after(session, error).run(outputs, inputs)
        return found

    def _session_after(self, failed: onnxruntime.InferenceSession, error: Exception) -> onnxruntime.InferenceSession:
        """The CPU's, which another thread may have made already; raises the error where there is none."""
        with self._changing:
            if self._session is not failed:
                return self._session
            if self._open_cpu is None:
                raise error
            logger.warning("%s failed in the middle of the work: %s", self.provider, error)
            try:
                self._session = self._open_cpu()
            except Exception:
                logger.exception("the CPU cannot go on")
                raise error from None
            self._open_cpu = None  # it holds the model's bytes
            name = provider_label(self.provider)
            self.note = Sentence("{provider} has failed, so the CPU is used until the next start.", provider=name)
            self.provider = CPU
            return self._session


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
) -> ProviderSession:
    """Open a session on the first provider that proves itself with a test inference.

    Args:
        model: the ONNX file's content.
        input_name: the input that the test inference feeds.
        input_shape: its shape for one sample.
        wanted: see :func:`providers_to_try`.
        threads: intra-op threads.

    Returns:
        The session, with a sentence where CUDA was asked for and does not run it.

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
        return ProviderSession(
            session, provider, open_cpu=lambda: _proven_session(model, CPU, input_name, input_shape, threads)
        )
    return ProviderSession(_proven_session(model, CPU, input_name, input_shape, threads), CPU, note)


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
    session.disable_fallback()  # ONNX Runtime's own goes over to the CPU for some errors alone, and tells nobody
    if session.get_providers()[0] != provider:
        raise RuntimeError(f"the session fell back to {session.get_providers()[0]}")
    session.run(None, {input_name: np.zeros(input_shape, np.float32)})
    return session
