import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QThread
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from hccr_desktop.domain.ink import Ink
from hccr_desktop.errors import EmptyInkError, ModelFileError, UnreadableImageError
from hccr_desktop.gui.mailbox import Mailbox
from hccr_desktop.gui.page_worker import PREVIEW_SIDE_PX
from hccr_desktop.gui.recognition_worker import is_dot
from tests.gui.conftest import MakeService
from tests.gui.fakes import CHARACTERS, FakeRecognizer
from tests.gui.lessons import CROSS, SLANT, Listener


def test_mailbox_holds_the_latest_item_and_says_whether_it_was_empty() -> None:
    mailbox: Mailbox[int] = Mailbox()
    assert mailbox.take() is None
    assert mailbox.put(1)
    assert not mailbox.put(2)
    assert mailbox.take() == 2
    assert mailbox.take() is None


def test_service_opens_the_model_and_tells_what_runs_it(make_service: MakeService, qtbot: QtBot) -> None:
    service = make_service(lambda: FakeRecognizer(provider="CUDA"))
    with qtbot.waitSignal(service.ready) as ready:
        service.start()
    assert (ready.args[0].model_id, ready.args[0].provider) == ("Fake-Net", "CUDA")


def test_service_recognizes_ink_in_the_ink_temperature(make_service: MakeService, qtbot: QtBot) -> None:
    recognizer = FakeRecognizer()
    service = make_service(lambda: recognizer)
    service.start()
    with qtbot.waitSignal(service.recognized) as recognized:
        service.recognize_ink(SLANT, count=3)
    (answer,) = recognized.args
    assert "".join(candidate.character for candidate in answer.recognition.candidates) == CHARACTERS[:3]
    assert answer.elapsed_ms > 0
    assert recognizer.kinds == ["ink"]
    assert recognizer.images[0].shape == (96, 96)
    assert recognizer.images[0].max() == 255


def test_service_recognizes_ink_drawn_before_the_model_was_open(make_service: MakeService, qtbot: QtBot) -> None:
    service = make_service(FakeRecognizer)
    service.recognize_ink(SLANT, count=10)
    with qtbot.waitSignals([service.ready, service.recognized], order="strict"):
        service.start()


def test_service_takes_a_second_look_when_the_pen_rests(make_service: MakeService, qtbot: QtBot) -> None:
    recognizer = FakeRecognizer(is_final=False)
    service = make_service(lambda: recognizer)
    service.start()
    with qtbot.waitSignal(service.recognized) as first:
        service.recognize_ink(CROSS, count=3)
    assert recognizer.confirmed == []
    with qtbot.waitSignal(service.recognized) as second:
        pass

    before, after = (signal.args[0] for signal in (first, second))
    assert (before.recognition.is_sure, after.recognition.is_sure, after.recognition.is_several) == (True, False, True)
    assert before.recognition.candidates == after.recognition.candidates
    assert (before.request_id, before.elapsed_ms) == (after.request_id, after.elapsed_ms)
    np.testing.assert_array_equal(np.concatenate(recognizer.confirmed[0]), np.concatenate(CROSS.to_arrays()))


@pytest.mark.parametrize("follows", ["another stroke", "a picture", "a pick"])
def test_service_takes_no_second_look_at_what_is_outdated(
    make_service: MakeService, qtbot: QtBot, follows: str
) -> None:
    recognizer = FakeRecognizer(is_final=False)
    service = make_service(lambda: recognizer)
    service.start()
    with qtbot.waitSignal(service.recognized):
        service.recognize_ink(SLANT, count=3)
    recognizer.is_final = True
    if follows == "another stroke":
        service.recognize_ink(CROSS, count=3)
    elif follows == "a picture":
        service._ask(np.zeros((96, 96), np.float32), 3)
    else:
        service.forget()
    qtbot.wait(100)

    assert recognizer.confirmed == []


def test_service_takes_no_second_look_at_pictures_or_what_is_final(make_service: MakeService, qtbot: QtBot) -> None:
    recognizer = FakeRecognizer()
    service = make_service(lambda: recognizer)
    service.start()
    with qtbot.waitSignal(service.recognized):
        service.recognize_ink(SLANT, count=3)
    qtbot.wait(100)
    recognizer.is_final = False
    with qtbot.waitSignal(service.recognized):
        service._ask(np.zeros((96, 96), np.float32), 3)
    qtbot.wait(100)

    assert recognizer.confirmed == []


def test_service_keeps_the_answer_where_the_second_look_fails(
    make_service: MakeService, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    class Failing(FakeRecognizer):
        def confirm(self, recognition, strokes):
            raise RuntimeError("no second run")

    service = make_service(lambda: Failing(is_final=False))
    listener = Listener()
    service.failed.connect(listener.hear)
    service.start()
    with qtbot.waitSignal(service.recognized) as first:
        service.recognize_ink(CROSS, count=3)
    qtbot.waitUntil(lambda: "the second look failed" in caplog.text)
    with qtbot.waitSignal(service.recognized) as second:
        service.recognize_ink(SLANT, count=3)

    assert first.args[0].recognition.is_sure
    assert second.args[0].request_id != first.args[0].request_id
    assert listener.heard == []


def test_service_answers_a_burst_with_its_last_request_alone(make_service: MakeService, qtbot: QtBot) -> None:
    recognizer = FakeRecognizer()
    recognizer.gate.clear()
    service = make_service(lambda: recognizer)
    listener = Listener()
    service.recognized.connect(listener.hear)
    with qtbot.waitSignal(service.ready):
        service.start()
    for _ in range(20):
        service.recognize_ink(SLANT, count=10)
    service.recognize_ink(CROSS, count=10)
    with qtbot.waitSignal(service.recognized):
        recognizer.gate.set()
    assert len(listener.heard) == 1
    assert len(recognizer.images) <= 2
    upright = recognizer.images[-1][:, 40:56].sum()
    assert upright > recognizer.images[-1][:, :16].sum(), "the last answer is of another ink"


def test_service_delivers_in_the_thread_of_its_receiver(make_service: MakeService, qtbot: QtBot) -> None:
    worked_in: list[threading.Thread] = []

    class Remembering(FakeRecognizer):
        def recognize(self, *args, **kwargs):
            worked_in.append(threading.current_thread())
            return super().recognize(*args, **kwargs)

    service = make_service(Remembering)
    listener = Listener()
    for signal in (service.ready, service.recognized):
        signal.connect(listener.hear)
    service.start()
    with qtbot.waitSignal(service.recognized):
        service.recognize_ink(SLANT, count=10)
    assert listener.threads == {QThread.currentThread()}
    assert worked_in[0] is not threading.main_thread()


def test_service_forget_drops_an_answer_under_way(make_service: MakeService, qtbot: QtBot) -> None:
    recognizer = FakeRecognizer()
    service = make_service(lambda: recognizer)
    listener = Listener()
    service.recognized.connect(listener.hear)
    with qtbot.waitSignal(service.ready):
        service.start()
    recognizer.gate.clear()
    service.recognize_ink(SLANT, count=10)
    service.forget()
    recognizer.gate.set()
    with qtbot.waitSignal(service.recognized):
        service.recognize_ink(CROSS, count=10)
    assert len(listener.heard) == 1


def test_service_says_why_there_is_no_model(make_service: MakeService, qtbot: QtBot) -> None:
    def fail() -> FakeRecognizer:
        raise ModelFileError("The model file x.onnx does not exist.")

    service = make_service(fail)
    with qtbot.waitSignal(service.unavailable) as unavailable:
        service.start()
    assert unavailable.args[0].message == "The model file x.onnx does not exist."


def test_service_survives_an_unexpected_error_in_opening(
    make_service: MakeService, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> FakeRecognizer:
        raise ZeroDivisionError("inside the runtime")

    service = make_service(fail)
    with qtbot.waitSignal(service.unavailable) as unavailable:
        service.start()
    assert "inside the runtime" in unavailable.args[0].detail
    assert "ZeroDivisionError" in caplog.text


def test_service_survives_an_unexpected_error_in_recognizing(
    make_service: MakeService, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    recognizer = FakeRecognizer(error=RuntimeError("out of memory"))
    service = make_service(lambda: recognizer)
    service.start()
    with qtbot.waitSignal(service.failed) as failed:
        service.recognize_ink(SLANT, count=10)
    assert "out of memory" in failed.args[0].error.detail
    assert "RuntimeError" in caplog.text
    recognizer.error = None
    with qtbot.waitSignal(service.recognized):
        service.recognize_ink(SLANT, count=10)


@pytest.mark.parametrize(
    "points",
    [[(0.5, 0.5)], [(0.5, 0.5), (0.52, 0.51), (0.5, 0.53)]],
    ids=["tap", "trembling tap"],
)
def test_service_gives_a_lone_dot_no_candidates(
    make_service: MakeService, qtbot: QtBot, points: list[tuple[float, float]]
) -> None:
    recognizer = FakeRecognizer()
    service = make_service(lambda: recognizer)
    service.start()
    with qtbot.waitSignal(service.failed) as failed:
        service.recognize_ink(Ink.from_coordinates([points]), count=10)
    assert isinstance(failed.args[0].error, EmptyInkError)
    assert not recognizer.images


def test_is_dot_is_about_the_extent_of_all_ink() -> None:
    assert not is_dot(Ink())
    assert is_dot(Ink.from_coordinates([[(0.9, 0.9)]]))
    assert not is_dot(Ink.from_coordinates([[(0.2, 0.2)], [(0.8, 0.2)]]))
    assert not is_dot(Ink.from_coordinates([[(0.5, 0.5), (0.55, 0.5)]]))


@pytest.fixture
def picture_file(tmp_path: Path) -> Path:
    pixels = np.full((300, 400), 255, np.uint8)
    pixels[100:200, 150:250] = 0
    path = tmp_path / "方块.png"
    Image.fromarray(pixels).save(path)
    return path


@pytest.mark.parametrize("form", ["path", "bytes", "image"])
def test_service_reads_a_picture(make_service: MakeService, qtbot: QtBot, picture_file: Path, form: str) -> None:
    sources = {"path": picture_file, "bytes": picture_file.read_bytes(), "image": QImage(str(picture_file))}
    service = make_service(FakeRecognizer)
    service.start()
    with qtbot.waitSignal(service.picture_read) as read:
        service.read_picture(sources[form], name="方块.png")
    (picture,) = read.args
    assert picture.name == "方块.png"
    assert picture.preview.shape == (300, 400)
    assert picture.model_image.shape == (96, 96)
    assert not picture.model_image.flags.writeable
    assert not picture.preview.flags.writeable


def test_service_shrinks_the_preview_of_a_large_picture(
    make_service: MakeService, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "large.png"
    large = Image.new("L", (4000, 2000), 255)
    large.paste(0, (1500, 500, 2500, 1500))
    large.save(path)
    service = make_service(FakeRecognizer)
    service.start()
    with qtbot.waitSignal(service.picture_read) as read:
        service.read_picture(path, name=path.name)
    height, width = read.args[0].preview.shape
    assert width == 2 * height <= PREVIEW_SIDE_PX


def test_service_recognizes_a_picture_in_the_page_temperature(
    make_service: MakeService, qtbot: QtBot, picture_file: Path
) -> None:
    recognizer = FakeRecognizer()
    service = make_service(lambda: recognizer)
    service.start()
    with qtbot.waitSignal(service.picture_read) as read:
        service.read_picture(picture_file, name="x")
    with qtbot.waitSignal(service.recognized):
        service.recognize_picture(read.args[0], count=10)
    assert recognizer.kinds == ["page"]


def test_service_reads_pictures_without_a_model(make_service: MakeService, qtbot: QtBot, picture_file: Path) -> None:
    def fail() -> FakeRecognizer:
        raise ModelFileError("gone")

    service = make_service(fail)
    service.start()
    with qtbot.waitSignal(service.picture_read):
        service.read_picture(picture_file, name="x")


def test_service_tells_of_the_last_of_several_readings(
    make_service: MakeService, qtbot: QtBot, picture_file: Path
) -> None:
    service = make_service(FakeRecognizer)
    listener = Listener()
    service.picture_read.connect(listener.hear)
    service.start()
    with qtbot.waitSignal(service.picture_read):
        for name in ("first", "second", "third"):
            service.read_picture(picture_file, name=name)
    assert [picture.name for picture in listener.heard] == ["third"]


def test_service_says_why_a_picture_cannot_be_read(make_service: MakeService, qtbot: QtBot, tmp_path: Path) -> None:
    service = make_service(FakeRecognizer)
    service.start()
    with qtbot.waitSignal(service.picture_failed) as failed:
        service.read_picture(tmp_path / "none.png", name="none.png")
    assert isinstance(failed.args[0], UnreadableImageError)
    assert "none.png" in failed.args[0].message


def test_service_refuses_a_blank_picture_by_name(make_service: MakeService, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "blank.png"
    Image.new("L", (50, 50), 255).save(path)
    service = make_service(FakeRecognizer)
    service.start()
    with qtbot.waitSignal(service.picture_failed) as failed:
        service.read_picture(path, name="blank.png")
    assert isinstance(failed.args[0], EmptyInkError)
    assert failed.args[0].message.startswith("blank.png")


def test_service_stop_ends_the_thread_and_silences_it(make_service: MakeService, qtbot: QtBot) -> None:
    service = make_service(FakeRecognizer)
    listener = Listener()
    service.recognized.connect(listener.hear)
    with qtbot.waitSignal(service.ready):
        service.start()
    service.recognize_ink(SLANT, count=10)
    service.stop()
    qtbot.wait(0)
    assert not service._thread.isRunning()
    assert listener.heard == []


def test_service_that_never_started_can_be_stopped(make_service: MakeService) -> None:
    service = make_service(FakeRecognizer)
    service.stop()
    assert not service._thread.isRunning()
