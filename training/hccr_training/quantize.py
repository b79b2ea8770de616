"""An int8 model file beside the float one, and what it costs and brings.

Run ``python -m hccr_training.quantize models/melnyk_net.onnx -o models/melnyk_net_int8.onnx`` from the repository root.
It measures both files on the validation sets and on one thread; whether the result is worth shipping is the reader's
decision, see MIN_SPEEDUP and MAX_LOSS_POINTS.

Static quantization in QDQ form: weights int8 with one scale a channel, activations uint8 with one scale a tensor, found
on real training handwriting. Only convolutions and pooling are quantized: GWAP and the dense layer are a thousandth of
the work, and heat maps and personal memory read their floats.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static

from hccr_desktop.errors import HccrError
from hccr_desktop.imaging.types import ModelImage
from hccr_desktop.inference.evaluation import answer
from hccr_desktop.inference.model_card import DENSE_WEIGHT_NAME, INPUT_NAME
from hccr_desktop.inference.recognizer import Recognizer
from hccr_training.calibrate import VALIDATION_SETS
from hccr_training.sources.labelled import load_labelled

CALIBRATION_SETS: Final = (
    Path("../shared/data/train/scans.npz"),
    Path("../shared/data/train/ink_olhwdb1.1_writer1043.jsonl"),
)

SAMPLES_PER_SET: Final = 64
"""More moved no figure; the histograms of all layers at once take two gigabytes at this count."""

PERCENTILE: Final = 99.99
"""Of a layer's activations that the eight bits span. With the full range instead, a few outliers cost the first weights
8 points on scans and 16 on ink (250 and 675 validation samples)."""

MIN_SPEEDUP: Final = 2.0
MAX_LOSS_POINTS: Final = 0.2
"""From the project's issue: what an int8 file must reach to be shipped."""


class _Reader(CalibrationDataReader):  # type: ignore[misc]  # the package has no stubs
    def __init__(self, images: Sequence[ModelImage], *, batch: int = 16) -> None:
        stacked = np.stack(images)[:, None]
        self._batches = iter([stacked[start : start + batch] for start in range(0, len(stacked), batch)])

    def get_next(self) -> dict[str, npt.NDArray[np.float32]] | None:
        batch = next(self._batches, None)
        return None if batch is None else {INPUT_NAME: batch}


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
        onnx.save(_with_float32_weights(model), source)
        quantize_static(
            source,
            target,
            _Reader(images),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=["Conv", "AveragePool"],
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            calibrate_method=CalibrationMethod.Percentile,
            extra_options={"CalibPercentile": PERCENTILE},
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


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m hccr_training.quantize", description=__doc__)
    parser.add_argument("model", type=Path, help="the float ONNX file")
    parser.add_argument("-o", "--output", type=Path, required=True, help="where the int8 file goes")
    parser.add_argument("--calibration", type=Path, nargs="+", default=CALIBRATION_SETS, help="sets to find scales on")
    options = parser.parse_args(arguments)
    try:
        Recognizer.open(options.model)  # says in a sentence what is wrong with it, before the work begins
        images = calibration_images(options.calibration)
        onnx.save(quantize(onnx.load(options.model), images), options.output)
        pair = [Recognizer.open(path, provider="cpu", threads=1) for path in (options.model, options.output)]
        float_ms, int8_ms = median_times_ms(pair, images[0])
        print(f"one thread: float {float_ms:.2f} ms, int8 {int8_ms:.2f} ms, {float_ms / int8_ms:.2f} times as fast")
        for path in VALIDATION_SETS.values():
            samples = load_labelled(path).samples
            tops = [100 * np.mean(answer(each, samples, temperature=1.0).ranks == 0) for each in pair]
            print(f"{path}, {len(samples)} samples: top-1 float {tops[0]:.2f} %, int8 {tops[1]:.2f} %")
    except HccrError as error:
        print(error.message, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
