import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from hccr_desktop.errors import ModelFileError
from hccr_desktop.inference.onnx_file import read_initializer
from tests.unit.conftest import build_model, make_card


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_an_initializer_is_read_as_the_onnx_package_reads_it(tmp_path, dtype):
    wanted = np.random.default_rng(0).normal(size=(5, 7)).astype(dtype)
    tensors = [numpy_helper.from_array(np.arange(3.0), "other"), numpy_helper.from_array(wanted, "wanted")]
    output = helper.make_tensor_value_info("wanted", TensorProto.FLOAT, None)
    path = tmp_path / "m.onnx"
    onnx.save(helper.make_model(helper.make_graph([], "g", [], [output], tensors)), path)

    found = read_initializer(path, "wanted")

    assert found.dtype == np.float32
    assert np.array_equal(found, wanted.astype(np.float32))


def test_a_missing_name_and_a_missing_file_are_sentences(tiny_model, tmp_path):
    with pytest.raises(ModelFileError, match=r"tiny\.onnx holds no weights named nothing\."):
        read_initializer(tiny_model, "nothing")
    with pytest.raises(ModelFileError, match=r"gone\.onnx does not exist"):
        read_initializer(tmp_path / "gone.onnx", "x")


def test_an_integer_tensor_is_refused(tiny_model):
    with pytest.raises(ModelFileError):
        read_initializer(tiny_model, "axes")


WHOLE = build_model(make_card()).SerializeToString()


@given(cut=st.integers(0, len(WHOLE) - 1), flip=st.integers(0, 400), bit=st.integers(0, 7))
def test_a_damaged_file_gives_a_tensor_or_a_sentence(tmp_path_factory, cut, flip, bit):
    damaged = bytearray(WHOLE[:cut])
    if flip < len(damaged):
        damaged[flip] ^= 1 << bit
    path = tmp_path_factory.mktemp("damaged") / "m.onnx"
    path.write_bytes(bytes(damaged))

    message, weights = "", np.zeros(0)
    try:
        weights = read_initializer(path, "dense.weight")
    except ModelFileError as error:
        message = error.message
    assert "m.onnx" in message or weights.dtype == np.float32
