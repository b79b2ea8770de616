import importlib.metadata
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import onnxruntime
import pytest

from hccr_desktop.errors import RuntimeSetupError
from hccr_desktop.inference import providers
from hccr_desktop.inference.recognizer import Recognizer

REAL_SESSION = onnxruntime.InferenceSession


@pytest.fixture
def with_cuda_build(monkeypatch):
    """A build of ONNX Runtime that claims CUDA; what a session on it does is up to the test."""
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: [providers.CUDA, providers.CPU])
    preloaded = []
    monkeypatch.setattr(onnxruntime, "preload_dlls", lambda: preloaded.append(True), raising=False)
    return preloaded


class FakeCudaSession:
    """A CPU session that says it runs on CUDA."""

    def __init__(self, session):
        self._session = session

    def get_providers(self):
        return [providers.CUDA, providers.CPU]

    def __getattr__(self, name):
        return getattr(self._session, name)


def replace_cuda_session(monkeypatch, make):
    def session(model, options=None, providers=()):
        cpu = REAL_SESSION(model, options, providers=["CPUExecutionProvider"])
        return make(cpu) if list(providers)[:1] == ["CUDAExecutionProvider"] else cpu

    monkeypatch.setattr(onnxruntime, "InferenceSession", session)


def test_a_build_without_cuda_runs_on_the_cpu_and_says_so_when_cuda_was_wanted(tiny_model, monkeypatch):
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: [providers.CPU])

    assert Recognizer.open(tiny_model).provider == "CPU"
    assert Recognizer.open(tiny_model).provider_note == ""
    wanted = Recognizer.open(tiny_model, provider="cuda")
    assert wanted.provider == "CPU"
    assert wanted.provider_note == "This build of ONNX Runtime has no CUDA, so the CPU is used."


def test_cuda_that_works_is_used_after_its_libraries_are_loaded(tiny_model, monkeypatch, with_cuda_build):
    replace_cuda_session(monkeypatch, FakeCudaSession)

    recognizer = Recognizer.open(tiny_model)

    assert recognizer.provider == "CUDA"
    assert recognizer.provider_note == ""
    assert with_cuda_build == [True]


def test_cuda_whose_session_does_not_open_falls_back(tiny_model, monkeypatch, with_cuda_build):
    def fail(cpu):
        raise RuntimeError("libcudnn.so.9: cannot open shared object file")

    replace_cuda_session(monkeypatch, fail)

    recognizer = Recognizer.open(tiny_model)
    assert recognizer.provider == "CPU"
    assert recognizer.provider_note == "CUDA does not work here, so the CPU is used."


def test_cuda_that_opens_but_cannot_run_falls_back(tiny_model, monkeypatch, with_cuda_build):
    class Failing(FakeCudaSession):
        def run(self, *_):
            raise RuntimeError("no kernel image is available for execution on the device")

    replace_cuda_session(monkeypatch, Failing)

    assert Recognizer.open(tiny_model).provider == "CPU"


def test_a_session_that_silently_fell_back_is_not_called_cuda(tiny_model, monkeypatch, with_cuda_build):
    replace_cuda_session(monkeypatch, lambda cpu: cpu)

    recognizer = Recognizer.open(tiny_model)
    assert recognizer.provider == "CPU"
    assert recognizer.provider_note == "CUDA does not work here, so the CPU is used."


def test_a_failing_preload_is_not_the_end(tiny_model, monkeypatch, with_cuda_build):
    def fail():
        raise OSError("no such library")

    monkeypatch.setattr(onnxruntime, "preload_dlls", fail, raising=False)
    replace_cuda_session(monkeypatch, FakeCudaSession)

    assert Recognizer.open(tiny_model).provider == "CUDA"


def test_cpu_on_request_never_touches_cuda(tiny_model, monkeypatch, with_cuda_build):
    replace_cuda_session(monkeypatch, FakeCudaSession)

    assert Recognizer.open(tiny_model, provider="cpu").provider == "CPU"
    assert with_cuda_build == []


class DyingSession(FakeCudaSession):
    """Its device is lost after the test inference and the calls of ``ANSWERS``, for good."""

    ANSWERS = 2

    def __init__(self, session):
        super().__init__(session)
        self.calls = 0
        self.barrier = None

    def run(self, *arguments):
        self.calls += 1
        if self.calls > 1 + self.ANSWERS:
            if self.barrier is not None:
                self.barrier.wait(10)
            raise RuntimeError("CUDA error 700: an illegal memory access was encountered")
        return self._session.run(*arguments)


@pytest.fixture
def dying(monkeypatch, with_cuda_build):
    """The sessions on CUDA that were opened, which die."""
    made = []

    def make(cpu):
        made.append(DyingSession(cpu))
        return made[-1]

    replace_cuda_session(monkeypatch, make)
    return made


@pytest.fixture
def cpu_sessions(monkeypatch, dying):
    """Counts the sessions that are opened on the CPU after the recognizer is."""
    opened = []
    real = providers._proven_session

    def proven(model, provider, *others):
        if provider == providers.CPU:
            opened.append(provider)
        return real(model, provider, *others)

    monkeypatch.setattr(providers, "_proven_session", proven)
    return opened


def test_cuda_that_dies_in_the_middle_is_replaced_once_and_no_answer_is_lost(tiny_model, dying, cpu_sessions, caplog):
    recognizer = Recognizer.open(tiny_model)
    image = np.full((96, 96), 7, np.float32)
    expected = Recognizer.open(tiny_model, provider="cpu").logits([image])
    cpu_sessions.clear()
    assert (recognizer.provider, recognizer.provider_note) == ("CUDA", "")
    tiny_model.unlink()  # what goes on does not need the file

    for _ in range(5):
        np.testing.assert_array_equal(recognizer.logits([image]), expected)
    assert recognizer.run([image]).embedding.shape == (1, 448)

    assert recognizer.provider == "CPU"
    assert recognizer.provider_note == "CUDA has failed, so the CPU is used until the next start."
    assert cpu_sessions == [providers.CPU]
    assert dying[0].calls == 1 + DyingSession.ANSWERS + 1
    assert "CUDA error 700" in caplog.text


def test_threads_that_meet_a_dying_cuda_together_share_one_replacement(tiny_model, dying, cpu_sessions):
    recognizer = Recognizer.open(tiny_model)
    image = np.full((96, 96), 7, np.float32)
    for _ in range(DyingSession.ANSWERS):
        recognizer.logits([image])
    dying[0].barrier = threading.Barrier(2)

    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda _: recognizer.logits([image]), range(2)))

    np.testing.assert_array_equal(both[0], both[1])
    assert cpu_sessions == [providers.CPU]


def test_cuda_that_dies_where_the_cpu_cannot_go_on_is_told_by_its_own_error(tiny_model, dying, monkeypatch):
    recognizer = Recognizer.open(tiny_model)
    image = np.full((96, 96), 7, np.float32)
    for _ in range(DyingSession.ANSWERS):
        recognizer.logits([image])

    def fail(*_):
        raise MemoryError

    with monkeypatch.context() as full:
        full.setattr(providers, "_proven_session", fail)
        with pytest.raises(RuntimeError, match="CUDA error 700"):
            recognizer.logits([image])
    assert recognizer.provider == "CUDA"
    recognizer.logits([image])  # with memory again, the CPU is tried again
    assert recognizer.provider == "CPU"


def test_a_cpu_that_fails_has_nothing_to_go_on_with(tiny_model):
    recognizer = Recognizer.open(tiny_model, provider="cpu")

    def fail(*_):
        raise RuntimeError("out of memory")

    recognizer._session._session = SimpleNamespace(run=fail)
    with pytest.raises(RuntimeError, match="out of memory"):
        recognizer.logits([np.full((96, 96), 7, np.float32)])
    assert recognizer.provider_note == ""


def fake_installation(monkeypatch, *installed):
    def version(name):
        if name in installed:
            return "1.2.3"
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", version)


def test_two_builds_of_onnxruntime_are_refused_with_the_commands_that_mend_it(tiny_model, monkeypatch):
    fake_installation(monkeypatch, "onnxruntime", "onnxruntime-gpu")

    with pytest.raises(RuntimeSetupError, match="pip uninstall -y onnxruntime onnxruntime-gpu") as caught:
        Recognizer.open(tiny_model)
    assert "onnxruntime-gpu[cuda,cudnn]" in caught.value.message


@pytest.mark.parametrize("name", ["onnxruntime", "onnxruntime-gpu"])
def test_one_build_of_onnxruntime_is_fine(monkeypatch, name):
    fake_installation(monkeypatch, name)

    providers.check_installation()


@pytest.mark.model
def test_an_idle_session_has_no_thread_that_spins(model_path: Path):
    import resource
    import time

    recognizer = Recognizer.open(model_path, threads=2)
    recognizer.logits(__import__("numpy").zeros((1, 96, 96), "float32"))
    before = resource.getrusage(resource.RUSAGE_SELF)
    deadline = time.monotonic() + 1.0
    while time.monotonic() < deadline:
        time.sleep(0.1)  # this is the measurement: an idle second
    after = resource.getrusage(resource.RUSAGE_SELF)

    assert (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime) < 0.02
