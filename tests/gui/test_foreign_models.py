"""Model files that are not this program's: the window says in one sentence why none is open, and drawing goes on."""

from collections.abc import Callable
from pathlib import Path

import onnx
import pytest
from onnx import TensorProto, helper
from pytestqt.qtbot import QtBot

from hccr_desktop.domain.settings import Settings
from hccr_desktop.gui.app import recognizer_factory
from hccr_desktop.gui.composition import CompositionFile
from tests.gui.conftest import MakeWindow
from tests.gui.drawing import BAR, draw_stroke
from tests.unit.conftest import build_model, make_card


def of_another_project(folder: Path) -> onnx.ModelProto:
    """Sound, with inputs and outputs as this program's, and without a card."""
    return build_model(None)


def with_weights_outside_its_folder(folder: Path) -> onnx.ModelProto:
    """This program's in all but one tensor, which is in a file that exists and could be read."""
    (folder.parent / "outside.bin").write_bytes(bytes(16))
    model = build_model(make_card())
    tensor = TensorProto(name="outside", dims=[4], data_type=TensorProto.FLOAT, data_location=TensorProto.EXTERNAL)
    tensor.external_data.add(key="location", value="../outside.bin")
    model.graph.initializer.append(tensor)
    return model


def with_operators_of_a_library(folder: Path) -> onnx.ModelProto:
    """This program's, and a node that needs a library with operators of its own."""
    model = build_model(make_card())
    model.opset_import.append(helper.make_opsetid("org.example", 1))
    model.graph.node.append(helper.make_node("Custom", ["logits"], ["more"], domain="org.example"))
    return model


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (of_another_project, "model.onnx is not a model of this program: it carries no model card."),
        (with_weights_outside_its_folder, "model.onnx keeps its weights in other files and is not opened."),
        (with_operators_of_a_library, "model.onnx needs operators of another program and is not opened."),
    ],
)
def test_foreign_model_is_refused_with_a_sentence_and_drawing_goes_on(
    make_window: MakeWindow, qtbot: QtBot, tmp_path: Path, make: Callable[[Path], onnx.ModelProto], sentence: str
) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    path = folder / "model.onnx"
    path.write_bytes(make(folder).SerializeToString())
    composition = CompositionFile(tmp_path / "compose.json")
    window = make_window(
        recognizer_factory(Settings(model_path=str(path))), is_ready=False, composition_file=composition
    )
    window.compose.line.add_text("鱼")
    qtbot.waitUntil(lambda: window.status.message == sentence, timeout=20_000)
    draw_stroke(window.canvas, BAR)
    assert len(window.canvas.ink.strokes) == 1
    assert window.candidates.candidates == ()
    assert window.candidates._placeholder == sentence
    assert "No model" in window.status.facts
    window.compose.save()
    assert composition.load().text == "鱼"
