import time

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from hccr_desktop.errors import ModelFileError
from hccr_desktop.inference.model_guard import refuse_unsafe
from hccr_desktop.inference.recognizer import Recognizer
from tests.unit.conftest import build_model, make_card

OTHER_FILES = r"^m\.onnx keeps its weights in other files and is not opened\.$"
FOREIGN = r"^m\.onnx needs operators of another program and is not opened\.$"
WHOLE = build_model(make_card()).SerializeToString()


def refused(model: onnx.ModelProto, pattern: str) -> None:
    with pytest.raises(ModelFileError, match=pattern):
        refuse_unsafe(model.SerializeToString(), "m.onnx")


def external(path: str) -> TensorProto:
    tensor = TensorProto(name="outside", dims=[4], data_type=TensorProto.FLOAT)
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value=path)
    return tensor


def model_of(*nodes: onnx.NodeProto, tensors: tuple[TensorProto, ...] = ()) -> onnx.ModelProto:
    output = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    return helper.make_model(helper.make_graph(list(nodes), "g", [], [output], list(tensors)))


def test_models_of_this_program_pass(model_path):
    refuse_unsafe(model_path.read_bytes(), "m.onnx")
    refuse_unsafe(WHOLE, "m.onnx")


@pytest.mark.parametrize("path", ["../../../../etc/passwd", "weights.bin"])
def test_weights_in_another_file_are_refused(path):
    refused(model_of(tensors=(external(path),)), OTHER_FILES)


def test_a_path_without_the_mark_of_external_data_is_refused_too():
    tensor = external("/etc/passwd")
    tensor.data_location = TensorProto.DEFAULT
    refused(model_of(tensors=(tensor,)), OTHER_FILES)


def test_weights_in_another_file_are_found_wherever_a_tensor_may_be():
    constant = helper.make_node("Constant", [], ["y"], value=external("a"))
    branch = helper.make_graph([constant], "branch", [], [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)])
    condition = helper.make_node("If", ["c"], ["y"], then_branch=branch, else_branch=branch)
    sparse = onnx.SparseTensorProto(values=external("a"), dims=[4])
    in_sparse = model_of()
    in_sparse.graph.sparse_initializer.append(sparse)
    in_function = model_of()
    in_function.functions.append(helper.make_function("", "f", [], ["y"], [constant], [helper.make_opsetid("", 17)]))
    in_training = model_of()
    in_training.training_info.add().algorithm.CopyFrom(model_of(constant).graph)
    for model in (model_of(constant), model_of(condition), in_sparse, in_function, in_training):
        refused(model, OTHER_FILES)


def test_foreign_operators_are_refused():
    refused(model_of(helper.make_node("Evil", [], ["y"], domain="org.example")), FOREIGN)
    declared = model_of()
    declared.opset_import.append(helper.make_opsetid("org.example", 1))
    refused(declared, FOREIGN)


def test_graphs_within_graphs_end_somewhere():
    graph = helper.make_graph([], "g", [], [])
    for _ in range(12):
        graph = helper.make_graph([helper.make_node("If", ["c"], ["y"], then_branch=graph)], "g", [], [])
    refused(helper.make_model(graph), "damaged")


def test_the_recognizer_refuses_before_the_runtime_reads(tmp_path):
    model = build_model(make_card())
    (tmp_path / "weights.bin").write_bytes(np.zeros(4, np.float32).tobytes())
    model.graph.initializer.append(external("weights.bin"))
    path = tmp_path / "m.onnx"
    path.write_bytes(model.SerializeToString())
    with pytest.raises(ModelFileError, match=OTHER_FILES):
        Recognizer.open(path)


@given(cut=st.integers(0, len(WHOLE)), at=st.integers(0, 600), bit=st.integers(0, 7))
def test_a_damaged_file_passes_or_gives_a_sentence(cut, at, bit):
    damaged = bytearray(WHOLE[:cut])
    if at < len(damaged):
        damaged[at] ^= 1 << bit
    message = ""
    try:
        refuse_unsafe(bytes(damaged), "m.onnx")
    except ModelFileError as error:
        message = error.message
    assert message == "" or message.startswith("m.onnx ")


def test_looking_takes_no_time_that_a_user_would_notice():
    many = [numpy_helper.from_array(np.zeros(2, np.float32), f"w{number}") for number in range(5000)]
    content = model_of(tensors=tuple(many)).SerializeToString()
    started = time.process_time()
    refuse_unsafe(content, "m.onnx")
    assert time.process_time() - started < 1.0
