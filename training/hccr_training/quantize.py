"""An int8 model file beside the float one, and what it costs and brings.

Run ``python -m hccr_training.quantize models/melnyk_net.onnx -o models/melnyk_net_int8.onnx`` from the repository root.
It measures both files on the validation sets and on one thread, and leaves the int8 file only if it keeps MIN_SPEEDUP
and MAX_LOSS_POINTS; ``--keep`` leaves it in any case.

Static quantization in QDQ form: weights int8 with one scale a channel, activations uint8 with one scale a tensor, all
found by ``hccr_training.rounding`` on real training handwriting. The first convolution stays in float, and so do GWAP
and the dense layer: together they are under a hundredth of the work, and heat maps and personal memory read the floats.
"""

import argparse
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from hccr_desktop.domain.melnyk import INPUT_SIZE
from hccr_desktop.errors import HccrError
from hccr_desktop.imaging.types import ModelImage
from hccr_desktop.inference.evaluation import answer
from hccr_desktop.inference.model_card import DENSE_WEIGHT_NAME
from hccr_desktop.inference.recognizer import Recognizer
from hccr_desktop.model_import.onnx_builder import partial_path
from hccr_training.calibrate import VALIDATION_SETS
from hccr_training.rounding import Convolution, RoundedNetwork, round_network
from hccr_training.sources.labelled import load_labelled

CALIBRATION_SETS: Final = (
    Path("../shared/data/train/scans.npz"),
    Path("../shared/data/train/ink_olhwdb1.1_writer1043.jsonl"),
)

SAMPLES_PER_SET: Final = 64

_FLOAT_CONVOLUTION: Final = "conv1"
_GWAP_WEIGHT: Final = "gwap.weight"
_ZERO: Final = "levels.zero"

MIN_SPEEDUP: Final = 2.0
MAX_LOSS_POINTS: Final = 0.2
"""From the project's issue: what an int8 file must reach to be shipped."""


def quantize(model: onnx.ModelProto, images: Sequence[ModelImage]) -> onnx.ModelProto:
    """Quantize a model file's convolutions and pooling.

    Args:
        model: as exported, weights float16 behind a Cast.
        images: (96, 96) float32 in [0, 255], from the kinds of handwriting that will be read.

    Returns:
        A model of the same inputs, outputs and metadata.
    """
    quantized = _with_float32_weights(model)
    graph = quantized.graph
    constants = {entry.name: numpy_helper.to_array(entry) for entry in graph.initializer}
    convolutions = {node.name: node for node in graph.node if node.op_type == "Conv"}
    rounded = round_network(
        {
            name: Convolution(*(torch.from_numpy(constants[entry].astype(np.float32)) for entry in node.input[1:]))
            for name, node in convolutions.items()
        },
        images,
    )
    weight, bias = convolutions[_FLOAT_CONVOLUTION].input[1:]
    constants[weight] = constants[weight] / rounded.first_factors[:, None, None, None]
    constants[bias] = constants[bias] / rounded.first_factors
    constants[_GWAP_WEIGHT] = constants[_GWAP_WEIGHT] * rounded.last_factors[:, None, None]
    nodes = _in_eight_bits(graph.node, rounded, constants)
    del graph.node[:], graph.initializer[:]
    graph.node.extend(nodes)
    graph.initializer.extend(numpy_helper.from_array(array, name) for name, array in constants.items())
    onnx.checker.check_model(quantized)
    return quantized


def _in_eight_bits(
    nodes: Iterable[onnx.NodeProto], rounded: RoundedNetwork, constants: dict[str, npt.NDArray[Any]]
) -> list[onnx.NodeProto]:
    """The nodes with QuantizeLinear and DequantizeLinear between; their constants are added or replaced."""
    result: list[onnx.NodeProto] = []
    renamed: dict[str, str] = {}
    constants[_ZERO] = np.array(0, np.uint8)

    def dequantize(name: str, *inputs: str) -> None:
        renamed[name] = f"{name}.dequantized"
        # The axis counts where there is a scale a channel, and is 0 there.
        result.append(helper.make_node("DequantizeLinear", inputs, [renamed[name]], renamed[name], axis=0))

    for original in nodes:
        node = onnx.NodeProto()
        node.CopyFrom(original)
        source, made = node.input[0], node.output[0]
        if node.name in rounded.convolutions:
            own = rounded.convolutions[node.name]
            weight, bias = node.input[1:]
            constants[weight], constants[f"{weight}.scale"] = own.weight, own.scale
            constants[bias], constants[f"{bias}.scale"] = own.bias, own.scale * np.float32(rounded.scales[source])
            for name in (weight, bias):
                dequantize(name, name, f"{name}.scale")
        for index, name in enumerate(node.input):
            node.input[index] = renamed.get(name, name)
        result.append(node)
        if made in rounded.scales:
            scale = f"{made}.scale"
            constants[scale] = np.array(rounded.scales[made], np.float32)
            levels = f"{made}.levels"
            result.append(helper.make_node("QuantizeLinear", [made, scale, _ZERO], [levels], levels))
            dequantize(made, levels, scale, _ZERO)
    return result


def _with_float32_weights(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same model with its convolutions' Casts folded, since the quantizer looks for weights, not for Casts."""
    folded = onnx.ModelProto()
    folded.CopyFrom(model)
    graph = folded.graph
    halves = {entry.name: entry for entry in graph.initializer if entry.data_type == TensorProto.FLOAT16}
    for node in [node for node in graph.node if node.op_type == "Cast" and node.input[0] in halves]:
        if node.input[0] == DENSE_WEIGHT_NAME:
            continue
        values = numpy_helper.to_array(halves[node.input[0]]).astype(np.float32)
        graph.initializer.append(numpy_helper.from_array(values, node.output[0]))
        graph.initializer.remove(halves[node.input[0]])
        graph.node.remove(node)
    return folded


def calibration_images(paths: Sequence[Path], *, count: int = SAMPLES_PER_SET) -> list[ModelImage]:
    """Model images spread evenly over each set."""
    return [sample.to_model_image() for path in paths for sample in load_labelled(path, limit=count).samples]


def median_times_ms(recognizers: Sequence[Recognizer], image: ModelImage, *, repeats: int = 100) -> list[float]:
    """Median wall time of one image on each, taken in turn so that a busy machine slows all alike."""
    times: list[list[float]] = [[] for _ in recognizers]
    for _ in range(repeats):
        for recognizer, own in zip(recognizers, times, strict=True):
            started = time.perf_counter()
            recognizer.logits([image])
            own.append((time.perf_counter() - started) * 1000)
    return [float(np.median(own)) for own in times]


@dataclass(frozen=True, slots=True)
class Trial:
    """What an int8 file costs and brings.

    Attributes:
        speedup: time of the float file over that of the int8 file, one image on one thread.
        losses: points of top-1 lost on each validation set; negative where it gained.
    """

    speedup: float
    losses: tuple[float, ...]

    @property
    def is_worth_shipping(self) -> bool:
        """Fast enough, and hardly worse on any set."""
        return self.speedup >= MIN_SPEEDUP and all(loss <= MAX_LOSS_POINTS for loss in self.losses)


def try_out(float_path: Path, int8_path: Path, sets: Iterable[Path]) -> Trial:
    """Measure an int8 file against its float one, and print what is measured.

    Raises:
        HccrError: a file or a set cannot be read.
    """
    pair = [Recognizer.open(path, provider="cpu", threads=1) for path in (float_path, int8_path)]
    losses = []
    image = np.zeros((INPUT_SIZE, INPUT_SIZE), np.float32)
    for path in sets:
        samples = load_labelled(path).samples
        image = samples[0].to_model_image()
        rights = [answer(each, samples, temperature=1.0).ranks == 0 for each in pair]
        lost, won = int(np.sum(rights[0] & ~rights[1])), int(np.sum(~rights[0] & rights[1]))
        losses.append(100 * (lost - won) / len(samples))
        print(
            f"{path}, {len(samples)} samples: top-1 float {100 * rights[0].mean():.2f} %, int8 "
            f"{100 * rights[1].mean():.2f} % ({lost} lost, {won} won)",
            flush=True,
        )
    float_ms, int8_ms = median_times_ms(pair, image)
    print(f"one thread: float {float_ms:.2f} ms, int8 {int8_ms:.2f} ms, {float_ms / int8_ms:.2f} times as fast")
    return Trial(float_ms / int8_ms, tuple(losses))


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m hccr_training.quantize", description=__doc__)
    parser.add_argument("model", type=Path, help="the float ONNX file")
    parser.add_argument("-o", "--output", type=Path, required=True, help="where the int8 file goes")
    parser.add_argument("--calibration", type=Path, nargs="+", default=CALIBRATION_SETS, help="sets to find scales on")
    parser.add_argument(
        "--validation", type=Path, nargs="+", default=tuple(VALIDATION_SETS.values()), help="sets to measure on"
    )
    parser.add_argument("--keep", action="store_true", help="leave the file even if it is not worth shipping")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)  # sums in another order round otherwise: the file must not depend on the count of cores
    partial = partial_path(options.output)
    try:
        Recognizer.open(options.model)  # says in a sentence what is wrong with it, before the work begins
        onnx.save(quantize(onnx.load(options.model), calibration_images(options.calibration)), partial)
        trial = try_out(options.model, partial, options.validation)
    except HccrError as error:
        partial.unlink(missing_ok=True)
        print(error.message, file=sys.stderr)
        return 2
    if trial.is_worth_shipping or options.keep:
        partial.replace(options.output)
        print(f"{options.output}: {options.output.stat().st_size:,} bytes")
        return 0
    partial.unlink()
    print(
        f"Not written: a file worth shipping is at least {MIN_SPEEDUP} times as fast and loses at most "
        f"{MAX_LOSS_POINTS} points on each set.",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
