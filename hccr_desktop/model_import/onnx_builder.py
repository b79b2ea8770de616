"""Plain weights to the ONNX graph that the app opens: the one place where that graph is written down.

The trainer's export and the import of Keras files both end here, so no two model files differ in names, pooling,
storage or metadata. Needs onnx, but neither h5py nor torch.
"""

from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from hccr_desktop.domain.melnyk import BLOCKS, FEATURES, INPUT_SIZE, MAP_SIZE
from hccr_desktop.errors import ModelMismatchError
from hccr_desktop.inference.model_card import (
    DENSE_WEIGHT_NAME,
    EMBEDDING_NAME,
    EVIDENCE_NAME,
    INPUT_NAME,
    LOGITS_NAME,
    ModelCard,
)
from hccr_desktop.model_import.network_weights import Float32Array, NetworkWeights

OPSET: Final = 17
IR_VERSION: Final = 8
"""Both of 2022, far below what onnxruntime 1.23 and 1.32 read; nothing newer is needed."""

MAX_HALF_ERROR: Final = 1e-3
"""Largest relative error (of norms) that storing a tensor as float16 may bring; normal numbers bring 2e-4. What would
lose more, by underflow or overflow, is stored as float32."""


class _Graph:
    """Collects nodes and initializers, in order."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []

    def add_constant(self, name: str, values: npt.NDArray[Any]) -> str:
        self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def add_weight(self, name: str, values: Float32Array) -> str:
        """A weight tensor, stored as float16 behind a Cast where that loses nothing that counts."""
        if not is_half_enough(values):
            return self.add_constant(name, values)
        self.add_constant(name, values.astype(np.float16))
        return self.add_node("Cast", [name], f"{name}.float32", to=TensorProto.FLOAT)

    def add_node(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> str:  # noqa: ANN401 (onnx's own)
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output


def is_half_enough(values: Float32Array) -> bool:
    """Whether float16 holds these weights: nothing overflows, and next to nothing underflows."""
    with np.errstate(over="ignore"):
        half = values.astype(np.float16).astype(np.float64)
    error = np.linalg.norm(half - values)  # infinite after an overflow
    return bool(error <= MAX_HALF_ERROR * np.linalg.norm(values.astype(np.float64)))


def build_model(weights: NetworkWeights, card: ModelCard, *, producer: str) -> onnx.ModelProto:
    """The ONNX model of a network, batch norm folded into the convolutions.

    Args:
        weights: their first convolution takes ink bright on 0 in 0..255.
        card: goes into the metadata; its characters stand in the order of the dense layer's rows.
        producer: the program that asks, for the file's ``producer_name``.

    Returns:
        A checked model: input ``image`` (N, 1, 96, 96), outputs ``logits``, ``embedding`` and ``evidence_features``.
        The same weights and card give the same bytes.

    Raises:
        ModelMismatchError: the card names another number of classes than the weights have.
    """
    if len(card.characters) != weights.classes:
        raise ModelMismatchError(f"The weights have {weights.classes} classes, the card names {len(card.characters)}.")
    graph = _Graph()
    name, layer = INPUT_NAME, 0
    for index, block in enumerate(BLOCKS):
        for _ in block:
            weight, bias = weights.convolutions[layer].folded()
            layer += 1
            inputs = [
                name,
                graph.add_weight(f"conv{layer}.weight", weight),
                graph.add_constant(f"conv{layer}.bias", bias),
            ]
            name = graph.add_node("Conv", inputs, f"conv{layer}", kernel_shape=[3, 3], pads=[1, 1, 1, 1])
            name = graph.add_node("Relu", [name], f"relu{layer}")
        if index < len(BLOCKS) - 1:
            name = graph.add_node(
                "AveragePool",
                [name],
                f"pool{index + 1}",
                kernel_shape=[3, 3],
                strides=[2, 2],
                pads=[0, 0, 1, 1],
                ceil_mode=0,
                count_include_pad=0,
            )
    gwap = graph.add_constant("gwap.weight", weights.gwap.astype(np.float32)[None])
    graph.add_node("Mul", [name, gwap], EVIDENCE_NAME)
    axes = graph.add_constant("gwap.axes", np.array([2, 3], np.int64))
    graph.add_node("ReduceSum", [EVIDENCE_NAME, axes], EMBEDDING_NAME, keepdims=0)
    dense = graph.add_weight(DENSE_WEIGHT_NAME, weights.dense_weight.astype(np.float32))
    bias_name = graph.add_constant("dense.bias", weights.dense_bias.astype(np.float32))
    graph.add_node("Gemm", [EMBEDDING_NAME, dense, bias_name], LOGITS_NAME, transB=1)
    return _finished(graph, card, weights.classes, producer)


def _finished(graph: _Graph, card: ModelCard, classes: int, producer: str) -> onnx.ModelProto:
    def tensor(name: str, *shape: int) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", *shape])

    onnx_graph = helper.make_graph(
        graph.nodes,
        "melnyk_net",
        inputs=[tensor(INPUT_NAME, 1, INPUT_SIZE, INPUT_SIZE)],
        outputs=[
            tensor(LOGITS_NAME, classes),
            tensor(EMBEDDING_NAME, FEATURES),
            tensor(EVIDENCE_NAME, FEATURES, MAP_SIZE, MAP_SIZE),
        ],
        initializer=graph.initializers,
    )
    model = helper.make_model(
        onnx_graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION, producer_name=producer
    )
    helper.set_model_props(model, dict(sorted(card.to_metadata().items())))
    onnx.checker.check_model(model, full_check=True)
    return model


def serialized(model: onnx.ModelProto) -> bytes:
    """The model as file content; the same model gives the same bytes."""
    content: bytes = model.SerializeToString(deterministic=True)
    return content


def partial_path(path: Path) -> Path:
    """Where a file is written before it takes its name, so that a crash leaves the old file or the new one."""
    return path.with_name(path.name + ".partial")
