"""The one configuration of a run: a TOML file under training/runs, read into frozen values."""

import tomllib
import types
import typing
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any, Final, Literal

from hccr_desktop.domain.melnyk import BLOCKS, INPUT_SIZE
from hccr_desktop.errors import HccrError
from hccr_training.synthesis.generator import Mix

_CONVOLUTIONS: Final = sum(map(len, BLOCKS))


class ConfigError(HccrError):
    """A run's configuration is missing, or says something that the trainer does not know."""


@dataclass(frozen=True, slots=True)
class Data:
    """Files of the sources; relative paths start at the folder the trainer is started in. Lists may be empty.

    Attributes:
        medians: folder of hanzi-writer-data; see training/fetch.sh.
        fonts: folder of the font bank; empty for none.
        ink: ``.jsonl`` files.
        pot: ``.pot`` files, or folders of them.
        scans: packed ``.npz`` files of scans.
        hcl2000: packed bitmaps of HCL2000.
        traced: files of ``hccr_training.sources.traced``.
        gnt: ``.gnt`` files, or folders of them.
        validation_ink: ``.jsonl`` that the progress is measured on; never trained on.
        validation_page: packed ``.npz``, likewise.
    """

    medians: str
    fonts: str = ""
    ink: tuple[str, ...] = ()
    pot: tuple[str, ...] = ()
    scans: tuple[str, ...] = ()
    hcl2000: tuple[str, ...] = ()
    traced: tuple[str, ...] = ()
    gnt: tuple[str, ...] = ()
    validation_ink: str = ""
    validation_page: str = ""


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of the run at one size.

    Attributes:
        size: side of the images in pixels, a multiple of 16.
        batch: samples of one step, over all processes together.
        samples: how many samples the phase lasts.
    """

    size: int
    batch: int
    samples: int

    def __post_init__(self) -> None:
        if self.size % 16 or not 16 <= self.size <= INPUT_SIZE:
            raise ConfigError(f"a phase's size is a multiple of 16 up to {INPUT_SIZE}, not {self.size}")
        if self.batch < 1 or self.samples < self.batch:
            raise ConfigError("a phase needs a batch of at least 1, and samples for one batch at least")


@dataclass(frozen=True, slots=True)
class Optimizer:
    """The optimizer and its rate.

    Attributes:
        method: ``adamw`` for all weights, or ``muon`` for the inner convolutions with AdamW for the rest.
        rate: highest learning rate.
        final_rate: what the rate ends at.
        schedule: ``cosine`` falls all the time; ``constant`` stays up, so that a run can be lengthened, and falls
            linearly within the last ``decay_samples``, none for a run that will go on.
        warmup_samples: over which the rate rises from 0.
        decay_samples: see ``schedule``.
        weight_decay: of convolution and dense weights.
        label_smoothing: share of the target spread over all classes.
        dropout: before the dense layer.
        clip_norm: gradients are scaled down to this norm.
        averaging_samples: half-life of the averaged weights (EMA) in samples; 0 for none.
        frozen: so many convolutions, counted from the input, stay as the start weights have them. The first two take a
            third of a step, since no other sees the full size: on a CPU a run that goes on from good weights sees half
            as many samples again without them.
    """

    method: Literal["adamw", "muon"] = "adamw"
    rate: float = 2e-3
    final_rate: float = 1e-6
    schedule: Literal["cosine", "constant"] = "cosine"
    warmup_samples: int = 50_000
    decay_samples: int = 0
    weight_decay: float = 0.05
    label_smoothing: float = 0.05
    dropout: float = 0.2
    clip_norm: float = 5.0
    averaging_samples: int = 100_000
    frozen: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.frozen <= _CONVOLUTIONS:
            raise ConfigError(f"frozen is a number of convolutions from 0 to {_CONVOLUTIONS}, not {self.frozen}")


@dataclass(frozen=True, slots=True)
class Run:
    """A whole run.

    Attributes:
        data: sources.
        phases: in order; every shipped model ends with one at 96 px.
        mix: shares of the kinds of samples.
        optimizer: AdamW and its rate.
        seed: of samples, initial weights and dropout.
        start: weights to start from, ``.npz`` or a checkpoint; empty for random ones.
        workers: processes that make samples, for each training process.
        checkpoint_minutes: between two checkpoints; a killed run loses no more than this.
        validate_minutes: between two measurements on the validation sets.
        validation_samples: at most so many of each set, spread evenly over it; 0 for all.
    """

    data: Data
    phases: tuple[Phase, ...]
    mix: Mix = field(default_factory=Mix)
    optimizer: Optimizer = field(default_factory=Optimizer)
    seed: int = 0
    start: str = ""
    workers: int = 2
    checkpoint_minutes: float = 4.0
    validate_minutes: float = 10.0
    validation_samples: int = 0

    def __post_init__(self) -> None:
        if not self.phases:
            raise ConfigError("a run needs at least one phase")
        if self.workers < 0 or self.checkpoint_minutes < 0 or self.validate_minutes < 0:
            raise ConfigError("workers and minutes must not be negative")

    @property
    def samples(self) -> int:
        """Samples of all phases."""
        return sum(phase.samples for phase in self.phases)


def read_run(path: Path) -> Run:
    """Read a run's configuration.

    Raises:
        ConfigError: the file cannot be read, an entry is unknown, missing or of the wrong type; the sentence names it.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"The configuration {path} cannot be read.", detail=str(error)) from error
    try:
        run = _built(Run, values, "")
    except ConfigError as error:
        raise ConfigError(f"The configuration {path} is wrong: {error.message}.") from error
    assert isinstance(run, Run)
    return run


def _built(kind: type[Any], values: object, place: str) -> Any:  # noqa: ANN401 (any of the dataclasses above)
    """A dataclass from a TOML table, checked entry by entry."""
    if not isinstance(values, dict):
        raise ConfigError(f"{place or 'it'} must be a table")
    known: dict[str, Field[Any]] = {entry.name: entry for entry in fields(kind)}
    for name in values:
        if name not in known:
            raise ConfigError(f"{_joined(place, name)} is unknown")
    types_by_name = typing.get_type_hints(kind)
    arguments = {}
    for name, entry in known.items():
        if name in values:
            arguments[name] = _checked(types_by_name[name], values[name], _joined(place, name))
        elif entry.default is MISSING and entry.default_factory is MISSING:
            raise ConfigError(f"{_joined(place, name)} is missing")
    return kind(**arguments)


def _checked(kind: Any, value: object, place: str) -> object:  # noqa: ANN401 (a type annotation)
    if is_dataclass(kind):
        return _built(kind, value, place)  # type: ignore[arg-type]
    if typing.get_origin(kind) is tuple:
        if not isinstance(value, list):
            raise ConfigError(f"{place} must be a list")
        return tuple(_checked(typing.get_args(kind)[0], entry, f"{place}[{at}]") for at, entry in enumerate(value))
    if typing.get_origin(kind) is Literal:
        if value not in typing.get_args(kind):
            raise ConfigError(f"{place} must be one of {', '.join(typing.get_args(kind))}")
        return value
    if kind is float and type(value) is int:
        return float(value)
    if not isinstance(kind, types.GenericAlias) and type(value) is not kind:
        raise ConfigError(f"{place} must be of type {kind.__name__}, not {type(value).__name__}")
    return value


def _joined(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name
