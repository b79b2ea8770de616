"""``hccr``: pictures in, text, JSON or CSV out. Loads no Qt.

Standard output carries only results, standard error only messages. The exit code is 0 when all is done, 1 when an
input failed (the others are still done), 2 for wrong usage or a model that cannot be used.
"""

import argparse
import json
import logging
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final, NoReturn

import cv2

from hccr_desktop import __version__, paths
from hccr_desktop.domain import melnyk
from hccr_desktop.domain.settings import PRECISIONS, PROVIDERS, SETTINGS
from hccr_desktop.errors import HccrError, ModelFileError, ModelMismatchError, RuntimeSetupError
from hccr_desktop.imaging.clean import clean
from hccr_desktop.imaging.files import read_page_file, write_png
from hccr_desktop.imaging.heat_map import draw_heat_map
from hccr_desktop.imaging.normalize import normalize
from hccr_desktop.imaging.sample_sets import load_sample_set
from hccr_desktop.inference.batch_reading import BatchOptions, FileReading, find_pictures, read_files
from hccr_desktop.inference.batch_results import load_readings, save_readings, write_csv, write_json, write_text
from hccr_desktop.inference.evaluation import evaluate
from hccr_desktop.inference.evidence import relative_evidence_map
from hccr_desktop.inference.precision import open_model
from hccr_desktop.inference.providers import available_providers, runtime_version
from hccr_desktop.inference.recognizer import Recognizer

DONE: Final = 0
INPUT_FAILED: Final = 1
USAGE_OR_MODEL: Final = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: without the program's name; the process's own by default.

    Returns:
        The exit code.
    """
    _prepare_process()
    options = _parser().parse_args(arguments)
    logging.basicConfig(
        level=logging.DEBUG if options.verbose else logging.WARNING, format="%(message)s", stream=sys.stderr, force=True
    )
    try:
        code: int = options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return INPUT_FAILED
    except (ModelFileError, ModelMismatchError, RuntimeSetupError) as error:
        return _tell(error, USAGE_OR_MODEL)
    except HccrError as error:
        return _tell(error, INPUT_FAILED)
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return 130
    except Exception as error:
        logging.getLogger(__name__).debug("unexpected", exc_info=True)
        print(
            f"This is a fault of the program: {type(error).__name__}: {error} (--verbose tells more).", file=sys.stderr
        )
        return INPUT_FAILED
    return code


def _tell(error: HccrError, code: int) -> int:
    print(error.message, file=sys.stderr)
    if error.detail:
        logging.getLogger(__name__).debug("%s", error.detail)
    return code


def _prepare_process() -> None:
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)  # missing where a test or an embedder put its own stream
        if reconfigure is not None:
            # A file name's bytes come out as they went in, be they text in this locale or not.
            reconfigure(encoding="utf-8", errors="surrogateescape")
    cv2.setNumThreads(1)  # the pictures are small: a pool of threads costs more than it saves


# --- arguments


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(USAGE_OR_MODEL, f"{self.prog}: {message} (see {self.prog} --help)\n")


def _whole_number(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = low - 1
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"must be a whole number from {low} to {high}, not {text!r}")
        return value

    return parse


def _parser() -> argparse.ArgumentParser:
    help_of = {info.name: info.help for info in SETTINGS}
    threads_limits = next(info.limits for info in SETTINGS if info.name == "threads")
    messages = _Parser(add_help=False)
    messages.add_argument("-v", "--verbose", action="store_true", help="Tell on standard error what goes on.")
    common = _Parser(add_help=False, parents=[messages])
    common.add_argument("--model", type=Path, default=paths.default_model(), help=help_of["model_path"])
    common.add_argument("--provider", choices=PROVIDERS, default="auto", help=help_of["provider"])
    common.add_argument("--precision", choices=PRECISIONS, default="auto", help=help_of["precision"])
    common.add_argument(
        "--threads",
        type=_whole_number(int(threads_limits.low), int(threads_limits.high)) if threads_limits else int,
        default=1,
        help=help_of["threads"],
    )

    parser = _Parser(prog="hccr", description="Read handwritten Chinese characters, offline.")
    parser.add_argument("--version", action="version", version=f"hccr {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)

    recognize = commands.add_parser(
        "recognize",
        parents=[common],
        help="read pictures of one character or many",
        description=(
            "Read pictures of one character or many. A picture that seems to lie on its side or head is read as it is, "
            "and the turn that would put it right, in degrees clockwise, stands beside the answer: as a last field "
            '"turn 90" in text, as "turn" in JSON, and in the column turn of CSV.'
        ),
    )
    recognize.add_argument("paths", nargs="+", metavar="PATH", help="picture, or folder of pictures")
    recognize.add_argument(
        "-n",
        dest="count",
        type=_whole_number(1, melnyk.CLASSES),
        default=5,
        metavar="N",
        help=f"candidates per picture, 1 to {melnyk.CLASSES} (default 5)",
    )
    recognize.add_argument("--format", choices=("text", "json", "csv"), default="text")
    recognize.add_argument("--recursive", action="store_true", help="look into the folders of a folder too")
    recognize.add_argument(
        "--one-character", action="store_true", help="each picture shows one character; look for no others"
    )
    recognize.add_argument(
        "--direction", choices=("auto", "horizontal", "vertical"), default="auto", help="which way lines run"
    )
    recognize.add_argument(
        "--update",
        type=Path,
        metavar="RESULTS",
        help="keep the results in this file, and read only pictures that have changed since",
    )
    recognize.set_defaults(run=_recognize)

    info = commands.add_parser("info", parents=[common], help="describe the network, the model file and the providers")
    info.set_defaults(run=_info)

    explain = commands.add_parser("explain", parents=[common], help="draw which parts speak for a character")
    explain.add_argument("image", type=Path, metavar="IMAGE")
    explain.add_argument("-o", "--output", type=Path, required=True, metavar="MAP.png")
    explain.add_argument("--character", help="the character to explain (default: the best candidate)")
    explain.set_defaults(run=_explain)

    evaluation = commands.add_parser("evaluate", parents=[common], help="measure accuracy on a labelled set")
    evaluation.add_argument("set", type=Path, metavar="SET", help=".npz of scans, .jsonl of ink, or labelled folder")
    evaluation.add_argument("--format", choices=("text", "json"), default="text")
    evaluation.set_defaults(run=_evaluate)

    weights = commands.add_parser(
        "import-weights", parents=[messages], help="make a model file of the published Keras weights"
    )
    weights.add_argument("weights", type=Path, metavar="FILE", help=".hdf5, .h5, .weights.h5 or .keras")
    weights.add_argument("-o", "--output", type=Path, required=True, metavar="MODEL.onnx")
    weights.add_argument(
        "--labels", type=Path, metavar="LIST", help="the character of each output, one a line (default: as published)"
    )
    weights.add_argument(
        "--check", type=Path, metavar="FOLDER", help="read a labelled folder, prepared as here and as the seed did"
    )
    weights.set_defaults(run=_import_weights)
    return parser


def _open(options: argparse.Namespace) -> Recognizer:
    recognizer = open_model(
        options.model,
        provider=options.provider,
        threads=options.threads,
        precision=options.precision,
        memo=paths.speed_memo(),
    )
    if recognizer.provider_note:
        print(recognizer.provider_note, file=sys.stderr)
    return recognizer


# --- recognize


def _recognize(options: argparse.Namespace) -> int:
    known = load_readings(options.update) if options.update is not None else []
    recognizer = _open(options)
    files = find_pictures(options.paths, recursive=options.recursive)
    readings = read_files(
        recognizer,
        files,
        options=BatchOptions(
            count=options.count,
            is_one_character=options.one_character,
            is_vertical=None if options.direction == "auto" else options.direction == "vertical",
        ),
        made_by=f"{recognizer.card.model_id} {recognizer.card.version}",
        known=known,
        progress=_count_shown if sys.stderr.isatty() and not sys.stdout.isatty() else None,
    )
    done: list[FileReading] = []
    write = {"text": write_text, "json": write_json, "csv": write_csv}[options.format]
    failures = write(_reported(readings, done), sys.stdout)
    if options.update is not None:
        save_readings(done, options.update)
    return INPUT_FAILED if failures else DONE


def _reported(readings: Iterable[FileReading], done: list[FileReading]) -> Iterable[FileReading]:
    for reading in readings:
        done.append(reading)
        if reading.error:
            print(reading.error, file=sys.stderr)
        elif reading.note:
            print(f"{reading.file}: {reading.note}", file=sys.stderr)
        yield reading


def _count_shown(done: int, total: int) -> None:
    print(f"\r{done:,} of {total:,}", end="\r\x1b[K" if done == total else "", file=sys.stderr)


# --- info


def _info(options: argparse.Namespace) -> int:
    recognizer = _open(options)
    card = recognizer.card
    print(f"{'layer':<8}{'kind':<14}{'output':<16}{'parameters':>12}{'multiply-adds':>16}")
    for layer in melnyk.layers(len(card.characters)):
        shape = "x".join(str(size) for size in layer.output_shape)
        print(f"{layer.name:<8}{layer.kind:<14}{shape:<16}{layer.parameters:>12,}{layer.multiply_adds:>16,}")
    layers = melnyk.layers(len(card.characters))
    total, trainable = sum(layer.parameters for layer in layers), sum(layer.trainable for layer in layers)
    print(f"parameters: {total:,} ({trainable:,} trainable, {total - trainable:,} not)")
    print(f"multiply-adds per image: {sum(layer.multiply_adds for layer in layers):,}")
    print()
    print(f"model: {card.model_id}, version {card.version}")
    print(f"file: {options.model} ({options.model.stat().st_size:,} bytes)")
    print(f"characters: {len(card.characters):,}, {card.characters[0]} to {card.characters[len(card.characters) - 1]}")
    print(f"input: {card.input_size}x{card.input_size}, {card.polarity}, normalization {card.normalization}")
    print(f"temperature: ink {card.temperature_ink:.4g}, page {card.temperature_page:.4g}")
    print(f"sure from: ink {card.sure_confidence_ink:.1%}, page {card.sure_confidence_page:.1%}")
    print(f"weights: {card.provenance}")
    print(f"licence: {card.licence}")
    for figure in card.accuracy:
        print(
            f"accuracy: {figure.data_set}, {figure.count:,} samples: top-1 {figure.top1:.1f} %, "
            f"top-5 {figure.top5:.1f} % ({figure.command})"
        )
    print()
    print(f"runs on: {recognizer.provider}, {options.threads} thread(s), {recognizer.path.name}")
    print(f"providers of this build: {', '.join(available_providers())}")
    print(f"versions: hccr {__version__}, {runtime_version()}, opencv {cv2.__version__}")
    return DONE


# --- explain


def _explain(options: argparse.Namespace) -> int:
    recognizer = _open(options)
    if options.character is not None and options.character not in recognizer.card.characters:
        print(f"The model does not know {options.character!r}.", file=sys.stderr)
        return USAGE_OR_MODEL
    page = read_page_file(options.image, name=str(options.image))
    image = normalize(clean(page.image).image, polarity="dark_ink")
    best = recognizer.recognize(image, kind="page", count=1).best
    character = options.character or best.character
    evidence = relative_evidence_map(recognizer, recognizer.run([image]), character)
    try:
        write_png(draw_heat_map(image, evidence), options.output)
    except OSError as error:
        print(f"{options.output} cannot be written: {error.strerror}.", file=sys.stderr)
        return INPUT_FAILED
    print(f"{options.output}\t{character}")
    return DONE


# --- evaluate


def _evaluate(options: argparse.Namespace) -> int:
    recognizer = _open(options)
    sample_set = load_sample_set(options.set)
    is_watched = sys.stderr.isatty()

    def show(done: int) -> None:
        print(f"\r{done:,} of {len(sample_set.samples):,}", end="", file=sys.stderr)

    figures = evaluate(recognizer, sample_set, progress=show if is_watched else None)
    if is_watched:
        print("\r\x1b[K", end="", file=sys.stderr)
    if options.format == "json":
        record = {
            name: round(value, 4) if isinstance(value, float) else value for name, value in asdict(figures).items()
        }
        print(json.dumps(record, ensure_ascii=False))
    else:
        print(f"{figures.set}: {figures.count:,} samples, {figures.model} on {figures.provider}")
        print(f"top-1 {figures.top1:.2f} %  top-5 {figures.top5:.2f} %  top-10 {figures.top10:.2f} %")
        print(f"calibration error {figures.ece:.2f} %  median {figures.median_ms:.2f} ms per sample")
    return DONE


# --- import-weights


def _import_weights(options: argparse.Namespace) -> int:
    try:
        # Two packages that only this command needs; the installation leaves them out unless asked.
        from hccr_desktop.model_import import import_check, importer
    except ModuleNotFoundError as error:
        if error.name not in ("h5py", "onnx"):
            raise
        print(
            f"The import needs the package {error.name}, which is not installed. "
            "In an installation from source run: pip install h5py onnx",
            file=sys.stderr,
        )
        return USAGE_OR_MODEL
    samples = import_check.load_labelled_folder(options.check) if options.check is not None else []
    report = importer.import_weights(options.weights, options.output, labels=options.labels)
    characters = report.card.characters
    print(f"{report.output}: {report.size_bytes:,} bytes, from {options.weights} ({report.layout})")
    print(f"parameters: {report.parameters:,}")
    print(f"characters: {len(characters):,}, {characters[0]} to {characters[len(characters) - 1]}")
    best = report.sample.best
    print(f"sample: {report.sample_character} is read as {best.character}, {best.confidence:.3%}".replace("%", " %"))
    if not report.is_described:
        print(
            "The file does not describe its layers, so only the shapes of its weights were compared.", file=sys.stderr
        )
    if best.character != report.sample_character:
        print("The sample is misread: are these trained weights, in the order of the label list?", file=sys.stderr)
    if samples:
        for count in import_check.compare_preparations(Recognizer.open(report.output, provider="cpu"), samples):
            print(f"{options.check}: {count.right} of {count.count} right with {count.preparation}")
    return DONE


if __name__ == "__main__":
    raise SystemExit(main())
