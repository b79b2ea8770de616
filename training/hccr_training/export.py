"""Weights to the ONNX file that the pad opens.

Run ``python -m hccr_training.export WEIGHTS -o models/melnyk_net.onnx --card training/runs/NAME/card.toml``.
"""

import argparse
import sys
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from hccr_desktop.domain.melnyk import BLOCKS, FEATURES, INPUT_SIZE, MAP_SIZE
from hccr_desktop.errors import HccrError, ModelMismatchError
from hccr_desktop.inference.model_card import (
    DENSE_WEIGHT_NAME,
    EMBEDDING_NAME,
    EVIDENCE_NAME,
    INPUT_NAME,
    LOGITS_NAME,
    ModelCard,
)
from hccr_training.card import read_card
from hccr_training.checkpoint import load_weights
from hccr_training.network import INPUT_SCALE, MelnykNet

OPSET: Final = 17
IR_VERSION: Final = 8
"""Both of 2022, far below what onnxruntime 1.23 and 1.32 read; nothing newer is needed."""

MAX_BYTES: Final = 14_000_000
"""The project's limit for the file, of which the weights take 13.1 million bytes."""

MAX_HALF_ERROR: Final = 1e-3
"""Largest relative error (of norms) that storing a tensor as float16 may bring; normal numbers bring 2e-4. What would
lose more, by underflow or overflow, is stored as float32."""

FloatArray = npt.NDArray[np.float32]


class _Graph:
    """Collects nodes and initializers, in order."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []

    def add_constant(self, name: str, values: npt.NDArray[Any]) -> str:
        self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def add_weight(self, name: str, values: FloatArray) -> str:
        """A weight tensor, stored as float16 behind a Cast where that loses nothing that counts."""
        if not is_half_enough(values):
            return self.add_constant(name, values)
        self.add_constant(name, values.astype(np.float16))
        return self.add_node("Cast", [name], f"{name}.float32", to=TensorProto.FLOAT)

    def add_node(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> str:  # noqa: ANN401 (onnx's own)
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output


def is_half_enough(values: FloatArray) -> bool:
    """Whether float16 holds these weights: nothing overflows, and next to nothing underflows."""
    with np.errstate(over="ignore"):
        half = values.astype(np.float16).astype(np.float64)
    error = np.linalg.norm(half - values)  # infinite after an overflow
    return bool(error <= MAX_HALF_ERROR * np.linalg.norm(values.astype(np.float64)))


def folded_convolutions(network: MelnykNet) -> list[tuple[FloatArray, FloatArray]]:
    """Weight (out, in, 3, 3) and bias (out,) of each convolution, batch norm and the input's scale folded in."""
    folded = []
    for number, (convolution, norm) in enumerate(zip(network.convolutions, network.batch_norms, strict=True)):
        weight = convolution.weight.detach().double().numpy()
        variance = norm.running_var.double().numpy()
        scale = norm.weight.detach().double().numpy() / np.sqrt(variance + norm.eps)
        bias = norm.bias.detach().double().numpy() - norm.running_mean.double().numpy() * scale
        weight = weight * scale[:, None, None, None] * (INPUT_SCALE if number == 0 else 1.0)
        folded.append((weight.astype(np.float32), bias.astype(np.float32)))
    return folded


def build_model(network: MelnykNet, card: ModelCard) -> onnx.ModelProto:
    """The ONNX model of a network.

    Args:
        network: in evaluation mode, on the CPU.
        card: goes into the metadata; its classes must be the network's.

    Returns:
        A checked model: input ``image`` (N, 1, 96, 96), outputs ``logits``, ``embedding`` and ``evidence_features``.

    Raises:
        ModelMismatchError: the card names another number of classes than the network has.
    """
    classes = network.dense.out_features
    if len(card.characters) != classes:
        raise ModelMismatchError(f"The weights have {classes} classes, the card names {len(card.characters)}.")
    graph = _Graph()
    convolutions = folded_convolutions(network)
    name, layer = INPUT_NAME, 0
    for index, block in enumerate(BLOCKS):
        for _ in block:
            weight, bias = convolutions[layer]
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
    gwap = graph.add_constant("gwap.weight", network.gwap.detach().float().numpy()[None])
    graph.add_node("Mul", [name, gwap], EVIDENCE_NAME)
    axes = graph.add_constant("gwap.axes", np.array([2, 3], np.int64))
    graph.add_node("ReduceSum", [EVIDENCE_NAME, axes], EMBEDDING_NAME, keepdims=0)
    dense = graph.add_weight(DENSE_WEIGHT_NAME, network.dense.weight.detach().float().numpy())
    bias = graph.add_constant("dense.bias", network.dense.bias.detach().float().numpy())
    graph.add_node("Gemm", [EMBEDDING_NAME, dense, bias], LOGITS_NAME, transB=1)
    return _finished(graph, card, classes)


def _finished(graph: _Graph, card: ModelCard, classes: int) -> onnx.ModelProto:
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
        onnx_graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION, producer_name="hccr-training"
    )
    helper.set_model_props(model, dict(sorted(card.to_metadata().items())))
    onnx.checker.check_model(model, full_check=True)
    return model


def export(network: MelnykNet, card: ModelCard, path: Path) -> int:
    """Write the model file; the same weights and card give the same bytes.

    Returns:
        The file's size in bytes.

    Raises:
        ModelMismatchError: card and network do not fit, or the file would be over MAX_BYTES.
    """
    content = build_model(network, card).SerializeToString(deterministic=True)
    if len(content) > MAX_BYTES:
        raise ModelMismatchError(f"{path.name} would have {len(content):,} bytes, over the limit of {MAX_BYTES:,}.")
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(content)
    partial.replace(path)
    return len(content)


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m hccr_training.export", description=__doc__)
    parser.add_argument("weights", type=Path, help="checkpoint of the trainer, or weights as .npz")
    parser.add_argument("-o", "--output", type=Path, required=True, help="the ONNX file to write")
    parser.add_argument("--card", type=Path, required=True, help="TOML file with the model card")
    options = parser.parse_args(arguments)
    try:
        size = export(load_weights(options.weights), read_card(options.card), options.output)
    except HccrError as error:
        print(error.message, file=sys.stderr)
        return 2
    print(f"{options.output}: {size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
