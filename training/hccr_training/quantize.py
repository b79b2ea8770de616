"""An int8 model file beside the float one, and what it costs and brings.

Run ``python -m hccr_training.quantize models/melnyk_net.onnx -o models/melnyk_net_int8.onnx`` from the repository root.
It measures both files on the validation sets and on one thread, and leaves the int8 file only if it keeps MIN_SPEEDUP
and MAX_LOSS_POINTS; ``--keep`` leaves it in any case.

Static quantization in QDQ form: weights int8 with one scale a channel, activations uint8 with one scale a tensor, found
on real training handwriting. The first block stays in float, see FLOAT_NODES, and so do GWAP and the dense layer: they
are a thousandth of the work, and heat maps and personal memory read their floats.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static

from hccr_desktop.domain.melnyk import INPUT_SIZE
from hccr_desktop.errors import HccrError
from hccr_desktop.imaging.types import ModelImage
from hccr_desktop.inference.evaluation import answer
from hccr_desktop.inference.model_card import DENSE_WEIGHT_NAME, INPUT_NAME
from hccr_desktop.inference.recognizer import Recognizer
from hccr_desktop.model_import.onnx_builder import partial_path
from hccr_training.calibrate import VALIDATION_SETS
from hccr_training.sources.labelled import load_labelled

CALIBRATION_SETS: Final = (
    Path("../shared/data/train/scans.npz"),
    Path("../shared/data/train/ink_olhwdb1.1_writer1043.jsonl"),
)

SAMPLES_PER_SET: Final = 64

VALUES_PER_IMAGE: Final = 6000
"""Drawn from each tensor of each image, beside its largest value, to choose the tensor's scale by."""

_CANDIDATES: Final = 40
"""Clipping points that are tried between a tensor's 99th percentile and its largest value."""

_STARTUP_IMAGES: Final = 4
"""Images for the package's own search, whose result the chosen scales replace."""

FLOAT_NODES: Final = ("conv1", "conv2", "pool1")
"""The first block: its activations have the longest tails. With it in eight bits the first weights lost 1.0 points on
validation scans and 0.7 on ink, and the answers' divergence from the float file's was ten times as large; it is 29 % of
the multiply-adds. What did not help: equalizing channels (less so with seven bits), correcting the biases by the mean
error, leaving only conv1 or only the last block in float."""

MIN_SPEEDUP: Final = 2.0
MAX_LOSS_POINTS: Final = 0.2
"""From the project's issue: what an int8 file must reach to be shipped."""


class _Reader(CalibrationDataReader):  # type: ignore[misc]  # the package has no stubs
    def __init__(self, images: Sequence[ModelImage]) -> None:
        self._batches = iter([np.stack(images)[:, None]])

    def get_next(self) -> dict[str, npt.NDArray[np.float32]] | None:
        batch = next(self._batches, None)
        return None if batch is None else {INPUT_NAME: batch}


def activation_scales(model: onnx.ModelProto, images: Sequence[ModelImage]) -> dict[str, float]:
    """The step between two of the 256 levels of each tensor that is quantized, for the least squared error.

    A tensor's outliers are worth clipping, but not at a fixed percentile: the best clip lies at 1.1 to 1.6 times the
    99.99th, by layer.

    Args:
        model: with float32 weights.
        images: (96, 96) float32 in [0, 255].

    Returns:
        Scale by tensor name; the zero point is 0, since nothing is negative after a ReLU. The image's scale is 1.
    """
    names = [node.output[0] for node in model.graph.node if node.op_type in ("Relu", "AveragePool")]
    watched = onnx.ModelProto()
    watched.CopyFrom(model)
    watched.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in names)
    session = onnxruntime.InferenceSession(watched.SerializeToString(), providers=["CPUExecutionProvider"])
    random = np.random.default_rng(0)
    drawn: dict[str, list[npt.NDArray[np.float32]]] = {name: [] for name in names}
    for image in images:
        for name, tensor in zip(names, session.run(names, {INPUT_NAME: image[None, None]}), strict=True):
            values = tensor.ravel()
            drawn[name] += [values[random.integers(values.size, size=VALUES_PER_IMAGE)], values.max(keepdims=True)]
    return {INPUT_NAME: 1.0} | {name: best_scale(np.concatenate(parts)) for name, parts in drawn.items()}


def best_scale(values: npt.NDArray[np.float32]) -> float:
    """The scale of 256 levels from 0 on at which rounding and clipping together make the least squared error.

    Args:
        values: (N,) none of them negative; all zero gives 1.
    """
    largest = float(values.max())
    if largest <= 0:
        return 1.0
    clips = np.geomspace(max(float(np.quantile(values, 0.99)), largest / 100), largest, _CANDIDATES)
    errors = [np.mean((np.minimum(np.rint(values * (255 / clip)), 255) * (clip / 255) - values) ** 2) for clip in clips]
    return float(clips[int(np.argmin(errors))] / 255)


def quantize(model: onnx.ModelProto, images: Sequence[ModelImage]) -> onnx.ModelProto:
    """Quantize a model file's convolutions and pooling.

    Args:
        model: as exported, weights float16 behind a Cast.
        images: (96, 96) float32 in [0, 255], from the kinds of handwriting that will be read.

    Returns:
        A model of the same inputs, outputs and metadata.
    """
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "float.onnx"), Path(folder, "int8.onnx")
        whole = _with_float32_weights(model)
        onnx.save(whole, source)
        overrides = {
            name: [{"scale": np.array(scale, np.float32), "zero_point": np.array(0, np.uint8)}]
            for name, scale in activation_scales(whole, images).items()
        }
        quantize_static(
            source,
            target,
            _Reader(images[:_STARTUP_IMAGES]),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=["Conv", "AveragePool"],
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            # Seven bits: processors without VNNI add pairs of products in 16 bits, which eight would overflow.
            reduce_range=True,
            nodes_to_exclude=list(FLOAT_NODES),
            calibrate_method=CalibrationMethod.MinMax,
            extra_options={"TensorQuantOverrides": overrides},
        )
        quantized = onnx.load(target)
    del quantized.metadata_props[:]
    quantized.metadata_props.extend(model.metadata_props)
    onnx.checker.check_model(quantized)
    return quantized


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
