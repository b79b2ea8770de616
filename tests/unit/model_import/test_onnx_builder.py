import numpy as np
import onnx
import pytest

from hccr_desktop.domain.charset import gb2312_level1
from hccr_desktop.errors import ModelMismatchError
from hccr_desktop.inference.recognizer import Recognizer
from hccr_desktop.model_import.onnx_builder import build_model, is_half_enough, serialized
from tests.unit.conftest import make_card
from tests.unit.model_import.keras_layouts import zero_weights


def test_the_card_must_name_as_many_characters_as_there_are_classes():
    with pytest.raises(ModelMismatchError, match=r"The weights have 3755 classes, the card names 8\."):
        build_model(zero_weights(), make_card(), producer="test")


def test_the_same_weights_give_the_same_bytes_and_the_app_opens_them(tmp_path):
    card = make_card(characters=gb2312_level1())
    bias = np.arange(3755, dtype=np.float32)

    content = serialized(build_model(zero_weights(dense_bias=bias), card, producer="test"))
    (tmp_path / "net.onnx").write_bytes(content)

    assert content == serialized(build_model(zero_weights(dense_bias=bias), card, producer="test"))
    recognizer = Recognizer.open(tmp_path / "net.onnx")
    assert recognizer.card == card
    np.testing.assert_array_equal(recognizer.logits(np.full((2, 96, 96), 9, np.float32)), [bias, bias])


def test_weights_are_stored_as_half_precision_behind_a_cast_and_biases_are_not():
    model = build_model(zero_weights(), make_card(characters=gb2312_level1()), producer="test")

    types = {entry.name: entry.data_type for entry in model.graph.initializer}
    half = {name for name, kind in types.items() if kind == onnx.TensorProto.FLOAT16}
    assert half == {"dense.weight", *(f"conv{number}.weight" for number in range(1, 15))}
    assert types["gwap.weight"] == types["dense.bias"] == types["conv1.bias"] == onnx.TensorProto.FLOAT


@pytest.mark.parametrize(
    ("scale", "enough"), [(1.0, True), (1e6, False), (1e-7, False)], ids=["normal", "overflows", "underflows"]
)
def test_what_half_precision_would_spoil_is_found(scale, enough):
    assert is_half_enough(np.random.default_rng(3).normal(0, scale, 300).astype(np.float32)) is enough
