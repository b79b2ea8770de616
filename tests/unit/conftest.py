"""A tiny model that keeps the whole contract, so that no unit test needs trained weights."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from hccr_desktop.domain.charset import CharacterSet
from hccr_desktop.domain.melnyk import FEATURES, INPUT_SIZE, MAP_SIZE
from hccr_desktop.imaging.normalize import NORMALIZATION_ID
from hccr_desktop.inference.model_card import ModelCard

CHARACTERS = "一丁七万丈三上下"


def make_card(**changes: object) -> ModelCard:
    values: dict[str, object] = {
        "model_id": "Tiny",
        "version": "1",
        "characters": CharacterSet.of(CHARACTERS),
        "input_size": INPUT_SIZE,
        "polarity": "bright_ink",
        "normalization": NORMALIZATION_ID,
        "temperature_ink": 1.0,
        "temperature_page": 2.0,
        "sure_confidence_ink": 0.5,
        "sure_confidence_page": 0.0,
        "provenance": "made by a test",
        "licence": "MIT",
    }
    return ModelCard(**(values | changes))


def build_model(card: ModelCard | None, *, side: int = INPUT_SIZE, classes: int | None = None) -> onnx.ModelProto:
    """Average pool, one 1x1 convolution, a sum and a dense layer: the three outputs in the right shapes."""
    rng = np.random.default_rng(7)
    classes = classes or (len(card.characters) if card else len(CHARACTERS))
    window = side // MAP_SIZE
    weights = {
        "spread.weight": rng.normal(0, 0.01, (FEATURES, 1, 1, 1)).astype(np.float32),
        "dense.weight": rng.normal(0, 0.05, (classes, FEATURES)).astype(np.float16),
        "dense.bias": rng.normal(0, 0.1, classes).astype(np.float32),
        "axes": np.array([2, 3], np.int64),
    }
    nodes = [
        helper.make_node("AveragePool", ["image"], ["pooled"], kernel_shape=[window] * 2, strides=[window] * 2),
        helper.make_node("Conv", ["pooled", "spread.weight"], ["evidence_features"]),
        helper.make_node("ReduceSum", ["evidence_features", "axes"], ["embedding"], keepdims=0),
        helper.make_node("Cast", ["dense.weight"], ["dense"], to=TensorProto.FLOAT),
        helper.make_node("Gemm", ["embedding", "dense", "dense.bias"], ["logits"], transB=1),
    ]
    float_type = TensorProto.FLOAT
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("image", float_type, ["N", 1, side, side])],
        [
            helper.make_tensor_value_info("logits", float_type, ["N", classes]),
            helper.make_tensor_value_info("embedding", float_type, ["N", FEATURES]),
            helper.make_tensor_value_info("evidence_features", float_type, ["N", FEATURES, MAP_SIZE, MAP_SIZE]),
        ],
        [numpy_helper.from_array(array, name) for name, array in weights.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    if card is not None:
        helper.set_model_props(model, card.to_metadata())
    return model


@pytest.fixture
def write_model(tmp_path: Path) -> Callable[..., Path]:
    def write(card: ModelCard | None = None, *, name: str = "tiny.onnx", **options: object) -> Path:
        path = tmp_path / name
        onnx.save(build_model(card, **options), path)
        return path

    return write


@pytest.fixture
def tiny_model(write_model: Callable[..., Path]) -> Path:
    return write_model(make_card())
